"""The kinds of what attacks broke, with the mend of each taken out of a copy of the code: its tests fail.

    python -m tests.attacks.unmended [--kinds 1,7]

Prints of each kind its tests, how many of them fail without the mend, and the first failure in its own words.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.attacks.kinds import ROOT, Kind, kinds

SECONDS = 150
MOST_BYTES = 6 * 2**30  # of a process of the tests, where the product's own bounds are what is taken out


def copied(folder: Path) -> Path:
    """The tracked files of the checkout."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, listed.decode().split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    return folder


def taken_out(top: Path, kind: Kind) -> dict[Path, str]:
    """Takes a kind's mend out; gives what stood there, by file. ValueError where the code has moved on."""
    before: dict[Path, str] = {}
    for name, mended, without in kind.mend:
        path = top / name
        text = path.read_text(encoding="utf-8")
        if mended not in text:
            raise ValueError(f"kind {kind.number}: {name} has no {mended!r} any more")
        before.setdefault(path, text)
        path.write_text(text.replace(mended, without, 1), encoding="utf-8")
    return before


def run(top: Path, tests: Sequence[str]) -> tuple[str, str]:
    """How the tests end in a copy: the summary, and the first failure."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "-rf", *tests]
    env = {**os.environ, "PYTHONPATH": str(top)}
    try:
        done = subprocess.run(
            command, cwd=top, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"no end in {SECONDS} s", "the tests hang with the code that they test"
    if done.returncode < 0:
        return f"ended by signal {-done.returncode}", "the process of all tests ended with the body's reader"
    failed = re.findall(r"^(?:FAILED|ERROR) ", done.stdout, re.MULTILINE)
    reasons = re.findall(r"^E\s+(\S.*)", done.stdout, re.MULTILINE)
    return f"{len(failed)} fail" if done.returncode else "", (reasons or ["none"])[0][:110]


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints a line a kind; exit status 1 where a kind's tests pass without its mend."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.unmended")
    parser.add_argument("--kinds", default="")
    numbers = parser.parse_args(arguments).kinds
    wanted = {int(n) for n in numbers.split(",")} if numbers else {kind.number for kind in kinds()}
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    green = []
    with tempfile.TemporaryDirectory() as folder:
        top = copied(Path(folder))
        for kind in (k for k in kinds() if k.number in wanted):
            before = taken_out(top, kind)
            ended, why = run(top, kind.shown)
            for path, text in before.items():
                path.write_text(text, encoding="utf-8")
            if not ended:
                green.append(kind.number)
            sys.stdout.write(f"{kind.number:2}  {ended or 'all pass':18}  {why}\n")
            sys.stdout.flush()
    sys.exit(f"pass without the mend: {green}" if green else 0)


if __name__ == "__main__":
    main()
