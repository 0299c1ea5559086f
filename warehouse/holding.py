"""One writer a home: a lock of the operating system on a disk, a lease in an object store. The one door to
filelock.
"""

from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.leases import Lease
from warehouse.whole_files import left_behind

if TYPE_CHECKING:
    from warehouse.location import Location

LOCK = ".writer.lock"
# What the disk says when it, and nothing in our hands, is the reason: full, over quota, read-only, not ours,
# failing.
DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO})
log = logging.getLogger("gapledger.home")


class HomeError(Exception):
    """A home that cannot be used as asked; the message says what to do."""


class HomeBusyError(HomeError):
    """Another run is writing this home."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold on a home by `who`, who waits up to `wait_seconds` for another to end."""

    location: Location
    who: str
    wait_seconds: float = 0.0

    @contextmanager
    def held(self) -> Iterator[None]:
        """Holds the home; HomeBusyError names the holder where it is held for longer than the wait.

        On disk the operating system frees the lock of a killed process; on S3 the hold lapses when it is not
        renewed (warehouse/leases.py). A disk that fills or fails while it is held is a HomeError that says
        what to do.
        """
        root = self.location.root
        try:
            with self._lease() if self.location.remote else self._file_lock():
                yield
        except OSError as fault:
            if fault.errno not in DISK_FAULTS:
                raise
            raise HomeError(
                f"{root}: the run stopped ({fault}); what was published stays. Free space or mend the disk,"
                " then run the same again"
            ) from fault

    @contextmanager
    def _file_lock(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        top = Path(self.location.full())
        note = top / f"{LOCK}.holder"
        try:
            top.mkdir(parents=True, exist_ok=True)
            lock = FileLock(top / LOCK)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                self._tell_waiting(_said_in(note))
                lock.acquire(timeout=self.wait_seconds)
        except Timeout:
            raise self._busy(_said_in(note)) from None
        except OSError as refused:
            raise HomeError(
                f"{self.location.root} cannot be written ({refused}); give a --home that can, or free space"
            ) from refused
        try:
            if note.is_dir():
                raise HomeError(
                    f"a folder stands at {note}, where a note belongs; move it away, then run again"
                )
            note.write_text(f"{self.who} (process {os.getpid()})")
            for left in left_behind(top):  # of a killed run: nobody else writes now
                left.unlink(missing_ok=True)
            yield
        finally:
            lock.release()

    @contextmanager
    def _lease(self) -> Iterator[None]:
        lease = Lease(self.location.filesystem, self.location.full(LOCK), self.who)
        deadline, told = time.monotonic() + self.wait_seconds, False
        while not lease.take():
            if time.monotonic() >= deadline:
                raise self._busy(lease.holder())
            if not told:
                self._tell_waiting(lease.holder())
                told = True
            time.sleep(min(2.0, max(0.05, self.wait_seconds / 20)))
        self.location.__dict__["_lease"] = lease
        try:
            yield
        finally:
            del self.location.__dict__["_lease"]
            lease.release()

    def _busy(self, holder: str) -> HomeBusyError:
        return HomeBusyError(
            f"{self.location.root} is being written by {holder}; wait for it to end, or use --wait SECONDS"
        )

    def _tell_waiting(self, holder: str) -> None:
        if self.wait_seconds > 0:
            root = self.location.root
            log.warning("%s is being written by %s; waiting up to %.0f s", root, holder, self.wait_seconds)


def _said_in(note: Path) -> str:
    return note.read_text() if note.exists() else "another run"
