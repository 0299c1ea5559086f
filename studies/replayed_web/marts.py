"""The derived tables of some nights: against a backfill over what was captured, and from a night without a
change to the next.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from flows.derive import build_all
from flows.ingest import SourceJob, chosen, publish, run_source
from flows.pools import Pool
from flows.summary import quiet
from studies.same_marts import DIFFERENT, ONE_HOME, compared
from warehouse.archive.index import CaptureIndex, by_day
from warehouse.bookkeeping import CAPTURES
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

# Tables of the runs themselves, and of each capture: a backfill has its own.
OF_RUNS = frozenset({"freshness", "address_freshness"})
# Columns of capture times and of the last sight.
SEEN = frozenset({"last_seen_at", "last_seen", "capture_sha256", "vintage", "rows"})
PER_DAY = {
    "lag": ("valid_on", ("lag_days",)),
    "pooled_lag": ("valid_on", ("lag_days",)),
    "price_ratio": ("day", ("ratio",)),
    "price_index_ratio": ("month", ("ratio",)),
}


def derive_night(location: Location, day: date, pool: Pool) -> None:
    """The tables of a date, without a page."""
    Marts(location).publish(build_all(location, [day], pool, quiet), {}, mart_tables())


def backfilled(location: Location, into: Location, read: frozenset[tuple[str, date]], pool: Pool) -> None:
    """Another home with the captures of the first (those of the sources and days in `read`: the nights read
    no others), read and checked at once as a backfill does.
    """
    shutil.copytree(Path(location.root) / "raw", Path(into.root) / "raw")
    snapshots = Snapshots(into)
    rows = [r for r in CaptureIndex(Snapshots(location)).rows if (r["source_id"], r["observed_on"]) in read]
    snapshots.append_days(CAPTURES, dict(sorted(by_day(rows).items())))
    last, outcomes = max(day for _, day in read), Outcomes("backfill")
    jobs = [SourceJob(into, s.id, None, last, outcomes.run_id) for s in chosen(None)]
    publish(snapshots, [done for _, done in pool(run_source, jobs)], outcomes, pool)
    outcomes.write(snapshots, last)


def differences(one: Location, other: Location, days: Sequence[date]) -> tuple[int, list[str]]:
    """How many tables of those dates both homes have alike (but for `SEEN`), and each that differs."""
    same, found = 0, []
    for day in days:
        tops = [Path(home.root) / "marts" / "as_of" / day.isoformat() for home in (one, other)]
        for name in sorted({p.name for top in tops for p in top.glob("*.parquet")}):
            if name.removesuffix(".parquet") in OF_RUNS:
                continue
            how, where = compared(tops[0] / name, tops[1] / name, {})
            if how in (DIFFERENT, ONE_HOME) and not _but_for_seen(tops[0] / name, tops[1] / name):
                found.append(f"{day} {name}: {how}: {where}")
            else:
                same += 1
    return same, found


def _but_for_seen(one: Path, other: Path) -> bool:
    if not (one.exists() and other.exists()):
        return False
    frames = [pd.read_parquet(path) for path in (one, other)]
    kept = [frame.drop(columns=[c for c in frame if c in SEEN]) for frame in frames]
    return kept[0].equals(kept[1])


def moved(location: Location, before: date, after: date) -> Mapping[str, tuple[int, int, int]]:
    """From a date to the next, on which nothing changed: by table how many figures of the same day or month
    there are, how many moved, and how many stand only under the later date; verdicts likewise.
    """
    marts, found = Marts(location), dict[str, tuple[int, int, int]]()
    for name, (_, figures) in PER_DAY.items():
        found[name] = _moved(marts, name, before, after, figures)
    found["claim_verdicts"] = _moved(marts, "claim_verdicts", before, after, ("verdict",))
    return found


def _moved(
    marts: Marts, name: str, before: date, after: date, figures: Sequence[str]
) -> tuple[int, int, int]:
    if not (marts.has(name, before) and marts.has(name, after)):
        return 0, 0, 0
    old, new = (marts.read(name, day).to_pandas() for day in (before, after))
    keys = [k for k in mart_tables()[name].key if k not in {"as_of"}]
    both = new.merge(old, on=keys, how="left", suffixes=("", "_before"), indicator=True)
    shared = both[both["_merge"] == "both"]
    differ = pd.Series(False, index=shared.index)
    for figure in figures:
        now, then = shared[figure], shared[f"{figure}_before"]
        differ |= ~((now == then) | (now.isna() & then.isna()))
    return len(shared), int(differ.sum()), int((both["_merge"] == "left_only").sum())
