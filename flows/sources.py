"""The real sources as a type, so that a form offers them to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from extractors.source import discover

if TYPE_CHECKING:
    SourceName = str
else:
    SourceName = Literal[tuple(discover())]
