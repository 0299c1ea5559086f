"""`python -m studies.same_marts BEFORE AFTER`: whether two homes have the same derived tables of every as-of
date.

A file is equal byte by byte, or value by value where only its description (the schema's metadata) or a column
that was renamed on purpose (--renamed TABLE.OLD=NEW) differs. Prints how many files are equal, which way, and
each that is not; exit 1 where one differs or is in one home only.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq

BYTES, VALUES, DIFFERENT, ONE_HOME = (
    "equal byte by byte",
    "equal value by value",
    "different",
    "in one home only",
)


def compared(before: Path, after: Path, renamed: Mapping[str, Mapping[str, str]]) -> tuple[str, str]:
    """How the two files of one table and date compare, and where they differ."""
    if not (before.exists() and after.exists()):
        return ONE_HOME, f"only in {'the first' if before.exists() else 'the second'}"
    if before.read_bytes() == after.read_bytes():
        return BYTES, ""
    names = renamed.get(before.stem, {})
    old, new = pq.read_table(before), pq.read_table(after)
    old = old.rename_columns([names.get(name, name) for name in old.column_names])
    if set(old.column_names) != set(new.column_names):
        return DIFFERENT, f"columns {sorted(set(old.column_names) ^ set(new.column_names))}"
    if old.num_rows != new.num_rows:
        return DIFFERENT, f"{old.num_rows} rows, {new.num_rows} rows"
    wrong = [name for name in old.column_names if not old.column(name).equals(new.column(name))]
    # NaN equals nothing in Arrow; pandas takes it for equal.
    wrong = [n for n in wrong if not old.column(n).to_pandas().equals(new.column(n).to_pandas())]
    return (DIFFERENT, f"columns {wrong}") if wrong else (VALUES, "")


def compare(
    before: Path, after: Path, renamed: Mapping[str, Mapping[str, str]]
) -> dict[str, tuple[str, str]]:
    """`compared` of every file below `marts/as_of` of either home, by its name there."""
    tops = before / "marts" / "as_of", after / "marts" / "as_of"
    names = sorted({p.relative_to(top).as_posix() for top in tops for p in top.glob("*/*.parquet")})
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda name: compared(tops[0] / name, tops[1] / name, renamed), names)
        return dict(zip(names, found, strict=True))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m studies.same_marts", description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--renamed", action="append", default=[], metavar="TABLE.OLD=NEW")
    given = parser.parse_args(arguments)
    renamed: dict[str, dict[str, str]] = {}
    for rule in given.renamed:
        table, _, names = rule.partition(".")
        old, _, new = names.partition("=")
        renamed.setdefault(table, {})[old] = new
    found = compare(given.before, given.after, renamed)
    for name, (how, where) in found.items():
        if how in (DIFFERENT, ONE_HOME):
            sys.stdout.write(f"{name}: {how}: {where}\n")
    counts = Counter(how for how, _ in found.values())
    told = ", ".join(f"{counts[how]} {how}" for how in (BYTES, VALUES, DIFFERENT, ONE_HOME))
    sys.stdout.write(f"{len(found)} files of {len({n.split('/')[0] for n in found})} dates: {told}\n")
    return int(not found or counts[DIFFERENT] + counts[ONE_HOME] > 0)


if __name__ == "__main__":
    sys.exit(main())
