"""DeepSeek's prose beside the price table: peak hours, effective dates, the end of a promotion; UTC in
English, Beijing time in Chinese.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from extractors.errors import LayoutChanged, UnknownValue
from warehouse.capture import Capture
from warehouse.time_bands import band

BEIJING = timezone(timedelta(hours=8))
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WINDOW = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至到]+\s*(\d{1,2}):(\d{2})")
_WEEKDAYS = re.compile(
    r"\bmon(?:day)?s?\.?\s*(?:to|through|thru|until|[-–—~～])\s*fri(?:day)?s?\b|\b(?:week|working"
    r" |work|business )days?\b"
    r"|(?:周|星期)一\s*[至到—–~～-]+\s*(?:周|星期)?五|工作日",
    re.I,
)
_ANY_DAY = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekend|(?:周|星期)[一二三四五六日天末]|双休", re.I
)
_EVERY_DAY = re.compile(
    r"\b(?:daily|every day|each day|seven days a week|monday (?:to|through) sunday)\b|每天|每日|周一至周日",
    re.I,
)
_WEEKENDS_OFF = re.compile(
    r"(?:weekends?\b|saturdays? and sundays?).*off-peak|off-peak.*(?:weekends?\b|saturdays? and sundays?)"
    r"|(?:周末|周六.{0,3}周日|双休).*(?:空闲|平峰)",
    re.I,
)
_PEAK = re.compile(r"peak[- ]?(?:hours?|periods?|times?)|(?:高|尖)峰(?:时段|时间|期)", re.I)


def peak_bands(prose: str, capture: Capture) -> tuple[str, str]:
    """(peak, off-peak) as time bands, from the sentence with the peak hours.

    Since 2026-09 the sentence also excludes Chinese public holidays; a band is a week that repeats, so the
    holidays (off-peak all day) are not in it. Where that sentence names no days, another one about peaks may
    (`Weekends are off-peak all day.`).
    """
    sentences = [s for s in _sentences(prose) if _PEAK.search(s) and _WINDOW.search(s)]
    if len(sentences) != 1:
        raise LayoutChanged(capture, expected="one sentence with the peak hours", found=str(sentences)[:200])
    said = re.split(r"\(?all other|其余时段|其他时段", sentences[0], flags=re.I)[0]
    shift = _shift(said, capture)
    windows = []
    for match in _WINDOW.finditer(said):
        start, end = (int(match[i]) * 60 + int(match[i + 1]) - shift for i in (1, 3))
        if not 0 <= start < end <= 1440:
            raise UnknownValue(capture, expected="peak hours within one UTC day", found=said)
        windows.append(f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}")
    days = _days(said, [s for s in _sentences(prose) if re.search(r"peak|高峰|空闲|平峰", s, re.I)], capture)
    joined = ",".join(windows)
    return band("peak", joined, days=days), band("off_peak", joined, days=days, complement=True)


def _days(said: str, about_peaks: list[str], capture: Capture) -> str:
    """`mon-fri` or `daily`, by the sentence with the hours, else by the others; UnknownValue where they name
    other days.
    """
    if _WEEKDAYS.search(said):
        return "mon-fri"
    if _EVERY_DAY.search(said):
        return "daily"
    if _ANY_DAY.search(said):
        raise UnknownValue(capture, expected="every day, or Monday to Friday", found=said)
    others = [s for s in about_peaks if said not in s and (_ANY_DAY.search(s) or _WEEKDAYS.search(s))]
    if not others:
        return "daily"
    if all(_WEEKENDS_OFF.search(s) or _WEEKDAYS.search(s) for s in others):
        return "mon-fri"
    raise UnknownValue(capture, expected="every day, or Monday to Friday", found=" ".join([said, *others]))


def moment(text: str) -> datetime | None:
    """The moment that a text names, in UTC: `2026/05/31 15:59 UTC`, `16:00 UTC on August 16, 2026`, `北京时间
    2026 年 8 月 17 日 0 时`.
    """
    clean = " ".join(text.split())
    for pattern, order in _MOMENTS:
        match = re.search(pattern, clean, re.I)
        if match is None:
            continue
        parts = {name: match[i + 1] or "0" for i, name in enumerate(order)}
        month = MONTHS.index(parts["b"].lower()) + 1 if "b" in parts else int(parts["m"])
        zone = BEIJING if "北京时间" in clean[: match.end()] else UTC
        day = datetime(int(parts["y"]), month, int(parts["d"]), tzinfo=zone)
        return (day + timedelta(hours=int(parts["H"]), minutes=int(parts["M"]))).astimezone(UTC)
    return None


_MOMENTS: tuple[tuple[str, str], ...] = (
    (r"(\d{4})[/-](\d{1,2})[/-](\d{1,2}),? (\d{1,2}):(\d{2}) ?\(?UTC\b", "ymdHM"),
    (
        r"(\d{1,2}):(\d{2}) ?\(?UTC(?: time)?\)?,? (?:on )?(" + "|".join(MONTHS) + r") (\d{1,2}),? (\d{4})",
        "HMbdy",
    ),
    (r"北京时间 ?(\d{4})[/-](\d{1,2})[/-](\d{1,2}) (\d{1,2}):(\d{2})", "ymdHM"),
    (r"北京时间 ?(\d{4}) ?年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?日 ?(\d{1,2}) ?(?:时|点|[:：](\d{2}))", "ymdHM"),
)


def sentences_with(prose: str, *words: str) -> list[str]:
    """The sentences that hold one of `words`, case-blind."""
    return [s for s in _sentences(prose) if any(word.lower() in s.lower() for word in words)]


def _shift(said: str, capture: Capture) -> int:
    if re.search(r"北京时间|beijing time|UTC\+8", said, re.I):
        return 480
    if re.search(r"\bUTC\b", said):
        return 0
    raise UnknownValue(capture, expected="peak hours in UTC or Beijing time", found=said)


def _sentences(prose: str) -> list[str]:
    return [
        s.strip()
        for line in prose.split("\n")
        for s in re.split(r"(?<=[。!?])|(?<=\.)\s+(?=[A-Z])", line)
        if s.strip()
    ]
