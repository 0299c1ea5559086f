"""`gapledger explain`: from a published row to the bytes it came from."""

from __future__ import annotations

import argparse

from flows.console import put, say
from warehouse.lineage.walk import explain
from warehouse.location import home

EXPLAINED, NOT_PROVEN = 0, 1


def command(given: argparse.Namespace) -> int:
    """Walks the rows that the keys name down to the bytes; exit 1 where a digest does not hold or nothing
    lies behind a row.
    """
    location = home(given.home)
    keys = [key.partition("=") for key in given.keys]
    wrong = [name for name, sign, _ in keys if not sign]
    if wrong:
        raise ValueError(f"give KEY=VALUE, not {', '.join(wrong)}")
    lines, whole = explain(location, given.table, {name: value for name, _, value in keys})
    for line in lines:
        put(line)
    if not whole:
        say("the chain is broken: see the lines marked BROKEN")
    return EXPLAINED if whole else NOT_PROVEN
