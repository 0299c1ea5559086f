"""What the pooled lag said then, against what is known at the end: revisions over dates of a year and a half,
each with the boards, names and release days known on it, of the same day by the same definition (the year up
to the day until which the boards spoke then). `python -m studies.pooled_then --home HOME [--seed N]`.

A date on which nothing is published (`published.hangs`) counts in no revision; what it would have said is
printed. Of each revision the models are named whose part in the value changed most: a model's part is by how
much the value moves when the model is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, known, say
from transforms.boards import speaks
from transforms.boards.frontier import epoch_days
from transforms.pooled.draw_lags import trailing_months
from transforms.pooled.groups import HEADLINE, pair_of, speaks_until
from transforms.pooled.panel import panel_of
from transforms.pooled.posterior import Posterior
from transforms.pooled.published import HANGS, hangs
from transforms.pooled.rulers import cells_of, rulers
from transforms.pooled.sampler import sample
from warehouse.seeds import boards

# The eight that METHOD.md's number is over, and others between them.
DATES = (
    "2025-06-15", "2025-08-17", "2025-10-19", "2025-12-14", "2026-02-15", "2026-04-05", "2026-05-17",
    "2026-06-28",
)  # fmt: skip
BETWEEN = ("2025-09-14", "2025-11-16", "2026-01-18", "2026-03-15", "2026-06-07", "2026-07-19", "2026-08-23")
NEAR = 40  # of the models nearest to the frontiers: whose part in the value is looked at
NAMED = 2


class Said(NamedTuple):
    """A date's fit, the last day that two boards of many subjects spoke of then (None: of none), the value of
    that day, and by how much it hangs on models of the group ahead that were not measured.
    """

    day: date
    posterior: Posterior
    until: int | None
    value: float
    moved: float

    @property
    def published(self) -> bool:
        """Whether the date has a published lag."""
        return self.until is not None and self.moved <= HANGS


def value(posterior: Posterior, day: int, without: str = "") -> float:
    """The value of the year up to a day over measured models, in months; `without`: with a model left out."""
    panel = posterior.panel
    some = posterior.measured & (panel.models.astype(str) != without)
    pair = pair_of(panel, *HEADLINE)
    lags = trailing_months(
        panel, posterior.spare, pair.leading & some, pair.following & some, np.array([day])
    )
    return float(np.nanmedian(lags))


def parts(posterior: Posterior, day: int) -> dict[str, float]:
    """By how much the value of a day moves by each of the models nearest to the frontiers."""
    panel = posterior.panel
    mine = posterior.measured & (panel.days <= day) & (panel.days > day - 3 * 365)
    best = posterior.spare.mean(axis=0)
    names: list[str] = []
    for country in HEADLINE:
        at = np.flatnonzero(mine & (panel.country == country))
        names += panel.models[at[np.argsort(-best[at])][:NEAR]].astype(str).tolist()
    whole = value(posterior, day)
    return {name: whole - value(posterior, day, name) for name in names}


def reasons(then: Posterior, now: Posterior, day: int) -> str:
    """The models whose part in the value of a day changed most, with the change in months."""
    old, new = parts(then, day), parts(now, day)
    change = {name: new.get(name, 0.0) - old.get(name, 0.0) for name in old | new}
    most = sorted(change, key=lambda name: -abs(change[name]))[:NAMED]
    return ", ".join(f"{name} {change[name]:+.2f}" for name in most)


def said(home: str, days: list[date], seed: int) -> Iterator[Said]:
    """What was said on each of the ascending days."""
    for day, versions, models in known(home, days):
        as_of = pd.Timestamp(day)
        found = rulers(versions, boards(), as_of)
        panel = panel_of(cells_of(found), models, as_of)
        today = int(epoch_days(pd.Series([as_of]))[0])
        pair = pair_of(panel, *HEADLINE)
        until = speaks_until(found, pair, today, speaks.flagships_of(models, today))
        posterior = Posterior(panel, sample(panel, seed=seed))
        if until is None:
            yield Said(day, posterior, None, np.nan, np.nan)
        else:
            moved = float(hangs(posterior, pair, np.array([until]))[0])
            yield Said(day, posterior, until, value(posterior, until), moved)


def line(one: Said, last: Posterior, why: bool) -> str:
    """One date of the table."""
    if one.until is None:
        return f"{one.day}  no day that two boards of many subjects speak of"
    end = value(last, one.until)
    words = f"{one.day}  to {np.datetime64(one.until, 'D')}  {one.value:5.2f} then {end:5.2f} at the end"
    words += f" {end - one.value:+5.2f}  hangs by {one.moved:.2f}"
    if not one.published:
        return words + "  not published"
    return words + (f"  {reasons(one.posterior, last, one.until)}" if why else "")


def rmse(some: list[Said], last: Posterior) -> str:
    """The root mean square of the revisions of what was published."""
    off = [value(last, one.until) - one.value for one in some if one.until is not None and one.published]
    if not off:
        return "no date published"
    return (
        f"RMSE {np.sqrt(np.mean(np.square(off))):.2f} months over {len(off)} published of {len(some)} dates"
    )


def otherwise(some: list[Said], last: Posterior) -> str:
    """The same if every date were published: with the value as it is, and with the group ahead completed."""
    there = [one for one in some if one.until is not None]
    off = np.array([value(last, one.until) - one.value for one in there if one.until is not None])
    moved = np.array([one.moved for one in there])
    plain, filled = (np.sqrt(np.mean(np.square(part))) for part in (off, off - moved))
    return (
        f"RMSE {plain:.2f} with the value as it is, {filled:.2f} with the group ahead completed, {len(off)}"
    )


def main() -> None:
    """The table, and the RMSE over the eight dates and over all."""
    asked = arguments(__doc__ or "", day="2026-11-15", seed=0)
    days = sorted(map(date.fromisoformat, [*DATES, *BETWEEN, asked.day]))
    *then, end = said(asked.home, days, asked.seed)
    say(f"seed {asked.seed}; the end is {end.day}")
    for one in then:
        say(line(one, end.posterior, True))
    eight = [one for one in then if str(one.day) in DATES]
    say("the eight dates:", rmse(eight, end.posterior))
    say("all dates:", rmse(then, end.posterior))
    say("the eight if all were published:", otherwise(eight, end.posterior))


if __name__ == "__main__":
    main()
