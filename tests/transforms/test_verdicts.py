"""One reason from the closed list for every disagreement; the causes are those of the feeds' own history."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.transforms.made_prices import euro_rates, observed
from transforms.prices.runs import price_runs
from transforms.prices.table import reconciled_intervals, source_intervals
from transforms.prices.verdict_reasons import REASONS
from transforms.prices.verdicts import COLUMNS, price_verdicts
from warehouse.mart_tables.prices import PRICE_VERDICTS
from warehouse.price_columns import reason as reason_column
from warehouse.time_bands import band

DAY = pd.Timestamp("2026-07-01")
PAGE = {"at": "2026-06-20", "amount": 2.0}


def feed(source: str = "feed", at: str = "2026-06-20", **more: object) -> dict:
    return {"source_id": source, "at": at, **more}


def verdicts(*rows: dict) -> pd.DataFrame:
    said = source_intervals(price_runs(observed(*rows)), DAY)
    return price_verdicts(said, reconciled_intervals(said), DAY, euro_rates(), DAY)


def reason(*rows: dict) -> str:
    found = verdicts(*rows)
    assert len(found) == 1
    return str(found["reason"].iloc[0])


def test_sources_that_agree_need_no_verdict():
    assert verdicts(PAGE, feed(amount=2.0)).empty
    assert verdicts(PAGE, feed(amount=2.0001)).empty


def test_the_row_names_every_value_and_the_chosen_source():
    row = verdicts(PAGE, feed(amount=3.1)).iloc[0]
    assert (row["chosen_source"], row["chosen_amount"], row["values"]) == ("page", 2.0, "feed=3.1; page=2")
    assert row["reason"] == "first-party page wins"


def test_a_thousand_or_a_tenth_of_the_price_is_a_unit_slip():
    assert reason(PAGE, feed(amount=2000.0)) == "unit slip"
    assert reason(PAGE, feed(amount=0.2)) == "unit slip"


def test_a_price_rounded_to_cents_is_a_unit_slip():
    assert reason({**PAGE, "amount": 0.125}, feed(amount=0.13)) == "unit slip"


def test_an_earlier_price_is_a_stale_copy():
    assert (
        reason({"at": "2026-01-01", "amount": 5.0}, PAGE, feed(amount=5.0, at="2026-01-02")) == "stale copy"
    )


def test_a_promotion_printed_as_the_price_is_named_so():
    promo = {**PAGE, "price_kind": "promotional", "amount": 0.5, "effective_to": "2026-08-01"}
    assert reason(PAGE, promo, feed(amount=0.5)) == "promotion versus list"


def test_a_price_announced_for_later_and_printed_now_is_named_so():
    soon = {**PAGE, "price_kind": "announced", "amount": 3.0, "effective_from": "2026-09-01"}
    assert reason(PAGE, soon, feed(amount=3.0)) == "promotion versus list"


def test_the_batch_price_in_the_standard_column_is_a_tier_mix_up():
    assert reason(PAGE, {**PAGE, "service_tier": "batch", "amount": 1.1}, feed(amount=1.1)) == "tier mix-up"


def test_off_peak_is_compared_with_off_peak():
    bands = [
        {**PAGE, "time_band": band(n, "01:00-04:00", complement=n == "off_peak"), "amount": a}
        for n, a in (("peak", 4.0), ("off_peak", 2.0))
    ]
    assert verdicts(*bands, feed(amount=2.0)).empty
    assert reason(*bands, feed(amount=4.0)) == "tier mix-up"


def test_yuan_taken_for_dollars_or_converted_is_a_currency_mix_up():
    yuan = {**PAGE, "amount": 14.9, "currency": "CNY", "component": "output"}
    dollars = {**PAGE, "amount": 2.6, "component": "output"}
    assert reason(yuan, dollars, feed(amount=14.9, component="output")) == "currency mix-up"
    assert (
        reason(yuan, dollars, feed(amount=round(14.9 * 1.1 / 8, 4), component="output")) == "currency mix-up"
    )


def moving_rates() -> pd.DataFrame:
    """A euro that rose from 1.02 to 1.18 dollars, a yuan from 7.4 to 6.8 a dollar, in the two years before
    the day.
    """
    days = pd.date_range("2024-06-03", "2026-07-01", freq="B").as_unit("us")
    share = pd.Series(range(len(days))) / (len(days) - 1)
    dollars = 1.02 + 0.16 * share
    frames = [
        pd.DataFrame({"rate_on": days, "base": "EUR", "quote": quote, "rate": rate})
        for quote, rate in (("USD", dollars), ("CNY", dollars * (7.4 - 0.6 * share)))
    ]
    return pd.concat(frames, ignore_index=True)


def dated(rates: pd.DataFrame, *rows: dict) -> set[str]:
    said = source_intervals(price_runs(observed(*rows)), DAY)
    return set(price_verdicts(said, reconciled_intervals(said), DAY, rates, DAY)["reason"])


def test_a_euro_price_copied_as_dollars_at_an_older_rate_is_a_currency_mix_up():
    rows = [feed("a", amount=0.74), feed("b", amount=0.74), feed("c", amount=0.67)]
    assert dated(moving_rates(), *({**row, "provider_country": "FR"} for row in rows)) == {"currency mix-up"}
    assert dated(moving_rates(), *({**row, "provider_country": "US"} for row in rows)) == {"unresolved"}
    far = [feed("a", amount=0.90), feed("b", amount=0.90), feed("c", amount=0.67)]
    assert dated(moving_rates(), *({**row, "provider_country": "FR"} for row in far)) == {"unresolved"}


def test_two_conversions_of_one_yuan_price_on_different_days_are_a_currency_mix_up():
    rows = [
        {**feed(source, amount=amount * share, component=component), "provider_country": "CN"}
        for source, share in (("a", 1.0), ("b", 1.0), ("c", 0.968))
        for component, amount in (("input", 0.4453), ("output", 2.2265))
    ]
    assert dated(moving_rates(), *rows) == {"currency mix-up"}
    assert dated(
        moving_rates(), *({**row, "amount": 0.25} if row["source_id"] == "c" else row for row in rows)
    ) == {"unresolved"}


def test_a_router_is_believed_about_its_own_headline_and_its_copies_are_stale():
    rows = [feed("a", amount=0.4), feed("b", amount=0.4), feed("openrouter", "2026-06-28", amount=0.35)]
    said = source_intervals(
        price_runs(observed(*({**row, "our_provider_id": "openrouter"} for row in rows))), DAY
    )
    found = price_verdicts(said, reconciled_intervals(said), DAY, euro_rates(), DAY).iloc[0]
    assert (found["chosen_source"], found["reason"]) == ("openrouter", "stale copy")


def test_without_a_page_and_without_a_cause_it_stays_unresolved():
    assert reason(feed("a", amount=2.0), feed("b", amount=3.7)) == "unresolved"


def test_without_a_page_the_older_of_two_statements_is_the_stale_one():
    older, newer = feed("a", at="2026-05-20", amount=2.0), feed("b", at="2026-06-20", amount=3.7)
    found = verdicts(older, newer, feed("b", at="2026-05-10", amount=3.1)).iloc[0]
    assert (found["chosen_source"], found["reason"]) == ("b", "stale copy")
    assert reason(older, newer) == "unresolved"  # nothing says that the price ever moved


def test_the_reasons_and_columns_are_those_of_the_declared_table():
    assert set(REASONS) == set(reason_column.choices)
    assert set(COLUMNS) == set(PRICE_VERDICTS.column_names)


@pytest.mark.parametrize("amount", [0.0, 2.0, 3.7])
def test_a_dissenting_free_price_does_not_break_the_verdict(amount):
    found = verdicts(PAGE, feed(amount=amount, price_kind="free" if amount == 0 else "list"))
    assert set(found["reason"]) <= set(REASONS)


def test_an_earlier_price_is_a_stale_copy_before_it_is_a_round_discount():
    both = [{"component": component} for component in ("input", "output")]
    rows = [{"at": "2026-01-01", "amount": 4.0} | c for c in both]
    rows += [PAGE | {"amount": 2.0} | c for c in both]
    rows += [feed(amount=4.0, at="2026-01-02") | c for c in both]
    assert verdicts(*rows)["reason"].tolist() == ["stale copy", "stale copy"]


def test_a_round_discount_is_a_promotion_only_where_the_model_has_promotions():
    both = [{"component": c, "amount": amount} for c, amount in (("input", 2.0), ("output", 8.0))]
    half = [feed() | c | {"amount": c["amount"] / 2} for c in both]
    assert verdicts(*(PAGE | c for c in both), *half)["reason"].tolist() == ["first-party page wins"] * 2
    promo = {"price_kind": "promotional", "effective_to": "2026-08-01"}
    promos = [PAGE | promo | c | {"amount": 0.45 * c["amount"]} for c in both]
    found = verdicts(*(PAGE | c for c in both), *promos, *half)["reason"].tolist()
    assert found == ["promotion versus list"] * 2


def test_a_promotion_of_another_provider_explains_nothing():
    promo = {**PAGE, "price_kind": "promotional", "amount": 0.7, "effective_to": "2026-08-01"}
    elsewhere = promo | {"our_provider_id": "host"}
    assert reason(PAGE, elsewhere, feed(amount=0.7)) == "first-party page wins"


def test_a_promotion_that_ended_long_ago_is_a_stale_copy():
    promo = {
        **PAGE,
        "at": "2026-01-01",
        "price_kind": "promotional",
        "amount": 0.7,
        "effective_to": "2026-03-01",
    }
    assert reason(PAGE, promo, feed(amount=0.7)) == "stale copy"


def test_the_believed_amount_may_be_the_rounded_one_and_the_detail_says_so():
    row = verdicts({**PAGE, "amount": 0.13}, feed(amount=0.125)).iloc[0]
    assert row["detail"] == "feed: the believed 0.13 is 0.125 rounded"


def test_the_believed_price_may_be_the_older_one_and_the_detail_says_so():
    rows = [feed("a", "2026-05-01", amount=2.0), feed("b", "2026-05-01", amount=2.0)]
    row = verdicts(*rows, feed("c", "2026-06-20", amount=3.7), feed("c", "2026-05-02", amount=3.1)).iloc[0]
    assert row["reason"] == "stale copy"
    assert row["detail"] in {
        "c: a's believed price was not captured since this one was taken up",
        "c: b's believed price was not captured since this one was taken up",
    }


def test_a_name_that_meant_another_model_explains_only_that_models_price():
    moved = {"listed_model": "chat", "model_id": "lab/new"}
    old = feed("other", "2026-02-01", amount=9.0, listed_model="old", model_id="lab/old")
    before = feed("x", "2026-02-01", amount=9.0, listed_model="chat", model_id="lab/old")
    page = PAGE | {"listed_model": "new", "model_id": "lab/new"}
    carried = feed("x", amount=9.0) | moved
    assert verdicts(page, old, before, carried).empty  # it is no price of the new model
    elsewhere = before | {"region": "eu"}
    assert reason(page, old, elsewhere, carried) == "alias re-pointed"
    assert reason(page, old, before, feed("x", amount=5.3) | moved) == "first-party page wins"


def test_a_tenth_that_was_the_price_before_is_a_stale_copy_and_no_slip():
    ten_times = {"at": "2026-04-01", "component": "cache_read", "amount": 0.028}
    now = {**ten_times, "at": "2026-06-20", "amount": 0.0028}
    late = feed(component="cache_read", at="2026-05-01", amount=0.028)
    assert reason(ten_times, now, late) == "stale copy"
    assert reason(now, late) == "unit slip"


def test_a_rounding_copy_is_near_or_rounds_several_components():
    page = {**PAGE, "amount": 0.044}
    risen = [feed("b", "2026-05-01", amount=0.04), feed("b", "2026-06-10", amount=0.044)]
    assert reason(feed(amount=0.04), *risen, feed("c", amount=0.044)) == "stale copy"
    assert reason(page, feed(amount=0.02)) == "first-party page wins"
    twice = {**page, "component": "output", "amount": 0.096}
    found = verdicts(page, twice, feed(amount=0.04), feed(component="output", amount=0.1))
    assert set(found["reason"]) == {"unit slip"}
    output = {**page, "component": "output", "amount": 0.66}
    found = verdicts(page, output, feed(amount=0.04), feed(component="output", amount=0.4))
    assert "unit slip" not in set(found["reason"])


def test_a_day_that_was_announced_and_put_off_makes_no_later_price():
    announced = feed(at="2026-06-01", effective_from="2026-06-15", amount=3.0)
    until = feed(at="2026-06-01", effective_to="2026-06-15", amount=2.0)
    page = ({"at": "2026-05-01", "amount": 3.0}, {**PAGE, "at": "2026-06-10"})
    row = verdicts(*page, until, announced).iloc[0]
    assert row["reason"] == "stale copy"
    assert "believed price was not captured" not in row["detail"]


def test_one_amount_for_both_sites_is_no_word_of_the_other_site():
    both = [feed(amount=2.6, market=market) for market in ("", "CN")]
    assert set(verdicts(PAGE, *both)["reason"]) == {"first-party page wins"}
    assert set(verdicts(PAGE, both[0], feed("other", amount=2.6, market="CN"))["reason"]) == {
        "currency mix-up"
    }


def test_a_price_that_a_source_moved_back_to_is_not_the_older_one():
    router = {"source_id": "a", "own_page": False}
    back = [feed("b", "2026-05-01", amount=1.1), feed("b", "2026-06-20", amount=1.0)]
    left = [feed("c", "2026-05-01", amount=1.3), feed("c", "2026-05-20", amount=1.2)]
    row = verdicts({**router, "at": "2026-05-02", "amount": 1.0}, *back, *left).iloc[0]
    assert (row["chosen_amount"], row["reason"]) == (1.0, "stale copy")
    assert row["detail"] == "c: not captured since the believed price was taken up"
