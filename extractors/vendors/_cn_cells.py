"""What the price tables of Moonshot, Zhipu and MiniMax have in common: header words to components, price
cells, checks of the rows.

A cell is an amount in the page's currency, with a unit or without; or a word for free; or a mark for nothing;
beside it there may be a struck-out list price. Anything else is an error with a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from extractors._sanity import orderly
from extractors.errors import LayoutChanged, Truncated, UnknownValue
from extractors.html import Cell
from extractors.printed import money, number
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row

FREE = frozenset({"free", "免费"})
NOTHING = frozenset(
    {
        "-",
        "–",
        "—",
        "——",
        "--",
        "\\",
        "/",
        "n/a",
        "不支持",
        "notsupported",
        "notavailable",
        "limitedtimefree",
        "limited-timefree",
        "free(limitedtime)",
        "freeforalimitedtime",
        "temporarilyfree",
        "限时免费",
        "限免",
        "免费(限时)",
    }
)
PER_MILLION = frozenset(
    {
        "",
        "/mtokens",
        "/mtok",
        "/1mtokens",
        "/百万tokens",
        "/millontokens",
        "/milliontokens",
        "/百万tokens/小时",
        "/mtokens/hour",
    }
)


@dataclass(frozen=True, slots=True)
class Printed:
    """How a page prints its amounts: the currency; whether cells are bare numbers because the header says
    currency and unit.
    """

    currency: str
    bare: bool = False


def fold(text: str) -> str:
    """Text for comparing: compatibility forms folded (full-width brackets), no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def component_columns(
    header: Sequence[str],
    words: Mapping[str, str | None],
    capture: Capture,
    needs: Iterable[str] = ("input", "output"),
) -> dict[int, str]:
    """Column index -> what the column holds, by header words (`words`: folded header -> name, None where it
    is ignored by name).

    UnknownValue for a header that `words` does not know; LayoutChanged where two columns hold the same or
    `needs` is not met.
    """
    columns: dict[int, str] = {}
    for index, text in enumerate(header):
        key = fold(text)
        if key not in words:
            raise UnknownValue(
                capture, expected=f"a header of {sorted(words)}", found=f"{text!r} in {list(header)}"
            )
        name = words[key]
        if name is None:
            continue
        if name in columns.values():
            raise LayoutChanged(capture, expected=f"one column for {name}", found=str(list(header)))
        columns[index] = name
    missing = set(needs) - set(columns.values())
    if missing:
        raise LayoutChanged(capture, expected=f"columns for {sorted(missing)}", found=str(list(header)))
    return columns


def amount(text: str, printed: Printed, capture: Capture) -> Decimal:
    """The one amount in `text`, per 1e6 tokens; UnknownValue where there is none, several, another currency
    or another unit.
    """
    if printed.bare:
        try:
            return number(text)
        except ValueError:
            raise UnknownValue(
                capture, expected="a bare number (the header has currency and unit)", found=repr(text)
            ) from None
    found = money(text)
    if len(found) != 1 or found[0].before:
        raise UnknownValue(capture, expected="one amount with its currency", found=repr(text))
    if found[0].currency != printed.currency:
        raise UnknownValue(capture, expected=f"an amount in {printed.currency}", found=repr(text))
    if fold(found[0].after) not in PER_MILLION:
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
    if word in NOTHING or (word in FREE and not cell.struck):
        return [] if word in NOTHING else [("free", Decimal(0))]
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
    return [("promotional", charged), ("list", struck)]


@dataclass(frozen=True, slots=True)
class Model:
    """The key of a printed row: which model, and under which conditions its prices hold."""

    provider_id: str
    name: str
    service_tier: str = "standard"
    modality: str = "text"
    context_from_tokens: int = 0
    output_from_tokens: int = 0
    promotion_until: datetime | None = None


def price_rows(
    model: Model, component: str, cell: Cell, printed: Printed, capture: Capture
) -> list[ListPrice]:
    """The rows of one cell; a promotional row carries `promotion_until` as its end."""
    return [
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
            price_kind=kind,
            effective_to=model.promotion_until if kind == "promotional" else None,
            printed=" ".join((cell.text + "".join(f" ~~{s}~~" for s in cell.struck)).split())[:200],
        )
        for kind, value in cell_prices(cell, printed, capture)
    ]


# Not `input <= cache write`: MiniMax's highspeed models pay the plain model's rate for writing to the cache.
LADDERS = (
    ("cache_read", "input", "output"), ("cache_read", "cache_write", "output"),
    ("cache_read", "cache_write_5m", "cache_write_1h", "output"),
)  # fmt: skip


def checked(rows: Sequence[ListPrice], capture: Capture) -> list[Row]:
    """The rows, when they hang together: in order (`orderly`), whatever their dates, and none of a model's
    prices missing.
    """
    kept = orderly(
        (row._replace(effective_from=None, effective_to=None) for row in rows), capture, ladders=LADDERS
    )
    if len(kept) != len(rows):
        raise LayoutChanged(
            capture, expected="each price once", found=f"{len(rows)} prices at {len(kept)} keys"
        )
    _whole(rows, capture)
    return list(rows)


def _whole(rows: Sequence[ListPrice], capture: Capture) -> None:
    """Each priced model has input and output, and cached input where storing the cache has a price: else
    columns were mistaken.
    """
    found: dict[tuple[object, ...], set[str]] = {}
    for row in rows:
        if row.per in ("1e6 tokens", "1e6 tokens hour"):
            found.setdefault(_place(row), set()).add(row.component)
    for key, components in found.items():
        wanted = {"input", "output"} | ({"cache_read"} if "cache_storage" in components else set())
        if not wanted <= components:
            raise LayoutChanged(
                capture, expected=f"{sorted(wanted)} of {key[0]}", found=f"{sorted(components)} at {key[1:]}"
            )


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


def check_ranges(ranges: Mapping[tuple[str, ...], Iterable[Range]], capture: Capture) -> None:
    """Each model's ranges (from, up to or None for open) start at 0 and join; LayoutChanged where one of them
    is gone.

    A last range that ends is the model's longest context, but not when it is the only one.
    """
    for key, found in ranges.items():
        spans = set(found)
        lows, highs = {low for low, _ in spans}, {high for _, high in spans}
        joined = 0 in lows and lows - {0} <= highs and (None in highs or len(lows) > 1)
        if not joined:
            raise LayoutChanged(
                capture,
                expected=f"ranges of {key} that start at 0 and join",
                found=str(sorted(spans, key=str)),
            )


def whole_html(capture: Capture) -> str:
    """The body as text; Truncated where it is an HTML page that does not end."""
    text = capture.text()
    if re.match(r"\s*(<!doctype|<html)", text, re.I) and not re.search(
        r"</html>\s*(<!--.*-->\s*)?\Z", text, re.I | re.S
    ):
        raise Truncated(capture, expected="</html> at the end", found=text[-80:])
    return text
