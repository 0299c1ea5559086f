"""Xiaomi MiMo price page, CNY (domestic) and USD (overseas) on one page.

Three forms. The live address (mimo.mi.com) is Markdown with HTML or pipe tables under `Domestic Pricing`,
`Overseas Pricing`; since autumn 2026 with an `Inference Type` column (Real-time, Batch). Its predecessor
platform.xiaomimimo.com is recorded twice: as pipe tables of one section, and as a text rendering in which
header groups (`Input ≤ 256K | Input 256K - 1M`) stand above repeated columns without their spans, a model
line is cut from its prices, and ids that share a cell run together (`mimo-v2.5-promimo-v2-pro`).

**Cache hit stands before cache miss**: columns are found by their words. The currency comes from each amount
and must be the section's. `—` means that the range does not apply; `Limited-time free` gives no price. Both
currencies have provider `xiaomi`.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractors import html
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.printed import money
from extractors.source import Source
from extractors.vendors import _cloud, _order
from extractors.vendors._cloud import Price, Range, flat
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="xiaomi",
    title="Xiaomi MiMo API prices",
    kind="vendors",
    addresses=("https://mimo.mi.com/static/docs/price/pay-as-you-go.md",),
    matches=(
        r"https://(mimo\.mi\.com|platform\.xiaomimimo\.com)/static/docs/price/pay-as-you-go\.md",
        r"https://platform\.xiaomimimo\.com/(docs/en-US|static/docs)/pricing(\.md)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    first_party=("xiaomi",),
    partial=True,  # older captures hold one of the two sections
    expects=Expects(
        rows={"list_prices": (4, 300)},
        models=("mimo-v2-flash", "mimo-v2-pro", "mimo-v2.5-pro", "mimo-v2.5", "mimo-v2.6-pro"),
        currencies=frozenset({"CNY", "USD"}),
        amounts=(0.001, 500.0),
    ),
)

CURRENCY = {"domestic": "CNY", "overseas": "USD"}
COLUMNS: dict[str, _cloud.Role] = {
    "": "model",
    "model": "model",
    "modelname": "model",
    "inferencetype": "tier",
    "input(cachehit)": Price("cache_read"),
    "input(cachemiss)": Price("input"),
    "input(cachewrite)": Price("cache_write"),
    "output": Price("output"),
    "contextwindow": "context",
    "contextlength": "context",
}
TIERS = {
    "real-time": "standard",
    "real-timeapi": "standard",
    "realtime": "standard",
    "realtimeapi": "standard",
    "batch": "batch",
    "batchapi": "batch",
}
IGNORED = ("web search", "plugin", "rate limit")
SECTION = re.compile(r"\b(domestic|overseas) pricing\b", re.IGNORECASE)


def parse(capture: Capture) -> list[Row]:
    """The prices of both sections. Refuses an unknown section, header, tier, model cell, currency or cell."""
    text = capture.text()
    if text.lstrip().startswith("<!") or not SECTION.search(text):
        raise WrongPage(capture, expected="Markdown with Domestic or Overseas Pricing", found=text[:80])
    rows: list[ListPrice] = []
    seen: set[str] = set()
    for above, table in html.tables(html.soup_of_markdown(_cloud.plain_markdown(text))):
        if any(word in heading.casefold() for heading in above[-1:] for word in IGNORED):
            continue
        heading = next((h for h in above if SECTION.search(h)), None) or table.find_previous(string=SECTION)
        found = SECTION.search(str(heading))
        if found is None:
            raise LayoutChanged(
                capture, expected="a table under Domestic or Overseas Pricing", found=" / ".join(above)
            )
        seen.add(found[1].casefold())
        rows += _prices(
            _spans_restored(html.grid(table, capture), capture), CURRENCY[found[1].casefold()], capture
        )
    if "mimo.mi.com" in capture.address and seen != set(CURRENCY):
        raise Truncated(
            capture, expected="a table for Domestic and one for Overseas Pricing", found=str(sorted(seen))
        )
    if not rows:
        raise EmptyPage(capture, expected="prices", found="tables without any")
    return _order.settled(rows, capture)


def _clean(cell: html.Cell) -> str:
    return re.sub(r"[*`]", "", cell.text).strip()


def _spans_restored(grid: html.Grid, capture: Capture) -> html.Grid:
    """The text rendering's table as it stood on the page; any other table as it is.

    Its header groups have lost their spans, each model its prices (they are the next row), and a note is its
    last row.
    """
    groups = [cell for cell in grid[0] if _clean(cell)]
    if not flat(grid[0][0].text).startswith("input") or len(grid) < 3:
        return grid
    labels = [cell for cell in grid[1] if _clean(cell)]
    body = [row for row in grid[2:] if not flat(row[0].text).startswith("note:")]
    if len(body) == len(grid) - 2 or len(labels) % len(groups) or len(body) % 2:
        raise LayoutChanged(
            capture,
            expected="groups over repeated columns, lines in pairs, a note",
            found=f"{len(labels)} under {len(groups)}",
        )
    wide = len(labels) // len(groups)
    header = [
        html.Cell(""),
        *(html.Cell(f"{groups[i // wide].text}/{label.text}") for i, label in enumerate(labels)),
    ]
    lines = [header]
    for name, prices in zip(body[::2], body[1::2], strict=True):
        cells = prices[: len(labels)]
        free = len([cell for cell in cells if cell.text]) == 1
        lines.append([name[0], *((html.Cell(cells[0].text) if free else cell) for cell in cells)])
    return lines


def _prices(grid: html.Grid, currency: str, capture: Capture) -> list[ListPrice]:
    depth = 2 if any(cell.spanned for cell in grid[0]) else 1
    names = [re.sub(r"[*`]", "", name) for name in _cloud.header(grid, capture, depth)]
    roles = [_role(name, capture) for name in names]
    if ("model", Range()) not in roles or len(set(roles)) != len(roles):
        raise LayoutChanged(capture, expected="a column of models, each other column once", found=str(names))
    rows: list[ListPrice] = []
    ranges: dict[object, list[Range]] = {}
    for line in grid[depth:]:
        if len(line) != len(roles):
            raise LayoutChanged(capture, expected=f"{len(roles)} cells", found=" | ".join(map(str, line)))
        texts = {role: cell for (role, _), cell in zip(roles, line, strict=True) if isinstance(role, str)}
        tier = TIERS.get(flat(_clean(texts["tier"]))) if "tier" in texts else "standard"
        if tier is None:
            raise UnknownValue(
                capture, expected=f"an inference type among {sorted(TIERS)}", found=texts["tier"].text
            )
        for model in _models(texts["model"], capture):
            for (role, context), cell in zip(roles, line, strict=True):
                if not isinstance(role, Price):
                    continue
                for kind, amount in _amounts(cell, currency, capture):
                    put = ListPrice(
                        "xiaomi",
                        model,
                        role.component,
                        amount,
                        currency,
                        role.per,
                        tier,
                        context_from_tokens=context.low,
                    )
                    rows.append(put._replace(price_kind=kind, printed=cell.text))
                    ranges.setdefault((model, tier, currency), []).append(context)
    _cloud.chained(ranges, capture)
    _order.ordered(rows, capture)
    return rows


def _role(name: str, capture: Capture) -> tuple[_cloud.Role, Range]:
    """What a header says a column holds, and for which prompts (`input≤256k/output`)."""
    group, _, label = name.rpartition("/")
    if label not in COLUMNS:
        raise LayoutChanged(capture, expected=f"columns among {sorted(COLUMNS)}", found=name)
    return COLUMNS[label], _cloud.token_range(group.removeprefix("input"), capture) if group else Range()


def _models(cell: html.Cell, capture: Capture) -> list[str]:
    """The ids in a cell, on lines of their own or run together."""
    parts = [part for part in re.split(r"[,、/\s]+", _clean(cell)) if part]
    found = [name for part in parts for name in re.findall(r"mimo-.+?(?=mimo-|$)", part)]
    if (
        "".join(found) != "".join(parts)
        or not found
        or not all(re.fullmatch(r"mimo(?:-[a-z0-9.]+)+", name) for name in found)
    ):
        raise UnknownValue(capture, expected="ids that start with mimo-", found=cell.text)
    return found


def _amounts(cell: html.Cell, currency: str, capture: Capture) -> list[tuple[str, Decimal]]:
    """(price kind, amount) of a cell: the amount in the section's currency, a struck list price with a
    promotional one, or nothing.
    """
    text = _clean(cell)
    if flat(text) in _cloud.ABSENT or flat(text) in ("limited-timefree", "freeforalimitedtime"):
        return []
    if flat(text) == "free":
        return [("free", Decimal(0))]
    found, before = money(text), [price for struck in cell.struck for price in money(struck)]
    if (
        len(found) != 1
        or found[0].before
        or found[0].after
        or {price.currency for price in found + before} != {currency}
    ):
        raise UnknownValue(capture, expected=f"one amount in {currency}", found=text or "an empty cell")
    return [
        *(("list", price.amount) for price in before),
        ("promotional" if before else "list", found[0].amount),
    ]
