"""The real sources as a type, so that a form offers them to choose from; and which of them rest."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from extractors.source import discover

if TYPE_CHECKING:
    SourceName = str
else:
    SourceName = Literal[tuple(discover())]


def resting(source_id: str) -> bool:
    """Whether a source rests for want of its key: that is somebody's choice, and neither a failure nor
    news.
    """
    key_env = discover()[source_id].source.key_env
    return bool(key_env) and not os.environ.get(key_env)
