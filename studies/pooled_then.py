"""What the pooled lag said then, against what is known at the end: revisions over eight dates, each by its
own identity. `python -m studies.pooled_then --home HOME`.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, known, say
from transforms.pooled.groups import HEADLINE, pair_of, speaks_until
from transforms.pooled.panel import MEASURED
from transforms.pooled.published import trailing
from transforms.pooled.tables import Pooled, pooled_as_known
from warehouse.seeds import boards

DATES = (
    "2025-06-15", "2025-08-17", "2025-10-19", "2025-12-14", "2026-02-15", "2026-04-05", "2026-05-17",
    "2026-06-28",
)  # fmt: skip


def value(fit: Pooled, day: int) -> float:
    """The published value of the year up to a day, in months."""
    pair = pair_of(fit.posterior.panel, *HEADLINE)
    return float(np.median(trailing(fit.posterior, pair, np.array([day]), MEASURED)))


def main() -> None:
    """The revisions and their RMSE: of the last day that the boards spoke of, and of the day itself."""
    asked = arguments(__doc__ or "", day="2026-11-15")
    end, said = date.fromisoformat(asked.day), []
    last = None
    for day, versions, models in known(asked.home, [*map(date.fromisoformat, DATES), end]):
        fit = pooled_as_known(versions, models, boards(), pd.Timestamp(day))
        if fit is None:
            continue
        until = speaks_until(fit.rulers, pair_of(fit.posterior.panel, *HEADLINE), fit.as_of, fit.flagships)
        last = fit
        if day != end:
            spoken = np.nan if until is None else value(fit, until)
            said.append((day, until, spoken, fit.as_of, value(fit, fit.as_of)))
    if last is None:
        raise SystemExit(f"too little is known on {end}")
    off, same = [], []
    for day, until, then, today, nowcast in said:
        same.append(value(last, today) - nowcast)
        spoken = "no day that two boards speak of"
        if until is not None:
            off.append(value(last, until) - then)
            spoken = f"of {np.datetime64(until, 'D')} {then:.2f} then, revised by {off[-1]:+.2f}"
        say(f"{day}: {spoken}; of the day itself {nowcast:.2f} then, revised by {same[-1]:+.2f}")
    for name, some in (("of the last day spoken of", off), ("of the day itself", same)):
        say(f"RMSE {name}: {np.sqrt(np.mean(np.square(some))):.2f} months over {len(some)} dates")


if __name__ == "__main__":
    main()
