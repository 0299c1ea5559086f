"""How values are written for readers: lengths of time, factors, intervals, dates, and names that come from
scraped pages.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from warehouse.conventions import DAYS_PER_MONTH

NAME_LENGTH = 80
NOTHING = "–"
# Control characters, and the marks that turn the direction of text round: a name must not rearrange the line
# it stands in.
_FORBIDDEN = {
    **dict.fromkeys(range(32), " "),
    **dict.fromkeys(
        (*range(127, 160), *range(8234, 8239), *range(8294, 8298), 8206, 8207, 65279, 65534, 65535), ""
    ),
    **dict.fromkeys(range(55296, 57344), ""),
}


def named(text: object, length: int = NAME_LENGTH) -> str:
    """A printed name as one line of text that is safe in XML and at most `length` characters long."""
    line = " ".join(str(text).translate(_FORBIDDEN).split())
    return line if len(line) <= length else line[: length - 1] + "…"


def day(value: Any) -> str:
    """An ISO date."""
    return (
        NOTHING
        if value is None or pd.isna(value)
        else (value.date() if hasattr(value, "date") else value).isoformat()
    )


def months(days: float | None) -> str:
    """Days as months of 30.4375 d, one decimal."""
    if days is None or pd.isna(days):
        return NOTHING
    text = f"{float(days) / DAYS_PER_MONTH:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "−")


def number(value: float | None, digits: int = 3) -> str:
    """A number to so many significant digits, never in powers of ten."""
    if value is None or pd.isna(value):
        return NOTHING
    plain = f"{float(value):,.{digits}g}"
    if "e" in plain:
        plain = f"{float(value):,.0f}" if abs(value) >= 1 else f"{float(value):.{digits + 4}f}".rstrip("0")
    return plain.replace("-", "−")


def times(ratio: float | None) -> str:
    """A ratio as a factor."""
    return NOTHING if ratio is None or pd.isna(ratio) else f"{factor(ratio)} times"


def factor(value: float | None) -> str:
    """A factor to two digits, the second one written even where it is a zero: none here is known better."""
    if value is None or pd.isna(value):
        return NOTHING
    return f"{float(value):#.2g}" if 0.01 <= abs(value) < 10 else number(value, 2)


def cheapening(slope: float | None) -> str:
    """A slope of the natural logarithm of a price over a year as the factor by which it is cheaper after
    one.
    """
    return NOTHING if slope is None or pd.isna(slope) else factor(math.exp(-float(slope)))


def tenfold(log10: float | None) -> str:
    """A slope of a decimal logarithm as the factor that it is."""
    return NOTHING if log10 is None or pd.isna(log10) else factor(10.0 ** float(log10))


def dollars(value: float | None) -> str:
    """US dollars, cents at least."""
    if value is None or pd.isna(value):
        return NOTHING
    return f"${value:,.2f}" if value >= 0.1 or value == 0 else f"${float(f'{value:.4g}'):.6f}".rstrip("0")


def months_interval(low: float | None, high: float | None) -> str:
    """The 90 % interval of a lag, or that there is none."""
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "no interval"
    return f"90 % interval {months(low)} to {months(high)}"


def interval(low: float | None, high: float | None) -> str:
    """A 90 % interval of plain numbers, or that there is none."""
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "no interval"
    return f"90 % interval {factor(low)} to {factor(high)}"


def behind(days: float, follower: str = "China", leader: str = "the US") -> str:
    """'7.6 months behind', or ahead."""
    return (
        f"{months(abs(days))} months"
        f" {'behind' if days >= 0 else 'ahead of'}{'' if days >= 0 else ' ' + leader}"
    )


def band_words(text: str) -> str:
    """A time band in words: 'peak, daily 01:00 to 04:00, 06:00 to 10:00 UTC'."""
    if text == "always":
        return ""
    name, _, hours = text[:80].replace("_", "-").partition("@")
    return f"{name}, {hours.replace('-', ' to ').replace(',', ', ')} UTC" if hours else name
