"""What a source's day looks like as a whole: rows, known models, what vanished, what changed, against the
last good snapshot.

The numbers are computed here, vectorised over a source's distinct rows; `validation.py` judges them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from warehouse.checks.families import families_of, family
from warehouse.checks.jump_guard import STALE_DAYS
from warehouse.checks.sisters import Sisters
from warehouse.expects import Expects
from warehouse.source_rows import Numbers, Part, SourceRows, codes, combined

QUARANTINED_SHARE = 0.02
CHANGE_FACTOR = 10.0
GRACE_DAYS, FULL_DAYS, LOOSEST = 14, 90, 1.0
LOST_SHARE = 0.45
REBASED_AT_LEAST, REBASED_STEP, MOVED_SHARE = 10, 0.02, 0.8
HELD_AT_LEAST = 3
Flags = npt.NDArray[np.bool_]
Names = frozenset[str]
# What a day must keep: the first figure of its row is at least the second; and what is said of a day that
# does not.
LIMITS = {
    ("rows", "rows_least"): "expected at least {rows_least} rows; found {rows}",
    ("rows_most", "rows"): "expected at most {rows_most} rows; found {rows}",
    ("vanished_limit", "vanished_share"): (
        "expected at most {vanished_limit:.0%} of the last good snapshot's models to be gone; found"
        " {vanished_share:.0%}"
    ),
    ("changed_limit", "changed_share"): (
        "expected at most {changed_limit:.0%} of the prices to change more than tenfold; found"
        " {changed_share:.0%}"
    ),
    ("lost_limit", "lost_share"): (
        "expected at most {lost_limit:.0%} of the last good snapshot's models and components to be gone;"
        " found {lost_share:.0%}"
    ),
    ("moved_limit", "moved_share"): (
        "expected scores that move by themselves; found {moved_share:.0%} of them moved by one factor or"
        " step: a new scale"
    ),
    (
        "known_models",
        "known_least",
    ): "expected models of the families that this source lists; found none of them in its first snapshot",
    (
        "quarantined_limit",
        "quarantined_share",
    ): "expected at most {quarantined_limit:.0%} of the rows in quarantine; found {quarantined_share:.1%}",
}


def day_rows(
    readings: Sequence[SourceRows],
    expects: Mapping[str, Expects],
    aside: Mapping[tuple[str, date], Mapping[int, str]],
    unpublished: Collection[tuple[str, date]],
    held: Mapping[tuple[str, date], Mapping[int, str]],
) -> list[dict[str, Any]]:
    """One row a source and day, in order: the figures and their limits. Days that are `unpublished` are no
    last good snapshot for the next; rows `aside` or `held` on a day are in quarantine on that day. Readings
    without captures are what other sources say.
    """
    rows: list[dict[str, Any]] = []
    sisters = Sisters(readings, expects, unpublished)
    for reading in (r for r in readings if r.parts):
        rows.extend(_days_of(reading, expects[reading.source_id], aside, unpublished, held, sisters))
    return rows


def _days_of(
    reading: SourceRows,
    expects: Expects,
    aside: Mapping[tuple[str, date], Mapping[int, str]],
    unpublished: Collection[tuple[str, date]],
    held: Mapping[tuple[str, date], Mapping[int, str]],
    sisters: Sisters,
) -> list[dict[str, Any]]:
    figures = _Figures.of(reading)
    familiar = _familiar(figures.listed, expects)
    last_good = {p.address: p for p in sorted(reading.baseline, key=lambda p: p.observed_at)}
    rows = []
    for day in reading.days:
        parts = reading.parts_on(day)
        numbers = np.unique(np.concatenate([p.rows for p in parts]))
        newest = max((p.day for p in last_good.values()), default=day)
        against = [(before, p) for p in parts if (before := _page_before(last_good, p, newest)) is not None]
        ages = [(day - before.day).days for before, _ in against]
        limit = min([1.0, *(_loosened(expects.vanished_share, age) for age in ages)])
        where = reading.source_id, day
        bad, waiting = list(aside.get(where, {})), list(held.get(where, {}))
        present = 1 if last_good or familiar is None else int(familiar[numbers].sum())
        row = {"source_id": reading.source_id, "day": day, "rows": len(numbers), "known_models": present}
        shares = figures.shares(
            against, lambda *names, on=day: sisters.bear_out(reading.source_id, on, *names)
        )
        row |= {name: round(max([0.0, *each]), 6) for name, each in shares.items()}
        row["quarantined_share"] = _share_aside(bad, numbers, waiting)
        rows.append(row | _limits(reading, expects, limit))
        if where not in unpublished:
            without = np.array([*bad, *waiting], dtype=np.int64)
            last_good.update({p.address: p for p in reading.published_on(day, without)})
    return rows


@dataclass(frozen=True)
class _Figures:
    """Of every distinct row of a reading: its key, name, name and component, and family as numbers or text,
    its amount and its score; None where the table has none.
    """

    keys: Numbers
    listed: Any
    names: Numbers
    parts: Numbers
    families: Any
    amounts: Any
    scores: Any

    @classmethod
    def of(cls, reading: SourceRows) -> _Figures:
        """The figures of a reading."""
        listed, amounts = _listed(reading), _amounts(reading)
        names = reading.keys if listed is None else codes(reading.distinct.column("listed_model"))
        parts = names
        if amounts is not None:
            parts = combined([names, codes(reading.distinct.column("component"))], len(names))
        families = None if listed is None else families_of(listed, names)
        return cls(reading.keys, listed, names, parts, families, amounts, _scores(reading))

    def shares(
        self, against: Sequence[tuple[Part, Part]], borne_out: Callable[[Names, Names], bool]
    ) -> dict[str, list[float]]:
        """What vanished, changed or moved from each page before to that of the day. Nothing vanished from a
        page whose new names are borne out.
        """
        gone, keys = partial(_vanished, self.listed, self.families, borne_out), self.keys
        return {
            "vanished_share": [gone(self.names, *pages) for pages in against],
            "changed_share": [_changed(keys, self.amounts, *pages) for pages in against],
            "lost_share": [gone(self.parts, *pages) for pages in against],
            "moved_share": [_moved(keys, self.scores, *pages) for pages in against],
        }


def _page_before(last_good: Mapping[str, Part], page: Part, newest: date) -> Part | None:
    """What a page is compared with: what its address last published, in the source's newest good snapshot or
    in the weeks before.
    """
    before = last_good.get(page.address)
    recent = before is not None and (before.day == newest or (page.day - before.day).days <= STALE_DAYS)
    return before if recent else None


def _limits(reading: SourceRows, expects: Expects, vanished: float) -> dict[str, Any]:
    """What a day's figures are held against."""
    least, most = expects.rows.get(reading.table.name, (1, 10_000_000))
    return {
        "rows_least": least,
        "rows_most": most,
        "known_least": 1,
        "quarantined_limit": QUARANTINED_SHARE,
        "vanished_limit": vanished,
        "changed_limit": expects.changed_share,
        "lost_limit": max(vanished, LOST_SHARE),
        "moved_limit": MOVED_SHARE,
    }


def _listed(reading: SourceRows) -> Any:
    """The listed model of every distinct row, as an array of text; None where the table has none."""
    if "listed_model" not in reading.distinct.column_names:
        return None
    return np.asarray(reading.distinct.column("listed_model").to_pylist(), dtype=object)


def _familiar(listed: Any, expects: Expects) -> Flags | None:
    """Which rows' models belong to a family of `Expects.models`; None where the source names none.

    Only a source's very first snapshot is judged by it: afterwards the models of the last good snapshot are
    the known ones. A family is a name up to its first digit (`kimi-k` of kimi-k2.5), which does not age as
    names do.
    """
    if not expects.models or listed is None:
        return None
    families = tuple({family(name) for name in expects.models})
    return np.fromiter((str(name).casefold().startswith(families) for name in listed), bool, len(listed))


def _amounts(reading: SourceRows) -> Any:
    if "amount" not in reading.distinct.column_names:
        return None
    return reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)


def _vanished(
    listed: Any,
    families: Any,
    borne_out: Callable[[Names, Names], bool],
    names: Numbers,
    before: Part,
    now: Part,
) -> float:
    """The share of the names before that are neither among the rows now nor known to be unread, nor followed
    by a name of their family that is new.
    """
    if listed is not None and borne_out(frozenset(listed[before.rows]), frozenset(listed[now.rows])):
        return 0.0
    old, at = np.unique(names[before.rows], return_index=True)
    here = np.isin(old, names[now.rows])
    if now.unread and listed is not None:
        here |= np.isin(listed[before.rows][at], list(now.unread))
    gone = int((~here).sum())
    if gone and families is not None:
        new, first = np.unique(names[now.rows], return_index=True)
        successors = Counter(families[now.rows][first[~np.isin(new, old)]])
        gone -= (Counter(families[before.rows][at[~here]]) & successors).total()
    return gone / len(old) if len(old) else 0.0


def _changed(keys: Numbers, amounts: Any, before: Part, now: Part) -> float:
    if amounts is None:
        return 0.0
    _, was, is_ = np.intersect1d(keys[before.rows], keys[now.rows], return_indices=True)
    old, new = amounts[before.rows][was], amounts[now.rows][is_]
    both = (old > 0) & (new > 0)
    if not both.any():
        return 0.0
    factor = np.maximum(new[both] / old[both], old[both] / new[both])
    return float((factor > CHANGE_FACTOR).mean())


def _share_aside(bad: Sequence[int], numbers: Numbers, held: Sequence[int]) -> float:
    """The share of a day's rows in quarantine; a single row held is no reason to stop a small page."""
    if not len(numbers):
        return 1.0
    aside = int(np.isin(numbers, [*bad, *held]).sum())
    return 0.0 if aside <= len(held) <= HELD_AT_LEAST else round(aside / len(numbers), 6)


def _scores(reading: SourceRows) -> Any:
    if "score" not in reading.distinct.column_names:
        return None
    return reading.distinct.column("score").cast(pa.float64()).to_numpy(zero_copy_only=False)


def _moved(keys: Numbers, scores: Any, before: Part, now: Part) -> float:
    """The share of the scores known before that moved by one and the same factor or step: what a rebased
    index does, and no model.
    """
    if scores is None:
        return 0.0
    _, was, is_ = np.intersect1d(keys[before.rows], keys[now.rows], return_indices=True)
    old, new = scores[before.rows][was], scores[now.rows][is_]
    sound = np.isfinite(old) & np.isfinite(new)
    old, new = old[sound], new[sound]
    spread = float(np.ptp(old)) if len(old) else 0.0
    if len(old) < REBASED_AT_LEAST or spread == 0:
        return 0.0
    step = new - old
    common = float(np.median(step))
    ratio = float(np.median(new[old != 0] / old[old != 0])) if (old != 0).any() else 1.0
    shares = [0.0]
    if abs(common) > REBASED_STEP * spread:
        shares.append(float((np.abs(step - common) < 0.1 * abs(common)).mean()))
    if abs(ratio - 1) > REBASED_STEP:
        shares.append(float((np.abs(step - (ratio - 1) * old) < 0.1 * np.abs((ratio - 1) * old)).mean()))
    return max(shares)


def _loosened(share: float, age_days: int) -> float:
    """The share that may vanish: as declared while the last good snapshot is fresh, looser with its age."""
    if age_days <= GRACE_DAYS:
        return share
    return min(LOOSEST, share + (LOOSEST - share) * (age_days - GRACE_DAYS) / (FULL_DAYS - GRACE_DAYS))
