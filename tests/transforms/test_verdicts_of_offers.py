"""Verdicts: what is another offer (tier, region, name, build) and what only looks like one."""

from __future__ import annotations

from tests.transforms.test_verdicts import PAGE, feed, reason, verdicts
from warehouse.time_bands import band


def test_two_decimals_of_a_price_that_nobody_changed_are_a_rounding():
    page = {**PAGE, "component": "cache_read", "amount": 0.075}
    assert reason(page, feed(component="cache_read", amount=0.08)) == "unit slip"
    hours = {**page, "time_band": band("peak", "01:00-04:00")}
    assert "unit slip" not in set(verdicts(hours, feed(component="cache_read", amount=0.08))["reason"])


def test_a_routers_headline_that_moved_to_more_decimals_is_no_rounding():
    router = {"our_provider_id": "openrouter", "amount": 0.09}
    moved = [feed("b", "2026-06-01", **router), feed("b", "2026-06-20", **router | {"amount": 0.0875})]
    assert reason({**feed("openrouter", "2026-06-10", **router)}, *moved) == "stale copy"
    assert reason(feed("c", amount=0.09), feed("b", amount=0.0875)) == "unit slip"


def test_a_region_in_a_name_is_another_offer_and_no_copy():
    def azure(name: str, amount: float) -> dict:
        return {
            **feed("a", listed_model=name, model_id="lab/o1", our_provider_id="azure", amount=amount),
            "first_party": False,
        }

    listed = [azure("azure/o1", 60.0), azure("azure/eu/o1", 66.0), azure("azure/global/o1", 60.0)]
    assert verdicts(*listed).empty
    copy = {**azure("o1", 66.0), "source_id": "b"}
    assert reason(*listed, {**azure("o1", 60.0), "source_id": "c"}, copy) == "tier mix-up"


def test_two_names_with_two_prices_at_one_source_are_two_offers():
    rows = [feed(at="2026-06-20", amount=0.4, listed_model=name, model_id="lab/m") for name in ("m-it", "m")]
    both = [rows[0], {**rows[1], "amount": 0.7}]
    one = [feed(source, amount=0.4, listed_model="m-it", model_id="lab/m") for source in ("b", "c")]
    assert reason(*both, *one, feed("d", amount=0.7, listed_model="m", model_id="lab/m")) == "tier mix-up"


def test_the_price_of_another_build_is_no_tier():
    other = {**PAGE, "amount": 1.1, "revision": "0125", "service_tier": "batch"}
    assert reason(PAGE, other, feed(amount=1.1)) == "first-party page wins"
    assert reason(PAGE, {**other, "revision": ""}, feed(amount=1.1)) == "tier mix-up"


def test_a_tier_explains_every_price_of_a_listing_that_is_off_by_one_factor_or_none():
    def price(amount: float, start: int, **more: object) -> dict:
        return {**PAGE, **more, "amount": amount, "context_from_tokens": start}

    page = [price(0.4, 0), price(0.2, 100, component="output"), price(0.4, 200, component="output")]
    halves = [
        {**row, **feed(), "amount": row["amount"] / 2}  # 0.2 at 200 is also what the page prints at 100
        for row in page
    ]
    assert set(verdicts(*page, *halves)["reason"]) == {"first-party page wins"}


def test_a_source_that_prints_one_amount_for_two_tiers_is_no_witness_of_the_other():
    both = [feed(amount=1.9), feed(amount=1.9, setting="int8")]
    assert reason(PAGE, *both) == "first-party page wins"
    assert reason(PAGE, both[0], feed("b", amount=1.9, setting="int8")) == "tier mix-up"


def test_a_tier_that_was_sold_while_a_source_printed_its_price_explains_it():
    fast = [
        feed("b", "2026-03-01", amount=0.25, setting="fast"),
        feed("b", "2026-05-01", amount=9.0, listed_model="other"),
        feed("b", "2026-05-10", amount=9.0, listed_model="other"),
    ]
    rows = [feed("c", amount=0.13), feed("d", amount=0.13), *fast]
    assert reason(*rows, feed("a", "2026-04-01", amount=0.25)) == "tier mix-up"
    assert reason(*rows, feed("a", "2026-05-15", amount=0.25)) != "tier mix-up"


def test_a_source_is_older_only_where_nobody_printed_the_believed_price_before_it():
    believed = [feed("b", "2026-05-01", amount=0.15), feed("c", "2026-06-01", amount=0.15)]
    assert reason(*believed, feed("a", "2026-03-01", amount=0.5)) == "stale copy"
    assert reason(feed("b", "2026-02-01", amount=0.15), believed[1], feed("a", "2026-03-01", amount=0.5)) == (
        "unresolved"
    )


def test_what_a_source_left_when_another_took_the_believed_price_up_is_the_older_price():
    page = {**PAGE, "at": "2026-05-09", "amount": 1.25}
    moved = [feed("b", "2026-03-22", amount=2.0), feed("b", "2026-05-21", amount=1.25)]
    assert reason(page, *moved, feed("a", "2026-04-26", amount=2.0, revision="")) == "stale copy"


def test_an_earlier_price_is_no_rounding_where_it_is_not_near():
    rows = [feed("b", "2026-02-01", amount=0.065), feed("b", "2026-06-01", amount=0.06)]
    both = [{**row, "component": part} for row in rows for part in ("input", "output")]
    late = [feed("a", "2026-03-01", amount=0.065, component=part) for part in ("input", "output")]
    believed = [feed("c", amount=0.06, component=part) for part in ("input", "output")]
    assert set(verdicts(*both, *late, *believed)["reason"]) == {"stale copy"}


def test_a_euro_rate_is_no_factor_of_a_half_however_small_the_amount():
    rows = [
        feed(s, amount=a) | {"provider_country": "NL"} for s, a in (("a", 0.02), ("b", 0.02), ("c", 0.03))
    ]
    assert reason(*rows) == "unresolved"


def test_a_price_first_printed_beside_the_believed_one_is_no_older_copy_of_it():
    moved = [feed("b", "2026-05-25", amount=1.0), feed("b", "2026-06-20", amount=1.5)]
    beside = feed("a", "2026-06-10", amount=3.0)
    assert reason(feed("c", "2026-05-19", amount=1.5), *moved, beside) == "unresolved"
    assert reason(*moved, feed("c", "2026-06-20", amount=1.5), beside) == "stale copy"


def test_one_price_for_models_that_others_price_apart_is_a_default():
    def host(source: str, model: str, amount: float) -> dict:
        return feed(
            source, listed_model=model, model_id=f"lab/{model}", our_provider_id="host", amount=amount
        )

    apart = {"a": 0.4, "b": 0.2, "c": 0.1, "d": 0.4}
    told = [host(source, model, amount) for model, amount in apart.items() for source in ("x", "y")]
    default = [host("z", model, 0.12) for model in apart]
    assert set(verdicts(*told, *default)["reason"]) == {"one price for many models"}
    assert set(verdicts(*told[2:], *default[1:])["reason"]) == {"unresolved"}, "three models are not many"
    alike = [host(source, model, 0.4) for model in apart for source in ("x", "y")]
    assert set(verdicts(*alike, *default)["reason"]) == {"unresolved"}, "one size, one price"
