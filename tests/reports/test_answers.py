"""Answers by name: what is printed for a name, a day and an hour is what the derived tables hold, and a name
that is not one model gives candidates and no answer.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from reports.answers import UnknownNameError, cost, find, lag, model_called, price, read
from reports.answers.lags import COLUMNS, NOT_IN_IT, sentence
from reports.answers.names import Called, called
from reports.answers.prices import Terms, priced
from reports.answers.spelling import folded
from tests.reports.made_published import DAY, instant, price_row, table_rows
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.snapshots import parquet_bytes
from warehouse.time_bands import band

PEAK = band("peak", "01:00-04:00", days="daily")
OFF = band("off_peak", "01:00-04:00", days="daily", complement=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Location:
    """Two models of one lab, one of them with a cut, a promotion, a host and hours of peak."""
    location = Location(str(tmp_path_factory.mktemp("answers")))
    cut = date(2026, 5, 10)
    prices = [
        price_row("acme/one-2.5", "input", 4.0, date(2026, 1, 1), valid_to=instant(cut)),
        price_row("acme/one-2.5", "input", 2.0, cut),
        price_row("acme/one-2.5", "output", 8.0, date(2026, 1, 1)),
        price_row("acme/one-2.5", "input", 3.0, cut, provider_id="host", first_party=False, own_page=False),
        price_row("acme/one-2.5", "output", 9.0, cut, provider_id="host", first_party=False, own_page=False),
        price_row("acme/one-2.5", "input", 1.0, cut, service_tier="batch"),
        price_row("acme/one-2.5", "input", 7.0, cut, revision="0401"),
        price_row("acme/two", "input", 1.0, date(2026, 1, 1), time_band=OFF),
        price_row("acme/two", "input", 2.0, date(2026, 1, 1), time_band=PEAK),
        price_row("acme/two", "output", 3.0, date(2026, 1, 1), time_band=OFF),
        price_row("acme/two", "output", 6.0, date(2026, 1, 1), time_band=PEAK),
        price_row("acme/two", "input", 0.5, date(2026, 8, 1), time_band=OFF, price_kind="promotional"),
    ]
    models = [
        {"as_of": DAY, "model_id": m, "name": n, "lab_id": "acme", "country": "US"}
        for m, n in (
            ("acme/one-2.5", "One 2.5"),
            ("acme/two", "Two"),
            ("zeta/two-x", "Two X"),
            ("zeta/old", "two"),
        )
    ]
    aliases = [
        {"as_of": DAY, "source_id": "feed", "listed_model": text, "model_id": model, **more}
        for text, model, more in (
            ("eins", "acme/one-2.5", {}), ("both", "acme/one-2.5", {}), ("both", "acme/two", {}),
            ("one-2.5-0401", "acme/one-2.5", {"revision": "0401"}),
            ("acme-chat", "acme/one-2.5", {"valid_to": date(2026, 6, 1)}),
            ("acme-chat", "acme/two", {"valid_from": date(2026, 6, 1)}),
            ("sold", "acme/two", {"provider_id": "acme"}), ("sold", "acme/one-2.5", {"provider_id": "host"}),
        )
    ]  # fmt: skip
    lags = [
        {"as_of": DAY, "board_id": "b", "board_version": "1", "definition": "event", "leader": "US",
         "follower": "CN", "kind": "released", "valid_on": date(2026, 3, 1), "tolerance": 0.0,
         "vintage_basis": "as_of", "leader_model_id": "acme/one-2.5", "follower_model_id": "zeta/two-x",
         "lag_days": 91.3125, "lo90_days": 60.875, "hi90_days": 121.75, "state": "lags"},
    ]  # fmt: skip
    for name, rows in (
        ("price_intervals", prices),
        ("models", models),
        ("model_aliases", aliases),
        ("lag", lags),
    ):
        location.write(f"marts/as_of/{DAY}/{name}.parquet", parquet_bytes(table_rows(name, rows)))
    return location


def asked(home: Location, name: str, on: date, at: time | None = None, **terms: Any) -> pa.Table:
    return priced(home, name, on, at, Terms(**terms))[1]


def amounts(rows: pa.Table) -> list[tuple[str, str, float]]:
    return [(r["provider_id"], r["component"], r["amount"]) for r in rows.to_pylist()]


@pytest.mark.parametrize("name", ["acme/one-2.5", "one-2.5", "One 2.5", "ONE_2.5", "eins"])
def test_a_model_is_found_by_its_id_its_name_and_what_sources_print(home: Location, name: str):
    assert model_called(home, name) == "acme/one-2.5"


def test_a_name_of_two_models_is_no_answer(home: Location):
    with pytest.raises(UnknownNameError, match=r"'both' is the name of acme/one-2\.5, acme/two"):
        model_called(home, "both")


def test_a_name_that_nobody_has_is_no_answer_but_names_what_is_near(home: Location):
    with pytest.raises(UnknownNameError, match=r"no model is called 'one 2\.6'; nearest: acme/one-2\.5"):
        model_called(home, "one 2.6")
    assert find(home, "one 2.6")[0].model_id == "acme/one-2.5"


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        ("vertex_ai/one-2.5", "vertex_ai/"),
        ("models/one-2.5", "models/"),
        ("one-2.5-latest", "-latest"),
        ("acme/one-2.5:free", ":free"),
        ("ONE 2.5 FP8", "FP8"),
        ("quant/One-2.5-AWQ", "-AWQ, quant/"),
        ("one-2.5-2026-04-01", "-2026-04-01"),
        ("one-2-5-20260401", "-20260401"),
        ("One 2.5 (high)", "(high)"),
        ("us.acme.one-2-5-v1:0", "-v1:0, us.acme."),
        ("one-2.5@default", "@default"),
        ("one25", ""),
    ],
)
def test_what_says_nothing_of_the_model_is_left_out_and_said(home: Location, name: str, left_out: str):
    assert called(home, name) == Called("acme/one-2.5", "", left_out)


@pytest.mark.parametrize("name", ["///", ":::", "(high)", "-latest", "a" * 5000, "x/" * 400])
def test_a_name_that_is_none_ends_in_one_short_line(home: Location, name: str):
    with pytest.raises(UnknownNameError, match="no model is called") as told:
        model_called(home, name)
    assert len(str(told.value)) < 400


def test_a_size_or_another_word_is_never_left_out(home: Location):
    for name in ("one-2.5:7b", "one-2.5-mini", "one-2.5-base", "one-2.5-preview", "one-2", "two-thinking"):
        with pytest.raises(UnknownNameError):
            model_called(home, name)


def test_a_name_that_moved_means_what_it_meant_on_the_day(home: Location):
    assert called(home, "acme-chat", on=date(2026, 5, 31)).model_id == "acme/one-2.5"
    assert called(home, "acme-chat", on=date(2026, 6, 1)).model_id == "acme/two"
    assert amounts(asked(home, "acme-chat", date(2026, 4, 1)))[0] == ("acme", "input", 4.0)


def test_an_id_is_before_the_name_of_another(home: Location):
    assert model_called(home, "two") == "acme/two"


def test_a_name_of_two_models_is_that_of_the_lab_that_sells_it_so(home: Location):
    assert model_called(home, "sold") == "acme/two"


def test_a_build_has_its_own_price_where_it_has_one_and_the_model_the_plain_one(home: Location):
    assert amounts(asked(home, "one-2.5-0401", DAY)) == [("acme", "input", 7.0)]
    assert ("acme", "input", 7.0) not in amounts(asked(home, "one-2.5", DAY))


def test_a_tier_or_a_currency_that_nobody_has_names_those_that_there_are(home: Location):
    assert amounts(asked(home, "one 2.5", DAY, tier="batch")) == [("acme", "input", 1.0)]
    assert amounts(asked(home, "one 2.5", DAY, currency="usd"))[0] == ("acme", "input", 2.0)
    with pytest.raises(ValueError, match="no price with service tier 'flex' then; there are batch, standard"):
        asked(home, "one 2.5", DAY, tier="flex")
    with pytest.raises(ValueError, match="no price with currency 'CNY' then; there are USD"):
        asked(home, "one 2.5", DAY, currency="CNY")
    with pytest.raises(ValueError, match="no price with provider 'nobody' then; there are acme, host"):
        asked(home, "one 2.5", DAY, provider="nobody")


def test_versions_keep_their_parts_apart():
    assert folded("GPT-5.5") == folded("gpt 5.5") == "gpt-5-5"
    assert folded("gpt-55") != folded("gpt-5.5")


def test_the_labs_own_price_of_a_day_comes_alone(home: Location):
    assert amounts(asked(home, "one 2.5", date(2026, 4, 1))) == [
        ("acme", "input", 4.0),
        ("acme", "output", 8.0),
    ]
    assert amounts(asked(home, "one 2.5", DAY)) == [("acme", "input", 2.0), ("acme", "output", 8.0)]


def test_on_the_day_of_a_cut_both_prices_are_shown_and_a_time_chooses(home: Location):
    cut = date(2026, 5, 10)
    before = asked(home, "one 2.5", cut - timedelta(days=1), time(23, 59))
    assert ("acme", "input", 4.0) in amounts(before)
    assert ("acme", "input", 2.0) not in amounts(before)
    assert amounts(asked(home, "one 2.5", cut, time(0, 0)))[0] == ("acme", "input", 2.0)


def test_a_host_and_other_tiers_are_shown_when_asked_for(home: Location):
    assert amounts(asked(home, "one 2.5", DAY, provider="host")) == [
        ("host", "input", 3.0),
        ("host", "output", 9.0),
    ]
    every = asked(home, "one 2.5", DAY, everything=True)
    assert ("acme", "input", 1.0) in amounts(every)


def test_an_hour_chooses_the_band_that_holds_then(home: Location):
    peak = {(c, a) for _, c, a in amounts(asked(home, "two", date(2026, 7, 1), time(2, 30)))}
    off = {(c, a) for _, c, a in amounts(asked(home, "two", date(2026, 7, 1), time(4, 0)))}
    assert (peak, off) == ({("input", 2.0), ("output", 6.0)}, {("input", 1.0), ("output", 3.0)})


def test_a_workload_costs_what_is_paid_band_by_band_the_cheapest_first(home: Location):
    answers = cost(home, "two", {"input": 2e6, "cache_read": 0, "output": 1e6}, DAY)
    assert [(a["time_band"], a["cost_usd"]) for a in answers] == [(OFF, 4.0), (PEAK, 10.0)]


def test_without_a_cache_price_cached_tokens_cost_what_input_costs(home: Location):
    [answer] = cost(home, "one 2.5", {"input": 0, "cache_read": 1e6, "output": 0}, DAY)
    assert answer["cost_usd"] == 2.0


def test_frames_carry_their_units(home: Location):
    frame = price("one 2.5", DAY, home_at=home.root)
    assert (
        frame.attrs["units"]["amount_usd"]
        == mart_tables()["price_intervals"].field_named("amount_usd").column.unit
    )
    assert isinstance(read("models", at=home.root), pd.DataFrame)
    assert lag("two x", home_at=home.root).attrs["units"]["lag_days"] == "days"


def test_a_lag_is_said_with_its_board_interval_and_day(home: Location):
    row = lag("two x", home_at=home.root).to_dict("records")[0]
    assert set(row) == {*COLUMNS, NOT_IN_IT}
    said = sentence(row, "Board B", DAY)
    assert (
        "3.0 months behind acme/one-2.5 (90 % interval 2.0 to 4.0) on Board B, as known on 2026-08-20" in said
    )


def test_a_day_of_which_nothing_is_kept_names_the_days_that_are(home: Location):
    with pytest.raises(ValueError, match="nothing is kept as of 2020-01-01; the nearest days are 2026-08-20"):
        read("models", date(2020, 1, 1), home.root)
    with pytest.raises(ValueError, match="no derived table is called 'modells'"):
        read("modells", at=home.root)


def test_days_from_python_may_be_text_and_anything_else_is_named(home: Location):
    assert len(price("one 2.5", "2026-04-01", "08:30Z", home_at=home.root)) == 2
    assert len(read("models", "2026-08-20", home.root)) == 4
    for ask in (
        lambda: price("one 2.5", "May", home_at=home.root),
        lambda: read("models", 20260820, home.root),
    ):
        with pytest.raises(ValueError, match=r"(on|as_of): expected a date or YYYY-MM-DD, found"):
            ask()


def test_a_home_without_tables_says_what_to_do(tmp_path: Path):
    with pytest.raises(ValueError, match="run: gapledger run"):
        read("models", at=str(tmp_path))
