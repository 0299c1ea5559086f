"""`python -m studies.provenance HOME [DATE...]`: no published cell is an orphan, every digest holds,
other WARC tools agree.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from datetime import date
from pathlib import Path

from warehouse.lineage.proof import prove
from warehouse.location import Location


def warcio_check(home: Path) -> tuple[int, list[str]]:
    """How many archive files there are, and what `warcio check` says of those that it does not like."""
    files = sorted(str(path) for path in (home / "raw").rglob("*.warc.gz"))
    bad = []
    for start in range(0, len(files), 200):
        done = subprocess.run(
            [Path(sys.executable).parent / "warcio", "check", *files[start : start + 200]],
            capture_output=True,
            text=True,
            check=False,
        )
        bad += [line for line in done.stdout.splitlines() if line.strip()] if done.returncode else []
    return len(files), bad


def fastwarc_records(home: Path) -> int:
    """How many records another reader (fastwarc) finds, its digests checked; -1 where it is not installed."""
    if importlib.util.find_spec("fastwarc") is None:
        return -1
    from fastwarc.warc import ArchiveIterator

    count = 0
    for path in sorted((home / "raw").rglob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream, parse_http=False):
                if not record.verify_block_digest():
                    raise AssertionError(f"{path}: fastwarc finds a block digest that does not hold")
                count += 1
    return count


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 where something is broken."""
    home = Path(arguments[0])
    proof = prove(Location(str(home)), [date.fromisoformat(d) for d in arguments[1:]] or None)
    files, bad = warcio_check(home)
    records = fastwarc_records(home)
    for problem in [*proof.problems, *bad]:
        sys.stdout.write(f"BROKEN {problem}\n")
    sys.stdout.write(
        f"tables {proof.tables}, rows {proof.rows}, cells traced {proof.cells}, captures whose digest was"
        f" computed {proof.captures}\n"
    )
    sys.stdout.write(
        f"archive files {files}: warcio check finds {len(bad)} problems; fastwarc reads {records} records\n"
    )
    sys.stdout.write(f"breaks {len(proof.problems) + len(bad)}\n")
    return 1 if proof.problems or bad else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
