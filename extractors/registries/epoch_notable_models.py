"""Epoch AI's list of notable AI models: publication date, lab, country, parameters, access. Its form is in
`_epoch_models`.
"""

from __future__ import annotations

from extractors.registries._epoch_models import read, source
from warehouse.capture import Capture
from warehouse.tables import Row

SOURCE = source("notable", "notable AI models", 300)


def parse(capture: Capture) -> list[Row]:
    """One release per model and date."""
    return read(capture)
