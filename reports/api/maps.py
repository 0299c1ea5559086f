"""Current first-party list prices in the forms of the maps that programs read: LiteLLM's, models.dev's
and llm-prices'. What a form cannot say is left out and counted, never bent to fit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from warehouse.seeds import providers

COMPONENTS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h")
LITELLM = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cache_read": "cache_read_input_token_cost",
    "cache_write_5m": "cache_creation_input_token_cost",
    "cache_write_1h": "cache_creation_input_token_cost_above_1hr",
}
LITELLM_TIERS = {"standard": "", "batch": "_batches", "priority": "_priority", "flex": "_flex"}
MODELS_DEV = {
    "input": "input",
    "output": "output",
    "cache_read": "cache_read",
    "cache_write_5m": "cache_write",
}
LLM_PRICES = {"input": "input", "output": "output", "cache_read": "input_cached"}
Row = Mapping[str, Any]


@cache
def names_of(source_id: str) -> dict[str, str]:
    """What a source calls each provider that sells calls in dollars, by provider_id: our own id where it
    says so too, else its name outside China, the first by alphabet.
    """
    rows = providers().names.fillna("")
    rows = rows[(rows["source_id"] == source_id) & (rows["kind"] == "") & (rows["region_of_service"] != "CN")]
    found: dict[str, str] = {}
    for row in rows.sort_values("listed_provider").itertuples():
        listed, provider = str(row.listed_provider), str(row.provider_id)
        found[provider] = listed if listed == provider else found.get(provider, listed)
    return found


def _named(source_id: str, provider_id: str) -> str:
    return names_of(source_id).get(provider_id, provider_id)


@dataclass
class Made:
    """A map in somebody's form, how many models are in it, and what was left out, by reason."""

    body: Any
    models: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def _unfit(row: Row, tiers: Iterable[str]) -> str:
    """Why a price fits into no map of one number a component; empty where it does."""
    reasons = (
        (row["currency"] != "USD", "not in US dollars"),
        (row["per"] != "1e6 tokens", "not by tokens"),
        (row["modality"] != "text", "not of text"),
        (row["price_kind"] != "list", "not a list price"),
        (row["time_band"] != "always", "by the hour"),
        (row["context_from_tokens"] > 0 or row["output_from_tokens"] > 0, "above a threshold"),
        (row["region"] != "", "of one region"),
        (row["thinking"] != "any" or row["setting"] != "", "of one setting"),
        (row["revision"] != "", "of one build"),
        (row["service_tier"] not in tiers, "of another service tier"),
        (row["component"] not in COMPONENTS, "another component"),
    )
    return next((why for hit, why in reasons if hit), "")


def _fitting(
    rows: Iterable[Row], made: Made, tiers: Iterable[str], components: Iterable[str]
) -> dict[str, list[Row]]:
    """The rows that fit, by model; a model without both input and output is left out whole."""
    by_model: dict[str, list[Row]] = {}
    for row in rows:
        why = _unfit(row, tiers) or ("" if row["component"] in components else "another component")
        if why:
            made.left_out[why] += 1
        else:
            by_model.setdefault(row["model_id"], []).append(row)
    whole = {}
    for model_id, some in by_model.items():
        plain = {r["component"] for r in some if r["service_tier"] == "standard"}
        if {"input", "output"} <= plain:
            whole[model_id] = some
        else:
            made.left_out["no input or no output price"] += len(some)
    made.models = len(whole)
    return whole


def litellm(rows: Iterable[Row], facts: Mapping[str, Row]) -> Made:
    """`model_prices_and_context_window.json`: US dollars per token, one flat object, by `provider/model` with
    LiteLLM's name of the provider, by which it finds a price; our id where it has none.
    """
    made = Made({})
    for model_id, some in _fitting(rows, made, LITELLM_TIERS, LITELLM).items():
        about = facts.get(model_id, {})
        provider = _named("litellm", some[0]["provider_id"])
        entry: dict[str, Any] = {"litellm_provider": provider, "mode": "chat"}
        if about.get("context_tokens"):
            entry["max_input_tokens"] = int(about["context_tokens"])
        for row in some:
            entry[LITELLM[row["component"]] + LITELLM_TIERS[row["service_tier"]]] = round(
                row["amount"] / 1e6, 15
            )
        made.body[f"{provider}/{model_id.split('/', 1)[-1]}"] = entry
    return made


def models_dev(rows: Iterable[Row], facts: Mapping[str, Row]) -> Made:
    """`api.json`: provider -> models -> cost, US dollars per 1e6 tokens."""
    made = Made({})
    for model_id, some in _fitting(rows, made, ("standard",), MODELS_DEV).items():
        about = facts.get(model_id, {})
        provider = _named("models_dev", some[0]["provider_id"])
        home = made.body.setdefault(provider, {"id": provider, "name": provider, "models": {}})
        short = model_id.split("/", 1)[-1]
        home["models"][short] = {
            "id": short,
            "name": about.get("name") or short,
            **({"release_date": about["released_on"]} if about.get("released_on") else {}),
            **({"open_weights": about["open_weights"]} if about.get("open_weights") is not None else {}),
            **({"limit": {"context": int(about["context_tokens"])}} if about.get("context_tokens") else {}),
            "cost": {MODELS_DEV[row["component"]]: row["amount"] for row in some},
        }
    return made


def llm_prices(rows: Iterable[Row], facts: Mapping[str, Row], updated: str) -> Made:
    """`current-v1.json`: a list of records, US dollars per 1e6 tokens."""
    made = Made({"updated_at": updated, "prices": []})
    for model_id, some in _fitting(rows, made, ("standard",), LLM_PRICES).items():
        amounts = {LLM_PRICES[row["component"]]: row["amount"] for row in some}
        made.body["prices"].append(
            {
                "id": model_id.split("/", 1)[-1],
                "vendor": _named("llm_prices", some[0]["provider_id"]),
                "name": facts.get(model_id, {}).get("name") or model_id,
                "input": amounts["input"],
                "output": amounts["output"],
                "input_cached": amounts.get("input_cached"),
            }
        )
    return made


def all_maps(rows: Iterable[Row], facts: Mapping[str, Row], updated: str) -> dict[str, Made]:
    """The maps by the name of their file."""
    kept = list(rows)
    forms: dict[str, Callable[[], Made]] = {
        "litellm.json": lambda: litellm(kept, facts),
        "models-dev.json": lambda: models_dev(kept, facts),
        "llm-prices.json": lambda: llm_prices(kept, facts, updated),
    }
    return {name: make() for name, make in forms.items()}
