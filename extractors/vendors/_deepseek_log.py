"""DeepSeek's change log: dated releases and withdrawals, without amounts. Posts: `_deepseek_posts.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from extractors.errors import EmptyPage, UnknownValue, WrongPage
from extractors.html import text_of
from extractors.vendors._deepseek_posts import NAME, article, english_day
from warehouse.capture import Capture
from warehouse.tables import Release, Row

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from bs4.element import Tag


def change_log(capture: Capture) -> list[Row]:
    """The releases and withdrawals of a change log."""
    page = article(capture)
    titles = [text_of(h)[0] for h in page.find_all("h1")]
    if titles not in (["Change Log"], ["更新日志"]):
        raise WrongPage(capture, expected="'Change Log' or '更新日志'", found=str(titles))
    rows: list[Release] = []
    for day, heading, lines in _blocks(page, capture):
        rows += _released(day, heading, lines, capture) + _withdrawn(heading, lines, capture)
    if not rows:
        raise EmptyPage(capture, expected="dated blocks", found="none")
    return list(dict.fromkeys(rows))


def _blocks(page: BeautifulSoup | Tag, capture: Capture) -> Iterator[tuple[date, str, list[str]]]:
    day, heading, lines = None, "", list[str]()
    for tag in [*page.find_all(["h2", "h3", "p", "li"]), None]:
        if tag is None or tag.name in ("h2", "h3"):
            if heading and day:
                yield day, heading, lines
            heading, lines = "", []
        if tag is None:
            return
        text = text_of(tag)[0]
        if tag.name == "h2":
            match = re.match(r"(?:Date|时间)\s*[:：]\s*(\d{4}-\d{2}-\d{2})", text)
            if match is None:
                raise UnknownValue(capture, expected="a heading 'Date: YYYY-MM-DD'", found=text)
            day = date.fromisoformat(match[1])
        elif tag.name == "h3":
            heading = text
        else:
            lines.append(text.replace("\n", " "))


def _released(day: date, heading: str, lines: list[str], capture: Capture) -> list[Release]:
    first, said = lines[0] if lines else "", " ".join(lines)
    names = re.findall(NAME, heading)
    if re.match("deepseek-[a-z]+$", heading) and not names:
        names = re.findall(rf"(?:upgraded to|升级为|our new model|新模型)\s*({NAME})", said, re.I)[:1]
        if not names:
            raise UnknownValue(
                capture,
                expected="'upgraded to DeepSeek-...' under the id of an API",
                found=f"{heading}: {first}",
            )
    if not names:
        if "API" not in heading:
            raise UnknownValue(capture, expected="a model's name or news of the API", found=heading)
        return []
    members = sorted(set(re.findall(rf"{names[0].lower()}-[a-z]+", first)))
    dated = re.search(rf"{re.escape(names[0])}-\d{{4}}\b", said)
    final = re.search("GA release|official release|正式版", first)
    return [
        Release(name, day, "ga" if final else "api", lab="DeepSeek", evidence_url=capture.address)
        for name in ([dated[0]] if dated else members or names[:1])
    ]


def _withdrawn(heading: str, lines: list[str], capture: Capture) -> list[Release]:
    rows: list[Release] = []
    for line in lines:
        stop = re.search(r"(?:discontinued in three months|将于三个月后)\s*[(（](\d{4}-\d{2}-\d{2})", line)
        until = re.search(
            r"available until ([A-Z][a-z]{2} \d{1,2})(?:st|nd|rd|th),"
            r" (\d{4})|支持时间截止至北京时间\s*(\d{4}-\d{2}-\d{2})",
            line,
        )
        if stop:
            ids = re.findall(r"deepseek-[a-z]+", line[: stop.start()])
            rows += [_gone(name, date.fromisoformat(stop[1]), capture) for name in ids]
        elif until:
            day = date.fromisoformat(until[3]) if until[3] else english_day(f"{until[1]} {until[2]}").date()
            rows.append(_gone(heading, day, capture))
    return rows


def _gone(name: str, day: date, capture: Capture) -> Release:
    return Release(name, day, "withdrawn", lab="DeepSeek", evidence_url=capture.address)
