"""Google's Gemini API price page (ai.google.dev), in HTML and in Markdown.

Per model a heading `<h2 id="gemini-...">` followed by its API ids in `<em><code>` (two ids joined by ` and `:
each gets its rows), then a table per service tier: `'' | Free Tier | Paid Tier, per 1M tokens in USD`. In
HTML each table stands under `<h3 id="standard|batch|flex| priority[_n]">`; conversions to Markdown keep only
the line of tabs (`StandardBatchFlexPriorityMore`), and the tables follow in its order. Some models have one
bare table: standard.

A cell holds several prices with their conditions after each: `$2.00, prompts <= 200k tokens $4.00, prompts >
200k` (in the HTML `<=` is not escaped, which a tree parser survives and a tag-stripping pattern does not),
`(text / image / video)`, `(audio)`, `through December 31, 2026.`, `starting January 1, 2027.`, `$3.00 or
$0.005/min (audio)`, `/ 1,000,000 tokens per hour (storage price)`. A price for several modalities gives a row
for each. `Same as Standard` may stand before the first price.

Not read, by name: the free tier (rate-limited, no price of the paid API), grounding and tools, tables priced
per image, second or song, equivalents (`Equivalent to $0.045 per 0.5K image`), and images priced by their
size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from extractors.authoring import Page
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue, WrongPage
from extractors.html import Cell, Grid, filled, soup, soup_of_markdown, text_of
from extractors.printed import count_amounts
from extractors.source import Ignored, Source
from extractors.vendors._cells import folded, kind_of_dates, no_challenge
from extractors.vendors._gemini_cells import modalities, priced
from extractors.vendors._lines import Lines, checked_page, known_columns, table_words
from extractors.vendors._wording import plain
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="google_gemini",
    title="Google: Gemini API pricing",
    kind="vendors",
    addresses=("https://ai.google.dev/gemini-api/docs/pricing.md.txt",),
    matches=(r"https://ai\.google\.dev/gemini-api/docs/pricing(\.md\.txt)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"grounding|google search|google maps|pricing for tools|file search|url context|code execution",
            "tools",
        ),
        Ignored(r"/ (?:imagen|veo|lyria)\b|per image|per second|per song", "pictures, video and music"),
    ),
    first_party=("google",),
    expects=Expects(
        rows={"list_prices": (40, 1500)},
        models=("gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.1-pro-preview", "gemini-3.7-flash"),
        amounts=(0.005, 500),
    ),
    required=True,
    forms={
        "https://ai.google.dev/gemini-api/docs/pricing.md.txt": (
            "https://ai.google.dev/gemini-api/docs/pricing",
        )
    },
)
TIERS = ("standard", "batch", "flex", "priority")
PAID = re.compile(
    r"paid tier,? (?:per|/) ?(?:1 ?m|1 million|one million|1,000,000|million|m) tok(?:en)?s?"
    r"(?: in usd| \(usd\)|, in usd)"
)
OTHER_UNITS = re.compile(
    r"paid tier, per (?!.*tokens?\b)[a-z0-9 ]+(?: in usd| \(usd\))"
)  # pictures, seconds, songs, requests
_OF = r"(?P<modality>text|image|audio|video|document|pdf) "
LABELS = {
    rf"(?:{_OF})?input price(?: \((?P<of>[a-z ,/]+)\))?": "input",
    rf"(?:{_OF})?output price(?: \((?:including [a-z ,]+|(?P<of>[a-z ,/]+))\))?": "output",
    r"context caching(?: price)?(?: \((?P<of>(?!storage)[a-z ,/]+)\))?": "cache_read",
    r"context caching(?: price)? \(storage(?: price)?\)|context caching storage(?: price)?": "cache_storage",
}
IGNORED = (
    r"(?:grounding|url context|code execution|computer use|file search|google (?:search|maps)|used"
    r" to|tuning)\b.*|image generation pricing"
)
_ID = re.compile(r"[a-z]+-[a-z0-9.-]+")
# A section without its line of ids is listed under its heading, as printed.
_NAME = re.compile(r"Gemini \d[\w .-]*")


def parse(capture: Capture) -> list[Row]:
    """The paid tier's prices of every model, tier and modality, as ListPrice rows in USD, and leftovers."""
    text = no_challenge(capture.text(), capture)
    tree = soup(text) if text.lstrip()[:1] == "<" else soup_of_markdown(text)
    page = Page(capture)
    seen = "<title>Gemini Developer API pricing" in text
    section = _Section("")
    for tag in tree.find_all(["h1", "h2", "h3", "em", "p", "table"]):
        words = folded(plain(text_of(tag)[0])) if tag.name != "table" else ""
        seen |= words.startswith("gemini developer api pricing")
        if tag.name in ("h1", "h2"):
            section.close(page)
            section = _Section(" ".join(plain(text_of(tag)[0]).split()))
        elif tag.name == "em" and not section.models:
            section.models = [
                i for i in (text_of(code)[0] for code in tag.select("code")) if _ID.fullmatch(i)
            ]
        elif tag.name == "h3":
            section.tiers = [words]
        elif tag.name == "p" and (
            tabs := re.fullmatch(rf"((?:{'|'.join(TIERS)})+)(?:more)?", words.replace(" ", ""))
        ):
            section.tiers, section.tabbed = re.findall("|".join(TIERS), tabs[1]), bool(section.models)
        elif tag.name == "table":
            with page.part(section.title, table_words(tag)):
                section.tables.append((section.tiers.pop(0) if section.tiers else "", filled(tag, capture)))
    section.close(page)
    if not seen:
        raise WrongPage(capture, expected="the Gemini Developer API's price page", found=text[:200])
    if not page.rows:
        raise EmptyPage(capture, expected="models with a paid tier per 1M tokens", found="none")
    return checked_page(page)


@dataclass(slots=True)
class _Section:
    """What stands under one heading: the models' ids, the tiers still without a table, the tables with
    theirs.
    """

    title: str
    models: list[str] = field(default_factory=list)
    tiers: list[str] = field(default_factory=lambda: ["standard"])
    tabbed: bool = False
    tables: list[tuple[str, Grid]] = field(default_factory=list)

    def close(self, page: Page) -> None:
        """Adds the rows of the section to the page, or leaves it over as a whole where it is not clear which
        table is for which tier.
        """
        sold = [(tier, cells) for tier, cells in self.tables if any(_sells_tokens(c.text) for c in cells[0])]
        models = self.models or ([self.title] if _NAME.fullmatch(self.title) else [])
        said = [" ".join(cell.text.split()) for _, cells in self.tables for row in cells for cell in row]
        amounts = sum(map(count_amounts, said))
        if self.models and self.tabbed and self.tiers:
            why = f"expected a table for each tier; found none for {self.tiers}"
            page.leave(self.title, [*self.models, *said], why, amounts)
            return
        if not models and (
            not sold or not amounts or re.fullmatch(r"(?:pricing for )?tools", folded(self.title))
        ):
            return
        if not models:
            page.leave(self.title, said, "expected the API ids of the section's model", amounts)
            return
        for tier, cells in self.tables if self.models else sold:
            words = [" ".join(cell.text.split()) for row in cells for cell in row]
            with page.part(self.title, [*models, tier, *words]):
                if tier not in TIERS:
                    raise UnknownValue(
                        page.capture, expected=f"a tier among {TIERS}", found=tier or "none left"
                    )
                page.rows += _table(models, tier, cells, page, " / ".join([*models, tier]))


def _sells_tokens(title: str) -> bool:
    """Whether a header names the paid tier's price of a million tokens."""
    return PAID.fullmatch(folded(title)) is not None


def _table(models: list[str], tier: str, cells: Grid, page: Page, place: str) -> list[ListPrice]:
    header = [folded(plain(c.text)) for c in cells[0]]
    if len(header) == 3 and OTHER_UNITS.fullmatch(header[2]):
        return []
    paid = [i for i, title in enumerate(header) if PAID.fullmatch(title)]
    if len(paid) != 1 or header[:2] != ["", "free tier"]:
        raise LayoutChanged(
            page.capture,
            expected="the header '' | Free Tier | Paid Tier, per 1M tokens in USD",
            found=str(header),
        )
    known_columns(
        header, [[c.text for c in row] for row in cells[1:]], dict.fromkeys((0, 1, *paid)), page, place
    )
    lines = Lines(page, place)
    labelled: set[str] = set()
    for row in cells[1:]:
        label = folded(plain(row[0].text))
        if re.fullmatch(IGNORED, label.rstrip("*")):
            continue
        with lines.line(row) as line:
            found = [
                (match, name) for pattern, name in LABELS.items() if (match := re.fullmatch(pattern, label))
            ]
            if not found or len(row) != len(header):
                raise UnknownValue(
                    page.capture,
                    expected=f"a row among {list(LABELS)} with {len(header)} cells",
                    found=line.words,
                )
            match, component = found[0]
            labelled.add(component)
            words = match.groupdict()
            usual = "embedding" if "embedding" in models[0] else "text"
            whole = modalities(words.get("modality") or words.get("of"), label, page.capture) or (usual,)
            for model in models:
                line.rows += _rows(model, component, tier, whole, row[paid[0]], page.capture)
    _both_there(lines, labelled, page.capture)
    return lines.kept()


def _both_there(lines: Lines, labelled: set[str], capture: Capture) -> None:
    """LayoutChanged where a line is odd and none is labelled as input or as output: which is which is in
    doubt.
    """
    odd = [line.words for line in lines.lines if line.odd]
    if odd and not {"input", "output"} <= labelled:
        raise LayoutChanged(capture, expected="input and output", found=str(odd))


def _rows(
    model: str, component: str, tier: str, whole: tuple[str, ...], cell: Cell, capture: Capture
) -> Iterator[ListPrice]:
    for each in priced(cell.text, capture):
        name, per = component, each.per
        if each.storage:
            name, per = "cache_storage", "1e6 tokens hour"
        elif per != "1e6 tokens":
            name = {"1 image": "image", "1 minute": "minute"}[per] if component == "output" else component
        kind = kind_of_dates(each.since, each.until, capture)
        for modality in each.modalities or whole:
            yield ListPrice(
                "google",
                model,
                name,
                each.amount,
                "USD",
                per,
                service_tier=tier,
                modality=modality,
                context_from_tokens=each.context_from_tokens,
                price_kind="promotional" if cell.struck and kind == "list" else kind,
                effective_from=each.since,
                effective_to=each.until,
                printed=" ".join(cell.text.split())[:200],
            )
