"""The 23 kinds of what attacks broke, each with its tests and its mend: `kinds.toml`, read. As a table of
docs/trust.md: `python -m tests.attacks.kinds`.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


class Kind(NamedTuple):
    """A kind: its tests as pytest names them, what happens without its mend, and the changes (file, text of
    the mend, text without it) that take the mend out; `shown` are the tests that are run then.
    """

    number: int
    what: str
    before: str
    tests: tuple[str, ...]
    mend: tuple[tuple[str, str, str], ...]
    shown: tuple[str, ...]


def kinds() -> list[Kind]:
    """The kinds, by number."""
    found = tomllib.loads((HERE / "kinds.toml").read_text(encoding="utf-8"))["kind"]
    return [
        Kind(
            k["number"],
            k["what"],
            k["before"],
            tuple(map(_place, k["tests"])),
            tuple((file, mended, without) for file, mended, without in k["mend"]),
            tuple(map(_place, k.get("shown", k["tests"]))),
        )
        for k in found
    ]


def _place(test: str) -> str:
    return test if test.startswith("tests/") else f"tests/attacks/{test}"


def lines() -> list[str]:
    """The table: kind, tests, what happens without the mend."""
    rows = []
    for kind in kinds():
        files = sorted({test.partition("::")[0].removeprefix("tests/") for test in kind.tests})
        rows.append(f"| {kind.number} | {kind.what} | {', '.join(f'`{f}`' for f in files)} | {kind.before} |")
    return ["| | kind | tests, below `tests/` | without its mend |", "|---|---|---|---|", *rows]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
