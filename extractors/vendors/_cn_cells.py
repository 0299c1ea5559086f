"""What the price tables of Moonshot, Zhipu and MiniMax have in common: header words to components, price
cells, checks of the rows.

A cell is an amount in the page's currency, with a unit or without; or a word for free; or a mark for nothing;
beside it there may be a struck-out list price. Anything else is an error with a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import LayoutChanged, Truncated, UnknownValue
from extractors.html import Cell, Grid
from extractors.price_order import check_price_order
from extractors.printed import money, number
from extractors.vendors._amount_words import apart, on_request, promoted_from
from extractors.vendors._cells import kind_of_dates
from extractors.vendors._cloud import FREE_FOR_A_TIME
from extractors.vendors._lines import Lines, known_columns, unambiguous
from extractors.vendors._wording import Named, header_forms, is_per_million, names_models, plain, units
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

FREE = frozenset({"free", "免费"})
NOTHING = frozenset(
    {"-", "–", "—", "——", "--", "\\", "/", "n/a", "不支持", "notsupported", "notavailable"} | FREE_FOR_A_TIME
)
_PER_HOUR = re.compile(r"(?:/mtok)?/(?:hour|小时|h)")


@dataclass(frozen=True, slots=True)
class Printed:
    """How a page prints its amounts: the currency; whether cells are bare numbers because the header says
    currency and unit; whether they may be for an hour too.
    """

    currency: str
    bare: bool = False
    hourly: bool = False


def fold(text: str) -> str:
    """Text for comparing: compatibility forms folded (full-width brackets), no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def component_columns(
    table: Grid,
    words: Mapping[str, str | None],
    page: Page,
    place: str,
    needs: Iterable[str] = ("input", "output"),
) -> dict[int, str]:
    """Column index -> what the column holds, by header words (`words`: folded header -> name, None where it
    is ignored by name). A header that `words` does not know is left over (`known_columns`).

    LayoutChanged where two columns hold the same, `needs` is not met or an unknown column may bear on the
    others.
    """
    by_name = {units(text): name for text, name in words.items()}
    header = [cell.text for cell in table[0]]
    columns: dict[int, str] = {}
    known: set[int] = set()
    for index, text in enumerate(header):
        forms = [units(form) for form in header_forms(" ".join(plain(text).split()))]
        key = next((form for form in forms if form in by_name), "")
        if key not in by_name:
            continue
        known.add(index)
        name = by_name[key]
        if name is not None and name in columns.values():
            raise LayoutChanged(page.capture, expected=f"one column for {name}", found=str(header))
        if name is not None:
            columns[index] = name
    models = [i for i, text in enumerate(header) if i not in known and names_models(text)]
    if "model" in needs and "model" not in columns.values() and len(models) == 1:
        columns[models[0]] = "model"
        known.add(models[0])
    missing = set(needs) - set(columns.values())
    if missing:
        raise LayoutChanged(page.capture, expected=f"columns for {sorted(missing)}", found=str(header))
    values = [[cell.text for cell in row] for row in table[1:]]
    known_columns(header, values, dict.fromkeys(known), page, place)
    return columns


def cells_of(
    row: Sequence[Cell], columns: Mapping[int, str], width: int, capture: Capture
) -> dict[str, Cell]:
    """A line's cells by what they hold; LayoutChanged where it has more or fewer than the header."""
    if len(row) != width:
        raise LayoutChanged(capture, expected=f"{width} cells", found=str([c.text for c in row]))
    return {name: row[index] for index, name in columns.items()}


def amount(text: str, printed: Printed, capture: Capture) -> Decimal:
    """The one amount in `text`, per 1e6 tokens (and hour, where `printed.hourly`); UnknownValue where there
    is none, several, another currency or another unit.
    """
    if printed.bare:
        try:
            return number(apart(text)[0])
        except ValueError:
            raise UnknownValue(
                capture, expected="a bare number (the header has currency and unit)", found=repr(text)
            ) from None
    found = money(apart(text)[0])
    if len(found) != 1 or found[0].before:
        raise UnknownValue(capture, expected="one amount with its currency", found=repr(text))
    if found[0].currency != printed.currency:
        raise UnknownValue(capture, expected=f"an amount in {printed.currency}", found=repr(text))
    unit = units(found[0].after)
    if unit and not is_per_million(unit) and not (printed.hourly and _PER_HOUR.fullmatch(unit)):
        raise UnknownValue(capture, expected="a price per million tokens", found=repr(text))
    return found[0].amount


def cell_prices(cell: Cell, printed: Printed, capture: Capture) -> list[tuple[str, Decimal]]:
    """(price kind, amount) of a cell: one `list` or `free`; `promotional` and the struck-out `list`; or
    none.
    """
    word = fold(cell.text)
    if not word:
        raise UnknownValue(
            capture, expected="an amount, a word for free or a mark for nothing", found="an empty cell"
        )
    if word in NOTHING or (word in FREE and not cell.struck) or (not cell.struck and on_request(cell.text)):
        return [("free", Decimal(0))] if word in FREE else []
    charged = amount(cell.text, printed, capture)
    if charged == 0:
        raise UnknownValue(
            capture, expected="an amount above zero, or a word for free", found=repr(cell.text)
        )
    if not cell.struck:
        return [("list", charged)]
    if len(cell.struck) != 1:
        raise LayoutChanged(capture, expected="one struck-out list price", found=str(cell.struck))
    struck = amount(cell.struck[0], printed, capture)
    if struck <= charged:
        raise UnknownValue(capture, expected=f"a list price above the charged {charged}", found=str(struck))
    return [("promotional", charged), ("list", promoted_from(struck, charged))]


@dataclass(frozen=True, slots=True)
class Model:
    """The key of a printed row: which model, and under which conditions its prices hold. `sale`: the prices
    shown are a sale's.
    """

    provider_id: str
    name: str
    service_tier: str = "standard"
    modality: str = "text"
    context_from_tokens: int = 0
    output_from_tokens: int = 0
    promotion_until: datetime | None = None
    sale: bool = False
    since: datetime | None = None
    until: datetime | None = None

    def dated(self, said: Named) -> Model:
        """The model with what the remarks in its cell say of its prices."""
        return replace(self, sale=said.sale, since=said.since, until=said.until)


def price_rows(
    model: Model, component: str, cell: Cell, printed: Printed, capture: Capture
) -> list[ListPrice]:
    """The rows of one cell; a promotional row carries `promotion_until` as its end."""
    rows = []
    printed = replace(printed, hourly=component == "cache_storage")
    for kind, value in cell_prices(cell, printed, capture):
        dated = kind_of_dates(model.since, None, capture)  # a price that ends is the list's until then
        kind = "promotional" if kind == "list" and model.sale and not cell.struck else kind  # noqa: PLW2901
        rows.append(
            ListPrice(
                model.provider_id,
                model.name,
                component,
                value,
                printed.currency,
                per="1e6 tokens hour" if component == "cache_storage" else "1e6 tokens",
                service_tier=model.service_tier,
                modality=model.modality,
                context_from_tokens=model.context_from_tokens,
                output_from_tokens=model.output_from_tokens,
                price_kind=dated if kind == "list" and dated != "list" else kind,
                effective_from=model.since,
                effective_to=model.until or (model.promotion_until if kind == "promotional" else None),
                printed=" ".join((cell.text + "".join(f" ~~{s}~~" for s in cell.struck)).split())[:200],
            )
        )
    return rows


# Not `input <= cache write`: MiniMax's highspeed models pay the plain model's rate for writing to the cache.
LADDERS = (
    ("cache_read", "input", "output"), ("cache_read", "cache_write", "output"),
    ("cache_read", "cache_write_5m", "cache_write_1h", "output"),
)  # fmt: skip


def checked(rows: Sequence[ListPrice], page: Page) -> list[Row]:
    """The rows, each once, in the order of prices (`check_price_order`), whatever their dates. Models with
    two amounts at one key, and those that lack a price of theirs, are left over.
    """
    kept = unambiguous(list(dict.fromkeys(rows)), page)
    check_price_order(
        (row._replace(effective_from=None, effective_to=None) for row in kept), page.capture, ladders=LADDERS
    )
    return list(_whole(kept, page))


def _whole(rows: Sequence[ListPrice], page: Page) -> list[ListPrice]:
    """The models that have input and output, and cached input where storing the cache has a price. The others
    are left over; LayoutChanged where they are more than half: then columns were mistaken.
    """
    found: dict[tuple[object, ...], set[str]] = {}
    for row in rows:
        if row.per in ("1e6 tokens", "1e6 tokens hour"):
            found.setdefault(_place(row), set()).add(row.component)
    lacking: dict[str, str] = {}
    for key, components in found.items():
        wanted = {"input", "output"} | ({"cache_read"} if "cache_storage" in components else set())
        wanted -= {component for model, component in page.unread_cells if model == key[0]}
        if not wanted <= components:
            lacking[str(key[0])] = f"expected {sorted(wanted)}; found {sorted(components)} at {key[1:]}"
    if lacking and len(lacking) * 2 > len({key[0] for key in found}):
        raise LayoutChanged(page.capture, expected="input and output of every model", found=str(lacking))
    for model, why in lacking.items():
        mine = [row for row in rows if row.listed_model == model]
        page.leave("the page", " | ".join([model, *(row.printed or "" for row in mine)]), why, len(mine))
    return [row for row in rows if row.listed_model not in lacking]


def _place(row: ListPrice) -> tuple[object, ...]:
    return (
        row.listed_model,
        row.service_tier,
        row.modality,
        row.context_from_tokens,
        row.output_from_tokens,
        row.time_band,
    )


Range = tuple[int, int | None]


def ranges_hold(ranges: Mapping[tuple[str, ...], Iterable[Range]], lines: Lines) -> None:
    """Sets the models aside (the first part of a key) whose ranges (from, up to or None for open) do not
    start at 0 and join: one of them is gone.

    A last range that ends is the model's longest context, but not when it is the only one.
    """
    for key, found in ranges.items():
        spans = set(found)
        lows, highs = {low for low, _ in spans}, {high for _, high in spans}
        joined = 0 in lows and lows - {0} <= highs and (None in highs or len(lows) > 1)
        if not joined:
            said = sorted(spans, key=str)
            lines.spoil(key[0], f"expected ranges of {key} that start at 0 and join; found {said}")


def whole_html(capture: Capture) -> str:
    """The body as text; Truncated where it is an HTML page that does not end."""
    text = capture.text()
    if re.match(r"\s*(<!doctype|<html)", text, re.I) and not re.search(
        r"</html>\s*(<!--.*-->\s*)?\Z", text, re.I | re.S
    ):
        raise Truncated(capture, expected="</html> at the end", found=text[-80:])
    return text
