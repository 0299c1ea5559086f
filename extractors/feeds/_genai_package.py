"""The price data inside the genai-prices package, in the shape of the project's feed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from extractors.feeds._feed import Json
from extractors.source import EmbeddedBody

PACKAGE = "genai-prices"


def package_body() -> Iterable[EmbeddedBody]:
    """The price data of the installed package as one body, whose address names the version."""
    from importlib.metadata import version

    import orjson
    from genai_prices.data_snapshot import get_snapshot

    providers = [
        {
            "id": p.id,
            "name": p.name,
            "pricing_urls": p.pricing_urls,
            "models": [_plain_model(m) for m in p.models],
        }
        for p in get_snapshot().providers
    ]
    yield EmbeddedBody(
        f"urn:package:{PACKAGE}:{version(PACKAGE)}", orjson.dumps(providers), "application/json"
    )


def _plain_model(model: Any) -> Json:
    """A ModelInfo of the package in the form of the feed, which leaves out what is absent."""
    prices = model.prices
    fields = {
        "id": model.id,
        "name": model.name,
        "context_window": model.context_window,
        "price_comments": model.price_comments,
    }
    plain = {key: value for key, value in fields.items() if value is not None}
    plain["prices"] = (
        [_plain_element(e) for e in prices] if isinstance(prices, list) else _plain_prices(prices)
    )
    if model.price_variants:
        plain["price_variants"] = [{"when": v.when, **_plain_element(v)} for v in model.price_variants]
    return plain


def _plain_element(element: Any) -> Json:
    constraint = element.constraint
    if constraint is None:
        return {"prices": _plain_prices(element.prices)}
    limits = {
        key: _utc(value) if hasattr(value, "hour") else value.isoformat()
        for key, value in vars(constraint).items()
    }
    return {"constraint": limits, "prices": _plain_prices(element.prices)}


def _utc(time: Any) -> str:
    """A time of the package as the feed writes it: UTC, with a Z; one that is not UTC keeps its offset and is
    refused later.
    """
    text: str = time.isoformat()
    return text.removesuffix("+00:00") + "Z" if time.utcoffset() in {None, timedelta()} else text


def _plain_prices(prices: Any) -> Json:
    return {key: _plain_price(value) for key, value in vars(prices).items() if value is not None}


def _plain_price(price: Any) -> Any:
    if isinstance(price, Decimal):
        return int(price) if price == price.to_integral_value() else float(price)
    return {
        "base": _plain_price(price.base),
        "tiers": [{"start": t.start, "price": _plain_price(t.price)} for t in price.tiers],
    }
