"""Prints the values that an audit asked for beside those of a home: `python -m studies.asked_values HOME`.

The home has 2026-07-01 and its newest date derived. What differs, and the rows that decide it:
docs/asked-values.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from reports.headline import headline_lines
from reports.selectors import SHOWN_ROWS, UNSHOWN
from warehouse.location import Location
from warehouse.marts import Marts

THEN = date(2026, 7, 1)
YEAR = ("2025-07-02", "2026-07-01")
MONTH = 365.2425 / 12
MID_MONTHS = ("2025-06-15", "2025-07-15", "2025-08-15", "2025-09-15")


def arc(marts: Marts) -> Iterator[tuple[str, str, str]]:
    """The mean over the days of a year of how long before the first US model was as good as the best Chinese
    one, in months, by the published frontiers (no daily lag is published: too few flagships are covered).
    """
    rows = _table(marts, "frontier", THEN)
    rows = rows[rows["kind"] == "released"].assign(on=pd.to_datetime(rows["valid_on"]))
    for board, asked in (("arc_agi_1", "8.4"), ("arc_agi_2", "8.6")):
        us, cn = (rows[(rows["board_id"] == board) & (rows["group"] == group)] for group in ("US", "CN"))
        lags = []
        for day in pd.date_range(*YEAR):
            best = cn.loc[cn["on"] <= day, "score"].max()
            first = us.loc[us["score"] >= best, "on"].min()
            lags.append((day - first).days / MONTH)
        yield f"{board}, year to {THEN}, months", asked, f"{pd.Series(lags).mean():.2f}"


def ratios(marts: Marts, newest: date) -> Iterator[tuple[str, str, str]]:
    """The US price over the Chinese one at the Chinese frontier's capability."""
    told = (
        _frontier(marts, THEN, str(THEN), str(THEN)),
        _frontier(marts, newest, "2025-11-06", "2026-01-26"),
        *(_frontier(marts, newest, day, day) for day in MID_MONTHS),
    )
    names = (f"ratio on {THEN}", "ratio 2025-11-06 to 2026-01-26", *(f"ratio on {day}" for day in MID_MONTHS))
    yield from zip(names, ("0.42", "0.64", "2.0", "2.7", "6.9", "6.9"), told, strict=True)


def _frontier(marts: Marts, as_of: date, first: str, last: str) -> str:
    rows = _table(marts, "price_ratio", as_of)
    rows = rows[
        (rows["comparison"] == "at_capability")
        & (rows["basis"] == "blend_3_1")
        & (rows["bound"] == "point")
        & (rows["window_days"] == 0)
        & rows["level"].isna()
        & rows["day"].astype("str").between(first, last)
    ]
    pairs = rows.groupby(["us_model_id", "cn_model_id", rows["ratio"].round(2)], observed=True).size()
    return "; ".join(f"{ratio:.2f} ({us} / {cn}, {n} days)" for (us, cn, ratio), n in pairs.items())


def prices(marts: Marts, newest: date) -> Iterator[tuple[str, str, str]]:
    """Prices at first hand, and models on sale after their withdrawal."""
    rows = _table(marts, "price_intervals", newest)
    own = rows[rows["first_party"].astype(bool) & (rows["service_tier"] == "standard")]
    listed = own[own["price_kind"] == "list"]
    exp = listed[(listed["model_id"] == "deepseek/deepseek-v3.2-exp") & (listed["component"] == "output")]
    exp = exp[exp["currency"] == "USD"]
    told = {f"{row.amount:g} from {row.valid_from:%Y-%m-%d}" for row in exp.itertuples()}
    yield "V3.2-Exp, output, USD", "0.42 from 2025-09-29", "; ".join(sorted(told))
    for model in ("zhipu/glm-5.2", "zhipu/glm-5.3"):
        sellers = sorted(set(own.loc[own["model_id"] == model, "provider_id"].astype("str")))
        yield f"{model} at first hand at", "zhipu", ", ".join(sellers)
    dates = _table(marts, "model_dates", newest)
    gone = dates[
        (dates["date_kind"] == "withdrawn")
        & (dates["revision"].astype("str") == "")
        & (dates["released_on"] <= pd.Timestamp(newest))
    ]
    sold = _table(marts, "model_prices", newest)
    sold = sold[sold["first_party"].astype(bool) & sold["model_id"].isin(gone["model_id"])]
    yield "models on sale at first hand after withdrawal", "0", str(sold["model_id"].nunique())


def told(marts: Marts, newest: date) -> Iterator[tuple[str, str, str]]:
    """Releases of Anthropic beside DeepSeek's, and the claims about Kimi K3."""
    lines = headline_lines(marts.shown(newest, {}, SHOWN_ROWS, UNSHOWN), newest)
    cadence = next((line for line in lines if line.startswith("cadence, flagships")), "")
    yield "Anthropic's flagships in DeepSeek's 15 months", "10", cadence.partition("Anthropic ")[2]
    claims = _table(marts, "claim_verdicts", newest)
    about = claims[
        (claims["scope"] == "overall") & claims["text"].astype("str").str.contains("Kimi K3", case=False)
    ]
    for row in about.itertuples():
        yield f"claim {row.claim_id}", "not computable", str(row.verdict)


def _table(marts: Marts, name: str, day: date) -> Any:
    return marts.read(name, day).to_pandas(date_as_object=False)


def main() -> None:
    """Prints the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home")
    options = parser.parse_args()
    marts = Marts(Location(options.home))
    newest = max(marts.as_ofs())
    sys.stdout.write("| value | asked | published |\n|---|---|---|\n")
    for rows in (arc(marts), ratios(marts, newest), prices(marts, newest), told(marts, newest)):
        for row in rows:
            sys.stdout.write(f"| {' | '.join(row)} |\n")


if __name__ == "__main__":
    main()
