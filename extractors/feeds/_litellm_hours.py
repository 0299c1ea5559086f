"""LiteLLM's off-peak hours: the band of the cheaper prices and what they leave of each day."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from extractors.feeds._feed import Json
from extractors.feeds._litellm_keys import BY_POWER, Price, meaning
from warehouse.time_bands import DAYS, band

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ALL_DAYS = range(1, 8)


def off_peak(described: Json, model: str) -> dict[str, Any]:
    """The off-peak prices by component, the band in which they hold (`hours`) and the band of the headline
    (`peak`).
    """
    prices = {}
    for key, value in described.items():
        if key in {"windows", "weekday_timezone"} or (key == "hours_utc" and "windows" not in described):
            continue
        price = meaning(key)
        if type(price) is not Price:
            raise ValueError(f"{model}: {key!r} in off_peak_pricing")
        prices[price.component] = (price, BY_POWER[price.power][value])
    windows = tuple(_window(w) for w in described.get("windows", [described]))
    days, hours = _peak(windows)
    if described.get("weekday_timezone", "UTC") not in {"UTC", "Asia/Shanghai"} or (
        "weekday_timezone" in described and max(hours.replace(",", "-").split("-")) > "16:00"
    ):
        # Until 16:00 UTC a Shanghai weekday is the UTC weekday; later hours would belong to the next one.
        raise ValueError(f"{model}: weekdays of {described['weekday_timezone']} with the windows {hours}")
    return {
        "off_peak": prices,
        "peak": band("peak", hours, days=days),
        "hours": band("off_peak", hours, days=days, complement=True),
    }


def _window(said: Json) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The ISO weekdays of a window (numbers or English names; every day where it names none), its hours."""
    hours = said["hours_utc"]
    days = tuple(
        WEEKDAYS.index(d.lower()) + 1 if isinstance(d, str) else d for d in said.get("weekdays", ALL_DAYS)
    )
    return days, (hours,) if isinstance(hours, str) else tuple(hours)


@lru_cache(maxsize=256)
def _peak(windows: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...]) -> tuple[str, str]:
    """The peak as (days, windows): what the off-peak windows (ISO weekdays 1-7, UTC hours) leave of each day.

    ValueError where the days that have a peak do not have the same one, or are no range of days.
    """
    left = {day: [True] * 1440 for day in range(1, 8)}
    for weekdays, hours in windows:
        for day in weekdays:
            for window in hours:
                start, end = (int(t[:2]) * 60 + int(t[3:]) for t in window.split("-"))
                for minute in range(start, end or 1440):
                    left[day][minute] = False
    shapes = {day: _windows(minutes) for day, minutes in left.items() if any(minutes)}
    days = sorted(shapes)
    if len(set(shapes.values())) != 1 or days != list(range(days[0], days[-1] + 1)):
        raise ValueError(f"off-peak windows whose rest is no band: {windows!r}")
    return ("daily" if len(days) == 7 else f"{DAYS[days[0] - 1]}-{DAYS[days[-1] - 1]}"), shapes[days[0]]


def _windows(minutes: list[bool]) -> str:
    edges = [
        m for m in range(1441) if (minutes[m] if m < 1440 else False) != (minutes[m - 1] if m else False)
    ]
    return ",".join(
        f"{a // 60:02d}:{a % 60:02d}-{b // 60 % 24:02d}:{b % 60:02d}"
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    )
