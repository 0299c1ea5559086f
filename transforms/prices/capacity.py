"""Signs of scarce compute at first parties: limits that offers print, and peak prices over off-peak ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.panel import on_days
from transforms.prices.runs import instants

CAPACITY_COLUMNS = (
    "as_of",
    "provider_id",
    "model_id",
    "sign",
    "value",
    "unit",
    "printed",
    "source_id",
    "observed_on",
)


def capacity(offers: pd.DataFrame, believed: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Signs of scarce compute at first parties, as last stated: `CAPACITY_COLUMNS`.

    sign `concurrency` (requests at once) and `rate_limit` (requests a minute) from the limits that offers
    print; `peak_multiplier` (peak price / off-peak price of input) from the intervals in force as `as_of`
    ends. offers: provider_id (ours), model_id, limits, source_id, observed_on.
    """
    latest = offers[(offers["observed_on"] <= as_of) & offers["limits"].notna()].sort_values("observed_on")
    latest = latest.drop_duplicates(["provider_id", "model_id", "source_id"], keep="last")
    text = latest["limits"].astype("str")
    frames = []
    for sign, pattern, unit in (
        ("concurrency", r"concurrency (\d+)", "requests at once"),
        ("rate_limit", r"(\d+) (?:rpm|requests a minute)", "requests/min"),
    ):
        value = pd.to_numeric(text.str.extract(pattern, expand=False))
        frames.append(latest.assign(sign=sign, value=value, unit=unit, printed=text)[value.notna()])
    frames.append(_peak_multipliers(believed, as_of))
    out = pd.concat(frames, ignore_index=True).assign(as_of=as_of)
    return (
        out.reindex(columns=list(CAPACITY_COLUMNS))
        .sort_values(["provider_id", "model_id", "sign"])
        .reset_index(drop=True)
    )


def _peak_multipliers(believed: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    banded = believed[
        (believed["component"] == "input")
        & (believed["time_band"] != "always")
        & believed["first_party"].to_numpy(dtype=bool)
    ]
    row, _ = on_days(banded, pd.DatetimeIndex([as_of]))
    now = banded.iloc[row].sort_values("currency", ascending=False)
    place = ["our_provider_id", "model_id", "source_id", "currency"]
    spread = (
        now.groupby(place, observed=True)
        .agg(
            high=("amount", "max"),
            low=("amount", "min"),
            bands=("time_band", lambda b: "; ".join(sorted(b))),
            seen=("last_seen", "max"),
        )
        .reset_index()
        .drop_duplicates(["our_provider_id", "model_id"], keep="last", ignore_index=True)
    )
    seen = instants(spread["seen"].to_numpy(dtype=np.int64)).dt.tz_localize(None).dt.floor("D")
    return spread.assign(
        provider_id=spread["our_provider_id"],
        sign="peak_multiplier",
        value=spread["high"] / spread["low"],
        unit="1",
        printed=spread["bands"],
        observed_on=seen,
    )
