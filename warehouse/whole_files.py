"""Files written whole on a disk: a temporary file beside the target, fsync, rename."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

_NUMBERS = count()
TEMPORARY = ".tmp-gapledger-"
OURS = re.compile(re.escape(TEMPORARY) + r"(\d+-\d+|[0-9a-f]{32})")


def is_temporary(name: str) -> bool:
    """Whether a file's name is one that this module gives; anybody else's file may begin with a dot too."""
    return OURS.fullmatch(name) is not None


def temporary_name() -> str:
    """A name for a file that is renamed when it is complete."""
    return f"{TEMPORARY}{uuid.uuid4().hex}"


def left_behind(top: Path) -> Iterator[Path]:
    """The temporary files and links that a killed run left below `top`."""
    for path in top.rglob(f"{TEMPORARY}*"):
        if is_temporary(path.name) and (path.is_symlink() or path.is_file()):
            yield path


def beside(target: str, body: bytes, sync: bool) -> str:
    """Writes the body to a temporary file next to `target`, and removes it where that fails (a full disk)."""
    folder = target.rpartition("/")[0]
    temporary = f"{folder}/{TEMPORARY}{os.getpid()}-{next(_NUMBERS)}"
    # One writer holds a home, and a killed one's leftovers are removed before the next begins: process and
    # number are name enough.
    try:
        stream = open(temporary, "xb", buffering=0)  # noqa: PTH123, SIM115
    except FileNotFoundError:
        Path(folder).mkdir(parents=True, exist_ok=True)
        stream = open(temporary, "xb", buffering=0)  # noqa: PTH123, SIM115
    try:
        with stream:
            rest = memoryview(body)
            while rest:
                rest = rest[stream.write(rest) :]
            if sync:
                os.fsync(stream.fileno())
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return temporary


def give_names(ready: Sequence[tuple[str, str]]) -> None:
    """Gives temporary files their names; those that did not get theirs are removed."""
    try:
        for temporary, target in ready:
            os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        forget(ready)
        raise


def forget(ready: Sequence[tuple[str, str]]) -> None:
    """Removes temporary files that did not get their names."""
    for temporary, _ in ready:
        Path(temporary).unlink(missing_ok=True)
