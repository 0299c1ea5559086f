"""The data inside the model-prices package is the feed of its day."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.feeds import model_prices
from warehouse.capture import Capture


def test_the_model_prices_package_is_the_feed_as_of_the_day_of_its_update():
    embedded = next(iter(model_prices.package_body()))
    assert model_prices.SOURCE.reads(embedded.address)
    when = datetime.combine(embedded.published_on, datetime.min.time(), UTC)
    found = model_prices.read(Capture("model_prices", embedded.address, when, embedded.body))
    assert len(found.rows) > 1_500
    assert found.leftovers == []
    assert {"deepseek-v4-flash", "gpt-5", "claude-opus-4-6"} <= {row.listed_model for row in found.rows}
