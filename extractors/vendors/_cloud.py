"""What the price tables of the Chinese clouds share: cells, token ranges in their many spellings, names.
`_cloud_sheet.py` reads their tables, `_hours.py` their peak hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from extractors.errors import Truncated, UnknownValue
from extractors.html import Cell
from extractors.printed import number, tokens
from extractors.vendors._amount_words import apart, on_request, promoted_from
from extractors.vendors._wording import Named, flat, named, undecorated
from warehouse.capture import Capture

ABSENT = frozenset({"-", "--", "—", "–", "/", "\\", "\\-"})
FREE_FOR_A_TIME = frozenset(
    {
        "limited-timefree", "limitedtimefree", "free(limitedtime)", "free(limited-time)",
        "freeforalimitedtime", "temporarilyfree", "限时免费", "限免", "免费(限时)",
    }
)  # fmt: skip
NO_PRICE = FREE_FOR_A_TIME | {"免费试用", "暂不支持", "不支持"}


class Price(NamedTuple):
    """What a price column holds."""

    component: str
    modality: str = "text"
    per: str = "1e6 tokens"
    thinking: str = "any"


class Range(NamedTuple):
    """Tokens from `low` on, up to `high` (None: no upper limit)."""

    low: int = 0
    high: int | None = None


WHOLE = Range()
Role = str | Price


def plain_markdown(text: str) -> str:
    """MDX as Markdown: escapes resolved, tabs as headings, no blank line inside a table (it would end the
    HTML block).
    """
    text = text.replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\$", "$")
    text = re.sub(r'^[ \t]*<Tab\b[^<>]*\btitle="([^"]+)"[^>]*>', r"\n\n#### \1\n\n", text, flags=re.M)
    text = re.sub(r"^[ \t]*</?(Tabs?|Note|Warning|Info|Tip)\b[^<>]*>", "", text, flags=re.M)
    return "".join(_with_tables_apart(text))


def _with_tables_apart(text: str) -> Iterator[str]:
    """The text in parts, each table in a block of its own; read once, whatever it is."""
    at = 0
    for table in re.finditer(r"<table\b", text):
        end = text.find("</table>", table.start())
        if end < 0:
            break
        if table.start() < at:
            continue
        end += len("</table>")
        yield text[at : table.start()].rstrip()
        yield "\n\n" + _one_block(text[table.start() : end]) + "\n\n"
        at = _SPACE.match(text, end).end()  # type: ignore[union-attr]
    yield text[at:]


_SPACE = re.compile(r"\s*")


def _one_block(table: str) -> str:
    """A table's HTML without blank lines, quotes in its cells (`> a remark`) as lines of their own."""
    quoted = re.sub(r"(?<!\s)\s+> ", lambda m: "<br>" if "\n" in m[0] else m[0], table)
    return re.sub(r"(?<!\s)\s+", lambda m: "\n" if "\n" in m[0] else m[0], quoted)


def whole_page(capture: Capture, ending: str = "</html>") -> None:
    """Truncated where the last 400 characters of the body lack `ending`."""
    tail = capture.text()[-400:]
    if ending not in tail:
        raise Truncated(capture, expected=f"a body that ends with {ending!r}", found=tail[-80:])


_SPLIT = re.compile(r"\d\s+[\d.,]")


def bare_amounts(cell: Cell, capture: Capture) -> list[tuple[str, Decimal]]:
    """(price kind, amount) of a cell whose unit is in its header: a number, a struck list price with a
    promotional one, free, or a dash.
    """
    text = flat(cell.text)
    if text in ABSENT or text in NO_PRICE or (text and not cell.struck and on_request(cell.text)):
        return []
    if text in ("免费", "free"):
        return [("free", Decimal(0))]
    try:
        if _SPLIT.search(apart(cell.text)[0]):
            raise ValueError("two numbers, or one that a space splits")
        amount = number(flat(apart(cell.text)[0]))
        before = [("list", promoted_from(number(flat(struck)), amount)) for struck in cell.struck]
    except ValueError as error:
        raise UnknownValue(
            capture, expected="a price, a dash or 免费", found=f"{cell.text!r} struck {cell.struck}"
        ) from error
    return [*before, ("promotional" if before else "list", amount)]


_WORDS = re.compile(r"且|输入长度|输出长度|输入token数|promptlength|inputlength|outputlength|tokens?|个")
_SPAN = re.compile(r"[(\[]([^,]+),([^,]+)[)\]]")
_UNTIERED = frozenset({"无阶梯计价", "不区分阶梯", "不区分", "notieredpricing", ""}) | ABSENT


def token_range(text: str, capture: Capture, unit: int = 1) -> Range:
    """`(32, 128]`, `16k+`, `0 ≤ 输入长度 ＜ 32k`, `256K<Token≤1M`, `≤256K`, `256K~1M` as a range; `unit` is
    what a bare number counts.
    """
    raw = flat(undecorated(text))
    if raw in _UNTIERED:
        return WHOLE
    plain = re.sub(r"(?<=[<≤=])(?:输入长度|输入token数|tokens?|t)(?=[<≤])", "x", raw)
    plain = _WORDS.sub("", plain).replace("x", "")
    try:
        return _range(plain, unit)
    except (ValueError, TypeError) as error:
        raise UnknownValue(capture, expected="a range of tokens", found=text) from error


def _range(plain: str, unit: int) -> Range:
    if found := _SPAN.fullmatch(plain):
        return Range(_count(found[1], unit), None if "∞" in found[2] else _count(found[2], unit))
    if found := re.fullmatch(r"[(\[]?([\d.]+[km]?)\+[)\]]?", plain):
        return Range(_count(found[1], unit))
    if found := re.fullmatch(r"([\d.]+[km]?)[<≤]=?[<≤]=?([\d.]+[km]?)", plain):
        return Range(_count(found[1], unit), _count(found[2], unit))
    if found := re.fullmatch(r"[<≤]=?([\d.]+[km]?)", plain):
        return Range(0, _count(found[1], unit))
    if found := re.fullmatch(r"[>≥]=?([\d.]+[km]?)", plain):
        return Range(_count(found[1], unit))
    if found := re.fullmatch(r"([\d.]+[km]?)[~-]([\d.]+[km]?)", plain):
        return Range(_count(found[1], unit), _count(found[2], unit))
    raise ValueError(plain)


def _count(text: str, unit: int) -> int:
    return tokens(text) if text[-1] in "km" else int(number(text) * unit)


Condition = tuple[
    Range, Range, str
]  # what a line's condition says of the prompt, of the output, of the hours


def listed(text: str, capture: Capture) -> Named:
    """A model cell: its name, spaces folded, and what its remarks say (`Hy3 preview（2026-08-31 下线）`)."""
    return named(text, r"[A-Za-z][\w .\-/:]*", capture)
