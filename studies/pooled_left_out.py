"""Does the pooled lag hang on one board? The headline, and the order of the Chinese labs, drawn again without
each board in turn, also those of one subject. `python -m studies.pooled_left_out --home HOME`. The sampler's
seed is that of `left_out`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from studies.pooled_home import arguments, fitted, say
from transforms.pooled.groups import HEADLINE, Pair, pair_of, pairs_of, speaks_until
from transforms.pooled.left_out import lag_without, redrawn
from transforms.pooled.posterior import Posterior
from transforms.pooled.published import HANGS, Lags, converged, hangs
from transforms.pooled.tables import Pooled

BATCH = 8  # boards whose chains run side by side


def without_each(posterior: Posterior) -> Iterator[tuple[str, Posterior]]:
    """(board_id, the posterior without it), in the order of names; first the whole one under no name."""
    yield "", posterior
    boards = sorted({name.rsplit("@", 1)[0] for name in posterior.panel.rulers.astype(str)})
    for start in range(0, len(boards), BATCH):
        yield from redrawn(posterior, boards[start : start + BATCH]).items()


def labs_of(fit: Pooled) -> dict[str, tuple[Pair, int]]:
    """The Chinese labs behind the US whose last day has a published lag, with that day."""
    panel, out = fit.posterior.panel, {}
    chinese = set(panel.facts.loc[panel.country == "CN", "lab_id"].dropna().astype(str))
    for pair in pairs_of(panel):
        until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
        if pair.leader == "US" and pair.follower in chinese and until is not None:
            recent = panel.days[pair.following & fit.posterior.measured & panel.flagship]
            moved = hangs(fit.posterior, pair, np.array([until]))[0]
            if len(recent) and recent.max() > until - 365 and moved <= HANGS:
                out[pair.follower] = pair, until
    return out


def words(lags: Lags) -> str:
    """Value and interval, in months."""
    return f"{lags.value[0]:5.2f} ({lags.low[0]:.1f} to {lags.high[0]:.1f})"


def main() -> None:
    """A line a board: the headline, and the labs from the nearest to the farthest."""
    asked = arguments(__doc__ or "", day="2026-11-15")
    fit = fitted(asked.home, date.fromisoformat(asked.day))
    pair = pair_of(fit.posterior.panel, *HEADLINE)
    until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
    if until is None:
        raise SystemExit("no day of which two boards of many subjects speak")
    labs, values = labs_of(fit), []
    for board, some in without_each(fit.posterior):
        found = lag_without(some, pair, np.array([until]))
        order = {lab: lag_without(some, one, np.array([day])) for lab, (one, day) in labs.items()}
        nearest = sorted(order, key=lambda lab: float(order[lab].value[0]))
        shown = ", ".join(f"{lab} {words(order[lab])}" if not board else lab for lab in nearest)
        doubt = "" if converged(found) else "  (the chains do not agree)"
        say(f"{'without ' + board if board else 'all boards':40} {words(found)}{doubt}  {shown}")
        if board and converged(found):
            values.append(float(found.value[0]))
    say(f"without any one of {len(values)} boards: {min(values):.2f} to {max(values):.2f}")


if __name__ == "__main__":
    main()
