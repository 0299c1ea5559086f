"""A board completed, where the truth is known: Chinese models of a year are hidden on boards that tested
them. How far off is the lag before and after, and does the interval cover it?
`python -m studies.pooled_masking --home HOME`.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np

from studies.pooled_home import arguments, fitted, say
from transforms.boards.frontier import Flags
from transforms.pooled.completed import Completed, board_scores, carried_and_at_par, completed
from transforms.pooled.groups import HEADLINE, Pair, pair_of
from transforms.pooled.panel import Panel
from transforms.pooled.posterior import Posterior
from transforms.pooled.sampler import sample

BOARDS = ("livebench", "lmarena_text_style_control", "nyt_connections", "artificial_analysis")
SLACK = 0.05  # months
KEEP, BURN = 300, 150


class Hidden(NamedTuple):
    """The lag with all tests known, and what is said with some hidden."""

    true: float
    said: Completed


def targets(panel: Panel) -> list[int]:
    """The rulers of `BOARDS` with most models."""
    out = []
    for board in BOARDS:
        mine = [n for n, name in enumerate(panel.rulers.astype(str)) if name.rsplit("@", 1)[0] == board]
        if mine:
            out.append(max(mine, key=lambda n: int((panel.ruler == n).sum())))
    return out


def hidden(whole: Posterior, ruler: int, pair: Pair, day: int, share: float, seed: int) -> Hidden | None:
    """One pattern: each Chinese model of the year on the ruler is hidden with probability `share`."""
    panel, scores = whole.panel, board_scores(whole, ruler)
    late = (panel.country == "CN") & ~np.isnan(scores) & (panel.days > day - 365)
    lost = late & (np.random.default_rng(seed).random(len(late)) < share)
    nobody: Flags = np.zeros(len(late), dtype=bool)
    true, _ = carried_and_at_par(whole, scores, nobody, pair, day)
    left = panel.only(~((panel.ruler == ruler) & lost[panel.model]))
    found = Posterior(left, sample(left, seed=seed, keep=KEEP, burn=BURN))
    said = completed(found, ruler, pair, day, lost, seed)
    return None if said is None else Hidden(true, said)


def main() -> None:
    """The table of shares."""
    asked = arguments(__doc__ or "", day="2026-07-01", patterns=60, seed=500)
    fit = fitted(asked.home, date.fromisoformat(asked.day))
    panel, pair = fit.posterior.panel, pair_of(fit.posterior.panel, *HEADLINE)
    rulers = targets(panel)
    for share in (0.5, 0.75, 0.9):
        found = [
            hidden(fit.posterior, rulers[n % len(rulers)], pair, fit.as_of, share, asked.seed + n)
            for n in range(asked.patterns)
        ]
        say(row(share, [one for one in found if one is not None]))


def row(share: float, found: list[Hidden]) -> str:
    """One line of the table."""
    true = np.array([one.true for one in found])
    carried, value = (np.array([getattr(one.said, name) for one in found]) for name in ("carried", "value"))
    low, high, par = (
        np.array([getattr(one.said, name) for one in found]) for name in ("low", "high", "at_par")
    )
    held = (true >= low - SLACK) & (true <= high + SLACK)
    between = (par <= true + SLACK) & (true <= carried + SLACK)
    rmse = [np.sqrt(np.mean((one - true) ** 2)) for one in (carried, value)]
    return (
        f"{100 * share:.0f} % hidden, {len(found)} patterns: RMSE {rmse[0]:.2f} before, {rmse[1]:.2f} after;"
        f" covers {100 * held.mean():.0f} %; at par <= known <= carried in {int(between.sum())}"
    )


if __name__ == "__main__":
    main()
