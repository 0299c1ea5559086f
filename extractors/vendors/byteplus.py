"""BytePlus ModelArk price page, USD: https://docs.byteplus.com/en/docs/ModelArk/1544106.

Two forms: tables in the served HTML, or (since autumn 2026) none there and the document as Markdown in the
page's own data (`_router.py`).

The English sister of Volcengine's page, with dated API ids as model names. Tables stand under headings that
end in the service:
`Online inference (standard)`, `Offline batch inference`. Header cells carry currency and unit, `USD/M tokens`
with or without spaces;
`Pricing tiers` counts thousands of prompt tokens; `-` is not offered. The recorded capture is a trimmed page:
video tables are ignored by name, as are images, 3D, embeddings in other units, fine-tuning and plans.
"""

from __future__ import annotations

from functools import partial

from extractors import html
from extractors.authoring import Page
from extractors.errors import LayoutChanged
from extractors.source import Ignored, Source
from extractors.vendors import _cloud
from extractors.vendors._cloud import Price
from extractors.vendors._cloud_sheet import sells_tokens, sheet
from extractors.vendors._lines import finished, table_words
from extractors.vendors._router import router_document
from extractors.vendors._wording import flat
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="byteplus",
    title="BytePlus ModelArk model prices",
    kind="vendors",
    addresses=("https://docs.byteplus.com/en/docs/ModelArk/1544106",),
    matches=(r"https://docs\.byteplus\.com/en/docs/ModelArk/1544106([?#].*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"video|image|3d|fine-?tun|model unit|plugin|plan|embedding", "what is not inference by the token"
        ),
    ),
    first_party=("byteplus",),
    expects=Expects(
        rows={"list_prices": (20, 3000)},
        models=("seed-2-0-pro-260328", "seed-1-8-251228", "seed-1-6-250915"),
        currencies=frozenset({"USD"}),
        amounts=(0.001, 200.0),
    ),
)

UNIT = "(usd/mtokens)"
COLUMNS: dict[str, _cloud.Role] = {
    "modelid": "model",
    "modelname": "model",
    "pricingtiers(ktokens)": "condition",
    f"input{UNIT}": Price("input"),
    f"input(non-audio){UNIT}": Price("input"),
    f"input(audio){UNIT}": Price("input", "audio"),
    "cache-storage(usd/mtokens/hour)": Price("cache_storage", per="1e6 tokens hour"),
    f"cache-hitinput{UNIT}": Price("cache_read"),
    f"cache-hitinput(non-audio){UNIT}": Price("cache_read"),
    f"cache-hitinput(audio){UNIT}": Price("cache_read", "audio"),
    f"output{UNIT}": Price("output"),
}
TIERS = {
    "onlineinference(standard)": "standard",
    "onlineinference(low-latency)": "low_latency",
    "onlineinference(lowlatency)": "low_latency",
    "offlinebatchinference": "batch",
    "batchinference": "batch",
}
IGNORED = (
    "videogeneration",
    "imagegeneration",
    "3dgeneration",
    "embedding",
    "modelfine-tuning",
    "modelunit",
    "plugin",
    "codingplan",
    "agentplan",
)


def parse(capture: Capture) -> list[Row]:
    """The page's prices and leftovers. Refuses a page without a standard table that is read."""
    _cloud.whole_page(capture)
    markdown = router_document(capture.text(), capture)
    tree = html.soup_of_markdown(markdown) if markdown else html.soup(capture.text())
    page = Page(capture)
    read: list[str] = []
    for above, table in html.tables(tree):
        with page.part(above, table_words(table)):
            grid = html.grid(table, capture)
            names = [flat(part) for heading in above for part in heading.split("—")]
            tier = _tier(names, sells_tokens(grid, COLUMNS), capture)
            if tier is None:
                continue
            put = partial(ListPrice, provider_id="byteplus", currency="USD", service_tier=tier)
            condition = partial(_condition, capture=capture)
            page.rows += sheet(grid, COLUMNS, page, " / ".join(above), put, condition)
            read.append(tier)
    if "standard" not in read:
        raise LayoutChanged(
            capture, expected="a table under Online inference (standard)", found=f"tables of {read}"
        )
    return finished(page)


def _tier(above: list[str], sells: bool, capture: Capture) -> str | None:
    """The service tier of a section's table; None for a section ignored by name, or an unknown one whose
    table sells no tokens.
    """
    if any(heading.startswith(IGNORED) for heading in above):
        return None
    for heading in above:
        if heading in TIERS:
            return TIERS[heading]
    if not sells:
        return None
    raise LayoutChanged(capture, expected=f"a section among {[*TIERS, *IGNORED]}", found=" / ".join(above))


def _condition(text: str, capture: Capture) -> _cloud.Condition:
    if not flat(text):
        raise LayoutChanged(capture, expected="a tier or a dash", found="an empty cell")
    return _cloud.token_range(text, capture, 1000), _cloud.WHOLE, "always"
