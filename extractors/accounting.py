"""Every amount on a page is accounted for: read, ignored by a rule that says why, or unread.

A vendor's page is taken apart here a second time, without its parser: into lines of visible text (a table's
row, a paragraph, an item) under their headings, with the amounts printed in them (a number with a currency).
An amount is *read* where some row says it; *unread* where its line is part of a leftover of the parser, or
where nothing else accounts for it: then the line becomes a leftover; *ignored* where a rule of
`Source.ignores` or one of the `EVERYWHERE` below names it. Feeds and boards account for their own entries; of
them rows and leftovers are counted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from typing import Any

import orjson

from extractors.printed import Money, count_amounts, money
from extractors.source import Ignored, Line, Reader
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Unread

NOBODY_READS = "an amount that no rule of the parser reads or ignores"
TOKENS = r"(?:tok|字符|token|词元|/\s*1?\s*m(?:illion)?\b|per\s+(?:1\s*)?m\b|百万|千)"


@dataclass(slots=True)
class Account:
    """The amounts of one capture: on the page, read, ignored by reason, and unread; `found` are the leftovers
    that no parser's rule named.
    """

    total: int = 0
    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    found: list[Unread] = field(default_factory=list)


OTHER_UNITS = (
    r"/\s*(?:per\s+|each\s+|/\s*)?(?:image|img|picture|video|second|sec\b|minute|min\b|hour|hr\b|song|page|"
    r"gb\b|month|mo\b|year|user|seat|day\b|session|generation|megapixel|call|quer(?:y|ies)|request|次|张|秒|"
    r"分钟|小时|天|月|个|页|首|字|万字符|千次)s?"
)
EVERYWHERE = (
    Ignored(r"\bworked example|\bexample (?:cost|calculation)|计费示例|计算示例", "a worked example"),
)


def accounted(reader: Reader, capture: Capture, rows: Iterable[Row]) -> Account:
    """The account of one capture from what its parser gave."""
    rows = list(rows)
    leftovers = [row for row in rows if isinstance(row, Unread)]
    if reader.source.kind != "vendors":
        unread = sum(row.amounts for row in leftovers)
        read = len(rows) - len(leftovers)
        return Account(read + unread, read, Counter(), unread)
    lines = reader.lines(capture) if reader.lines else page_lines(capture)
    return _account(lines, rows, leftovers, reader.source.ignores)


def _account(
    lines: Iterable[Line], rows: Iterable[Row], leftovers: Iterable[Unread], ignores: tuple[Ignored, ...]
) -> Account:
    account = Account()
    said = _amounts_said(rows)
    left = [(_folded(row.leftover), row.amounts) for row in leftovers]
    rules = [(re.compile(rule.pattern, re.I), rule.reason) for rule in (*ignores, *EVERYWHERE)]
    account.unread = sum(amounts for _, amounts in left)
    account.total = account.unread
    for line in dict.fromkeys(lines):
        found = _money(line.text)
        if not found or _in_leftover(_folded(line.text), left):
            continue
        account.total += len(found)
        missing = [amount for amount in found if (amount.currency, amount.amount) not in said]
        account.read += len(found) - len(missing)
        if not missing:
            continue
        reason = _ignored(line, missing, rules)
        if reason:
            account.ignored[reason] += len(missing)
        else:
            account.unread += len(missing)
            account.found.append(Unread(line.place, line.text, NOBODY_READS, len(missing)))
    # Bare numbers, whose currency stands in the header, are no amounts of a line: the rows count them.
    bare = sum(isinstance(row, ListPrice) for row in rows) - account.read
    account.read, account.total = account.read + max(bare, 0), account.total + max(bare, 0)
    return account


def _amounts_said(rows: Iterable[Row]) -> set[tuple[str, Decimal]]:
    """Every (currency, amount) that the rows say, as printed and per 1e6, 1e3 and one unit."""
    said: set[tuple[str, Decimal]] = set()
    for row in rows:
        if isinstance(row, ListPrice):
            said.update((row.currency, row.amount.scaleb(-power)) for power in (0, 3, 6))
            said.update((m.currency, m.amount) for m in _money(row.printed or ""))
    return said


def _money(text: str) -> list[Money]:
    """The amounts of a line, each once; where one is no number, none of them counts as read."""
    try:
        return money(text)
    except ValueError:
        return [Money(Decimal(-1), "", "", "")] * count_amounts(text)


def _in_leftover(line: str, left: Iterable[tuple[str, int]]) -> bool:
    return any(line in text or (len(text) > 8 and text in line) for text, _ in left)


def _ignored(line: Line, missing: list[Money], rules: list[tuple[re.Pattern[str], str]]) -> str:
    where = f"{line.place} / {line.text}"
    for pattern, reason in rules:
        if pattern.search(where):
            return reason
    if all(m.amount == 0 for m in missing):
        return "zero"
    tokens = re.search(TOKENS, line.text, re.I)
    if not line.in_table and not tokens:
        return "running text that names no unit of tokens"
    after = " ".join(f"/ {m.after}" for m in missing)
    if not tokens and re.search(OTHER_UNITS, after, re.I):
        return "a unit other than tokens"
    return ""


def _folded(text: str) -> str:
    return re.sub(r"[\s|\\*`]+", "", text).casefold()


# --- a page's lines -----------------------------------------------------------------------------------------

_DROPPED = re.compile(r"<(script|style|template|noscript|svg|head)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>|^(#{1,6})\s+(.+?)\s*$", re.S | re.I | re.M)
_ENDS = re.compile(r"</(?:tr|p|li|div|section|h[1-6]|table|dd|dt)\s*>|<br\s*/?>", re.I)
_CELL = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^>]*>", re.I)
_STRUCK = re.compile(r"<(del|s|strike)\b[^>]*>.*?</\1\s*>|~~.*?~~", re.S | re.I)
_MARK = re.compile(r"<sup\b[^>]*>.*?</sup\s*>", re.S | re.I)
_TAG = re.compile(r"<[^<>]*>")
_ROW = re.compile(r"<tr\b[^>]*>.*?(?=</tr\s*>|<tr\b|</table)", re.S | re.I)
_TABLE_ROW = "\ue000"


def page_lines(capture: Capture) -> Iterator[Line]:
    """The lines of an HTML, Markdown or JSON body. Struck-out text and footnote marks are left out, as the
    tables' reader does; of JSON every text is a page of its own.
    """
    text = capture.text()
    if text.lstrip()[:1] in "{[":
        try:
            yield from _json_lines(orjson.loads(text), ())
            return
        except orjson.JSONDecodeError:
            pass
    yield from text_lines(text)


def text_lines(text: str, above: tuple[str, ...] = ()) -> Iterator[Line]:
    """The lines of a text of HTML or Markdown, under `above`."""
    text = _MARK.sub(" ", _STRUCK.sub(" ", _DROPPED.sub("\n", text)))
    text = _ROW.sub(lambda row: _TABLE_ROW + _one_line(row[0]) + "\n", text)
    headings: dict[int, str] = {}
    at = 0
    for match in [*_HEADING.finditer(text), None]:
        body = text[at : match.start() if match else len(text)]
        place = " / ".join((*above, *(headings[level] for level in sorted(headings))))
        yield from _lines_of(body, place)
        if match:
            level = int(match[1] or len(match[3]))
            headings = {k: v for k, v in headings.items() if k < level}
            headings[level] = _plain(match[2] or match[4] or "")
            at = match.end()


def _lines_of(body: str, place: str) -> Iterator[Line]:
    for part in _ENDS.sub("\n", body).split("\n"):
        in_table = _TABLE_ROW in part or part.lstrip().startswith("|")
        words = _plain(part.replace(_TABLE_ROW, ""))
        if words:
            yield Line(place, words, in_table)


def _one_line(row: str) -> str:
    return _ENDS.sub(" ", _CELL.sub(" | ", row)).replace("\n", " ")


def _plain(text: str) -> str:
    return " ".join(unescape(_TAG.sub(" ", text)).split())


def _json_lines(value: Any, path: tuple[str, ...]) -> Iterator[Line]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _json_lines(inner, (*path, str(key)))
    elif isinstance(value, list):
        for inner in value:
            yield from _json_lines(inner, path)
    elif isinstance(value, str):
        yield from text_lines(value, path)
