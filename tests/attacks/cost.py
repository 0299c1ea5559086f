"""What the mends of attacks cost: an import, a nightly and a backfill with the code as it is, and with a copy
from which the mends that cost are taken out, in turn; seconds of processor, of all processes together.

    python -m tests.attacks.cost RECORDINGS [--home HOME] [--times 2]

RECORDINGS is a folder of WARC files (import, then a backfill of some dates); HOME, a home with captures, is
copied for the nightly.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.attacks.kinds import ROOT, Kind
from tests.attacks.unmended import copied, taken_out

COSTS = (
    # Captures are read in children.
    (
        "extractors/isolation.py",
        "    try:\n        request = pickle",
        "    return work(job)\n    try:\n        request = pickle",
    ),
    # Files state their digests, pages their checksums, and both are compared.
    ("warehouse/seals.py", "    at = body.rfind(PLACE", "    return body\n    at = body.rfind(PLACE"),
    ("warehouse/seals.py", "    at = body.rfind(_KEY)\n", "    return True\n    at = body.rfind(_KEY)\n"),
    ("warehouse/parquet.py", "write_statistics=True, write_page_checksum=True", "write_statistics=True"),
    ("warehouse/parquet.py", "store_schema=False, write_page_checksum=True", "store_schema=False"),
    ("warehouse/archive/members.py", "hashlib.sha256(rest).hexdigest())", '"0" * 64)'),
    # A sample of files is verified each night.
    ("flows/nightly.py", "verify(location, SAMPLE_SECONDS,", "verify(location, 0.0,"),
)
OFFLINE = ["run", "--offline"]


def used(code: Path, *arguments: str) -> float:
    """The seconds of processor of a command of that code, with the processes that it started."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": str(code), "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "flows.cli", *arguments]
    done = subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments[:2])}: {done.stderr[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def round_of(code: Path, given: argparse.Namespace, folder: Path) -> dict[str, float]:
    """One import, one backfill of what was imported, and one nightly."""
    fresh, copy = folder / "imported", folder / "copy"
    files = sorted(str(f) for f in given.recordings.rglob("*.warc.gz"))
    said = {"import": used(code, "import", *files, "--home", str(fresh))}
    span = ["--from", given.since, "--to", given.until, "--every", "month", "--home", str(fresh)]
    said["backfill"] = used(code, "backfill", *span)
    shutil.rmtree(fresh)
    if given.home is not None:
        shutil.copytree(given.home, copy, symlinks=True)
        said["nightly"] = used(code, *OFFLINE, "--date", given.until, "--home", str(copy))
        shutil.rmtree(copy)
    return said


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints of each command its seconds with the mends, without, and the share that they cost."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.cost")
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--times", type=int, default=2)
    parser.add_argument("--since", default="2026-10-15")
    parser.add_argument("--until", default="2026-11-15")
    given = parser.parse_args(arguments)
    found: dict[str, dict[str, list[float]]] = {}
    with tempfile.TemporaryDirectory() as top:
        folder = Path(top)
        without = copied(folder / "without")
        taken_out(without, Kind(0, "", "", (), COSTS, ()))
        for number in range(2 * given.times):
            code, name = [(ROOT, "with"), (without, "without")][(number + number // 2) % 2]
            for what, seconds in round_of(code, given, folder).items():
                found.setdefault(what, {}).setdefault(name, []).append(seconds)
                sys.stderr.write(f"{what} {name}: {seconds:.1f} s\n")
    for what, each in found.items():
        here, there = (statistics.median(each[name]) for name in ("with", "without"))
        line = f"{what:9} {here:6.1f} s with the mends, {there:6.1f} s without: {here / there - 1:+.0%}"
        sys.stdout.write(f"{line} (goal: at most +10%)\n")


if __name__ == "__main__":
    main()
