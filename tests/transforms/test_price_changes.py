"""Changes of prices: what a lab did is told apart from feeds that take turns."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from transforms.prices.changes import COLUMNS, OFFER, price_changes
from warehouse.mart_tables import mart_tables
from warehouse.time_bands import band

MODELS = pd.DataFrame({"model_id": ["lab/m"], "released_on": [pd.Timestamp("2026-01-01")]})
PEAK = band("peak", "01:00-04:00", days="daily")
OFF = band("off_peak", "01:00-04:00", days="daily", complement=True)


def interval(
    amount: float, since: str, source: str = "lab_en", own: bool = True, **other: Any
) -> dict[str, Any]:
    fixed = {
        "provider_id": "lab", "market": "", "model_id": "lab/m", "setting": "", "component": "output",
        "service_tier": "standard", "modality": "text", "thinking": "any", "context_from_tokens": 0,
        "output_from_tokens": 0, "region": "", "currency": "USD", "per": "1e6 tokens", "revision": "",
        "time_band": "always", "price_kind": "list", "valid_from": pd.Timestamp(since, tz="UTC"),
        "amount": amount, "source_id": source, "own_page": own, "first_party": True, "listed_model": "m",
        "valid_from_basis": "first sighting", "sources_agree": 1, "capture_sha256": "0" * 64,
    }  # fmt: skip
    return {**fixed, **other}


def changes(*rows: dict[str, Any], said: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    frame = price_changes(pd.DataFrame(rows), MODELS, pd.DataFrame(said) if said else None)
    return frame.to_dict("records")


def verdicts(*rows: dict[str, Any], said: list[dict[str, Any]] | None = None) -> list[tuple[str, str]]:
    return [(r["change_verdict"], r["why"]) for r in changes(*rows, said=said)]


def test_a_cut_on_the_labs_own_page_is_a_change():
    [row] = changes(interval(4, "2026-02-01"), interval(2, "2026-05-01"))
    assert (row["amount_before"], row["amount"], row["change"], row["change_verdict"]) == (
        4,
        2,
        "cut",
        "own page",
    )


def test_feeds_that_take_turns_change_nothing():
    rows = interval(4, "2026-02-01", "feed_a", own=False), interval(2, "2026-05-01", "feed_b", own=False)
    assert verdicts(*rows) == [("artefact", "another source than before")]


@pytest.mark.parametrize("before, after", [(1.63, 0.163), (0.25, 25), (500, 2.8), (0.02, 3)])
def test_one_feeds_digit_too_many_and_its_correction_change_nothing(before: float, after: float):
    rows = (
        interval(before, "2026-02-01", "feed_a", own=False),
        interval(after, "2026-05-01", "feed_a", own=False),
    )
    [(verdict, why)] = verdicts(*rows)
    assert verdict == "artefact"
    assert why.endswith("a slip, or its correction")


@pytest.mark.parametrize("said", [{"sources_agree": 2}, {"valid_from_basis": "stated"}, {"amount": 0.4}])
def test_a_tenfold_cut_that_others_say_or_that_is_dated_or_less_than_tenfold_is_a_change(
    said: dict[str, Any],
):
    cut = interval(0.2, "2026-05-01", "feed_a", own=False) | said
    [(verdict, _)] = verdicts(interval(2, "2026-02-01", "feed_a", own=False), cut)
    assert verdict != "artefact"


def taken(source: str, on: str, **other: Any) -> list[dict[str, Any]]:
    """A source that went from 4 to 2 itself."""
    first = interval(4, "2026-02-01", source, own=False, valid_to=pd.Timestamp(on, tz="UTC"), **other)
    return [first, interval(2, on, source, own=False, valid_to=pd.NaT, **other)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (taken("feed_a", "2026-05-01") + taken("feed_c", "2026-05-20"), ("agreed", "")),
        (taken("feed_a", "2026-05-01"), ("artefact", "another source than before")),
        (
            taken("feed_a", "2026-05-01") + taken("feed_c", "2026-08-01"),
            ("artefact", "another source than before"),
        ),
        (
            taken("feed_a", "2026-05-01") + taken("feed_c", "2026-05-20", region="eu"),
            ("artefact", "another source than before"),
        ),
        (
            taken("feed_a", "2026-03-25") + taken("feed_c", "2026-05-20"),
            ("artefact", "another source than before"),
        ),
    ],
)
def test_a_change_to_another_source_is_one_where_two_sources_made_it_themselves_near_the_day(said, expected):
    rows = interval(4, "2026-02-01", "feed_a", own=False), interval(2, "2026-05-10", "feed_b", own=False)
    assert verdicts(*rows, said=said) == [expected]


def test_a_change_that_a_late_feed_takes_back_and_makes_again_is_told_once():
    said = taken("feed_a", "2026-05-01") + taken("feed_c", "2026-05-20")
    rows = [
        interval(4, "2026-02-01", "feed_a", own=False), interval(2, "2026-05-10", "feed_b", own=False),
        interval(4, "2026-05-15", "feed_c", own=False), interval(2, "2026-05-20"),
    ]  # fmt: skip
    again = ("artefact", "the same change as within 90 days before")
    assert verdicts(*rows, said=said) == [("agreed", ""), ("artefact", "another source than before"), again]


def test_a_change_in_the_week_of_the_release_is_a_correction_unless_the_page_made_it():
    feed = interval(4, "2026-01-01", "feed", own=False), interval(2, "2026-01-03", "feed", own=False)
    assert verdicts(*feed) == [("artefact", "a correction in the week of the model's release")]
    assert verdicts(interval(4, "2026-01-01"), interval(2, "2026-01-03")) == [("own page", "")]


def test_a_page_that_follows_a_feed_shows_no_change_of_the_labs():
    rows = interval(4, "2026-02-01", "feed_a", own=False), interval(2, "2026-05-01")
    assert verdicts(*rows) == [("artefact", "another source than before")]


def test_another_name_of_the_feed_is_no_change_and_a_publishers_name_before_it_is_none():
    before = interval(4, "2026-02-01", "feed", own=False, listed_model="lab/m-latest")
    assert verdicts(before, interval(2, "2026-05-01", "feed", own=False, listed_model="m-0501")) == [
        ("artefact", "another name of the source than before")
    ]
    again = interval(2, "2026-05-01", "feed", own=False, listed_model="m-latest")
    assert verdicts(before, again) == [("one source", "")]


def test_a_price_before_the_release_is_no_change():
    rows = interval(4, "2025-10-01", "feed", own=False), interval(2, "2025-11-01", "feed", own=False)
    assert verdicts(*rows) == [("artefact", "before the model's release")]


def test_a_feed_that_catches_up_with_another_is_no_change():
    rows = (
        interval(4, "2026-02-01", "feed", own=False),
        interval(2, "2026-05-01", "feed", own=False, sources_agree=3),
    )
    assert verdicts(*rows) == [("agreed", "")]
    early = [interval(2, "2026-03-01", "other", own=False)]
    assert verdicts(*rows, said=early) == [("artefact", "the source caught up with others")]
    same_week = [interval(2, "2026-04-28", "other", own=False)]
    assert verdicts(*rows, said=same_week) == [("agreed", "")]


def test_back_and_forth_of_a_feed_is_no_change_but_of_a_page_it_is():
    days = ("2026-02-01", "2026-03-01", "2026-03-20")
    feed = [interval(a, d, "feed", own=False) for a, d in zip((4, 2, 4), days, strict=True)]
    assert verdicts(*feed) == [("one source", ""), ("artefact", "back to an earlier amount within 90 days")]
    page = [interval(a, d) for a, d in zip((4, 2, 4), days, strict=True)]
    assert verdicts(*page) == [("own page", "")] * 2


def test_a_date_that_the_source_states_is_a_change():
    rows = (
        interval(4, "2026-02-01", "feed", own=False),
        interval(2, "2026-05-01", "feed", own=False, valid_from_basis="stated"),
    )
    assert verdicts(*rows) == [("stated", "")]


def test_a_promotion_is_compared_with_the_list_price_behind_it_and_changes_none():
    rows = [
        interval(4, "2026-02-01"),
        interval(1, "2026-03-01", price_kind="promotional"),
        interval(3, "2026-04-01"),
    ]
    assert [(r["change"], r["amount_before"], r["amount"]) for r in changes(*rows)] == [
        ("promotional", 4, 1),
        ("cut", 4, 3),
    ]


def test_hours_that_begin_together_are_compared_with_what_held_before_them():
    rows = [
        interval(4, "2026-02-01"),
        interval(5, "2026-03-01", time_band=PEAK),
        interval(3, "2026-03-01", time_band=OFF),
        interval(2, "2026-04-01"),
    ]
    found = {(r["time_band"], r["amount_before"], r["change"]) for r in changes(*rows)}
    assert found == {(PEAK, 4, "rise"), (OFF, 4, "cut"), ("always", 3, "cut")}


@pytest.mark.parametrize(
    "field", [c for c in OFFER if c not in {"context_from_tokens", "output_from_tokens"}]
)
def test_offers_that_differ_in_anything_are_never_compared(field: str):
    assert changes(interval(4, "2026-02-01"), interval(2, "2026-05-01", **{field: "other"})) == []


def test_hosts_are_left_out_and_an_unchanged_amount_is_no_change():
    assert changes(interval(4, "2026-02-01"), interval(4, "2026-05-01")) == []
    host = [interval(a, d, first_party=False) for a, d in ((4, "2026-02-01"), (2, "2026-05-01"))]
    assert changes(*host) == []


def test_the_columns_are_those_of_the_table():
    declared = set(mart_tables()["price_changes"].column_names) - {"as_of"}
    assert set(COLUMNS) == declared


def test_dollars_of_a_site_that_its_page_prices_in_yuan_are_no_change():
    feed = {"market": "CN", "own": False, "source": "feed"}
    rows = interval(0.9, "2026-02-01", **feed), interval(0.4, "2026-05-01", **feed)
    yuan = interval(3.0, "2026-04-01", "lab_zh", market="CN", currency="CNY")
    assert verdicts(*rows, said=[yuan]) == [
        ("artefact", "the provider's page prices this site in another currency")
    ]
    assert verdicts(*rows, said=[{**yuan, "market": ""}]) == [("one source", "")]


def test_names_of_dear_and_cheap_models_that_get_one_price_at_once_mean_another_model():
    def moved(model: str, before: float, after: float, day: str) -> list[dict[str, Any]]:
        names = {"model_id": model, "listed_model": model, "own": False, "source": "feed"}
        return [
            interval(amount * share, since, component=component, **names)
            for component, share in (("input", 0.2), ("output", 1.0))
            for amount, since in ((before, "2026-02-01"), (after, day))
        ]

    both = [*moved("lab/m", 15, 2.5, "2026-05-01"), *moved("lab/small", 0.5, 2.5, "2026-05-01")]
    assert {v for v, _ in verdicts(*both)} == {"artefact"}
    apart = [*moved("lab/m", 15, 2.5, "2026-05-01"), *moved("lab/small", 0.5, 2.5, "2026-06-01")]
    assert {v for v, _ in verdicts(*apart)} == {"one source"}


def test_an_amount_that_goes_on_under_a_new_name_of_the_model_was_another_way_of_serving():
    feed = {"own": False, "source": "feed"}
    rows = interval(12.5, "2026-02-01", **feed), interval(2.5, "2026-05-01", **feed)
    fast = interval(12.5, "2026-05-02", listed_model="m-lightning", setting="lightning", **feed)
    why = "the amount before goes on under another name that began with the change"
    assert verdicts(*rows, said=[fast]) == [("artefact", why)]
    assert verdicts(*rows, said=[{**fast, "listed_model": "m"}]) == [("one source", "")]
