"""Until when a board speaks, held back: on every capture but the last of each board version, the daily lag of
the last day that the rule allows is held against what the version's last capture says of the same day.
`python -m studies.speaks_backtest --home HOME`.

`off` is the whole difference. It holds what no rule about days can see: Arena's last capture has dropped some
25 models of before (ChatGPT-4o), so that it is the last capture that knows less of the day. `listed` is the
difference over the models that the last capture still lists, which is what the rule answers for; `untested`
the part of that which comes of models that only later captures have (the last capture cut to the models of
then is put in between); the rest is the scores' own change: a board of votes is refitted with every capture.
The two fits of Arena's votes are one measurement; the tables are printed over all boards and with one board a
measurement.

Rows: the 92 days after a capture (the rule of before), the capture's day, the day of its newest content, and
`speaks.until`. Days within `RIPENING` of the last capture are held back to it, as nothing of them is known
yet. No number is drawn: there is no seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, known, say
from transforms.boards import lag, speaks
from transforms.boards.board_versions import Version, pair_at
from transforms.boards.frontier import Side, epoch_days
from transforms.boards.lag_cache import Cache
from transforms.pooled.groups import HEADLINE
from warehouse.conventions import DAYS_PER_MONTH
from warehouse.seeds import boards

RIPENING = 45  # days before a version's last capture: later days are not told by it
LEAST = (8, 3)  # models of the leader and of the follower on a capture
LEAST_CAPTURES = 4
RANKED = {"headline", "composite"}  # roles of the boards whose daily lags are shown by themselves
RULES = ("92 days after the capture", "the capture's day", "its newest content", "until it speaks")


class Held(NamedTuple):
    """One capture under one rule: how many days before the capture it speaks until, and by how many months
    `parity` of that day is off, over all models and over those still listed, what part comes of models
    untested then, and by how much the trailing mean is off (NaN where the rule is silent).
    """

    board: str
    rule: str
    captured_on: int
    age: float
    off: float
    listed: float
    untested: float
    year_off: float


def judged(versions: list[Version], roles: pd.Series) -> list[Version]:
    """The board versions that are held back: of ranked boards, with enough captures."""
    ranked = [one for one in versions if roles.get(one.board_id) in RANKED]
    return [one for one in ranked if len(one.vintages(1 << 39)) >= LEAST_CAPTURES]


def held_back(version: Version, flagships: speaks.Flagships) -> Iterator[Held]:
    """Every capture of a version but the last, under every rule."""
    cache, vintages = Cache(), version.vintages(1 << 39)
    end = int(vintages[-1])
    last = pair_at(version, end, *HEADLINE, cache)
    if not (len(last.leader) and len(last.follower)):
        return
    first = int(min(last.leader.days[0], last.follower.days[0]))
    truth, year = _daily(last, first, end)
    for capture in vintages[:-1].tolist():
        pair = pair_at(version, capture, *HEADLINE, cache)
        if len(pair.leader) < LEAST[0] or len(pair.follower) < LEAST[1]:
            continue
        then, year_then = _daily(pair, first, capture + 92)
        same, _ = _daily(_only(last, pair), first, end)
        listed, _ = _daily(_only(pair, last), first, capture + 92)
        content = speaks.newest(version.content, capture)
        ids = {str(i) for side in (pair.leader, pair.follower) for i in side.ids}
        seen = speaks.Flagships(
            flagships.facts[flagships.days <= capture].reset_index(drop=True),
            flagships.days[flagships.days <= capture],
        )
        until = None if content is None else speaks.speaks(capture, content, seen, ids, HEADLINE).until
        for rule, day in zip(RULES, (capture + 92, capture, content, until), strict=True):
            if day is None:
                yield Held(version.board_id, rule, capture, *[np.nan] * 5)
                continue
            at = min(day, end - RIPENING) - first
            if at >= 0:
                pairs = (then, truth), (listed, truth), (same, truth), (year_then, year)
                off = [(one[at] - true[at]) / DAYS_PER_MONTH for one, true in pairs]
                yield Held(version.board_id, rule, capture, capture - day, *off)


def _only(capture: lag.Pair, other: lag.Pair) -> lag.Pair:
    """A capture's scores of the models that another one lists too."""

    def cut(side: Side, of: Side) -> Side:
        kept = np.isin(side.ids.astype(str), of.ids.astype(str))
        parts = (part[kept] for part in (side.days, side.merit, side.se, side.gone, side.ids))
        return Side(*parts)

    return replace(
        capture, leader=cut(capture.leader, other.leader), follower=cut(capture.follower, other.follower)
    )


def _daily(pair: lag.Pair, first: int, last: int) -> tuple[lag.Reals, lag.Reals]:
    """`parity` from the first to the last day, and its mean over the year."""
    daily = lag.parity(pair, np.arange(first, last + 1)).lag
    return daily, lag.trailing_mean(daily, 365)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """A line a rule: captures on which it speaks, share that it is silent on, days back (median), bias, RMSE
    and the share off by more than a month over all models, of the captures on which it speaks and of all (a
    rule is not off where it is silent: so the design counted its 9 %), the same over the models still listed,
    that share of what was untested, and the bias and RMSE of the year's mean.
    """
    by = rows.groupby("rule", sort=False)

    def rmse(name: str) -> pd.Series:
        return by[name].apply(lambda s: np.sqrt((s**2).mean()))

    def far(name: str) -> pd.Series:
        return 100 * by[name].apply(lambda s: (s.dropna().abs() > 1).mean())

    return pd.DataFrame(
        {
            "captures": by["off"].count(),
            "silent_%": 100 * by["off"].apply(lambda s: s.isna().mean()),
            "days_back": by["age"].median(),
            "bias": by["off"].mean(),
            "rmse": rmse("off"),
            "off_by_a_month_%": far("off"),
            "of_all_captures_%": 100 * by["off"].apply(lambda s: (s.abs() > 1).mean()),
            "bias_listed": by["listed"].mean(),
            "rmse_listed": rmse("listed"),
            "listed_by_a_month_%": far("listed"),
            "untested_by_a_month_%": far("untested"),
            "year_bias": by["year_off"].mean(),
            "year_rmse": rmse("year_off"),
        }
    ).round(2)


def main() -> None:
    """The table of rules, and the captures on which the rule in force is off by more than a month."""
    asked = arguments(__doc__ or "", day="2026-11-15")
    day = date.fromisoformat(asked.day)
    for _, versions, models in known(asked.home, [day]):
        flagships = speaks.flagships_of(models, int(epoch_days(pd.Series([pd.Timestamp(day)]))[0]))
        facts = boards().set_index("board_id")
        rows = pd.DataFrame([r for one in judged(versions, facts["role"]) for r in held_back(one, flagships)])
        say("all ranked boards")
        say(summary(rows).to_string())
        ruler = rows["board"].map(facts["ruler"])
        copies = (ruler != rows["board"]) & ruler.isin(rows["board"])
        say("one board a measurement: without", ", ".join(sorted(rows.loc[copies, "board"].unique())))
        say(summary(rows[~copies]).to_string())
        mine = rows[rows["rule"] == RULES[-1]]
        wrong = {f"{name}_wrong": mine[name].abs() > 1 for name in ("off", "listed")}
        sums = dict.fromkeys(wrong, "sum")
        say(mine.assign(**wrong).groupby("board").agg({"off": ["count", "mean"]} | sums).round(2).to_string())


if __name__ == "__main__":
    main()
