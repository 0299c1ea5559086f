"""`gapledger explain`: from a published row to the bytes it came from."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.rereading import Rereading
from flows.console import put, put_json, say
from warehouse.lineage.walk import explain
from warehouse.location import Location

EXPLAINED, NOT_PROVEN = 0, 1


def command(location: Location, table: str, given: Sequence[str], as_json: bool) -> int:
    """Walks the rows that the keys name down to the bytes; exit 1 where a digest does not hold or nothing
    lies behind a row.
    """
    keys = [key.partition("=") for key in given]
    wrong = [name for name, sign, _ in keys if not sign]
    if wrong:
        raise ValueError(f"give KEY=VALUE, not {', '.join(wrong)}")
    lines, whole = explain(location, table, {name: value for name, _, value in keys}, Rereading(location))
    if as_json:
        put_json({"table": table, "whole": whole, "chain": lines})
        return EXPLAINED if whole else NOT_PROVEN
    for line in lines:
        put(line)
    if not whole:
        say("the chain is broken: see the lines marked BROKEN")
    return EXPLAINED if whole else NOT_PROVEN
