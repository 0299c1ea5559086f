"""One reason from the closed list for every disagreement; the causes are those of the feeds' own history."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.transforms.made_prices import euro_rates, observed
from transforms.prices.runs import price_runs
from transforms.prices.table import reconciled_intervals, source_intervals
from transforms.prices.verdicts import COLUMNS, REASONS, price_verdicts
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
    rows = [feed("a", amount=0.4), feed("b", amount=0.4), feed("openrouter", amount=0.35)]
    said = source_intervals(
        price_runs(observed(*({**row, "our_provider_id": "openrouter"} for row in rows))), DAY
    )
    found = price_verdicts(said, reconciled_intervals(said), DAY, euro_rates(), DAY).iloc[0]
    assert (found["chosen_source"], found["reason"]) == ("openrouter", "stale copy")


def test_a_latest_name_that_points_elsewhere_is_named_so():
    assert (
        reason({**PAGE, "listed_model": "m-latest"}, feed(amount=3.7, listed_model="m-latest"))
        == "alias re-pointed"
    )


def test_without_a_page_and_without_a_cause_it_stays_unresolved():
    assert reason(feed("a", amount=2.0), feed("b", amount=3.7)) == "unresolved"


def test_without_a_page_the_older_of_two_statements_is_the_stale_one():
    found = verdicts(feed("a", at="2026-05-20", amount=2.0), feed("b", at="2026-06-20", amount=3.7)).iloc[0]
    assert (found["chosen_source"], found["reason"]) == ("b", "stale copy")


def test_the_reasons_and_columns_are_those_of_the_declared_table():
    assert set(REASONS) == set(reason_column.choices)
    assert set(COLUMNS) == set(PRICE_VERDICTS.column_names)


@pytest.mark.parametrize("amount", [0.0, 2.0, 3.7])
def test_a_dissenting_free_price_does_not_break_the_verdict(amount):
    found = verdicts(PAGE, feed(amount=amount, price_kind="free" if amount == 0 else "list"))
    assert set(found["reason"]) <= set(REASONS)
