"""Peak and off-peak hours of the Chinese clouds: the words of a cell, and the sentence of the page that says
when."""

from __future__ import annotations

import re
from collections.abc import Collection

from extractors.errors import UnknownValue
from extractors.vendors._cloud import ABSENT
from extractors.vendors._wording import flat
from warehouse.capture import Capture
from warehouse.time_bands import band

_WEEKDAYS = re.compile(
    r"工作日|周一(?:至|到|[-~—–])周五|weekdays?|mon(?:day)?(?:to|through|[-~—–])fri(?:day)?|(?:business|working|work)days?"
)
_OTHER_DAYS = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|weekend|(?:周|星期)[一二三四五六日天末]"
)
_CLOCK = r"\d{1,2}:\d{2}"
_WINDOW = re.compile(rf"({_CLOCK})(?:-|~|至|到|–|—|to)(?:次日)?({_CLOCK})")
PEAK = frozenset({"高峰", "高峰时段", "忙时", "峰时", "busyhours", "peak", "peakhours"})
OFF_PEAK = frozenset({"空闲", "空闲时段", "闲时", "低谷", "谷时", "idlehours", "off-peak", "off-peakhours"})


def hours(text: str, page: str, capture: Capture) -> str:
    """The time band that `高峰时段`, `闲时`, `Busy hours` name, from the page's own sentence that says when
    it is (Beijing, UTC+8).

    UnknownValue where the word is another, or where no sentence states the hours: those of another vendor
    would be a guess.
    """
    word = flat(text)
    if word in ABSENT:
        return "always"
    if word not in PEAK | OFF_PEAK:
        raise UnknownValue(capture, expected=f"hours among {sorted(PEAK | OFF_PEAK)}", found=text)
    peak, off_peak = stated_bands(page, PEAK, ("peak", "off_peak"), capture)
    return peak if word in PEAK else off_peak


def stated_bands(
    page: str, words: Collection[str], names: tuple[str, str], capture: Capture
) -> tuple[str, str]:
    """The bands inside and outside the hours that a sentence of the page with one of `words` states (Beijing
    time).
    """
    for sentence in re.split(r"[。;；\n]", page):
        said = flat(sentence)
        if any(word in said for word in words) and (found := _WINDOW.findall(said)):
            windows = ",".join(f"{_utc(start)}-{_utc(end)}" for start, end in found)
            days = "mon-fri" if _WEEKDAYS.search(said) else "daily"
            if days == "daily" and _OTHER_DAYS.search(said):
                raise UnknownValue(capture, expected="every day, or Monday to Friday", found=sentence)
            if re.search(r"(utc|gmt)(?!\+0?8)", said):
                raise UnknownValue(capture, expected="hours in Beijing time", found=sentence)
            if days != "daily" and any(int(start.split(":")[0]) < 8 for start, _ in found):
                raise UnknownValue(
                    capture, expected="weekday hours that start on the same day in UTC", found=sentence
                )
            return band(names[0], windows, days=days), band(names[1], windows, days=days, complement=True)
    raise UnknownValue(
        capture, expected=f"a sentence on the page that says when {names[0]} hours are", found="none"
    )


def _utc(clock: str) -> str:
    hour, minute = clock.split(":")
    return f"{(int(hour) - 8) % 24:02d}:{minute}"
