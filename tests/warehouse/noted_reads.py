"""Which files of a home are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from warehouse.location import Location


@contextmanager
def noted_reads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of what any location reads meanwhile, one a reading."""
    read, inner = list[str](), Location.read

    def noted(self: Location, name: str, start: int | None = None, end: int | None = None) -> bytes:
        read.append(name)
        return inner(self, name, start, end)

    with monkeypatch.context() as patched:
        patched.setattr(Location, "read", noted)
        yield read
