"""Dated builds in names: how they are printed, and the day that one means."""

from __future__ import annotations

import re
from datetime import date

_MONTH = (
    "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
    "|january|february|march|april|august|september|october|november|december"
)


_BUILD = re.compile(
    r"-(?:(?P<y>20[12]\d)-(?P<m>0?[1-9]|1[0-2])-(?P<d>[0-3]?\d)|(?P<ymd>20[12]\d[01]\d[0-3]\d)|(?P<m2>[01]\d)-(?P<d2>[0-3]\d)-(?P<y2>20[12]\d)"
    rf"|(?P<mon>{_MONTH})-?(?P<y7>(?:20)?2[2-7])"
    r"|(?P<m3>[01]\d)-(?P<y3>20[12]\d)|(?P<y4>20[12]\d)-(?P<m4>[01]\d)|(?P<yy>2[2-9])-?(?P<m5>0[1-9]|1[0-2])-?(?P<d5>[0-3]\d)|(?P<y6>20[12]\d)(?P<m7>0[1-9]|1[0-2])|(?P<yymm>2[2-9](?:0[1-9]|1[0-2]))"
    r"|(?P<mmdd>(?:0[1-9]|1[0-2])[0-3]\d)|(?P<m6>0[1-9]|1[0-2])-(?P<d6>[0-3]\d)|(?P<ver>00[1-9])|v-(?P<v>[12])(?:-0)?|v-0-(?P<v0>\d))$"
)


_MONTHS = {
    m: i + 1
    for i, m in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}


_MONTH_YEAR = re.compile(
    r"\b(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?'?\s*'?(20)?(2\d)\b"
)


def build_day(revision: str, released_on: date | None) -> date | None:
    """The day that a revision's text names; a text without a year is read as the first such day from 45 days
    before `released_on`.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", revision):
            return date.fromisoformat(revision)
        if re.fullmatch(r"\d{4}-\d\d", revision):
            return date.fromisoformat(f"{revision}-01")
        if re.fullmatch(r"\d{4}", revision) and released_on is not None:
            month, day = int(revision[:2]), int(revision[2:])
            days = (
                date(year, month, day)
                for year in (
                    released_on.year - 1,
                    released_on.year,
                    released_on.year + 1,
                    released_on.year + 2,
                )
            )
            return next((d for d in days if (d - released_on).days >= -45), None)
    except ValueError:
        return None
    return None


def _build(found: re.Match[str]) -> str:
    g = found.groupdict()
    if g["ymd"]:
        return f"{g['ymd'][:4]}-{g['ymd'][4:6]}-{g['ymd'][6:]}"
    for year, month, day in (("y", "m", "d"), ("y2", "m2", "d2")):
        if g[year]:
            return f"{g[year]}-{int(g[month]):02d}-{int(g[day]):02d}"
    for year, month in (("y3", "m3"), ("y4", "m4"), ("y6", "m7")):
        if g[year]:
            return f"{g[year]}-{g[month]}"
    if g["mon"]:
        return f"20{g['y7'][-2:]}-{_MONTHS[g['mon'][:3]]:02d}"
    if g["yy"]:
        return f"20{g['yy']}-{g['m5']}-{g['d5']}"
    if g["yymm"]:
        return f"20{g['yymm'][:2]}-{g['yymm'][2:]}"
    if g["m6"]:
        return f"{g['m6']}{g['d6']}"
    return g["mmdd"] or g["ver"] or (f"v{g['v']}" if g["v"] else f"v0.{g['v0']}")
