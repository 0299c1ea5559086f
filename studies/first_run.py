"""`python -m studies.first_run FIRST FULL [DAY]`: what a home that `gapledger run --offline` made from
nothing says as of a day, beside a full home; both are derived by today's code.

Printed: the boards with a lag, the span of prices, the pooled lag and the price index of the first run,
and the claims whose verdict differs from the full home's. Then the full home without the sources that the
pack withholds is derived too: a claim that still differs does not rest on them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Collection
from datetime import date
from pathlib import Path

from flows.derive import sources
from transforms.as_of import AsOf
from transforms.build import Wanted, build
from warehouse.history_pack import HistoryPack
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.mart_rows import declared_tables
from warehouse.snapshots import Snapshots


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


Verdicts = dict[str, tuple[str, str]]


def overall(rows) -> Verdicts:
    """By claim, its verdict and the explanation, of rows of claim_verdicts."""
    return {r["claim_id"]: (r["verdict"], r["explanation"]) for r in rows if r["scope"] == "overall"}


def without(full: Location, withheld: Collection[str], at: Path) -> Location:
    """The full home's snapshots as hard links, but those of the withheld sources."""
    for name in full.names("snapshots", ".parquet"):
        if name.split("/")[2] not in withheld:
            (at / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(full.full(name), at / name)
    return Location(str(at))


def derived(location: Location, day: date):
    """The derived tables of a day with whole series, as a run publishes them."""
    made = build(AsOf(Inputs(Snapshots(location), day, sources())), Wanted(day, True, None))
    return declared_tables(made, day, sources())


def differing(some: Verdicts, other: Verdicts) -> list[str]:
    """The claims whose verdicts differ."""
    return sorted(c for c in some.keys() | other.keys() if some.get(c, ("",))[0] != other.get(c, ("",))[0])


def main(first_at: str, full_at: str, day_text: str = "2026-11-15") -> None:
    first, full, day = Location(first_at), Location(full_at), date.fromisoformat(day_text)
    withheld = set(HistoryPack(first).manifest["withheld"])
    built = derived(first, day)
    tell_contents(built)
    mine, theirs = (overall(t["claim_verdicts"].to_pylist()) for t in (built, derived(full, day)))
    with tempfile.TemporaryDirectory(dir=Path(full_at).absolute().parent) as at:
        part = derived(without(full, withheld, Path(at)), day)
    same = overall(part["claim_verdicts"].to_pylist())
    differ, left = differing(mine, theirs), differing(mine, same)
    say(f"claims: {len(mine)}; as the full home's: {len(mine) - len(differ)}")
    for claim in differ:
        rests = "does not rest" if claim in left else "rests"
        say(f"{claim}: {mine[claim][0]}, the full home: {theirs[claim][0]}; {rests} on what is withheld")
        say(f"  first run: {mine[claim][1][:160]}\n  full home: {theirs[claim][1][:160]}")
    say(f"beside the full home without {', '.join(sorted(withheld))}: {len(left)} differ {left}")


def tell_contents(built) -> None:
    """What of boards, prices, pooled lag and price index is there."""
    lag = built["lag"].to_pandas()
    plain = (lag["definition"] == "trailing12") & (lag["leader"] == "US") & (lag["follower"] == "CN")
    plain &= lag["lag_days"].notna() & (lag["kind"] == "released") & (lag["tolerance"] == 0)
    boards = lag[plain].groupby("board_id", observed=True)["valid_on"].max()
    say(f"boards with a lag: {len(boards)}: " + ", ".join(f"{b} to {d:%Y-%m-%d}" for b, d in boards.items()))
    prices = built["price_intervals"].to_pandas()
    say(f"prices: {len(prices)} spells from {prices['valid_from'].min():%Y-%m-%d}")
    for name in ("pooled_lag", "price_index", "price_index_ratio"):
        say(f"{name}: {built[name].num_rows} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
