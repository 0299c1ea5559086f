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
from extractors.authoring import Page
from extractors.errors import LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.source import Ignored, Source
from extractors.vendors import _cloud, _cloud_sheet, _order
from extractors.vendors._cloud import Price, Range
from extractors.vendors._lines import Lines, finished, known_columns, table_words
from extractors.vendors._priced import absent, currency_amounts
from extractors.vendors._wording import Named, flat, named, undecorated
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
    ignores=(Ignored(r"web search|plugin|rate limit", "tools"),),
    first_party=("xiaomi",),
    partial=True,  # older captures hold one of the two sections
    expects=Expects(
        rows={"list_prices": (4, 300)},
        models=("mimo-v2-flash", "mimo-v2-pro", "mimo-v2.5-pro", "mimo-v2.5", "mimo-v2.6-pro"),
        currencies=frozenset({"CNY", "USD"}),
        amounts=(0.001, 500.0),
    ),
    forms={
        "https://mimo.mi.com/static/docs/price/pay-as-you-go.md": (
            "https://platform.xiaomimimo.com/static/docs/price/pay-as-you-go.md",
            "https://platform.xiaomimimo.com/static/docs/pricing.md",
        )
    },
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
    """The prices of both sections, and leftovers. Refuses a page on which a section has no table."""
    text = capture.text()
    if text.lstrip().startswith("<!") or not SECTION.search(text):
        raise WrongPage(capture, expected="Markdown with Domestic or Overseas Pricing", found=text[:80])
    page = Page(capture)
    seen: set[str] = set()
    for above, table in html.tables(html.soup_of_markdown(_cloud.plain_markdown(text))):
        if any(word in heading.casefold() for heading in above[-1:] for word in IGNORED):
            continue
        with page.part(above, table_words(table)):
            heading = next((h for h in above if SECTION.search(h)), None)
            found = SECTION.search(str(heading or table.find_previous(string=SECTION)))
            grid = _spans_restored(html.filled(table, capture), capture)
            depth = 2 if any(cell.spanned for cell in grid[0]) else 1
            if found is None or not any(
                "input(" in name for name in _cloud_sheet.header(grid, capture, depth)
            ):
                raise LayoutChanged(
                    capture, expected="prices under Domestic or Overseas Pricing", found=" / ".join(above)
                )
            page.rows += _prices(grid, depth, CURRENCY[found[1].casefold()], page, " / ".join(above))
            seen.add(found[1].casefold())
    if "mimo.mi.com" in capture.address and seen != set(CURRENCY):
        raise Truncated(
            capture, expected="a table for Domestic and one for Overseas Pricing", found=str(sorted(seen))
        )
    return finished(page)


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


def _prices(grid: html.Grid, depth: int, currency: str, page: Page, place: str) -> list[ListPrice]:
    known = _columns(grid, depth, page, place)
    lines = Lines(page, place)
    ranges: _cloud_sheet.Ranges = {}
    for row in grid[depth:]:
        with lines.line(row) as line:
            if len(row) != len(grid[0]):
                raise LayoutChanged(page.capture, expected=f"{len(grid[0])} cells", found=line.words)
            texts = {role[0]: row[i] for i, role in known.items() if isinstance(role[0], str)}
            models = _models(texts["model"], page.capture)
            line.models = [model.name for model in models]
            tier = TIERS.get(flat(undecorated(texts["tier"].text))) if "tier" in texts else "standard"
            if tier is None:
                raise UnknownValue(
                    page.capture,
                    expected=f"an inference type among {sorted(TIERS)}",
                    found=texts["tier"].text,
                )
            for model in (each for each in models if not each.over(page.capture)):
                for i, (role, context) in known.items():
                    if not isinstance(role, Price) or absent(row[i]):
                        continue
                    of = ListPrice("xiaomi", model.name, role.component, Decimal(0), currency, role.per, tier)
                    of = of._replace(context_from_tokens=context.low, printed=row[i].text)
                    ranges.setdefault((model.name, tier), []).append(context)
                    with line.cell(row[i], role.component):
                        priced = currency_amounts(row[i], currency, page.capture, sale=model.sale)
                        line.rows += [of._replace(amount=n, price_kind=kind) for kind, n in priced]
    _order.ordered(lines.rows, page.capture)
    for start in {row.context_from_tokens for row in lines.rows}:  # each stands in columns of its own
        _order.ordered([row for row in lines.rows if row.context_from_tokens == start], page.capture)
    _cloud_sheet.chained(ranges, lines)
    return lines.kept()


def _columns(grid: html.Grid, depth: int, page: Page, place: str) -> dict[int, tuple[_cloud.Role, Range]]:
    """What each known column holds, and for which prompts; the others are left over."""
    names = [re.sub(r"[*`]", "", name) for name in _cloud_sheet.header(grid, page.capture, depth)]
    roles = [_role(name, page.capture) for name in names]
    found = [role for role in roles if role is not None]
    if ("model", Range()) not in roles or len(set(found)) != len(found):
        raise LayoutChanged(
            page.capture, expected="a column of models, each other column once", found=str(names)
        )
    known = {i: role for i, role in enumerate(roles) if role is not None}
    both = {"input", "output"} <= {role[0].component for role in found if isinstance(role[0], Price)}
    values = [[cell.text for cell in row] for row in grid[depth:]]
    known_columns(names, values, known, page, place, amounts_may_be_new=both)
    return known


def _role(name: str, capture: Capture) -> tuple[_cloud.Role, Range] | None:
    """What a header says a column holds, and for which prompts (`input≤256k/output`); None where no rule
    knows it.
    """
    group, _, label = name.rpartition("/")
    if label not in COLUMNS:
        return None
    return COLUMNS[label], _cloud.token_range(group.removeprefix("input"), capture) if group else Range()


def _models(cell: html.Cell, capture: Capture) -> list[Named]:
    """The ids in a cell, each with its remark, on lines of their own, between commas, or run together."""
    text = re.sub(r"\n(?=\s*[(（])", " ", _clean(cell))
    badge = re.match(r"(?:(?!mimo-)[^,、/\n])+\s(?=mimo-)", text)
    before, ids = (badge[0], text[badge.end() :]) if badge else ("", text)
    parts = [
        part for part in re.split(r"[,、/\n]|(?<=[a-z0-9.])\s*(?=mimo-)|\s+(?=mimo-)", ids) if part.strip()
    ]
    parts[:1] = [before + part for part in parts[:1]]
    if not parts:
        raise UnknownValue(capture, expected="ids that start with mimo-", found=cell.text)
    return [named(part, r"mimo(?:-(?!mimo)[a-z0-9.]+)+", capture) for part in parts]
