"""Alibaba Cloud Model Studio's price page: one document in two languages and two currencies, read by the same
rules.

A section (`文本生成-千问`), a series (`千问Max`), a region (`华北2（北京）`), perhaps `更多模型`, then a
table. Outside Beijing a column with the deployment scope stands second. Headers have one row or two
(`输出单价` over `非思考模式`, `思考模式`; `输入单价` over modalities): two where the first row has a colspan.
A model cell is an id and remarks: `当前能力等同于X` (kept as canonical id),
`Batch调用半价` (input and output at half the list price, as the page's prose says), `上下文缓存享有折扣` (how
much is said on another page: no price here). A region may be an `h2` by mistake and is no section for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.printed import number
from extractors.vendors import _cloud, _order
from extractors.vendors._amount_words import on_request
from extractors.vendors._cloud_sheet import Ranges, chained, columns_of, header, record_of
from extractors.vendors._hours import hours, stated_bands
from extractors.vendors._lines import Lines, finished, table_words
from extractors.vendors._wording import flat, plain, undecorated
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

if TYPE_CHECKING:
    from bs4 import BeautifulSoup


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language. Texts are flat (extractors/vendors/_cloud.py); `headers` are regular
    expressions, full match.

    A header's role is `model`, `scope`, `mode`, `condition`, `ignore`, or
    `<component>:<modality+modality>:<thinking>`, thinking empty where the mode column says it. `discount` and
    `night_discount` (night, day) have one and two numbers: tenths of the list price that are kept (`kept_of`
    10: 折) or percent of it that are taken off (`kept_of` 0).
    """

    currency: str
    read: tuple[str, ...]
    required: str
    ignored: tuple[str, ...]
    regions: frozenset[str]
    more: frozenset[str]
    headers: tuple[tuple[str, str], ...]
    modes: Mapping[str, str]
    same_as: str
    batch: str
    harmless: str
    no_price: str
    amount: str
    list_before: str
    discount: str
    night_discount: str
    kept_of: int
    items: Mapping[str, str]
    night: tuple[str, ...]
    unordered: str = "captioner|-asr|-tts"


@dataclass(frozen=True, slots=True)
class Quote:
    """One amount of a cell: what kind, when, and of what modality where the cell says so."""

    amount: Decimal
    kind: str = "list"
    time_band: str = "always"
    modality: str = ""


def prices(tree: BeautifulSoup, words: Wording, capture: Capture) -> list[Row]:
    """Every token price of the sections read, and leftovers. Refuses a page of which no table is read."""
    prose = tree.get_text("\n")
    page = Page(capture)
    section, seen = "", set()
    somewhere = any(flat(text) in words.regions for above, _ in html.tables(tree) for text in above)
    for headings, table in html.tables(tree):
        above = tuple(heading for heading in headings if flat(heading) not in words.more)
        path = [flat(heading) for heading in above]
        section = path[0] if path and path[0] not in words.regions else section
        seen.add(section)
        if section.startswith(words.ignored):
            continue
        with page.part(above, table_words(table)):
            grid = html.grid(table, capture)
            if not section.startswith(words.read):
                if not _by_tokens(grid, words):
                    continue
                raise LayoutChanged(
                    capture, expected=f"a section among {words.read + words.ignored}", found=" / ".join(above)
                )
            region = _region(above, path, words, capture)
            if somewhere and not region:
                raise LayoutChanged(capture, expected="a region above a table", found=" / ".join(above))
            page.rows += _table(grid, region, words, prose, page, " / ".join(above))
    if not any(found.startswith(words.required) for found in seen):
        raise LayoutChanged(capture, expected=f"the section {words.required}", found=str(sorted(seen)))
    if not page.rows:
        raise EmptyPage(capture, expected="prices", found="tables without any")
    return finished(page)


def _by_tokens(grid: html.Grid, words: Wording) -> bool:
    """Whether a table has a column that is read as a price of tokens: pictures, seconds and characters are
    not ours in any section.
    """
    titles = {flat(cell.text) for row in grid[:2] for cell in row}
    patterns = [pattern.split("/")[0] for pattern, role in words.headers if ":" in role]
    return any(re.match(pattern, title) for pattern in patterns for title in titles)


def _region(above: tuple[str, ...], path: list[str], words: Wording, capture: Capture) -> str:
    regions = [printed for printed, text in zip(above, path, strict=True) if text in words.regions]
    others = [text for text in path[1:] if text not in words.regions]
    if len(others) > 1 or len(regions) > 1:
        raise LayoutChanged(
            capture,
            expected=f"a section, a series and one region among {sorted(words.regions)}",
            found=" / ".join(above),
        )
    return " ".join(regions[0].split()) if regions else ""


def _table(
    grid: html.Grid, region: str, words: Wording, prose: str, page: Page, place: str
) -> list[ListPrice]:
    capture = page.capture
    depth = 2 if any(cell.spanned for cell in grid[0]) else 1
    names = header(grid, capture, depth)
    known = _known(names, words)
    both = {"input", "output"} <= {role.split(":")[0] for role in known.values()}
    roles = columns_of(grid, known, page, place, needed=("model",), depth=depth, both=both)
    lines = Lines(page, place)
    ranges: Ranges = {}
    for row in grid[depth:]:
        with lines.line(row) as line:
            cells = {str(role): cell.text for role, cell in record_of(row, roles, capture).items()}
            models, canonical, batch = _models(cells.pop("model"), words, capture)
            line.models = models
            scope = undecorated(cells.pop("scope", ""))
            where = f"{region}/{scope}" if scope else region
            mode = flat(undecorated(cells.pop("mode", "-"))).replace("&", "and")
            if mode not in words.modes or ("scope" in known.values() and not scope):
                raise UnknownValue(
                    capture, expected=f"a scope, a mode among {sorted(words.modes)}", found=f"{scope}, {mode}"
                )
            context = _cloud.token_range(cells.pop("condition", "-") or "empty", capture)
            for model in models:
                ranges.setdefault((model, where, mode), []).append(context)
                base = ListPrice("alibaba", model, "", Decimal(0), words.currency, region=where)
                base = base._replace(
                    context_from_tokens=context.low, canonical_model=canonical, thinking=words.modes[mode]
                )
                split = any(role.startswith("output:") and not role.endswith(":") for role in cells)
                base = base._replace(thinking="any") if split else base
                for role, text in cells.items():
                    if role != "ignore":
                        with line.cell(text, role.split(":")[0]):
                            line.rows += _cell(base, role, text, batch, words, prose, capture)
    _order.ordered(lines.rows, capture, words.unordered)
    chained(ranges, lines)
    return lines.kept()


def _known(names: list[str], words: Wording) -> dict[str, str]:
    """The roles of the headers that the language's words know."""
    known = {name: role for name in names for pattern, role in words.headers if re.fullmatch(pattern, name)}
    prompts = [role for role in known.values() if role.startswith("output:text")]
    return {
        name: "output:text:" if role == "output:multimodal:" and not prompts else role
        for name, role in known.items()
    }


def _cell(
    base: ListPrice, role: str, text: str, batch: bool, words: Wording, prose: str, capture: Capture
) -> list[ListPrice]:
    """The prices of one cell; base.thinking: what the line says, where the column says nothing."""
    rows: list[ListPrice] = []
    component, modalities, thinking = role.split(":")
    about = base._replace(component=component, thinking=thinking or base.thinking, printed=text[:200])
    for quote in quotes(text, words, prose, capture):
        for modality in [quote.modality] if quote.modality else modalities.split("+"):
            row = about._replace(
                amount=quote.amount, price_kind=quote.kind, time_band=quote.time_band, modality=modality
            )
            rows.append(row)
            if batch and quote.kind == "list" and quote.time_band == "always":
                rows.append(row._replace(amount=quote.amount / 2, service_tier="batch"))
    return rows


def _models(text: str, words: Wording, capture: Capture) -> tuple[list[str], str | None, bool]:
    """The ids of a model cell, the snapshot it stands for, whether it has the batch discount."""
    lines = [line.lstrip("> ").strip() for line in plain(text).split("\n")]
    ids = []
    while lines and re.fullmatch(
        r"[A-Za-z][A-Za-z0-9]*[-./_][A-Za-z0-9._/-]+|[A-Za-z]+\d[A-Za-z0-9.]*", lines[0]
    ):
        ids.append(lines.pop(0))
    remarks = ";".join(map(flat, lines))
    canonical = re.search(words.same_as, remarks)
    batch = re.search(words.batch, remarks)
    rest = re.sub("|".join((words.same_as, words.batch, words.harmless)), "", remarks)
    if not ids or re.search(r"[折价元%$¥]|off\b|free|discount", rest):
        raise UnknownValue(capture, expected="a model id and remarks without unknown prices", found=text)
    return ids, canonical[1] if canonical else None, batch is not None


def quotes(text: str, words: Wording, prose: str, capture: Capture) -> list[Quote]:
    """The amounts of a price cell; none for a dash, a trial, a withdrawn or for a time free model."""
    said = flat(plain(text)).replace("\\", "")
    if said in _cloud.ABSENT or re.match(words.no_price, said) or (said and on_request(text)):
        return []
    if found := re.fullmatch(words.amount, said):
        return [Quote(number(found[1]))]
    if found := re.fullmatch(rf"{words.list_before}{words.amount}(?P<rest>.+)", said):
        listed, rest = number(found[1]), found["rest"].strip("()")
        return [Quote(listed), *_discounted(listed, rest, words, prose, capture)]
    parts = re.findall(rf"([^\d:$¥]+):{words.amount}", said)
    if parts and "".join(re.findall(rf"[^\d:$¥]+:{words.amount.replace('(', '(?:', 1)}", said)) == said:
        return [_labelled(label, number(amount), words, prose, capture) for label, amount in parts]
    raise UnknownValue(
        capture, expected="an amount, a list price with a discount, or labelled amounts", found=text
    )


def _discounted(listed: Decimal, rest: str, words: Wording, prose: str, capture: Capture) -> list[Quote]:
    found = re.fullmatch(words.discount, rest) or re.fullmatch(words.night_discount, rest)
    if found is None:
        raise UnknownValue(capture, expected="a discount as known", found=rest)
    said = [number(share) for share in found.groups()]
    shares = [share / words.kept_of if words.kept_of else 1 - share / 100 for share in said]
    if len(shares) == 1:
        return [Quote(listed * shares[0], "promotional")]
    bands = stated_bands(prose, words.night, ("night", "day"), capture)
    return [Quote(listed * share, "promotional", band) for share, band in zip(shares, bands, strict=True)]


def _labelled(label: str, amount: Decimal, words: Wording, prose: str, capture: Capture) -> Quote:
    if label in words.items:
        return Quote(amount, modality=words.items[label])
    return Quote(amount, time_band=hours(label, prose, capture))
