"""Intervals from observations: the rules of METHOD.md one by one, and what must hold for any observations."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.made_prices import believed, euro_rates, observed, random_prices, spells
from transforms.prices.runs import price_runs
from transforms.prices.table import COLUMNS, from_release, price_intervals, source_intervals
from warehouse.time_bands import band

PEAK, OFF = (
    band("peak", "01:00-04:00,06:00-10:00"),
    band("off_peak", "01:00-04:00,06:00-10:00", complement=True),
)
SEEDS = st.integers(0, 10_000)


def test_a_price_seen_again_is_one_interval_and_a_change_starts_when_it_is_first_seen():
    seen = observed({"at": "2026-01-01"}, {"at": "2026-01-08"}, {"at": "2026-01-15", "amount": 2.0})
    assert spells(seen) == [
        ("list", 1.0, "2026-01-01 00:00", "2026-01-15 00:00"),
        ("list", 2.0, "2026-01-15 00:00", None),
    ]


def test_a_price_vanishes_only_when_its_own_address_is_captured_without_it():
    seen = observed(
        {"at": "2026-01-01", "listed_model": "a", "address": "https://x/1"},
        {"at": "2026-01-02", "listed_model": "b", "address": "https://x/2"},
        {"at": "2026-01-09", "listed_model": "b", "address": "https://x/2"},
    )
    assert spells(seen, model_id="lab/a") == [("list", 1.0, "2026-01-01 00:00", None)]
    gone = pd.concat([seen, observed({"at": "2026-01-10", "listed_model": "c", "address": "https://x/1"})])
    assert spells(gone, model_id="lab/a") == [("list", 1.0, "2026-01-01 00:00", "2026-01-10 00:00")]


def test_the_last_good_value_stays_with_the_moment_it_was_last_seen():
    truth = believed(observed({"at": "2026-01-01"}, {"at": "2026-01-05T06:00"}), "2026-12-31")
    table = price_intervals(truth, euro_rates(), pd.Timestamp("2026-12-31"))
    assert table["valid_to"].isna().all()
    assert table["last_seen_at"].to_list() == [pd.Timestamp("2026-01-05T06:00", tz="UTC")]


def test_a_promotion_ends_on_its_day_and_the_list_price_comes_back():
    promo = {"price_kind": "promotional", "amount": 0.25, "effective_to": "2026-01-20T15:59"}
    seen = observed({"at": "2026-01-01"}, {"at": "2026-01-08"}, {"at": "2026-01-08", **promo})
    assert spells(seen) == [
        ("list", 1.0, "2026-01-01 00:00", None),
        ("promotional", 0.25, "2026-01-08 00:00", "2026-01-20 15:59"),
    ]


def test_an_announced_price_starts_at_its_date_and_not_before():
    soon = {"price_kind": "announced", "amount": 3.0, "effective_from": "2026-02-01"}
    seen = observed({"at": "2026-01-01"}, {"at": "2026-01-01", **soon})
    assert spells(seen) == [
        ("list", 1.0, "2026-01-01 00:00", "2026-02-01 00:00"),
        ("list", 3.0, "2026-02-01 00:00", None),
    ]
    table = price_intervals(believed(seen, "2026-01-10"), euro_rates(), pd.Timestamp("2026-01-10"))
    assert dict(zip(table["amount"], table["price_kind"], strict=True)) == {1.0: "list", 3.0: "announced"}


def test_an_announcement_that_is_withdrawn_before_its_date_never_holds():
    soon = {"price_kind": "announced", "amount": 3.0, "effective_from": "2026-02-01"}
    seen = observed({"at": "2026-01-01"}, {"at": "2026-01-01", **soon}, {"at": "2026-01-20"})
    assert spells(seen) == [("list", 1.0, "2026-01-01 00:00", None)]


def test_the_announced_date_dates_the_change_that_the_page_shows_later():
    soon = {"price_kind": "announced", "amount": 3.0, "effective_from": "2026-02-01T16:00"}
    seen = observed({"at": "2026-01-01"}, {"at": "2026-01-01", **soon}, {"at": "2026-02-05", "amount": 3.0})
    assert spells(seen)[-1] == ("list", 3.0, "2026-02-01 16:00", None)


def test_a_dated_statement_beats_a_first_sighting():
    seen = observed(
        {"at": "2026-01-01"}, {"at": "2026-02-10", "amount": 2.0, "effective_from": "2026-01-20T12:15"}
    )
    assert spells(seen) == [
        ("list", 1.0, "2026-01-01 00:00", "2026-01-20 12:15"),
        ("list", 2.0, "2026-01-20 12:15", None),
    ]


def test_a_flat_price_ends_when_its_time_bands_start_even_before_the_page_is_seen_again():
    soon = {"price_kind": "announced", "effective_from": "2026-08-16T16:00"}
    bands = [{"at": "2026-08-13", **soon, "amount": a, "time_band": b} for a, b in ((4.0, PEAK), (2.0, OFF))]
    seen = observed({"at": "2026-08-13"}, *bands)
    flat = ("list", 1.0, "2026-08-13 00:00", "2026-08-16 16:00")
    assert spells(seen, time_band="always") == [flat]
    assert spells(seen, time_band=PEAK) == [("list", 4.0, "2026-08-16 16:00", None)]


def test_a_builds_price_ends_for_every_source_when_the_page_sells_the_next_build_under_its_name():
    seen = observed(
        {"at": "2026-01-01"},
        {"at": "2026-01-05", "source_id": "feed"},
        {"at": "2026-02-01", "revision": "0201", "amount": 2.0, "address": "https://moved.example/"},
    )
    assert spells(seen, revision="") == [("list", 1.0, "2026-01-01 00:00", "2026-02-01 00:00")]
    assert spells(seen, revision="0201") == [("list", 2.0, "2026-02-01 00:00", None)]
    beside = observed({"at": "2026-02-03", "listed_model": "m-old", "model_id": "lab/m"})
    kept = spells(pd.concat([seen, beside], ignore_index=True), revision="")
    assert [spell[3] for spell in kept if spell[1] == 1.0][-1] is None


def test_a_first_party_page_wins_over_the_feeds_that_disagree():
    feeds = [{"at": "2026-01-02", "source_id": f"feed_{i}", "amount": 9.0} for i in range(3)]
    assert spells(observed({"at": "2026-01-01"}, *feeds)) == [("list", 1.0, "2026-01-01 00:00", None)]


def test_a_change_between_two_captures_of_a_page_is_dated_by_the_first_feed_that_moved():
    pages = [{"at": "2026-01-01"}, {"at": "2026-03-01", "amount": 2.0}]
    feeds = [
        {"at": f"2026-01-{d:02d}", "source_id": "feed", "amount": 1.0 if d < 20 else 2.0}
        for d in (5, 10, 20, 30)
    ]
    moved = "2026-01-20 00:00"
    assert spells(observed(*pages, *feeds)) == [
        ("list", 1.0, "2026-01-01 00:00", moved),
        ("list", 2.0, moved, None),
    ]


def test_a_feed_that_copied_a_promotion_dates_the_list_change_to_the_promotions_end():
    promo = {"price_kind": "promotional", "amount": 0.25, "effective_to": "2026-01-31T15:59"}
    pages = [{"at": "2026-01-01"}, {"at": "2026-01-01", **promo}, {"at": "2026-03-01", "amount": 0.25}]
    shown = (("2026-01-02", 1.0), ("2026-01-20", 0.25), ("2026-03-02", 0.25))
    feeds = [{"at": at, "source_id": "feed", "amount": amount} for at, amount in shown]
    listed = [("list", 1.0, "2026-01-01 00:00", "2026-01-31 15:59"), ("list", 0.25, "2026-01-31 15:59", None)]
    assert spells(observed(*pages, *feeds), price_kind="list") == listed


def test_two_feeds_that_moved_alike_after_a_page_was_last_seen_supersede_it_and_one_does_not():
    page = {"at": "2026-01-01"}
    moves = [
        {"at": at, "source_id": f, "amount": a}
        for f in ("feed_a", "feed_b")
        for at, a in (("2026-01-02", 1.0), ("2026-02-01", 2.0))
    ]
    assert spells(observed(page, *moves))[-1] == ("list", 2.0, "2026-02-01 00:00", None)
    assert spells(observed(page, *moves[:2])) == [("list", 1.0, "2026-01-01 00:00", None)]


def test_a_price_that_supersedes_a_page_wins_and_starts_when_the_promotion_of_that_amount_ended():
    promo = {
        "at": "2026-01-01",
        "price_kind": "promotional",
        "amount": 0.25,
        "effective_to": "2026-01-31T15:59",
    }
    moves = [
        {"at": at, "source_id": f, "amount": a}
        for f, changed in (("feed_a", "2026-01-20"), ("feed_b", "2026-02-10"))
        for at, a in (("2026-01-02", 1.0), (changed, 0.25))
    ]
    stale = [{"at": at, "source_id": f"old_{i}"} for i in range(3) for at in ("2026-01-02", "2026-03-01")]
    listed = [("list", 1.0, "2026-01-01 00:00", "2026-01-31 15:59"), ("list", 0.25, "2026-01-31 15:59", None)]
    assert spells(observed({"at": "2026-01-01"}, promo, *moves, *stale), price_kind="list") == listed


def test_a_launch_price_is_carried_back_to_the_release_but_not_over_a_month():
    seen = source_intervals(price_runs(observed({"at": "2026-04-24T22:45"})), pd.Timestamp("2026-05-01"))
    for released, start in (("2026-04-24", "2026-04-24T00:00"), ("2026-01-01", "2026-04-24T22:45")):
        models = pd.DataFrame({"model_id": ["lab/m"], "released_on": pd.to_datetime([released])})
        assert from_release(seen, models)["start"].to_list() == [pd.Timestamp(start).value // 1000]


@given(SEEDS, st.integers(0, 70))
@settings(max_examples=30, deadline=None)
def test_the_history_cut_at_a_day_is_the_history_built_from_what_was_known_then(seed, day):
    prices, as_of = random_prices(seed), pd.Timestamp("2026-01-01") + pd.Timedelta(days=day)
    known = prices[prices["observed_at"] < as_of.tz_localize("UTC") + pd.Timedelta(days=1)]
    if known.empty:
        return
    cut, built = (price_intervals(believed_of(p, as_of), euro_rates(), as_of) for p in (prices, known))
    order = [c for c in COLUMNS if c not in ("as_of", "valid_to")]
    pd.testing.assert_frame_equal(*(f.sort_values(order).reset_index(drop=True) for f in (cut, built)))


def believed_of(prices, as_of):
    return believed(prices, f"{as_of:%Y-%m-%d}")


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_the_order_of_the_rows_changes_nothing(seed):
    prices = random_prices(seed)
    shuffled = prices.sample(frac=1.0, random_state=seed)
    assert spells(prices) == spells(shuffled)


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_intervals_are_half_open_and_never_overlap(seed):
    truth = believed(random_prices(seed)).sort_values(["group", "promo", "time_band", "start"])
    assert (truth["end"] > truth["start"]).all()
    same = (truth[["group", "promo", "time_band"]].shift() == truth[["group", "promo", "time_band"]]).all(
        axis=1
    )
    assert (truth["start"][same] >= truth["end"].shift()[same]).all()


def test_yuan_become_dollars_at_the_euro_rates_of_the_last_business_day():
    sunday = pd.Timestamp("2026-02-01")
    table = price_intervals(
        believed(observed({"at": "2026-01-28", "amount": 8.0, "currency": "CNY"}), "2026-02-01"),
        euro_rates(),
        sunday,
    )
    assert table["amount_usd"].to_list() == pytest.approx([8.0 * 1.1 / 8.0])
