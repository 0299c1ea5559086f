"""The commands that answer by name: what they print, and how they end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

import pytest

from flows.cli import main
from flows.commands.app import NOT_PUBLISHED, PUBLISHED, WRONG_USE
from tests.reports.made_published import DAY, price_row, table_rows
from warehouse.location import Location
from warehouse.snapshots import parquet_bytes


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One model with a price, a change and an artefact."""
    location = Location(str(tmp_path_factory.mktemp("answering")))
    since = date(2026, 1, 1)
    prices = [price_row("acme/one-2.5", c, a, since) for c, a in (("input", 2.0), ("output", 8.0))]
    changes = [
        {**price_row("acme/one-2.5", "input", 2.0, date(2026, 5, d)), "amount_before": 4.0, "change": "cut",
         "change_verdict": verdict, "source_before": "acme", "why": why}
        for d, verdict, why in ((10, "own page", ""), (11, "artefact", "another source than before"))
    ]  # fmt: skip
    models = [
        {"as_of": DAY, "model_id": "acme/one-2.5", "name": "One 2.5", "lab_id": "acme", "country": "US"}
    ]
    made = {
        "price_intervals": prices,
        "price_changes": changes,
        "models": models,
        "model_aliases": [],
        "lag": [],
    }
    for name, rows in made.items():
        location.write(f"marts/as_of/{DAY}/{name}.parquet", parquet_bytes(table_rows(name, rows)))
    return location.root


def said(
    home: str, capsys: pytest.CaptureFixture[str], *given: str, code: int = PUBLISHED
) -> tuple[str, str]:
    assert main([*given, "--home", home]) == code
    shown = capsys.readouterr()
    return shown.out, shown.err


def test_a_price_by_plain_name_on_a_day(home: str, capsys: pytest.CaptureFixture[str]):
    out, _ = said(home, capsys, "price", "one 2.5", "--on", "2026-05-10")
    assert "acme/one-2.5, per 1e6 tokens" in out
    assert [line.split()[1:4] for line in out.splitlines()[2:]] == [
        ["input", "2", "USD"],
        ["output", "8", "USD"],
    ]


def test_a_price_as_json_has_its_capture(home: str, capsys: pytest.CaptureFixture[str]):
    out, _ = said(home, capsys, "price", "one 2.5", "--json")
    assert {row["component"]: row["capture_sha256"] for row in json.loads(out)} == dict.fromkeys(
        ("input", "output"), "0" * 64
    )


def test_what_a_workload_costs(home: str, capsys: pytest.CaptureFixture[str]):
    out, _ = said(home, capsys, "cost", "one-2.5", "--input", "1e6", "--output", "5e5", "--json")
    assert [row["cost_usd"] for row in json.loads(out)] == [6.0]
    _, err = said(home, capsys, "cost", "one-2.5", code=WRONG_USE)
    assert "give at least one of --input, --cached, --output" in err


def test_changes_are_told_without_artefacts_unless_asked_for(home: str, capsys: pytest.CaptureFixture[str]):
    out, _ = said(home, capsys, "changes", "--json")
    assert [row["change_verdict"] for row in json.loads(out)] == ["own page"]
    out, _ = said(home, capsys, "changes", "--artefacts", "--lab", "acme", "--json")
    assert [row["why"] for row in json.loads(out)] == ["another source than before", ""]
    said(home, capsys, "changes", "--since", "2026-06-01", code=NOT_PUBLISHED)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["price", "one 2.6"], "no model is called 'one 2.6'; nearest: acme/one-2.5"),
        (["price", "one 2.5", "--at", "25:00"], "give HH:MM, UTC"),
        (["price", "one 2.5", "--on", "May"], "give YYYY-MM-DD"),
        (["lag", "nobody"], "no model is called 'nobody'"),
    ],
)
def test_what_cannot_be_answered_says_why_and_what_is_right(
    home: str, capsys: pytest.CaptureFixture[str], given: Sequence[str], told: str
):
    _, err = said(home, capsys, *given, code=WRONG_USE)
    assert told in err


def test_a_name_is_found_by_likeness(home: str, capsys: pytest.CaptureFixture[str]):
    out, _ = said(home, capsys, "find", "one 2")
    assert "acme/one-2.5" in out


def test_a_price_of_a_day_before_there_was_one_is_none(home: str, capsys: pytest.CaptureFixture[str]):
    _, err = said(home, capsys, "price", "one 2.5", "--on", "2025-01-01", code=NOT_PUBLISHED)
    assert "no price of acme/one-2.5 is known then; prices are known from 2026-01-01 to" in err


def test_what_was_left_out_of_a_name_is_told_beside_the_answer(home: str, capsys: pytest.CaptureFixture[str]):
    out, err = said(home, capsys, "price", "vertex_ai/one-2.5-latest", "--json")
    assert len(json.loads(out)) == 2
    assert "is read as acme/one-2.5, without -latest, vertex_ai/" in err


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["price", "one 2.5", "--json", "--csv"], "give --json or --csv, not both"),
        (["price", " "], "give a model's name"),
        (["find", "?"], "give a part of a name"),
        (["changes", "--lab", "acmee"], "no lab is called 'acmee'; there are acme"),
        (
            ["price", "one 2.5", "--tier", "flex"],
            "no price with service tier 'flex' then; there are standard",
        ),
    ],
)
def test_what_is_asked_wrong_names_what_there_is(
    home: str, capsys: pytest.CaptureFixture[str], given: Sequence[str], told: str
):
    _, err = said(home, capsys, *given, code=WRONG_USE)
    assert told in err


def test_no_answer_is_an_empty_list_as_json(home: str, capsys: pytest.CaptureFixture[str]):
    for given in (["price", "one 2.5", "--on", "2020-01-01"], ["changes", "--since", "2026-06-01"]):
        out, err = said(home, capsys, *given, "--json", code=NOT_PUBLISHED)
        assert json.loads(out) == []
        assert err


def test_a_day_to_come_is_answered_with_what_is_known_and_says_so(
    home: str, capsys: pytest.CaptureFixture[str]
):
    out, err = said(home, capsys, "price", "one 2.5", "--on", "2030-01-01", "--at", "8:30")
    assert "acme/one-2.5" in out
    assert f"known up to {DAY}" in err
