"""Until when a statement counts: promotions, posts, part captures, withdrawals, hosts nobody saw again."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.transforms.made_prices import believed, euro_rates, observed, panel, spells
from transforms.prices.rates import usd_and_age
from transforms.prices.runs import price_runs
from transforms.prices.sightings import FOREVER
from transforms.prices.table import InForce, price_intervals, prices_in_force

DAY = "2026-11-15"
MODEL = "lab/m"


def models(released: str = "2026-01-01", open_weights: bool = False) -> pd.DataFrame:
    day = pd.to_datetime([released]).as_unit("us")
    return pd.DataFrame({"model_id": [MODEL], "released_on": day, "open_weights": [open_weights]})


def dates(kind: str, day: str, revision: str = "") -> pd.DataFrame:
    when = pd.to_datetime([day]).as_unit("us")
    return pd.DataFrame(
        {"model_id": [MODEL], "revision": [revision], "date_kind": [kind], "released_on": when}
    )


def counted(
    *rows: dict, as_of: str = DAY, known: pd.DataFrame | None = None, **more: pd.DataFrame
) -> InForce:
    return prices_in_force(
        price_runs(observed(*rows)), pd.Timestamp(as_of), models() if known is None else known, **more
    )


def ends(found: InForce) -> list[tuple[str, str]]:
    """(day on which each row ends, or open; why), in order of starts."""
    rows = found.said.sort_values(["start", "end"])
    days = [
        "open" if end == FOREVER else f"{pd.Timestamp(end, unit='us'):%Y-%m-%d}"
        for end in rows["end"].to_list()
    ]
    return list(zip(days, rows["ended"], strict=True))


def two_pages(*days: str, names: int = 4, **more: object) -> list[dict]:
    """A page with the models m and n0, n1, ... on each of the days."""
    listed = ["m", *(f"n{k}" for k in range(names - 1))]
    return [{"at": day, "listed_model": name, **more} for day in days for name in listed]


def test_an_undated_promotion_ends_45_days_after_it_was_last_seen():
    rows = [{"at": "2026-06-01"}, {"at": "2026-06-01", "amount": 0.5, "price_kind": "promotional"}]
    assert ends(counted(*rows, as_of="2026-07-01")) == [("open", ""), ("open", "")]
    later = dict(ends(counted(*rows)))
    assert later == {"open": "", "2026-07-16": "promotion unseen for 45 days"}


def test_a_promotion_that_says_its_end_keeps_it():
    promo = {"at": "2026-06-01", "amount": 0.5, "price_kind": "promotional", "effective_to": "2027-01-01"}
    assert ends(counted(promo)) == [("2027-01-01", "stated")]


def test_what_a_router_takes_off_is_the_routers_price_and_never_the_labs():
    endpoint = {"source_id": "openrouter_endpoints", "at": "2026-11-01", "our_provider_id": "acme"}
    found = counted(
        endpoint | {"amount": 2.0}, endpoint | {"amount": 1.0, "price_kind": "promotional"}
    ).said.set_index("price_kind")
    assert found.loc["promotional", ["our_provider_id", "region", "first_party"]].tolist() == [
        "openrouter", "acme", False,
    ]  # fmt: skip
    assert found.loc["list", ["our_provider_id", "region", "first_party"]].tolist() == ["acme", "", True]


def test_a_promotion_at_first_hand_on_a_feeds_word_alone_is_set_aside():
    promo = {"at": "2026-11-01", "amount": 0.5, "price_kind": "promotional"}
    found = counted({"at": "2026-11-01"}, promo | {"source_id": "feed"})
    assert found.excluded["reason"].tolist() == ["a promotion that no page of the provider prints"]
    assert len(counted({"at": "2026-11-01"}, promo, promo | {"source_id": "feed"}).said) == 3


@pytest.mark.parametrize("revision", ["", "0711"])
def test_nothing_is_sold_at_first_hand_from_the_day_of_the_withdrawal(revision: str):
    feed = {"source_id": "feed", "revision": revision}
    rows = [feed | {"at": "2026-02-01"}, feed | {"at": "2026-11-01"}]
    assert ends(counted(*rows, dates=dates("withdrawn", "2026-06-01"))) == [("2026-06-01", "withdrawn")]
    host = [row | {"our_provider_id": "host", "first_party": False} for row in rows]
    assert ends(counted(*host, dates=dates("withdrawn", "2026-06-01"))) == [("open", "")]
    assert ends(counted(*rows, dates=dates("withdrawn", "2026-12-24"))) == [("open", "")]


def test_a_model_gone_from_the_own_page_twice_is_off_sale_whatever_feeds_print():
    feed = [{"source_id": "feed", "at": day} for day in ("2026-02-01", "2026-11-01")]
    first, *others = two_pages("2026-03-01", "2026-04-01", "2026-05-01")
    assert first["listed_model"] == "m"
    once = [row for row in others if row["listed_model"] != "m" and row["at"] != "2026-05-01"]
    found = counted(*feed, first, *once).said
    assert FOREVER in found.loc[found["source_id"] == "feed", "end"].tolist()
    twice = [row for row in others if row["listed_model"] != "m"]
    found = counted(*feed, first, *twice).said
    mine = found[(found["source_id"] == "feed") & (found["model_id"] == MODEL)]
    assert mine["ended"].tolist() == ["gone from the own page"]
    assert pd.Timestamp(mine["end"].iloc[0], unit="us") == pd.Timestamp("2026-04-01")


def test_a_model_that_comes_back_to_the_page_is_on_sale_again():
    feed = [{"source_id": "feed", "at": day} for day in ("2026-02-01", "2026-11-01")]
    there = two_pages("2026-03-01", "2026-06-01")
    absent = [row for row in two_pages("2026-04-01", "2026-05-01") if row["listed_model"] != "m"]
    found = counted(*feed, *there, *absent).said
    mine = found[(found["source_id"] == "feed")].sort_values("start")
    assert mine["ended"].tolist() == ["gone from the own page", ""]
    assert pd.Timestamp(mine["start"].iloc[1], unit="us") == pd.Timestamp("2026-06-01")


def test_a_capture_of_less_than_half_of_a_page_ends_nothing():
    excerpt = {"at": "2026-04-01", "listed_model": "n0"}
    whole = two_pages("2026-03-01")
    found = counted(*whole, excerpt, {"at": "2026-05-01", "listed_model": "n0"})
    assert {why for _, why in ends(found)} == {""}
    settled = counted(*whole, *({"at": f"2026-0{n}-01", "listed_model": "n0"} for n in (4, 5, 6)))
    gone = [why for _, why in ends(settled) if why]
    assert gone == ["no longer shown"] * 3
    shrunk = counted(*whole, *({"at": "2026-04-01", "listed_model": name} for name in ("n0", "n1")))
    assert [why for _, why in ends(shrunk) if why] == ["no longer shown"] * 2


def test_a_post_keeps_no_price_alive():
    post = {"source_id": "page_news", "post": True, "effective_from": "2026-01-01", "address": "https://a/1"}
    said = counted(post | {"at": "2026-01-02"}, post | {"at": "2026-11-01"})
    assert ends(said) == [("2026-02-15", "a post, and no page lists the model")]
    page = counted(post | {"at": "2026-01-02"}, {"at": "2026-03-01", "amount": 2.0})
    assert ends(page) == [("2026-03-01", "the page lists the offer"), ("open", "")]


def test_what_a_post_announced_is_off_sale_when_two_captures_of_the_page_never_listed_it():
    post = {"source_id": "page_news", "post": True, "effective_from": "2026-01-01", "at": "2026-01-02"}
    feed = {"source_id": "feed", "at": "2026-02-01"}
    page = [{"at": day, "listed_model": "n"} for day in ("2026-02-10", "2026-03-10")]
    found = counted(post, feed, page[0]).said
    assert found.loc[found["source_id"] == "feed", "ended"].tolist() == [""]
    found = counted(post, feed, *page).said
    assert found.loc[found["source_id"] == "feed", "ended"].tolist() == ["gone from the own page"]


def test_open_weights_are_first_party_only_where_their_labs_page_lists_them():
    feed = {"source_id": "feed", "at": "2026-11-01"}
    free = models(open_weights=True)
    elsewhere = {"at": "2026-03-01", "our_provider_id": "other", "model_id": "other/n", "listed_model": "n"}
    assert counted(feed, known=free).said["first_party"].tolist() == [True]
    assert counted(feed, elsewhere, known=free).said["first_party"].tolist() == [False, True]
    assert counted(feed, known=models()).said["first_party"].tolist() == [True]
    page = {"at": "2026-03-01"}
    assert counted(feed, page, known=free).said["first_party"].tolist() == [True, True]
    name = {"at": "2026-03-01", "model_id": "lab/another"}
    assert counted(feed, name, known=free).said["first_party"].tolist() == [True, True]


def test_a_host_last_seen_over_90_days_ago_serves_no_longer():
    host = {"source_id": "feed", "our_provider_id": "host", "first_party": False}
    assert ends(counted(host | {"at": "2026-08-20"})) == [("open", "")]
    assert ends(counted(host | {"at": "2026-08-01"})) == [("2026-10-30", "host unseen for 90 days")]


def test_no_price_holds_more_than_30_days_before_the_models_release():
    early = {"source_id": "feed", "at": "2026-03-01", "effective_from": "2024-10-08"}
    found = counted(early).said
    assert pd.Timestamp(found["start"].iloc[0], unit="us") == pd.Timestamp("2026-01-01")
    assert found["basis"].tolist() == ["release"]
    other = {"source_id": "feed", "at": "2025-10-01", "effective_to": "2025-11-01"}
    assert counted(other).excluded["reason"].tolist() == ["before the model's release"]
    near = {"source_id": "feed", "at": "2025-12-20"}
    assert pd.Timestamp(counted(near).said["start"].iloc[0], unit="us") == pd.Timestamp("2025-12-20")


def test_a_build_has_a_release_of_its_own():
    early = {"source_id": "feed", "at": "2025-11-01", "revision": "preview"}
    own = dates("announced", "2025-10-28", "preview")
    assert pd.Timestamp(counted(early, dates=own).said["start"].iloc[0], unit="us") == pd.Timestamp(
        "2025-11-01"
    )


def test_the_tier_of_a_promotion_dates_no_other_tier():
    page = {"at": "2026-07-01", "amount": 2.0, "price_kind": "promotional", "effective_to": "2026-12-01"}
    tiers = [
        page | {"service_tier": tier, "amount": amount}
        for tier, amount in (("standard", 2.0), ("batch", 1.0))
    ]
    feed = {"source_id": "feed", "our_provider_id": "acme", "service_tier": "batch", "amount": 1.0}
    found = counted(*tiers, feed | {"at": "2026-06-01"}, feed | {"at": "2026-07-02"}).said
    standard = found[(found["service_tier"] == "standard") & found["promo"]]
    assert pd.Timestamp(standard["start"].iloc[0], unit="us") == pd.Timestamp("2026-07-01")


@pytest.mark.parametrize(
    ("printed", "tier", "region"),
    [
        ("m:batch", "batch", ""),
        ("host/m-flex", "flex", ""),
        ("m-fast", "standard", ""),
        ("azure/eu/m", "standard", "eu"),
        ("azure/global/m", "standard", ""),
        ("bedrock/us-east-1/m", "standard", "us-east-1"),
        ("apac.m-1", "standard", "apac"),
        ("m@eu", "standard", "eu"),
        ("us/ui-m", "standard", "us"),
    ],
)
def test_a_tier_and_a_region_in_a_name_are_the_offers_in_every_feed(printed: str, tier: str, region: str):
    said = counted({"source_id": "feed", "at": "2026-11-01", "listed_model": printed, "model_id": MODEL}).said
    assert (said["service_tier"].tolist(), said["region"].tolist()) == ([tier], [region])


def test_the_price_of_images_is_no_price_of_text():
    output = {"component": "output", "source_id": "feed", "at": "2026-11-01"}
    rows = [output | {"modality": "image", "amount": 60.0}, output | {"amount": 3.0}]
    wrong = output | {"source_id": "other", "amount": 60.0}
    found = counted(*rows, wrong)
    assert found.excluded["reason"].tolist() == ["the price of images or sound in the place of text"]
    assert sorted(found.said["amount"]) == [3.0, 60.0]
    own = output | {"source_id": "page", "amount": 60.0}
    assert len(counted(*rows, wrong, own).excluded) == 0


def test_conversion_goes_on_with_the_last_rate_for_45_days_and_says_its_age():
    rates = euro_rates()
    rates = rates[rates["rate_on"] <= "2026-06-30"]
    days = pd.Series(pd.to_datetime(["2026-06-30", "2026-08-14", "2026-08-15"]).as_unit("us"))
    rate, age = usd_and_age(pd.Series(["CNY"] * 3), days, rates)
    assert age.iloc[:2].tolist() == [0.0, 45.0]
    assert rate.iloc[:2].tolist() == [pytest.approx(1.1 / 8)] * 2
    assert rate.isna().tolist() == [False, False, True]
    mart = price_intervals(
        believed(observed({"at": "2026-06-01", "currency": "CNY"})), rates, pd.Timestamp("2026-07-05")
    )
    assert mart["rate_age_days"].tolist() == [5.0]


def test_what_ended_is_neither_in_the_spells_nor_in_the_panel():
    rows = [
        {
            "source_id": "feed",
            "our_provider_id": "host",
            "first_party": False,
            "at": "2026-01-01",
            "component": c,
        }
        for c in ("input", "output")
    ]
    assert spells(observed(*rows), component="input") == [
        ("list", 1.0, "2026-01-01 00:00", "2026-04-01 00:00")
    ]
    assert len(panel(observed(*rows), ["2026-03-31", "2026-04-01"])) == 1


def test_an_amount_that_a_feed_goes_on_printing_under_a_name_that_moved_is_no_news_of_the_new_model():
    old = {"source_id": "stale", "listed_model": "chat", "amount": 2.19}
    moved = [
        old | {"at": "2026-03-01", "model_id": "lab/old"},
        old | {"at": "2026-06-05", "model_id": "lab/new"},
    ]
    fresh = {
        "source_id": "feed",
        "listed_model": "new",
        "model_id": "lab/new",
        "amount": 0.42,
        "at": "2026-06-01",
    }
    rows = observed(*moved, fresh)
    found = believed(rows, DAY)
    assert found.loc[found["model_id"] == "lab/new", "amount"].tolist() == [0.42]


def test_what_a_sources_first_capture_shows_is_older_than_every_change_that_was_seen():
    changed = [
        {"source_id": "feed", "at": day, "amount": a} for day, a in (("2026-05-01", 2.0), ("2026-06-01", 1.0))
    ]
    new = {"source_id": "late", "at": "2026-07-01", "amount": 3.0}
    found = believed(observed(*changed, new), DAY)
    assert found.loc[found["end"] == FOREVER, "amount"].tolist() == [1.0]
