"""Which published sets nobody reads any more, and their removal from a disk or an object store.

A reader holds the set that the pointer named when it began. So the newest set and the one before it stay
whatever their age, and any other only goes when it was superseded long enough ago for the slowest reader to
have ended. Of a set's files those stay that a kept set still uses.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from warehouse.clock import utc_now
from warehouse.own_names import is_generation

LEAST_KEPT = 2  # the set that the pointer names, and the one before it
READERS_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning removed (or would remove): names of sets, how many files, and the bytes they freed."""

    sets: tuple[str, ...]
    files: int
    size: int


def begun(generation: str) -> float:
    """When a set was published, in seconds of the clock: its name begins with the nanoseconds."""
    return int(generation.split("-", maxsplit=1)[0]) / 1e9


def stale(
    generations: Collection[str], current: str, keep: int, older_than: float, now: float | None = None
) -> list[str]:
    """The sets that may go, oldest first.

    generations: names of all that are there; current: the one that the pointer names. keep: how many of the
    newest stay, at least `LEAST_KEPT`. older_than: seconds since the set was superseded. A set after the
    current one was never before readers: its writer was killed, and it goes when it is as old as that.
    """
    moment = utc_now().timestamp() if now is None else now
    generations = [g for g in generations if is_generation(g)]  # anything else there is somebody's own
    published = sorted(g for g in generations if g <= current)
    superseded: dict[str, float] = {g: begun(after) for g, after in pairwise(published)}
    never = {g: begun(g) for g in generations if g > current}
    free = {g: at for g, at in superseded.items() if g not in published[-max(keep, LEAST_KEPT) :]} | never
    return sorted(g for g, at in free.items() if moment - at > older_than)


def prune_folder(top: Path, gone: Sequence[str], dry_run: bool = False) -> Pruned:
    """Removes sets below the folder `published/`. A file that a kept set has too, as a hard link, frees
    nothing.
    """
    links: Counter[int] = Counter()
    there = {}
    for path in (p for name in gone for p in (top / name).rglob("*") if p.is_file()):
        about = path.stat()
        links[about.st_ino] += 1
        there[about.st_ino] = about
    freed = sum(about.st_size for inode, about in there.items() if about.st_nlink == links[inode])
    if not dry_run:
        for name in gone:
            shutil.rmtree(top / name)
    return Pruned(tuple(gone), links.total(), freed)
