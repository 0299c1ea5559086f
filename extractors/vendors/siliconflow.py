"""SiliconFlow price page, USD: https://www.siliconflow.com/pricing.

A page builder's page without tables: the recorded capture is its text as Markdown, one paragraph per text
node, and the served HTML gives the same lines. A family's table is the lines `Model Name`, `Context Length`,
`Input`, `Cached Input`, `Output`,
`Actions`, then per model its name, its context (`164K`), `$` and number for input, **perhaps** cached input,
and output, and
`Details`. Two prices are input and output; an emptied cell leaves a gap of blank lines (an empty element in
HTML). Each token table ends with `Prices shown are per 1 million tokens.`; without that line the unit is
unknown and the page refused. Families show five rows until `Load More` is pressed, so a model that is missing
has not vanished. `0.0` is printed for a model that is free for now; the page says no more, it is kept as
free. Images, video and audio have other headers and are ignored by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors import html
from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue
from extractors.printed import number
from extractors.source import Ignored, Source
from extractors.vendors import _order
from extractors.vendors._lines import Line, Lines, finished
from extractors.vendors._wording import named, units
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="siliconflow",
    title="SiliconFlow model prices",
    kind="vendors",
    addresses=("https://www.siliconflow.com/pricing",),
    matches=(r"https://(www\.)?siliconflow\.com/pricing/?([?#].*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(Ignored(r"image|video|audio|/min|utf-8 bytes", "images, video and audio"),),
    first_party=("siliconflow",),
    partial=True,
    expects=Expects(
        rows={"list_prices": (20, 2000)},
        models=("DeepSeek-V3.1", "DeepSeek-V3.2", "DeepSeek-V4-Pro", "GLM-4.6", "gpt-oss-120b"),
        currencies=frozenset({"USD"}),
        amounts=(0.005, 100.0),
    ),
)

TOKENS = ("model name", "context length", "input", "cached input", "output", "actions")
OTHERS = {
    ("model name", "price (/image)", "actions"),
    ("model name", "price (/video)", "actions"),
    ("model name", "output (/m utf-8 bytes)", "actions"),
    ("model name", "input (/m utf-8 bytes)", "actions"),
    ("model name", "price (/min)", "actions"),
}
UNIT = "Prices shown are per 1 million tokens."


def parse(capture: Capture) -> list[Row]:
    """The token prices. Refuses an unknown header, a row of other than two or three prices, a table without
    its unit.
    """
    text = capture.text().replace("\r\n", "\n")
    lines = _lines(text)
    for before in text.split(UNIT)[:-1]:
        if "\n\n\n" in before[before.rfind("Model Name") :]:
            raise LayoutChanged(
                capture,
                expected="no gap between the lines of a table",
                found="a price may be missing from a row",
            )
    if not any(line.casefold() == "frequently asked questions" for line in lines):
        raise Truncated(
            capture,
            expected="Frequently Asked Questions below the tables",
            found=lines[-1] if lines else "nothing",
        )
    blocks = list(_tables(lines, capture))
    notes = sum(_is_unit(line) for line in lines)
    if len(blocks) != notes:
        raise LayoutChanged(
            capture, expected=f"a header for each {UNIT!r}", found=f"{len(blocks)} headers, {notes} notes"
        )
    page = Page(capture)
    for block in blocks:
        with page.part("token prices", block, sum(line == "$" for line in block)):
            page.rows += _models(block, page)
    if not page.rows:
        raise EmptyPage(capture, expected=f"tables headed {TOKENS}", found="none with prices")
    return finished(page)


def _is_unit(line: str) -> bool:
    """Whether a line says that the prices above it are per million tokens."""
    return line.casefold().startswith("prices shown are") and units(line).endswith("/mtok.")


def _lines(text: str) -> list[str]:
    if text.lstrip().startswith("<"):
        text = html.text_of(
            html.soup(re.sub(r"<(p|td|span)\b([^>]*)>\s*</\1>", r"<\1\2>(empty)</\1>", text))
        )[0]
    links = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    links = re.sub(r"\[([^\[\]]*)\]\([^)]*\)", r"\1", links)
    links = re.sub(r"^\$\s*(?=[\d.])", "$\n", links, flags=re.MULTILINE)
    return [line.strip(" *#") for line in html.visible(links).split("\n") if line.strip(" *#")]


def _tables(lines: list[str], capture: Capture) -> Iterator[list[str]]:
    """The lines of each token table between its header and the line that says its unit."""
    at = 0
    while at < len(lines):
        if lines[at].casefold() != TOKENS[0]:
            at += 1
            continue
        end = next((i for i in range(at, len(lines)) if lines[i].casefold() == "actions"), len(lines))
        header = tuple(line.casefold() for line in lines[at : end + 1])
        stop = next(
            (
                i
                for i in range(end + 1, len(lines))
                if lines[i].casefold().startswith(("prices ", "model name"))
            ),
            len(lines),
        )
        if header == TOKENS:
            if stop == len(lines) or not _is_unit(lines[stop]):
                raise LayoutChanged(
                    capture,
                    expected=f"{UNIT!r} after a token table",
                    found=lines[stop] if stop < len(lines) else "the end",
                )
            yield [line for line in lines[end + 1 : stop] if line.casefold() != "load more"]
        elif header not in OTHERS and {"input", "output"} & set(header):
            raise LayoutChanged(
                capture, expected=f"a header among {[TOKENS, *OTHERS]}", found=str(header[:10])
            )
        at = stop


def _models(block: list[str], page: Page) -> list[ListPrice]:
    """The rows of each model of a table: its lines up to `Details`."""
    lines = Lines(page, "token prices")
    row: list[str] = []
    for text in block:
        if text.casefold() != "details":
            row.append(text)
            continue
        with lines.line(row) as line:
            _model(row, line, page.capture)
        row = []
    if row:
        raise LayoutChanged(
            page.capture, expected="Details at the end of each row", found=" | ".join(row[:12])
        )
    _order.ordered(lines.rows, page.capture)
    return lines.kept()


def _model(row: list[str], line: Line, capture: Capture) -> None:
    at = next((i for i, text in enumerate(row) if re.fullmatch(r"[\d.]+[KM]", text)), 0)
    cells = row[at + 1 :]
    signs, printed = cells[::2], cells[1::2]
    if not at or len(signs) != len(printed) or len(printed) not in (2, 3) or set(signs) != {"$"}:
        raise UnknownValue(
            capture, expected="a name, a context, two or three times $ and a number", found=line.words
        )
    model = named("\n".join(row[:at]), r"[A-Za-z][\w .\-/:]*", capture)
    line.models = [model.name]
    components = ("input", "output") if len(printed) == 2 else ("input", "cache_read", "output")
    for component, text in zip(components, printed, strict=True):
        with line.cell(text, component):
            price = _price(model.name, component, text, capture)
            sale = model.sale and price.price_kind == "list"
            line.rows.append(price._replace(price_kind="promotional") if sale else price)


def _price(model: str, component: str, text: str, capture: Capture) -> ListPrice:
    try:
        amount = number(text)
    except ValueError as error:
        raise UnknownValue(capture, expected="a number", found=text) from error
    kind = "list" if amount else "free"
    return ListPrice(
        "siliconflow", model, component, amount or Decimal(0), "USD", price_kind=kind, printed=f"$ {text}"
    )
