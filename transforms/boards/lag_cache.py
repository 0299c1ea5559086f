"""Work on captures, kept for later as-of dates.

`work` holds what depends on a pair's content alone (keys begin with `Pair.digest`, a `Work` or the names of a
pair); `of(version)` what was read from the captures of one version, and is freed together with it.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary


class Cache:
    """Pass one to all calls of a backfill; without it each call computes everything."""

    def __init__(self) -> None:
        self.work: dict[Any, Any] = {}
        self._versions: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()

    def of(self, version: object) -> dict[Any, Any]:
        """The part that lives as long as `version`; no value in it may refer to the version."""
        return self._versions.setdefault(version, {})

    def clear(self) -> None:
        """Frees everything."""
        self.work.clear()
        self._versions.clear()

    def __bool__(self) -> bool:
        """Whether anything is kept."""
        return bool(self.work) or bool(self._versions)
