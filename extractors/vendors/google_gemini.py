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
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from extractors._sanity import orderly
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue, WrongPage
from extractors.html import Grid, filled, soup, soup_of_markdown, text_of
from extractors.printed import Money, money, tokens
from extractors.source import Source
from extractors.vendors._cells import day, folded, kind_of_dates, no_challenge
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
    first_party=("google",),
    expects=Expects(
        rows={"list_prices": (40, 1500)},
        models=("gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.1-pro-preview", "gemini-3.7-flash"),
        amounts=(0.005, 500),
    ),
    required=True,
)
TIERS = ("standard", "batch", "flex", "priority")
PAID = re.compile(r"paid tier, per (?:1m|1,000,000|million) tokens(?: in usd| \(usd\)|, in usd)")
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
NO_PRICE = re.compile(r"not available.*|free of charge", re.S)
_ID = re.compile(r"[a-z]+-[a-z0-9.-]+")
_DAY = r"[A-Z][a-z]+ \d+, \d{4}"
_DATES = (
    rf"(?:,?\s*(?:through|until) (?P<until>{_DAY})\.?|,?\s*(?:starting|from|effective) (?P<since>{_DAY})\.?)?"
)
_WORDS = re.compile(
    r"(?:(?:/ 1,000,000 tokens )?\((?P<modalities>[a-z /,]+)\))?(?:(?:per|/) 1M tokens)?"
    r"(?:,? \(?prompts (?P<sign><=|≤|<|up to|>|≥|>=|over) ?(?P<bound>\d+k)(?: tokens?)?\)?)?"
    r"(?P<storage>/ 1,000,000 tokens per hour(?: \(storage price\))?)?"
    + _DATES
    + r"(?P<minute>/min \((?P<of>[a-z /,]+)\))?[*,]*"
)
_SIZED = re.compile(r"per [\w./]+ image\**,?(?: and)?\d?")
_MODALITY = {
    "text": "text",
    "text and thinking": "text",
    "audio": "audio",
    "image": "image",
    "images": "image",
    "video": "video",
    "document": "document",
    "documents": "document",
    "pdf": "document",
}
_ABOVE = (">", "≥", ">=", "over")


class Priced(NamedTuple):
    """One price of a cell with its conditions."""

    amount: Decimal
    per: str
    modalities: tuple[str, ...]
    storage: bool
    context_from_tokens: int
    since: datetime | None
    until: datetime | None


def parse(capture: Capture) -> list[Row]:
    """The paid tier's prices of every model, tier and modality, as ListPrice rows in USD."""
    text = no_challenge(capture.text(), capture)
    page = soup(text) if text.lstrip()[:1] == "<" else soup_of_markdown(text)
    rows: list[ListPrice] = []
    models: list[str] = []
    tiers: list[str] = []
    seen = tabbed = False
    for tag in page.find_all(["h1", "h2", "h3", "em", "p", "table"]):
        words = folded(text_of(tag)[0]) if tag.name != "table" else ""
        seen |= words.startswith("gemini developer api pricing")
        if tag.name in ("h1", "h2"):
            _all_read(models, tiers if tabbed else [], capture)
            models, tiers, tabbed = [], ["standard"], False
        elif tag.name == "em" and not models:
            models = [i for i in (text_of(code)[0] for code in tag.select("code")) if _ID.fullmatch(i)]
        elif tag.name == "h3" and models:
            tiers = [_tier(words, capture)]
        elif tag.name == "p" and (
            tabs := re.fullmatch(rf"((?:{'|'.join(TIERS)})+)(?:more)?", words.replace(" ", ""))
        ):
            tiers, tabbed = re.findall("|".join(TIERS), tabs[1]), bool(models)
        elif tag.name == "table" and models:
            if not tiers:
                raise LayoutChanged(
                    capture, expected=f"as many tables as tiers for {models}", found="one more table"
                )
            rows.extend(_table(models, tiers.pop(0), filled(tag, capture), capture))
    _all_read(models, tiers if tabbed else [], capture)
    if not seen and "<title>Gemini Developer API pricing" not in text:
        raise WrongPage(capture, expected="the Gemini Developer API's price page", found=text[:200])
    if not rows:
        raise EmptyPage(capture, expected="models with a paid tier per 1M tokens", found="none")
    return list(orderly(rows, capture))


def _all_read(models: list[str], left: list[str], capture: Capture) -> None:
    """LayoutChanged where the tabs of a model name more tiers than tables follow: which table is which would
    be a guess.
    """
    if left:
        raise LayoutChanged(capture, expected=f"a table for each tier of {models}", found=f"none for {left}")


def _tier(words: str, capture: Capture) -> str:
    if words not in TIERS:
        raise UnknownValue(capture, expected=f"a tier among {TIERS}", found=words)
    return words


def _table(models: list[str], tier: str, cells: Grid, capture: Capture) -> Iterator[ListPrice]:
    header = [folded(c.text) for c in cells[0]]
    if len(header) == 3 and OTHER_UNITS.fullmatch(header[2]):
        return
    if len(header) != 3 or header[:2] != ["", "free tier"] or not PAID.fullmatch(header[2]):
        raise LayoutChanged(
            capture, expected="the header '' | Free Tier | Paid Tier, per 1M tokens in USD", found=str(header)
        )
    for row in cells[1:]:
        label = folded(row[0].text)
        if re.fullmatch(IGNORED, label.rstrip("*")):
            continue
        found = [(match, name) for pattern, name in LABELS.items() if (match := re.fullmatch(pattern, label))]
        if not found or len(row) != 3:
            raise UnknownValue(
                capture,
                expected=f"a row among {list(LABELS)} with three cells",
                found=str([c.text for c in row]),
            )
        match, component = found[0]
        named = match.groupdict()
        plain = "embedding" if "embedding" in models[0] else "text"
        whole = _modalities(named.get("modality") or named.get("of"), label, capture) or (plain,)
        for model in models:
            yield from _rows(model, component, tier, whole, row[2].text, capture)


def _rows(
    model: str, component: str, tier: str, whole: tuple[str, ...], text: str, capture: Capture
) -> Iterator[ListPrice]:
    for each in _prices(text, capture):
        name, per = component, each.per
        if each.storage:
            name, per = "cache_storage", "1e6 tokens hour"
        elif per != "1e6 tokens":
            name = {"1 image": "image", "1 minute": "minute"}[per] if component == "output" else component
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
                price_kind=kind_of_dates(each.since, each.until, capture),
                effective_from=each.since,
                effective_to=each.until,
                printed=" ".join(text.split())[:200],
            )


def _prices(text: str, capture: Capture) -> Iterator[Priced]:
    """The prices of a cell, up to the word `equivalent`; UnknownValue for words that no rule covers."""
    flat = " ".join(text.split())
    if NO_PRICE.fullmatch(flat.casefold()):
        return
    found = money(
        re.sub(
            r"\(\$[\d.]+ per (?:image|second|frame)\)", "", re.split(r",? equivalent to", flat, flags=re.I)[0]
        )
    )
    if not found or not re.fullmatch(r"(?:Same as Standard[\w ,]*)?", found[0].before):
        raise UnknownValue(capture, expected="prices, 'Not available' or 'Free of charge'", found=flat)
    last: Priced | None = None
    for at, price in enumerate(found):
        if price.after == "or" and at + 1 < len(found):
            match = _WORDS.fullmatch(found[at + 1].after)
            if match is None or not match["minute"]:
                raise UnknownValue(capture, expected="a price per minute after 'or'", found=flat)
            yield Priced(
                _usd(price, flat, capture),
                "1e6 tokens",
                _modalities(match["of"], flat, capture),
                False,
                0,
                None,
                None,
            )
        elif not _SIZED.fullmatch(price.after):
            read = _priced(price, flat, capture)
            # `$0.25 (text / image) through ... $0.50 starting ...`: the price that follows is for what the
            # one before it is for.
            last = (
                read
                if read.modalities or not read.since
                else read._replace(modalities=last.modalities if last else ())
            )
            yield last


def _priced(price: Money, flat: str, capture: Capture) -> Priced:
    amount = _usd(price, flat, capture)
    if re.fullmatch(r"per image\*?", price.after):
        return Priced(amount, "1 image", ("image",), False, 0, None, None)
    match = _WORDS.fullmatch(price.after)
    if match is None:
        raise UnknownValue(
            capture, expected="known words after a price", found=f"{price.after!r} in {flat!r}"
        )
    if match["minute"]:
        return Priced(amount, "1 minute", _modalities(match["of"], flat, capture), False, 0, None, None)
    modalities = _modalities(match["modalities"], flat, capture)
    per = "1 image" if modalities == ("image",) and amount < Decimal("0.01") else "1e6 tokens"
    return Priced(
        amount,
        per,
        modalities,
        bool(match["storage"]),
        tokens(match["bound"]) if match["sign"] in _ABOVE else 0,
        day(match["since"], capture) if match["since"] else None,
        day(match["until"], capture, next_day=True) if match["until"] else None,
    )


def _usd(price: Money, flat: str, capture: Capture) -> Decimal:
    if price.currency != "USD":
        raise UnknownValue(capture, expected="prices in USD", found=flat)
    return price.amount


def _modalities(words: str | None, flat: str, capture: Capture) -> tuple[str, ...]:
    if not words:
        return ()
    parts = [part.strip() for part in re.split(r"[/,]", re.sub(r",? and (?!thinking)", ",", words))]
    if unknown := [part for part in parts if part not in _MODALITY]:
        raise UnknownValue(
            capture, expected=f"modalities among {list(_MODALITY)}", found=f"{unknown} in {flat!r}"
        )
    return tuple(_MODALITY[part] for part in parts)
