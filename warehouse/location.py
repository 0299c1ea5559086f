"""Where a home lies: a folder or an `s3://bucket/prefix`. The one door to fsspec, and the only place that
knows which.

Every file is written whole: on disk through a temporary file, fsync and rename; on S3 an object's PUT is
whole by itself.
`publish` puts a set of files before readers at once (warehouse/atomic_publish.py); `writing` holds the home
for one writer.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from warehouse.atomic_publish import (
    CURRENT,
    DESCRIPTOR,
    HISTORY,
    PUBLISHED,
    STABLE,
    RemoteSets,
    SupersededError,
    prune_local,
    publish_local,
)
from warehouse.holding import Hold, HomeBusyError, HomeError
from warehouse.leases import Lease
from warehouse.own_names import is_own
from warehouse.pruning import LEAST_KEPT, READERS_SECONDS, Pruned
from warehouse.whole_files import beside, forget, give_names, is_temporary

__all__ = [
    "CURRENT", "DESCRIPTOR", "HISTORY", "PUBLISHED", "STABLE",
    "HomeBusyError", "HomeError", "Location", "home",
]  # fmt: skip
CONTROLS = re.compile(r"[\x00-\x1f]")
MANY = 4


@dataclass(frozen=True)
class Location:
    """A home. Names are relative POSIX paths; `..`, absolute names and control characters are refused."""

    root: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Location], tuple[str, dict[str, Any]]]:
        return Location, (self.root, dict(self.options))  # what is cached belongs to this process

    @property
    def remote(self) -> bool:
        """Whether the home lies in an object store."""
        return "://" in self.root

    @cached_property
    def _fs(self) -> Any:
        import fsspec

        protocol = self.root.split("://", 1)[0] if self.remote else "file"
        if protocol in {"http", "https"}:
            raise HomeError(
                f"{self.root} is a web address and no home; run: gapledger pull {self.root} --home FOLDER"
            )
        options = dict(self.options)
        if protocol == "s3":
            endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
            if endpoint:
                options["client_kwargs"] = {**options.get("client_kwargs", {}), "endpoint_url": endpoint}
            options.setdefault("use_listings_cache", False)
        try:
            return fsspec.filesystem(protocol, **options)
        except ImportError as missing:
            raise HomeError(
                f"{self.root}: a home of this kind needs a package that is not installed ({missing}); pip"
                " install 'gapledger[s3]'"
            ) from missing

    @property
    def filesystem(self) -> Any:
        """The fsspec file system, for libraries that take one."""
        return self._fs

    def full(self, name: str = "") -> str:
        """The whole path or address of `name`; HomeError where it would leave the home."""
        parts = [part for part in name.split("/") if part not in {"", "."}]
        if name.startswith("/") or ".." in parts or CONTROLS.search(name):
            raise HomeError(f"{name!r} is no name inside the home {self.root}")
        return "/".join((self._base, *parts))

    @cached_property
    def _base(self) -> str:
        return self.root.rstrip("/") if self.remote else str(Path(self.root).absolute())

    @cached_property
    def _sets(self) -> RemoteSets:
        return RemoteSets(self._fs, self.full())

    def _at(self, name: str) -> str:
        """The address of a file's bytes: of a published one in an object store, those of the set that is
        current.
        """
        if self.remote and PurePosixPath(name).parts[0] in STABLE:
            return self.full(self._sets.names().get(name, name))
        return self.full(name)

    def of_one_set(self) -> Callable[[str], str]:
        """The addresses of published names in the set that is current now, whatever is published after."""
        if self.remote:
            names = dict(self._sets.names())
            return lambda name: self.full(names.get(name, name))
        current = Path(self.full(CURRENT))
        top = str(current.resolve()) if current.exists() else self.full()

        def address(name: str) -> str:
            mine = PurePosixPath(name).parts[0] in STABLE or Path(f"{top}/{name}").exists()
            return f"{top}/{name}" if mine else self.full(name)

        return address

    def exists(self, name: str) -> bool:
        """Whether a file or folder of that name is there."""
        if not self.remote:
            return Path(self.full(name)).exists()
        published = self._sets.names() if name and PurePosixPath(name).parts[0] in STABLE else {}
        return (
            name in published
            or any(n.startswith(f"{name}/") for n in published)
            or bool(self._fs.exists(self.full(name)))
        )

    def read(self, name: str, start: int | None = None, end: int | None = None) -> bytes:
        """The bytes of a file, or of its part [start, end); FileNotFoundError where it is not there."""
        if self.remote:
            return bytes(self._fs.cat_file(self._at(name), start=start, end=end))
        with Path(self.full(name)).open("rb") as stream:
            stream.seek(start or 0)
            return stream.read() if end is None else stream.read(end - (start or 0))

    def read_many(self, names: Sequence[str]) -> list[bytes]:
        """The bytes of several files, in the order of `names`; from an object store many at a time."""
        if not self.remote or len(names) < 2:
            return [self.read(name) for name in names]
        addresses = [self._at(name) for name in names]
        bodies = self._fs.cat(addresses)
        return [bytes(bodies[address.split("://", 1)[1]]) for address in addresses]

    def write(self, name: str, body: bytes) -> None:
        """Writes a whole file; a reader sees the old one or the new one, never a part."""
        self._still_held()
        if self.remote:
            self._fs.pipe_file(self.full(name), body)
            return
        self._named([(beside(self.full(name), body, sync=True), self.full(name))])

    def _named(self, ready: Sequence[tuple[str, str]]) -> None:
        try:
            give_names(ready)
        except IsADirectoryError as folder:
            raise HomeError(
                f"a folder stands where a file belongs ({folder}); move it away, then run again"
            ) from folder

    def write_many(self, files: Mapping[str, bytes]) -> None:
        """Writes many files, each whole as by `write`, and all on the disk before the first has its name: one
        sync, not one a file.
        """
        if self.remote and files:
            self._still_held()
            self._fs.pipe({self.full(name): body for name, body in files.items()})
            return
        if len(files) < MANY:
            for name, body in files.items():
                self.write(name, body)
            return
        self._still_held()
        ready: list[tuple[str, str]] = []
        try:
            for name, body in files.items():
                ready.append((beside(self.full(name), body, sync=False), self.full(name)))
            os.sync()
        except BaseException:
            forget(ready)
            raise
        self._named(ready)

    def names(self, prefix: str, suffix: str = "") -> list[str]:
        """The files below a folder that have names of ours, relative to the home, sorted; empty where there
        is no such folder.
        """
        base = self.full(prefix)
        if not self.remote:
            cut = len(self.full()) + 1
            found = [
                f"{folder[cut:]}/{file}" if len(folder) >= cut else file
                for folder, _, files in os.walk(base)
                for file in files
                if not is_temporary(file)
            ]
            return sorted(name for name in found if name.endswith(suffix) and is_own(name))
        if prefix and PurePosixPath(prefix).parts[0] in STABLE:
            return sorted(n for n in self._sets.names() if n.startswith(f"{prefix}/") and n.endswith(suffix))
        cut = len(self.full().split("://", 1)[1]) + 1
        found = [str(path)[cut:] for path in self._fs.find(base)]
        return sorted(n for n in found if n.endswith(suffix) and is_own(n))

    def stamps(self, prefix: str, suffix: str = "") -> dict[str, str]:
        """By name, sorted, what tells a file below a folder from a changed one without reading it: size, time
        of change and inode on a disk, the tag in an object store (of what is not published).
        """
        if self.remote:
            cut = len(self.full().split("://", 1)[1]) + 1
            found = self._fs.find(self.full(prefix), detail=True)
            ours = [p for p in sorted(found) if p.endswith(suffix) and is_own(p[cut:])]
            return {p[cut:]: str(found[p]["ETag"]) for p in ours}
        there = ((name, Path(self.full(name)).lstat()) for name in self.names(prefix, suffix))
        return {name: f"{at.st_size}-{at.st_mtime_ns}-{at.st_ino}" for name, at in there}

    def remove(self, name: str) -> None:
        """Removes a file; quiet where there is none."""
        if self.remote:
            if self._fs.exists(self.full(name)):
                self._fs.rm_file(self.full(name))
        else:
            Path(self.full(name)).unlink(missing_ok=True)

    def publish(self, files: Mapping[str, bytes], drop: tuple[str, ...] = ()) -> None:
        """Puts `files` (names below marts/, report/, or the descriptor) before readers as one set, with what
        stood before and is not in `drop`. Until the last step readers see the old set, whole.
        """
        strangers = [name for name in files if PurePosixPath(name).parts[0] not in STABLE]
        if strangers:
            raise HomeError(f"only {STABLE} are published, not {strangers}")
        self._still_held()
        if self.remote:
            try:
                self._sets.publish(files, drop, self._confirm_hold)
            except SupersededError as other:
                raise HomeBusyError(f"{self.root}: {other}; nothing of this run was published") from other
        else:
            publish_local(Path(self.full()), files, drop, self.write)

    def prune(
        self, keep: int = LEAST_KEPT, older_than: float = READERS_SECONDS, dry_run: bool = False
    ) -> Pruned:
        """Removes published sets that no reader may still read: all but the newest `keep` (never fewer than
        the current one and the one before) that were superseded more than `older_than` seconds ago.
        """
        self._still_held()
        if self.remote:
            return self._sets.prune(keep, older_than, dry_run)
        return prune_local(Path(self.full()), keep, older_than, dry_run)

    def _confirm_hold(self) -> None:
        lease: Lease | None = self.__dict__.get("_lease")
        if lease is not None:
            lease.confirmed()
        self._still_held()

    def _still_held(self) -> None:
        lease: Lease | None = self.__dict__.get("_lease")
        if lease is not None and lease.lost:
            raise HomeBusyError(
                f"the hold on {self.root} was lost (no renewal in time, or another took it over); nothing"
                " more is written"
            )

    def writing(self, who: str, wait_seconds: float = 0.0) -> AbstractContextManager[None]:
        """Holds the home for one writer. A second one waits up to `wait_seconds`, then HomeBusyError names
        the holder (warehouse/holding.py).
        """
        return Hold(self, who, wait_seconds).held()


def home(root: str | None = None) -> Location:
    """The home that `root`, else GAPLEDGER_HOME, else `data/` names."""
    named = root or os.environ.get("GAPLEDGER_HOME") or "data"
    return Location(named.removeprefix("file://"))
