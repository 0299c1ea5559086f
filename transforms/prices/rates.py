"""US dollars at the European Central Bank's reference rate of a day; the last business day's rate on weekends
and holidays.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

LONGEST_GAP = pd.Timedelta(days=45)  # a rate that was not captured again moves by a few per cent by then


def usd_per(currencies: pd.Series, days: pd.Series, rates: pd.DataFrame) -> pd.Series:
    """The rates of `usd_and_age`."""
    return usd_and_age(currencies, days, rates)[0]


def usd_and_age(currencies: pd.Series, days: pd.Series, rates: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """US dollars for one unit of each of `currencies` on each of `days` (naive midnights), NaN where no rate
    of the last 45 days is known; and the days since that rate, 0 for dollars.

    rates: rate_on, base, quote, rate (units of quote for one unit of base), with base EUR; any currency goes
    through the euro, as the European Central Bank's table does. Formula: (USD per EUR) / (currency per EUR).
    """
    out = pd.Series(np.where(currencies == "USD", 1.0, np.nan), index=currencies.index)
    foreign = (currencies != "USD").to_numpy() & days.notna().to_numpy()
    age = pd.Series(np.where(currencies == "USD", 0.0, np.nan), index=currencies.index)
    if not foreign.any() or rates.empty:
        return out, age
    euro = (
        rates[rates["base"] == "EUR"]
        .drop_duplicates(["rate_on", "quote"])
        .pivot(index="rate_on", columns="quote", values="rate")
    )
    euro = euro.sort_index().assign(EUR=1.0)
    day = days[foreign].astype("datetime64[us]").to_numpy()
    rate_days = euro.index.astype("datetime64[us]").to_numpy()
    place = rate_days.searchsorted(day, side="right") - 1
    old = day - rate_days[np.maximum(place, 0)]
    fresh = (place >= 0) & (old <= LONGEST_GAP)
    code, names = pd.factorize(currencies[foreign])  # a handful in millions of rows
    column = np.append(euro.columns.get_indexer(pd.Index(names.astype("object"))), -1)[code]
    table = euro.to_numpy(dtype=np.float64)
    known = fresh & (column >= 0)
    value = np.full(len(day), np.nan)
    dollars = table[:, euro.columns.get_loc("USD")]
    value[known] = dollars[place[known]] / table[place[known], column[known]]
    out[foreign] = value
    age[foreign] = np.where(known, old / np.timedelta64(1, "D"), np.nan)
    return out, age
