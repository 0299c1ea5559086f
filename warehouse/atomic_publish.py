"""How a set of files comes before readers at once: on disk by one symbolic link, in an object store by one
small object.

On disk a generation is a folder with every file of the set (what did not change is a hard link), and
`current` points to it. In an object store a generation holds only what is new; `published/current.json` says
for every name where its bytes lie, and one PUT of it swaps the set. The names that outside readers know
(marts/..., report/..., datapackage.json) are copies made after that, the descriptor last; a copy that a
killed run left undone is made up for by the next publication.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from warehouse.leases import REFUSED, code_of
from warehouse.own_names import is_generation
from warehouse.pruning import Pruned, prune_folder, stale
from warehouse.whole_files import temporary_name

PUBLISHED, CURRENT, DESCRIPTOR = "published", "current", "datapackage.json"
HISTORY = "marts/datapackage.json"  # the descriptor of the tables that hold every kept date
STABLE = ("marts", "report", DESCRIPTOR)
KEPT_GENERATIONS = 3
POINTER = f"{PUBLISHED}/{CURRENT}.json"
MANIFEST_SECONDS = 2.0


def new_generation() -> str:
    """The name of a generation: later ones sort after earlier ones."""
    return f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"


def publish_local(
    top: Path, files: Mapping[str, bytes], drop: tuple[str, ...], write: Callable[[str, bytes], None]
) -> None:
    """Publishes a set in the folder `top`; `write(name, body)` writes one whole file."""
    generations, before = top / PUBLISHED, top / CURRENT
    fresh = generations / new_generation()
    try:
        _lay_out(fresh, before, files, drop, write)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)  # of a full disk half a generation would only take more
        raise
    _set_aside(before, fresh.name)
    swap(before, Path(PUBLISHED) / fresh.name)
    for name in STABLE:
        if not (top / name).is_symlink():
            _set_aside(top / name, fresh.name)
            swap(top / name, Path(CURRENT) / name)
    _sync(top)
    others = sorted(p for p in generations.iterdir() if is_generation(p.name) and p.is_dir() and p != fresh)
    for old in others[: -(KEPT_GENERATIONS - 1)]:
        shutil.rmtree(old, ignore_errors=True)


def prune_local(top: Path, keep: int, older_than: float, dry_run: bool = False) -> Pruned:
    """Removes from the folder `top` the sets that nobody reads any more (warehouse/pruning.py)."""
    generations, current = top / PUBLISHED, top / CURRENT
    if not current.exists():
        return Pruned((), 0, 0)
    there = [p.name for p in generations.iterdir() if p.is_dir()]
    return prune_folder(generations, stale(there, current.resolve().name, keep, older_than), dry_run)


def _set_aside(path: Path, when: str) -> None:
    """Moves away a folder that stands where a link should be (a home that was copied with its links
    resolved). Its files are in the new set too; anything else in it is kept for its owner.
    """
    if path.is_dir() and not path.is_symlink():
        aside = path.parent / "set-aside" / f"{path.name}-{when}"
        aside.parent.mkdir(exist_ok=True)
        path.rename(aside)


def _lay_out(
    fresh: Path,
    before: Path,
    files: Mapping[str, bytes],
    drop: tuple[str, ...],
    write: Callable[[str, bytes], None],
) -> None:
    """Fills a new generation with the files of the set, all of them on the disk when this ends."""
    fresh.mkdir(parents=True)
    if before.exists():
        held = before.resolve()
        for old in held.rglob("*"):
            name = old.relative_to(held).as_posix()
            if old.is_file() and name not in files and name not in drop:
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                os.link(old, fresh / name)
    for name, body in files.items():
        write(f"{PUBLISHED}/{fresh.name}/{name}", body)
    for folder in (*(p for p in fresh.rglob("*") if p.is_dir()), fresh, fresh.parent):
        _sync(folder)


def swap(link: Path, target: Path) -> None:
    """Points a symbolic link elsewhere; a reader finds the old target or the new one."""
    temporary = link.with_name(temporary_name())
    temporary.symlink_to(target)
    temporary.replace(link)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class SupersededError(Exception):
    """A set that was not published because another was meanwhile."""


class RemoteSets:
    """The published sets of a home in an object store; names are relative to the home."""

    def __init__(self, filesystem: Any, base: str) -> None:
        self._fs, self._base = filesystem, base
        self._seen: dict[str, str] = {}
        self._seen_at = -MANIFEST_SECONDS

    def names(self) -> Mapping[str, str]:
        """Every published name, and where its bytes lie; read again when what is held is older than
        MANIFEST_SECONDS.
        """
        if time.monotonic() - self._seen_at >= MANIFEST_SECONDS:
            self._seen = self._manifest(POINTER)
            self._seen_at = time.monotonic()
        return self._seen

    def publish(
        self, files: Mapping[str, bytes], drop: tuple[str, ...], confirm: Callable[[], None] = lambda: None
    ) -> None:
        """Publishes a set: its bytes, then the pointer, then the copies for outside readers.

        The pointer moves only from the set that was read here, and `confirm` (which raises where the home is
        not held any more) is asked just before: another run's set is never taken for an older one.
        SupersededError where another was published meanwhile; nothing is changed then.
        """
        generation = f"{PUBLISHED}/{new_generation()}"
        tag = self._tag(POINTER)
        before = self._manifest(POINTER)
        now = {n: at for n, at in before.items() if n not in drop} | {n: f"{generation}/{n}" for n in files}
        body = json.dumps(now, sort_keys=True).encode()
        self._fs.pipe({self._full(f"{generation}/{n}"): content for n, content in files.items()})
        self._fs.pipe_file(self._full(f"{generation}/manifest.json"), body)
        confirm()
        tag = self._move_pointer(body, tag)
        self._seen, self._seen_at = now, time.monotonic()
        self._settle(now)
        while (newer := self._tag(POINTER)) != tag:  # of a run that took the home over: its names, not ours
            tag = newer
            self._settle(self._manifest(POINTER))

    def prune(self, keep: int, older_than: float, dry_run: bool = False) -> Pruned:
        """Removes the sets that nobody reads any more, but for the objects that kept sets still use."""
        now = self._manifest(POINTER)
        there = {n: e for n, e in self._listing("").items() if n.startswith(f"{PUBLISHED}/") and n != POINTER}
        generations = {n.split("/")[1] for n in there}
        newest = max((at.split("/")[1] for at in now.values()), default="")
        gone = stale(generations, newest, keep, older_than)
        used = set(now.values())
        for generation in generations - set(gone):
            used |= set(self._manifest(f"{PUBLISHED}/{generation}/manifest.json").values())
        free = sorted(n for n in there if n.split("/")[1] in gone and n not in used)
        if free and not dry_run:
            self._fs.rm([self._full(n) for n in free])
        sets = tuple(sorted({n.split("/")[1] for n in free}))
        return Pruned(sets, len(free), sum(int(there[n]["size"]) for n in free))

    def _tag(self, name: str) -> str:
        """What the store calls this version of an object; empty where there is none."""
        bucket, key, _ = self._fs.split_path(self._full(name))
        try:
            return str(self._fs.call_s3("head_object", Bucket=bucket, Key=key)["ETag"])
        except FileNotFoundError:
            return ""

    def _move_pointer(self, body: bytes, tag: str) -> str:
        condition = {"IfMatch": tag} if tag else {"mode": "create"}
        try:
            return str(self._fs.pipe_file(self._full(POINTER), body, **condition)["ETag"])
        except (FileExistsError, OSError) as refused:
            if isinstance(refused, FileExistsError) or code_of(refused) in REFUSED:
                raise SupersededError("another run published since this one began to") from refused
            raise

    def _settle(self, now: Mapping[str, str]) -> None:
        there = self._listing("")
        tags = {name: str(entry["ETag"]) for name, entry in there.items()}
        behind = [n for n in now if n != DESCRIPTOR and tags.get(n) != tags[now[n]]]
        if behind:
            self._fs.copy([self._full(now[n]) for n in behind], [self._full(n) for n in behind])
        if DESCRIPTOR in now:
            self._fs.copy(self._full(now[DESCRIPTOR]), self._full(DESCRIPTOR))
        generations = sorted(
            {n.split("/")[1] for n in there if n.startswith(f"{PUBLISHED}/") and n != POINTER}
        )
        kept = generations[-KEPT_GENERATIONS:]
        used = set(now.values()) | {POINTER}
        for generation in kept:
            used |= set(self._manifest(f"{PUBLISHED}/{generation}/manifest.json").values())
        left = [
            n
            for n in there
            if n.startswith(f"{PUBLISHED}/") and n not in used and n.split("/")[1] not in kept
        ]
        gone = [n for n in there if n.split("/")[0] in STABLE and n not in now]
        if left or gone:
            self._fs.rm([self._full(n) for n in (*left, *gone)])

    def _listing(self, prefix: str) -> dict[str, dict[str, Any]]:
        cut = len(self._base.split("://", 1)[1]) + 1
        found: dict[str, dict[str, Any]] = {}
        for folder in (PUBLISHED, "marts", "report"):
            found |= {
                path[cut:]: entry
                for path, entry in self._fs.find(self._full(f"{prefix}{folder}"), detail=True).items()
            }
        return found

    def _manifest(self, name: str) -> dict[str, str]:
        try:
            return dict(json.loads(self._fs.cat_file(self._full(name))))
        except FileNotFoundError:
            return {}

    def _full(self, name: str) -> str:
        return f"{self._base}/{name}"
