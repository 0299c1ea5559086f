"""The files for programs: each fits its schema, its addresses stay, and others' readers read the maps."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pandas as pd
import pytest

from extractors.feeds import litellm, llm_prices, models_dev
from reports.api.files import ROOT, api_files, schemas
from reports.price_changes import CONFIRMED
from reports.selectors import Tables
from tests.reports.made_published import DAY, instant, price_row, table_rows
from warehouse.capture import Capture
from warehouse.tables import ListPrice
from warehouse.time_bands import band

# Which schema holds for which file; a file of the maps' own forms has one too.
FROZEN = {
    "latest.json": "latest.json",
    "changes.json": "changes.json",
    "prices/current.json": "prices-current.json",
    "prices/acme/one-2.5.json": "prices-model.json",
    "litellm.json": "litellm.json",
    "models-dev.json": "models-dev.json",
    "llm-prices.json": "llm-prices.json",
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Two models with prices in dollars and one in yuan, a cut that is real and one that is none."""
    since = date(2026, 1, 1)
    prices = [
        price_row("acme/one-2.5", "input", 4.0, since, valid_to=instant(date(2026, 5, 10))),
        price_row("acme/one-2.5", "input", 2.0, date(2026, 5, 10)),
        price_row("acme/one-2.5", "output", 8.0, since),
        price_row("acme/one-2.5", "cache_read", 0.2, since),
        price_row("acme/one-2.5", "input", 1.0, since, service_tier="batch"),
        price_row("acme/one-2.5", "output", 4.0, since, service_tier="batch"),
        price_row("acme/one-2.5", "input", 6.0, since, context_from_tokens=200_000),
        price_row("acme/one-2.5", "input", 3.0, since, provider_id="host", first_party=False),
        price_row("acme/two", "input", 1.0, since, currency="CNY", amount_usd=0.14),
        price_row("acme/three", "input", 1.0, since, time_band=band("peak", "01:00-04:00")),
    ]
    models = [
        {"as_of": DAY, "model_id": f"acme/{m}", "name": m.title(), "lab_id": "acme", "country": "US",
         "released_on": since, "open_weights": False, "context_tokens": 128_000}
        for m in ("one-2.5", "two", "three")
    ]  # fmt: skip
    changes = [
        {**price_row("acme/one-2.5", "input", 2.0, date(2026, 5, 10)), "amount_before": 4.0, "change": "cut",
         "change_verdict": verdict, "source_before": "acme", "region": region}
        for verdict, region in (("own page", ""), ("artefact", "eu"), ("one source", "us"))
    ]  # fmt: skip
    lags = [
        {"as_of": DAY, "board_id": "livebench", "board_version": "1", "definition": definition,
         "leader": "US", "follower": "CN", "kind": "released", "valid_on": date(2026, 3, day),
         "window_days": window, "tolerance": 0.0, "vintage_basis": "as_of", "lag_days": lag, "state": "lags",
         "leader_model_id": "acme/two", "follower_model_id": "acme/one-2.5"}
        for definition, window, day, lag in (
            ("parity", 0, 1, 91.3125), ("parity", 0, 2, None), ("trailing12", 365, 2, 60.875),
            ("parity", 90, 1, 5.0),
        )
    ]  # fmt: skip
    rows = {"price_intervals": prices, "models": models, "price_changes": changes, "lag": lags}
    return {name: table_rows(name, some) for name, some in rows.items()}


@pytest.fixture(scope="module")
def made(tables: Tables) -> dict[str, bytes]:
    return {name.removeprefix(f"{ROOT}/"): body for name, body in api_files(tables, DAY).items()}


def loaded(made: dict[str, bytes], name: str) -> Any:
    return json.loads(made[name])


@pytest.mark.parametrize("name", FROZEN)
def test_every_file_has_a_schema_and_fits_it(made: dict[str, bytes], name: str):
    schema = json.loads(schemas()[FROZEN[name]])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(loaded(made, name), schema)
    assert f"schema/{FROZEN[name]}" in made


@pytest.mark.parametrize("name", FROZEN)
def test_a_schema_refuses_what_does_not_fit(name: str):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(["no such form"], json.loads(schemas()[FROZEN[name]]))


def test_the_newest_numbers_and_the_files_are_found_from_one_address(made: dict[str, bytes]):
    latest = loaded(made, "latest.json")
    assert latest["boards"] == [
        {"board": "livebench", "name": "LiveBench", "version": "1", "months_behind": 2.0, "lo90_months": None,
         "hi90_months": None, "valid_on": "2026-03-02"}
    ]  # fmt: skip
    assert set(latest["files"]) == {*made, "gapledger.duckdb"} - {"latest.json", "report/llms.txt"}


def test_current_prices_are_those_in_force_at_the_labs_own_shops(made: dict[str, bytes]):
    models = {m["id"]: m["prices"] for m in loaded(made, "prices/current.json")["models"]}
    assert set(models) == {"acme/one-2.5", "acme/two", "acme/three"}
    plain = [p for p in models["acme/one-2.5"] if p["component"] == "input" and "service_tier" not in p]
    assert [(p["amount"], p.get("context_from_tokens", 0)) for p in plain] == [(2.0, 0), (6.0, 200_000)]
    assert models["acme/three"][0]["time_band"].startswith("peak@")


def test_a_models_file_has_its_whole_history(made: dict[str, bytes]):
    prices = loaded(made, "prices/acme/one-2.5.json")["prices"]
    ended = [p for p in prices if p["valid_to"] is not None]
    assert [(p["amount"], p["valid_to"][:10]) for p in ended] == [(4.0, "2026-05-10")]
    assert len(prices) == 7


def test_changes_are_told_without_artefacts(made: dict[str, bytes]):
    changes = loaded(made, "changes.json")["changes"]
    assert [(c["amount_before"], c["amount"], c["change_verdict"]) for c in changes] == [
        (4.0, 2.0, "own page")
    ]
    assert {c["change_verdict"] for c in changes} <= set(CONFIRMED)


def test_a_boards_file_has_its_days_and_the_mean_of_the_year(made: dict[str, bytes]):
    frame = pd.read_csv(io.BytesIO(made["lag/livebench.csv"]))
    assert [(r.definition, r.lag_months) for r in frame.itertuples()] == [
        ("parity", 3.0),
        ("trailing12", 2.0),
    ]


def read_by(reader: Any, body: bytes, address: str) -> dict[tuple[str, str, str], Decimal]:
    capture = Capture("x", address, datetime(2026, 8, 20, tzinfo=UTC), body, content_type="application/json")
    rows = [row for row in reader.parse(capture) if isinstance(row, ListPrice)]
    return {(r.listed_model, r.component, r.service_tier): r.amount for r in rows}


@pytest.mark.parametrize(
    ("name", "reader", "model", "tiers"),
    [
        ("litellm.json", litellm, "acme/one-2.5", {"standard", "batch"}),
        ("models-dev.json", models_dev, "one-2.5", {"standard"}),
        ("llm-prices.json", llm_prices, "one-2.5", {"standard"}),
    ],
)
def test_a_map_is_read_back_as_the_prices_that_it_was_made_of(
    made: dict[str, bytes], name: str, reader: Any, model: str, tiers: set[str]
):
    found = read_by(reader, made[name], reader.SOURCE.addresses[0])
    whole = {
        (model, "input", "standard"): Decimal("2"),
        (model, "output", "standard"): Decimal("8"),
        (model, "cache_read", "standard"): Decimal("0.2"),
        (model, "input", "batch"): Decimal("1"),
        (model, "output", "batch"): Decimal("4"),
    }
    assert found == {key: amount for key, amount in whole.items() if key[2] in tiers}


def test_what_a_form_cannot_say_is_left_out_and_counted(made: dict[str, bytes]):
    maps = loaded(made, "latest.json")["maps"]
    assert maps["models-dev.json"] == {
        "models": 1,
        "prices_left_out": {
            "above a threshold": 1,
            "by the hour": 1,
            "not in US dollars": 1,
            "of another service tier": 2,
        },
    }
    assert "of another service tier" not in maps["litellm.json"]["prices_left_out"]


def test_without_any_table_the_files_are_there_and_empty():
    made = {name.removeprefix(f"{ROOT}/"): body for name, body in api_files({}, DAY).items()}
    assert loaded(made, "prices/current.json")["models"] == []
    for name, schema in FROZEN.items():
        if name in made:
            jsonschema.validate(loaded(made, name), json.loads(schemas()[schema]))
