"""Reading a site's list of what it has: sitemaps, llms.txt, side bars and scripts. Pure functions of a
capture, for `addresses(capture)` in a source's file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import urljoin

from extractors.addresses import spelt
from warehouse.capture import Capture

_LINK = re.compile(
    r"""(?:href\s*=\s*["']?|src\s*=\s*["']?|\]\(\s?<?|<(?:\w{1,20}:)?loc>\s*(?:<!\[CDATA\[\s*)?)"""
    r"""(?P<to>[^\s"'<>)]{1,500})""",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"""\[(?P<title>[^\]\n]{1,200})\]\(\s?<?(?P<to>[^\s<>)]{1,500})>?(?:\s["'][^"'\n]{0,200}["'])?\s?\)"""
)
_DAY = r'["\'](20\d\d-\d\d-\d\d)["\']'
_DAYS = re.compile(rf"\[\s*{_DAY}(?:\s*,\s*{_DAY})*\s*(?:,\s*)?\]")


def links(capture: Capture, pattern: str) -> list[str]:
    """The addresses that a page, a sitemap or a Markdown list names and that match `pattern` (full match),
    each once, in one spelling, in the list's order.
    """
    found = joined(capture, (m["to"] for m in _LINK.finditer(capture.text())))
    return list(dict.fromkeys(address for address in found if re.fullmatch(pattern, address)))


def titled(capture: Capture, pattern: str) -> list[str]:
    """The addresses in a Markdown list (llms.txt) whose titles match `pattern` (full match, any case)."""
    found = (
        m["to"]
        for m in _TITLED.finditer(capture.text())
        if re.fullmatch(pattern, m["title"].strip(), re.IGNORECASE)
    )
    return list(dict.fromkeys(joined(capture, found)))


def joined(capture: Capture, said: Iterable[str]) -> Iterator[str]:
    """What a list says as addresses, each in one spelling (`spelt`); what cannot be one is left out, and
    takes no other with it.
    """
    for to in said:
        try:
            yield spelt(urljoin(capture.address, unescape(to).removesuffix("]]")))
        except ValueError:  # brackets or a port that no address has
            continue


def release_days(capture: Capture) -> list[date]:
    """The days of the longest array of quoted ISO dates in a script, newest first; a day after the capture's
    own is none.
    """
    longest = max((m[0] for m in _DAYS.finditer(capture.text())), key=len, default="")
    days = (_day(text) for text in re.findall(_DAY, longest))
    known = {day for day in days if day is not None and day <= capture.observed_on}
    return sorted(known, reverse=True)


def newest_posts(capture: Capture, pattern: str, within_days: int = 400) -> list[str]:
    """The posts that a list names, newest first. `pattern` matches a post's address; its group `day` is
    yymmdd where the address has the year. A post older than `within_days` before the capture is left out; a
    day after the capture's own is none (the next day is today's elsewhere).
    """
    since = capture.observed_on - timedelta(days=within_days)
    latest = capture.observed_on + timedelta(days=1)
    dated = []
    for address in links(capture, pattern):
        match = re.fullmatch(pattern, address)
        day = _short_day(match["day"]) if match else None
        day = day if day is None or day <= latest else None
        if day is None or since <= day:
            dated.append((day or since, address))
    return [address for _, address in sorted(dated, reverse=True)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _short_day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%y%m%d").date() if len(text) == 6 else None  # noqa: DTZ007 (a day)
    except ValueError:
        return None
