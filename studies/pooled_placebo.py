"""On random days without an event, how often does the 90 % interval of a change of the lag exclude zero?
`python -m studies.pooled_placebo --home HOME`.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from studies.pooled_home import arguments, fitted, say
from transforms.pooled.groups import HEADLINE, pair_of, speaks_until
from transforms.pooled.policy import Series, changes, placebo, policy_effects, series_of, widened
from warehouse.seeds import seed


def excluded(series: Series, days: int, number: int) -> np.ndarray:
    """The share of `days` random days whose interval excludes zero: of the level, of the slope."""
    random = np.random.default_rng(number)
    others = placebo(series)
    out = []
    while len(out) < days:
        found = changes(series, int(random.integers(series.days[0], series.days[-1])))
        if found is not None:
            low, _, high = widened(found, others)
            out.append((low > 0) | (high < 0))
    return np.mean(out, axis=0)


def main() -> None:
    """The shares, and what is said of each policy event."""
    asked = arguments(__doc__ or "", day="2026-11-15", days=200, seed=7)
    fit = fitted(asked.home, date.fromisoformat(asked.day))
    until = speaks_until(fit.rulers, pair_of(fit.posterior.panel, *HEADLINE), fit.as_of, fit.flagships)
    series = None if until is None else series_of(fit.posterior, until)
    if series is None:
        raise SystemExit("no day of which two boards of many subjects speak")
    level, slope = excluded(series, asked.days, asked.seed)
    say(f"{asked.days} random days: level {100 * level:.1f} %, slope {100 * slope:.1f} % exclude zero")
    effects = policy_effects(fit, seed("policy_events"))
    say(effects.to_string(float_format=lambda value: f"{value:.1f}"))


if __name__ == "__main__":
    main()
