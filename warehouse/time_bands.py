"""Time bands: when in the week a price holds, as one canonical string that parsers write and transforms read.

`always`, or `<name>@<days> <HH:MM>-<HH:MM>[,<HH:MM>-<HH:MM>...]`, or the complement `<name>@except <days>
<windows>`. Days are `daily` or a range or list of `mon tue wed thu fri sat sun` (`mon-fri`); times are UTC,
windows are half-open, and a window whose end is not after its start wraps past midnight (it belongs to the
day on which it starts).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

ALWAYS = "always"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_A_WEEK = 7 * 24 * 60
_SHAPE = re.compile(r"^(?P<name>[a-z_]+)@(?P<not>except )?(?P<days>[a-z,-]+) (?P<windows>[0-9:,-]+)$")


@dataclass(frozen=True, slots=True)
class TimeBand:
    """A set of minutes of the week (minute 0 = Monday 00:00 UTC), with the name that the source gives it."""

    name: str
    minutes: frozenset[int]

    def contains(self, moment: datetime) -> bool:
        """Whether `moment` (aware) falls in the band."""
        at = moment.astimezone(UTC)
        return at.weekday() * 1440 + at.hour * 60 + at.minute in self.minutes

    @property
    def share_of_week(self) -> float:
        """The band's share of the 168 hours, 0 to 1."""
        return len(self.minutes) / MINUTES_A_WEEK


def band(name: str, windows: str, *, days: str = "daily", complement: bool = False) -> str:
    """The canonical string of a band: `band("peak", "01:00-04:00,06:00-10:00", days="mon-fri")`; ValueError
    if malformed.
    """
    text = f"{name}@{'except ' if complement else ''}{days} {windows}"
    parse_band(text)
    return text


@lru_cache(maxsize=256)
def parse_band(text: str) -> TimeBand:
    """The band that a canonical string names; ValueError where it is not one."""
    if text == ALWAYS:
        return TimeBand(ALWAYS, frozenset(range(MINUTES_A_WEEK)))
    shape = _SHAPE.match(text)
    if shape is None:
        raise ValueError(
            f"not a time band: {text!r}; expected 'always' or 'name@[except ]days HH:MM-HH:MM,...'"
        )
    inside: set[int] = set()
    for day in _days(shape["days"], text):
        for window in shape["windows"].split(","):
            start, end = (_minute(part, text) for part in window.split("-"))
            length = (end - start) % 1440 or 1440
            inside.update((day * 1440 + start + m) % MINUTES_A_WEEK for m in range(length))
    if shape["not"]:
        inside = set(range(MINUTES_A_WEEK)) - inside
    return TimeBand(shape["name"], frozenset(inside))


def _days(text: str, whole: str) -> list[int]:
    if text == "daily":
        return list(range(7))
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        if first not in DAYS or (last and last not in DAYS):
            raise ValueError(f"not a time band: {whole!r}; unknown day in {part!r}")
        start, stop = DAYS.index(first), DAYS.index(last or first)
        days.extend((start + i) % 7 for i in range((stop - start) % 7 + 1))
    return days


def _minute(text: str, whole: str) -> int:
    match = re.fullmatch(r"(\d\d):(\d\d)", text)
    if match is None or int(match[1]) > 24 or int(match[2]) > 59:
        raise ValueError(f"not a time band: {whole!r}; {text!r} is no time of day")
    return (int(match[1]) * 60 + int(match[2])) % 1440
