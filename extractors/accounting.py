"""Every amount on a page is accounted for: read, ignored by a rule that says why, or unread.

A vendor's page is taken apart here a second time, without its parser: into lines of visible text (a table's
row, a paragraph, an item) under their headings, with the amounts printed in them (a number with a currency).
An amount is *read* where a row says it, and in a table a row of a model that the table, its headings or the
words before it name; *unread* where its line is part of a leftover of the parser, or
where nothing else accounts for it: then the line becomes a leftover; *ignored* where a rule of
`Source.ignores` or one of the `EVERYWHERE` below names it. Feeds and boards account for their own entries; of
them rows and leftovers are counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from itertools import groupby
from typing import Any, NamedTuple

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
    that no parser's rule named, `lines` the words of its tables' lines, folded.
    """

    total: int = 0
    read: int = 0
    ignored: Counter[str] = field(default_factory=Counter)
    unread: int = 0
    found: list[Unread] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


_UNITS = (
    r"(?:images?|img|pictures?|videos?|seconds?|sec|minutes?|min|hours?|hr|songs?|pages?|gi?b|months?|mo|quarters?|"
    r"years?|users?|seats?|days?|sessions?|generations?|megapixels?|calls?|quer(?:y|ies)|requests?)\b|"
    r"(?:次|张|秒|分钟|小时|天|月|季|个|页|首|字|万字符|千次)"
)
OTHER_UNITS = rf"/\s*(?:per\s+|each\s+|/\s*)?(?:{_UNITS})"
HEADED_UNITS = rf"(?:\bper\s+|/\s*|每)(?:{_UNITS})"
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
    said = _Said(rows)
    left = _Left(leftovers)
    rules = [(re.compile(rule.pattern, re.I), rule.reason) for rule in (*ignores, *EVERYWHERE)]
    account.unread = account.total = left.amounts
    for line, names, header in _placed(lines, said):
        if line.in_table and re.search(r"\d", line.text):
            account.lines.append(folded(line.text))
        found = _money(line.text)
        if not found or left.holds(line):
            continue
        missing = [m for m in found if not said.by(m, names)]
        elsewhere = [m for m in missing if left.says(m, line)]
        missing = [m for m in missing if m not in elsewhere]
        account.total += len(found) - len(elsewhere)
        account.read += len(found) - len(elsewhere) - len(missing)
        if not missing:
            continue
        reason = _ignored(line, header, missing, rules)
        if reason:
            account.ignored[reason] += len(missing)
        else:
            account.unread += len(missing)
            account.found.append(Unread(line.place, line.text, NOBODY_READS, len(missing)))
    # Bare numbers, whose currency stands in the header, are no amounts of a line: the rows count them.
    bare = sum(isinstance(row, ListPrice) for row in rows) - account.read
    account.read, account.total = account.read + max(bare, 0), account.total + max(bare, 0)
    return account


class _Said:
    """What the rows say: of every (currency, amount), as printed and per 1e6, 1e3 and one unit, the models
    that have it, their names folded.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        self.models: dict[tuple[str, Decimal], set[str]] = {}
        for row in rows:
            if isinstance(row, ListPrice):
                amounts = [(row.currency, row.amount.scaleb(-power)) for power in (0, 3, 6)]
                amounts += [(m.currency, m.amount) for m in _money(row.printed or "")]
                for amount in amounts:
                    self.models.setdefault(amount, set()).add(_letters(row.listed_model))
        self.names = set().union(*self.models.values()) - {""}

    def by(self, amount: Money, names: frozenset[str] | None) -> bool:
        """Whether one of `names` (None: any model) has the amount."""
        models = self.models.get((amount.currency, amount.amount), set())
        return bool(models if names is None else models & names)

    def named_in(self, text: str) -> frozenset[str]:
        """The models whose names stand in a text."""
        words = _letters(text)
        return frozenset(name for name in self.names if name in words)


class _Placed(NamedTuple):
    """A line with what its table says of it: `names` are the models whose amounts it may print (None: any),
    `header` the table's first line.
    """

    line: Line
    names: frozenset[str] | None = None
    header: str = ""


def _placed(lines: Iterable[Line], said: _Said) -> Iterator[_Placed]:
    """Every line, once. The models of a table are those that it, its headings or the running text under them
    and before it name.
    """
    place, between = "", ""
    seen: set[Line] = set()
    for (heading, in_table), group in groupby(lines, key=lambda line: (line.place, line.in_table)):
        block = list(group)
        between = between if heading == place or heading.startswith(f"{place} / ") else ""
        words = " ".join(line.text for line in block)
        names = said.named_in(" ".join((heading, between, words))) if in_table else None
        for line in block:
            if line not in seen:
                seen.add(line)
                yield _Placed(line, names, block[0].text if in_table else "")
        place, between = heading, "" if in_table else f"{between} {words}"


class _Left:
    """The leftovers of a parser: their amounts, counted once, and the lines that they hold."""

    def __init__(self, leftovers: Iterable[Unread]) -> None:
        leftovers = list(leftovers)
        self.amounts = sum(row.amounts for row in leftovers)
        self.texts = [folded(row.leftover) for row in leftovers]
        cells = [cell for row in leftovers if row.amounts for cell in row.leftover.split(" | ")]
        self.cells = [
            (folded(cell), {(m.currency, m.amount) for m in _money(cell)})
            for cell in cells
            if count_amounts(cell)
        ]

    def holds(self, line: Line) -> bool:
        """Whether a leftover is the line, or the line it."""
        words = folded(line.text)
        return any(words in text or (len(text) > 8 and text in words) for text in self.texts)

    def says(self, amount: Money, line: Line) -> bool:
        """Whether a leftover has the amount in a cell of the line: a column that was left."""
        words = folded(line.text)
        same = (amount.currency, amount.amount)
        return any(same in amounts and cell in words for cell, amounts in self.cells)


def _letters(text: str) -> str:
    """A name as it is compared: letters and digits in lower case, without what joins them."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _money(text: str) -> list[Money]:
    """The amounts of a line, each once; where one is no number, none of them counts as read."""
    try:
        return money(text)
    except ValueError:
        return [Money(Decimal(-1), "", "", "")] * count_amounts(text)


def _ignored(line: Line, header: str, missing: list[Money], rules: list[tuple[re.Pattern[str], str]]) -> str:
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
    headed = re.search(HEADED_UNITS, header, re.I) and not re.search(TOKENS, header, re.I)
    if not tokens and (headed or re.search(OTHER_UNITS, after, re.I)):
        return "a unit other than tokens"
    return ""


def folded(text: str) -> str:
    """Words as lines are compared: without white space, bars and emphasis, in lower case."""
    return re.sub(r"[\s|\\*`]+", "", text).casefold()


# --- a page's lines -----------------------------------------------------------------------------------------

_DROPPED = re.compile(r"<(script|style|template|noscript|svg|head)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)</h\1\s*>|^(#{1,6})\s+(.+?)\s*$", re.S | re.I | re.M)
_ENDS = re.compile(r"</(?:tr|p|li|div|section|h[1-6]|table|dd|dt)\s*>|<br\s*/?>", re.I)
_CELL = re.compile(r"</t[dh]\s*>\s*<t[dh]\b[^>]*>", re.I)
_STRUCK = re.compile(r"<(del|s|strike)\b[^>]*>.*?</\1\s*>|~~.*?~~", re.S | re.I)
_HIDDEN = re.compile(
    r"<(span|div|small|em|i|b|p)\b[^<>]*?(?:display:\s*none|\shidden(?=[\s=>]))[^<>]*>[^<>]*</\1\s*>", re.I
)
_MARK = re.compile(r"<sup\b[^>]*>.*?</sup\s*>", re.S | re.I)
_TAG = re.compile(r"<[^<>]*>")
_ROW = re.compile(r"<tr\b[^>]*>.*?(?=</tr\s*>|<tr\b|</table)", re.S | re.I)
_PIPE_ROW = re.compile(r"^[ \t]*\|.*$", re.M)
_TABLE_ROW = "\ue000"


def page_lines(capture: Capture) -> Iterator[Line]:
    """The lines of an HTML, Markdown or JSON body. Struck-out and hidden text and footnote marks are left
    out, as the tables' reader does; of JSON every text is a page of its own.
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
    text = _HIDDEN.sub(" ", _MARK.sub(" ", _STRUCK.sub(" ", _DROPPED.sub("\n", text))))
    text = _PIPE_ROW.sub(lambda row: _ENDS.sub(" ", row[0]), text)
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
