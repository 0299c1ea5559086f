"""How many cross-source disagreements of a day have which verdict.

python -m studies.price_verdicts [--on 2026-07-01 ...] [--list unresolved]
"""

from __future__ import annotations

import argparse
import sys
from functools import cache

import pandas as pd

from tests.transforms import recorded_prices
from transforms.prices.runs import History, price_runs
from transforms.prices.table import end_of_days, reconciled_intervals, source_intervals
from transforms.prices.verdict_reasons import REASONS
from transforms.prices.verdicts import price_verdicts


@cache
def _history() -> History:
    return price_runs(recorded_prices.prices())


def verdicts_on(day: pd.Timestamp) -> tuple[int, pd.DataFrame]:
    """(offers that two or more sources list, the verdicts), as known at the end of the day."""
    said = source_intervals(_history(), day)
    moment = end_of_days(pd.DatetimeIndex([day]))[0]
    now = said[(said["start"] <= moment) & (said["end"] > moment)]
    common = int((now.groupby("group")["source_id"].nunique() > 1).sum())
    return common, price_verdicts(said, reconciled_intervals(said), day, recorded_prices.rates(), day)


def main() -> None:
    """Prints the counts, and the rows of one reason when asked."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--on", type=pd.Timestamp, nargs="+", default=[pd.Timestamp("2026-07-01")])
    parser.add_argument("--list", choices=REASONS)
    options = parser.parse_args()
    for day in options.on:
        _report(day, options.list)


def _report(day: pd.Timestamp, listed: str | None) -> None:
    common, verdicts = verdicts_on(day)
    sys.stdout.write(
        f"{day:%Y-%m-%d}: {common} offers listed by two sources or more; {len(verdicts)} disagreements, each"
        " with a verdict\n"
    )
    for reason in REASONS:
        count = int((verdicts["reason"] == reason).sum())
        sys.stdout.write(f"{reason:<24}{count:>6}{count / max(len(verdicts), 1):>9.1%}\n")
    if listed:
        columns = [
            "provider_id",
            "model_id",
            "revision",
            "setting",
            "component",
            "service_tier",
            "context_from_tokens",
            "chosen_source",
            "values",
            "detail",
        ]
        sys.stdout.write(
            verdicts.loc[verdicts["reason"] == listed, columns].to_string(max_colwidth=140) + "\n"
        )


if __name__ == "__main__":
    main()
