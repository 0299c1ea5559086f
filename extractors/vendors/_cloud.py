"""What the price tables of the Chinese clouds share: headers by words, token ranges in their many spellings,
checks on the rows read.

Tables are grids (extractors/html.py). A column is known by its whole header, unit included, so that a unit or
a currency that changes is an unknown header. Ranges keep their lower threshold; their upper one serves to see
that no row between two is lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from extractors.errors import LayoutChanged, Truncated, UnknownValue
from extractors.html import Cell, Grid
from extractors.printed import number, tokens
from extractors.vendors import _order
from warehouse.capture import Capture
from warehouse.tables import ListPrice
from warehouse.time_bands import band

ABSENT = frozenset({"-", "--", "—", "–", "/", "\\", "\\-"})
NO_PRICE = frozenset(
    {"限时免费", "限免", "免费试用", "暂不支持", "不支持", "freeforalimitedtime", "limited-timefree"}
)
_PROMOTED = re.compile(r"限时|优惠|促销|limited[- ]time|\d\s*折", re.I)


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


def flat(text: str) -> str:
    """Text for comparison: full-width signs as their half-width ones (NFKC), no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def plain_markdown(text: str) -> str:
    """MDX as Markdown: escapes resolved, tabs as headings, no blank line inside a table (it would end the
    HTML block).
    """
    text = text.replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\$", "$")
    text = re.sub(r'^\s*<Tab\b[^>]*\btitle="([^"]+)"[^>]*>', r"\n\n#### \1\n\n", text, flags=re.M)
    text = re.sub(r"^\s*</?(Tabs?|Note|Warning|Info|Tip)\b[^>]*>", "", text, flags=re.M)
    return re.sub(r"\s*(<table\b.*?</table>)\s*", _one_block, text, flags=re.S)


def _one_block(table: re.Match[str]) -> str:
    """A table's HTML without blank lines, quotes in its cells (`> a remark`) as lines of their own."""
    return "\n\n" + re.sub(r"\s*\n\s*", "\n", re.sub(r"\s*\n\s*> ", "<br>", table[1])) + "\n\n"


def whole_page(capture: Capture, ending: str = "</html>") -> None:
    """Truncated where the last 400 characters of the body lack `ending`."""
    tail = capture.text()[-400:]
    if ending not in tail:
        raise Truncated(capture, expected=f"a body that ends with {ending!r}", found=tail[-80:])


def records(
    grid: Grid, known: Mapping[str, Role], capture: Capture, *, needed: Iterable[Role] = (), depth: int = 1
) -> Iterator[dict[Role, Cell]]:
    """A table's rows as cells by column; the header is the first `depth` rows, joined, and every column must
    be in `known` (flat).
    """
    names = header(grid, capture, depth)
    strange = [name for name in names if name not in known]
    if strange:
        raise LayoutChanged(capture, expected=f"columns among {sorted(known)}", found=f"{strange} in {names}")
    roles = [known[name] for name in names]
    lacking = [role for role in needed if role not in roles]
    if lacking or len(set(roles)) != len(roles):
        raise LayoutChanged(
            capture, expected=f"each column once, and {lacking or 'no other'}", found=str(names)
        )
    for row in grid[depth:]:
        if len(row) != len(roles):
            raise LayoutChanged(
                capture, expected=f"{len(roles)} cells as in {names}", found=" | ".join(map(str, row))
            )
        yield dict(zip(roles, row, strict=True))


def header(grid: Grid, capture: Capture, depth: int = 1) -> list[str]:
    """The flat text of each column's header, its `depth` rows joined by a slash; LayoutChanged where a row is
    missing or shorter.
    """
    if len(grid) <= depth or any(len(row) != len(grid[0]) for row in grid[:depth]):
        raise LayoutChanged(
            capture, expected=f"{depth} header rows of equal width and a row below", found=f"{len(grid)} rows"
        )
    return ["/".join(dict.fromkeys(flat(row[i].text) for row in grid[:depth])) for i in range(len(grid[0]))]


def sells_tokens(grid: Grid, known: Mapping[str, Role]) -> bool:
    """Whether a table has a column known as a price: in a section that nobody knows, another table is no
    business of a price list.
    """
    return any(
        isinstance(role := known.get(flat(cell.text)), Price) or role == "price"
        for cell in (grid[0] if grid else [])
    )


def bare_amounts(cell: Cell, capture: Capture) -> list[tuple[str, Decimal]]:
    """(price kind, amount) of a cell whose unit is in its header: a number, a struck list price with a
    promotional one, free, or a dash.
    """
    text = flat(cell.text)
    if text in ABSENT or text in NO_PRICE:
        return []
    if text in ("免费", "free"):
        return [("free", Decimal(0))]
    try:
        amount = number(text)
        before = [("list", number(flat(struck))) for struck in cell.struck]
    except ValueError as error:
        raise UnknownValue(
            capture, expected="a price, a dash or 免费", found=f"{cell.text!r} struck {cell.struck}"
        ) from error
    return [*before, ("promotional" if before else "list", amount)]


_WORDS = re.compile(r"且|输入长度|输出长度|输入token数|promptlength|inputlength|outputlength|tokens?|个")
_SPAN = re.compile(r"[(\[]([^,]+),([^,]+)[)\]]")
_CHAIN = re.compile(r"(.+?)[<≤](?:=)?x?[<≤](?:=)?(.+)")
_UNTIERED = frozenset({"无阶梯计价", "不区分阶梯", "不区分", "notieredpricing", ""}) | ABSENT


def token_range(text: str, capture: Capture, unit: int = 1) -> Range:
    """`(32, 128]`, `16k+`, `0 ≤ 输入长度 ＜ 32k`, `256K<Token≤1M`, `≤256K`, `256K~1M` as a range; `unit` is
    what a bare number counts.
    """
    raw = flat(text)
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


Condition = tuple[Range, Range, str]
_Key = tuple[str, int, int, str]  # model, context from, output from, time band


def listed(text: str, capture: Capture) -> str:
    """A model cell's name: its first line without a remark in brackets (`Hy3 preview（2026-08-31 下线）`),
    spaces folded.
    """
    name = " ".join(re.split(r"[(（]", text.partition("\n")[0], maxsplit=1)[0].split())
    if not re.fullmatch(r"[A-Za-z][\w .\-/:]*", name):
        raise UnknownValue(capture, expected="a model's name", found=text)
    return name


def sheet(
    grid: Grid,
    known: Mapping[str, Role],
    capture: Capture,
    put: Callable[..., ListPrice],
    condition: Callable[[str], Condition],
    *,
    hours: Callable[[str], str] | None = None,
    carried: bool = False,
) -> list[ListPrice]:
    """A table of `model`, perhaps `condition`, and price columns. `put` makes a row from what the caller
    knows of the table.

    condition: what a `condition` cell says of prompt, output and hours; hours: the time band of an `hours`
    cell. carried: an empty model cell continues the row above (Markdown); elsewhere it is an error.
    """
    rows: list[ListPrice] = []
    ranges: dict[Hashable, list[Range]] = {}
    unpriced: set[tuple[_Key, tuple[str, str]]] = set()
    model, promoted = "", False
    for record in records(grid, known, capture, needed=("model",)):
        printed = record.pop("model").text
        if not printed and not (carried and model):
            raise LayoutChanged(
                capture, expected="a model in every row", found=" | ".join(map(str, record.values()))
            )
        if printed:
            model, promoted = listed(printed, capture), _PROMOTED.search(printed) is not None
        context, output, time_band = (
            condition(record.pop("condition").text) if "condition" in record else (WHOLE, WHOLE, "always")
        )
        if hours and "hours" in record:
            time_band = hours(record.pop("hours").text)
        ranges.setdefault((model, time_band), []).append(context)
        ranges.setdefault((model, time_band, context), []).append(output)
        for role, cell in record.items():
            if not isinstance(role, Price):
                continue
            if flat(cell.text) in NO_PRICE:
                unpriced.add(((model, context.low, output.low, time_band), (role.component, role.modality)))
            rows += [
                put(
                    listed_model=model,
                    component=role.component,
                    amount=amount,
                    per=role.per,
                    modality=role.modality,
                    thinking=role.thinking,
                    context_from_tokens=context.low,
                    output_from_tokens=output.low,
                    time_band=time_band,
                    price_kind="promotional" if promoted and kind == "list" and not cell.struck else kind,
                    printed=cell.text,
                )
                for kind, amount in bare_amounts(cell, capture)
            ]
    chained(ranges, capture)
    _complete(rows, unpriced, known, grid, capture)
    _order.ordered(rows, capture)
    return rows


def _complete(
    rows: Sequence[ListPrice],
    unpriced: Collection[tuple[_Key, tuple[str, str]]],
    known: Mapping[str, Role],
    grid: Grid,
    capture: Capture,
) -> None:
    """LayoutChanged where a model lacks a price in a column that every model has one in, or has prices for
    part of the week only.
    """
    have = {known[name] for name in header(grid, capture)}
    needed = {
        (role.component, role.modality)
        for role in have
        if isinstance(role, Price) and role in (Price("input"), Price("output"))
    }
    by_key: dict[_Key, set[tuple[str, str]]] = {}
    bands: dict[str, set[str]] = {}
    for row in rows:
        key = (row.listed_model, row.context_from_tokens, row.output_from_tokens, row.time_band)
        by_key.setdefault(key, set()).add((row.component, row.modality))
        bands.setdefault(row.listed_model, set()).add(row.time_band)
    for place, free in unpriced:  # a component that the page says has no price for now is not lost
        if place in by_key:
            by_key[place].add(free)
    lacking = [
        key
        for key, found in by_key.items()
        if not needed | {(c, "text") for c, modality in found if modality == "audio"} <= found
    ]
    partial = [model for model, found in bands.items() if ("always" in found) == (len(found) > 1)]
    if lacking or partial:
        raise LayoutChanged(
            capture,
            expected=f"{sorted(needed)} for every model, the whole week",
            found=f"not for {lacking[:3]} {partial[:3]}",
        )


def chained(ranges: Mapping[Hashable, Sequence[Range]], capture: Capture) -> None:
    """LayoutChanged where the ranges of a key do not start at 0 or do not follow one another: a row is lost
    or a span is off.
    """
    for key, found in ranges.items():
        steps = sorted(set(found), key=lambda r: (r.low, r.high or 0))
        ends = [0, *(step.high for step in steps[:-1])]
        if [step.low for step in steps] != ends:
            raise LayoutChanged(
                capture,
                expected=f"ranges from 0 on without a gap for {key}",
                found=str([tuple(s) for s in steps]),
            )


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
