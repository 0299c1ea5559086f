"""Which as-of dates a home keeps: every day of the last month, the last date of every week of two years, the
last of every month before. A date that is dropped is built again by `gapledger marts --as-of`.

GAPLEDGER_KEPT_DATES sets the rule: `days=31 weeks=105` (two years and a day) is the default, `all` keeps
every date.
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
    """How long, counted back from the newest date, every day is kept, and after that the last date of each
    week; before that the last of each month is. `daily` None: every date is.
    """

    daily: timedelta | None = timedelta(days=31)
    weekly: timedelta = timedelta(days=731)  # two years, a leap day among them

    def kept(self, days: Sequence[date]) -> list[date]:
        """The days that stay, of days in order. A month's day is chosen among its weeks' days, so that
        applying the rule every night keeps the same days as applying it once.
        """
        if not days or self.daily is None:
            return list(days)
        newest = days[-1]
        young = [day for day in days if newest - day <= self.daily]
        weeks = list({day.isocalendar()[:2]: day for day in days if newest - day > self.daily}.values())
        months = {(day.year, day.month): day for day in weeks if newest - day > self.weekly}
        return sorted({*young, *months.values(), *(day for day in weeks if newest - day <= self.weekly)})


def rule() -> Rule:
    """The rule that GAPLEDGER_KEPT_DATES sets; HomeError where it cannot be read."""
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
    """The days that stay under the rule that is set, of days in order."""
    return rule().kept(days)
