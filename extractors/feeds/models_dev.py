"""models.dev: one JSON object, provider id -> {name, api, doc, models: {model id -> entry}}. Prices are USD
per 1e6 tokens.

Traps. `cost` may be missing, and zero means three things: a free tier, a subscription plan (`*-coding-plan`,
GitHub Copilot), nobody filled it in. Only an entry whose id or name says free is free; a zero is otherwise no
price.
`context_over_200k` is derived from `tiers` when both are there, and says 200k whatever the tier's size: tiers
win.
`outputCached` (until 2025-06-17) held copies of the read price and is no cache write. The key of an entry is
its id: the
`id` field was lower-cased until 2025-07-28, and the key had `%2F` for `/` in June 2025. `release_date` is a
day or a month, 1970-01-01 where unknown, and impossible at times (2025-16-09). `experimental` was a boolean
in 2025-09. DeepSeek's prices are the off-peak ones only, with no word of it. A few entries are a million
times off (Cloudflare's gateway in 2025, OpenRouter's gpt-5.4-mini): outside `Expects.amounts`, set aside row
by row. Provider fields are facts of the host; a lab's own entry speaks for the release date of its model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from extractors.feeds._feed import (
    UNREADABLE,
    Amounts,
    Json,
    Reading,
    body,
    read_entries,
    set_aside,
    short,
    unknown_key,
)
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, OFFERS, RELEASES, ListPrice, Offer, Release, Row, Unread

SOURCE = Source(
    id="models_dev",
    title="models.dev",
    kind="feeds",
    addresses=("https://models.dev/api.json",),
    tables=(LIST_PRICES, OFFERS, RELEASES),
    licence="mit",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (40, 80_000), "offers": (15, 30_000), "releases": (0, 15_000)},
        models=("gpt-4o", "claude-3-7-sonnet-20250219", "gemini-2.5-pro", "gpt-5"),
        amounts=(0.0005, 1000.0),
        vanished_share=0.25,
    ),
)

COMPONENTS = {
    "input": ("input", "text"),
    "output": ("output", "text"),
    "cache_read": ("cache_read", "text"),
    "cache_write": ("cache_write", "text"),
    "inputCached": ("cache_read", "text"),
    "reasoning": ("reasoning", "text"),
    "input_audio": ("input", "audio"),
    "output_audio": ("output", "audio"),
}
NOT_COMPONENTS = frozenset({"tiers", "context_over_200k", "outputCached"})
TIER_OF_REQUEST = {"priority": "priority", "ultrafast": "ultrafast", "fast": "fast"}
SUBSCRIPTION = re.compile(
    r".*-(?:coding|token|code|step)-plan(?:-.*)?|github-copilot|gitlab|kimi-for-coding|firepass|kiro|opencode-go|cline-pass|ollama-cloud|"
    r"wafer\.ai|standardcompute"
)
SAYS_FREE = re.compile(r"(?<![a-z])free(?![a-z])", re.I)
# A lab's own provider entries, and how the ids of its own models begin: others' models stand there too.
OWN_MODELS = {
    "openai": ("gpt", "o1", "o3", "o4", "codex", "chatgpt", "text-embedding", "davinci"),
    "anthropic": ("claude",),
    "google": ("gemini", "gemma"),
    "xai": ("grok",),
    "mistral": ("",),
    "cohere": ("",),
    "deepseek": ("deepseek",),
    "alibaba": ("qwen", "qwq", "qvq"),
    "alibaba-cn": ("qwen", "qwq", "qvq"),
    "moonshotai": ("kimi", "moonshot"),
    "moonshotai-cn": ("kimi", "moonshot"),
    "zai": ("glm",),
    "zhipuai": ("glm",),
    "minimax": ("minimax",),
    "minimax-cn": ("minimax",),
    "stepfun": ("step",),
    "xiaomi": ("mimo",),
    "inception": ("",),
    "upstage": ("",),
    "llama": ("llama", "cerebras-llama"),
}
AMOUNT = Amounts(0)
FREE = Decimal(0)
_new = tuple.__new__


def parse(capture: Capture) -> list[Row]:
    """Prices, offers and release dates of one capture."""
    return read(capture).rows


def read(capture: Capture) -> Reading:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: Reading) -> None:
    document: dict[str, Json] = body(capture, dict)
    rows, releases = reading.rows, _Releases(capture.observed_on)
    for provider_id, described in document.items():
        provider = provider_id.lower()
        plan = SUBSCRIPTION.fullmatch(provider) is not None
        try:
            entries = list(described["models"].items())
        except UNREADABLE as error:
            set_aside(reading, len(rows), provider, error)
            continue
        for key, entry in entries:
            model = key.replace("%2F", "/") if "%2F" in key else key
            before = len(rows)
            try:
                why_not = _entry(reading, releases, provider, model, plan, entry)
            except UNREADABLE as error:
                set_aside(reading, before, f"{provider} {model}", error, model)
                continue
            reading.entries += 1
            if why_not:
                reading.skipped[why_not] += 1
            else:
                reading.priced += 1
    rows.extend(releases.rows())
    reading.ignored.update(releases.skipped)


def _entry(reading: Reading, releases: _Releases, provider: str, model: str, plan: bool, entry: Json) -> str:
    """The rows of one entry: prices, an offer, a release date; returns why it has no price, empty where it
    has one.
    """
    rows, canonical = reading.rows, entry.get("canonical_model_id")
    why_not = ""
    cost = entry.get("cost")
    if cost is None:
        why_not = "no cost"
    elif _prices(rows, reading, provider, model, canonical, cost) | _modes(
        rows, reading, provider, model, canonical, entry
    ):
        pass
    elif plan:
        why_not = "subscription plan"
    elif SAYS_FREE.search(model) or SAYS_FREE.search(entry["name"]):
        for component in ("input", "output"):
            rows.append(
                ListPrice(
                    provider, model, component, FREE, "USD", price_kind="free", canonical_model=canonical
                )
            )
    else:
        why_not = "zero, not said to be free"
    limit = entry["limit"]["context"]
    open_weights = entry.get("open_weights")
    status = "subscription" if plan else entry.get("status") or ("beta" if entry.get("beta") else "offered")
    rows.append(_new(Offer, (provider, model, status, _context(limit), canonical, open_weights, "")))
    releases.add(provider, model, entry.get("release_date"), open_weights, limit, canonical)
    return why_not


def _prices(
    rows: list[Row],
    reading: Reading,
    provider: str,
    model: str,
    canonical: str | None,
    cost: Json,
    tier: str = "standard",
    start: int = 0,
) -> bool:
    """The prices of one cost object and of its context tiers; whether there was any."""
    found = False
    before = len(rows)
    strangers: Json = {}
    for key, value in cost.items():
        if key in COMPONENTS:
            if value and value is not True:
                component, modality = COMPONENTS[key]
                rows.append(
                    _new(
                        ListPrice,
                        (
                            provider,
                            model,
                            component,
                            AMOUNT[value],
                            "USD",
                            "1e6 tokens",
                            tier,
                            modality,
                            "any",
                            start,
                            0,
                            "",
                            "always",
                            "list",
                            None,
                            None,
                            canonical,
                            None,
                        ),
                    )
                )
                found = True
            elif value is None or isinstance(value, bool):
                raise ValueError(f"{provider} {model}: {key} is {value!r}")
            else:
                reading.ignored["zero"] += 1
        elif key not in NOT_COMPONENTS:
            if key != "tier" or not start:
                strangers[key] = value
        elif key == "outputCached":
            reading.ignored["outputCached"] += 1
        elif key == "tiers":
            for step in value:
                if step["tier"]["type"] != "context" or step["tier"]["size"] <= 0:
                    why = "a tier that no rule knows"
                    reading.leftovers.append(Unread(f"{provider} {model}", short(step), why, 1, model))
                    continue
                found |= _prices(rows, reading, provider, model, canonical, step, tier, step["tier"]["size"])
        elif "tiers" not in cost:
            found |= _prices(rows, reading, provider, model, canonical, value, tier, 200_000)
    for key, value in strangers.items():
        unknown_key(reading, before, f"{provider} {model}", model, key, value, among_prices=True)
    return found


def _modes(
    rows: list[Row], reading: Reading, provider: str, model: str, canonical: str | None, entry: Json
) -> bool:
    """The prices of the entry's experimental modes; the request field that switches a mode on names its
    service tier.
    """
    experimental = entry.get("experimental")
    if not isinstance(experimental, dict):
        return False
    found = False
    for name, mode in experimental.get("modes", {}).items():
        if "cost" not in mode:
            reading.ignored["mode without a price"] += 1
            continue
        request = mode["provider"]["body"]
        asked = request.get("service_tier") or request.get("speed")
        if asked not in TIER_OF_REQUEST:
            said = f"{name}: {short(mode['cost'])} with {short(request)}"
            why = "a mode that no rule knows"
            reading.leftovers.append(Unread(f"{provider} {model}", said, why, len(mode["cost"]), model))
            continue
        found |= _prices(rows, reading, provider, model, canonical, mode["cost"], TIER_OF_REQUEST[asked])
    return found


class _Releases:
    """The release dates of one capture: one row per model id and date, the lab's own entry before its
    hosts'.
    """

    def __init__(self, observed_on: date) -> None:
        self.observed_on = observed_on
        self.own: dict[tuple[str, date], Release] = {}
        self.hosted: dict[tuple[str, date], Release] = {}
        self.skipped: dict[str, int] = {}

    def add(
        self,
        provider: str,
        model: str,
        printed: str | None,
        open_weights: bool | None,
        context: int,
        canonical: str | None,
    ) -> None:
        """Takes one entry's date; what is no date of a release is counted under its reason."""
        released = _release_date(printed or "")
        if isinstance(released, str):
            self.skipped[released] = self.skipped.get(released, 0) + 1
            return
        day, precision = released
        if day > self.observed_on:
            self.skipped["release date in the future"] = self.skipped.get("release date in the future", 0) + 1
            return
        own = provider in OWN_MODELS and model.lower().startswith(OWN_MODELS[provider])
        seen = self.own if own else self.hosted
        if (model, day) not in seen:
            lab = provider if own else None
            seen[model, day] = _new(
                Release,
                (
                    model,
                    day,
                    "announced",
                    precision,
                    lab,
                    None,
                    open_weights,
                    None,
                    None,
                    context or None,
                    None,
                    canonical,
                    None,
                ),
            )

    def rows(self) -> Iterator[Release]:
        """The rows; a host's date of a model that its lab dates is left out."""
        yield from self.own.values()
        named = {model for model, _ in self.own}
        yield from (row for (model, _), row in self.hosted.items() if model not in named)


@lru_cache(maxsize=16384)
def _release_date(printed: str) -> tuple[date, str] | str:
    """The day and its precision, or why there is none."""
    if not printed:
        return "no release date"
    if printed == "1970-01-01":
        return "release date 1970-01-01"
    try:
        return (
            (date.fromisoformat(printed), "day")
            if len(printed) == 10
            else (date.fromisoformat(f"{printed}-01"), "month")
        )
    except ValueError:
        return "impossible release date"


_context: Callable[[int], str | None] = lru_cache(maxsize=4096)(
    lambda tokens: f"context {tokens}" if tokens else None
)
