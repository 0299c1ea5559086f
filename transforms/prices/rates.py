"""US dollars at the European Central Bank's reference rate of a day; the last business day's rate on weekends
and holidays.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

_LONGEST_GAP = pd.Timedelta(days=7)


def usd_per(currencies: pd.Series, days: pd.Series, rates: pd.DataFrame) -> pd.Series:
    """US dollars for one unit of each of `currencies` on each of `days` (naive midnights), NaN where no rate
    within a week is known.

    rates: rate_on, base, quote, rate (units of quote for one unit of base), with base EUR; any currency goes
    through the euro, as the European Central Bank's table does. Formula: (USD per EUR) / (currency per EUR).
    """
    out = pd.Series(np.where(currencies == "USD", 1.0, np.nan), index=currencies.index)
    foreign = (currencies != "USD").to_numpy() & days.notna().to_numpy()
    if not foreign.any() or rates.empty:
        return out
    euro = (
        rates[rates["base"] == "EUR"]
        .drop_duplicates(["rate_on", "quote"])
        .pivot(index="rate_on", columns="quote", values="rate")
    )
    euro = euro.sort_index().assign(EUR=1.0)
    day = days[foreign].astype("datetime64[us]").to_numpy()
    place = euro.index.astype("datetime64[us]").searchsorted(day, side="right") - 1
    fresh = (place >= 0) & (
        day - euro.index.astype("datetime64[us]").to_numpy()[np.maximum(place, 0)] <= _LONGEST_GAP
    )
    code, names = pd.factorize(currencies[foreign])  # a handful in millions of rows
    column = np.append(euro.columns.get_indexer(pd.Index(names.astype("object"))), -1)[code]
    table = euro.to_numpy(dtype=np.float64)
    known = fresh & (column >= 0)
    value = np.full(len(day), np.nan)
    dollars = table[:, euro.columns.get_loc("USD")]
    value[known] = dollars[place[known]] / table[place[known], column[known]]
    out[foreign] = value
    return out
