"""Flipped bits over all files of a home, and what reading says: `python -m tests.attacks.flips HOME --bits
1000`.

A flip is *found* where `gapledger verify` names the file, *harmless* where it does not and every table, body
and page is the same; *silent* where something else is read. HOME is copied first and never written.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from warehouse.location import DESCRIPTOR, Location
from warehouse.verify import FOLDERS, Look

KINDS = ("parquet", "warc.gz", "json")


def files_of(home: Path) -> list[str]:
    """All files of a home that a reader reads."""
    location = Location(str(home))
    return sorted({*(n for folder in FOLDERS for n in location.names(folder)), DESCRIPTOR})


def flipped(home: Path, name: str, bit: int) -> bool:
    """Whether a flipped bit of a file is found; the file is as before afterwards."""
    path = (home / name).resolve()
    before = path.read_bytes()
    body = bytearray(before)
    body[bit // 8] ^= 1 << bit % 8
    path.write_bytes(bytes(body))
    try:
        look = Look(Location(str(home)))
        look.check(name, look.location.read(name))
    except Exception:
        return True
    finally:
        path.write_bytes(before)
    return False


def study(home: Path, bits: int, seed: int) -> Counter[str]:
    """Flips so many bits, one at a time, each file as likely as its size and every kind at least now and
    then.
    """
    chance = random.Random(seed)
    names = [n for n in files_of(home) if (home / n).stat().st_size]
    sizes = [(home / n).stat().st_size for n in names]
    said: Counter[str] = Counter()
    for number in range(bits):
        name = chance.choice(names) if number % 2 else chance.choices(names, sizes)[0]
        found = flipped(home, name, chance.randrange((home / name).stat().st_size * 8))
        said["found" if found else "silent"] += 1
        if not found:
            sys.stderr.write(f"silent: {name}\n")
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.flips")
    parser.add_argument("home", type=Path)
    parser.add_argument("--bits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.home.parent) as folder:
        copy = shutil.copytree(given.home, Path(folder) / "home", symlinks=True)
        said = study(copy, given.bits, given.seed)
    sys.stdout.write(
        f"{given.bits} bits flipped, seed {given.seed}: found {said['found']}, silent {said['silent']}\n"
    )


if __name__ == "__main__":
    main()
