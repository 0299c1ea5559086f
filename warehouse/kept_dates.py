"""Which as-of dates a home keeps: every day of the last month, the last date of every week of two years, the
last of every month before. A date that is dropped is built again by `gapledger marts --as-of`.

GAPLEDGER_KEPT_DATES sets the rule: `days=31 weeks=105` (two years and a day) is what it is without, `all`
keeps every date.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from warehouse.location import HomeError

SETTING = "GAPLEDGER_KEPT_DATES"


class Rule(NamedTuple):
    """Every day up to `daily` before the newest, then the last of each week up to `weekly`, then of each
    month. None: every date.
    """

    daily: timedelta | None = timedelta(days=31)
    weekly: timedelta = timedelta(days=731)  # two years, a leap day among them

    def kept(self, days: Sequence[date]) -> list[date]:
        """Those of the days, in order, that are kept beside the newest of them. A month's date is the last of
        one of its weeks, so that thinning night by night and thinning once keep the same dates.
        """
        if not days or self.daily is None:
            return list(days)
        newest = days[-1]
        young = [day for day in days if newest - day <= self.daily]
        weeks = list({day.isocalendar()[:2]: day for day in days if newest - day > self.daily}.values())
        months = {(day.year, day.month): day for day in weeks if newest - day > self.weekly}
        return sorted({*young, *months.values(), *(day for day in weeks if newest - day <= self.weekly)})


def rule() -> Rule:
    """The rule that is set; HomeError for words that say none."""
    said = os.environ.get(SETTING, "").strip()
    if not said:
        return Rule()
    if said == "all":
        return Rule(None)
    found = re.fullmatch(r"days=(\d+)\s+weeks=(\d+)", said)
    if found is None:
        raise HomeError(f"{SETTING}={said!r} says no rule; expected `all`, or `days=31 weeks=105`")
    daily, weekly = timedelta(days=int(found[1])), timedelta(weeks=int(found[2]))
    return Rule(daily, max(daily, weekly))


def kept(days: Sequence[date]) -> list[date]:
    """Those of the days that the rule keeps."""
    return rule().kept(days)
