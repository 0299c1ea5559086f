"""Scores as Every Eval Ever has them: the aggregate form of its schema 0.2.2, as we state it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import jsonschema
import pyarrow as pa
import pytest

from reports.api.files import schemas
from reports.eee import VERSION, aggregates
from warehouse.seeds import boards
from warehouse.tables import SCORES

WHEN = datetime(2026, 8, 1, 5, tzinfo=UTC)
SHA = "ab" * 32


def score(**other):
    fixed = {
        "source_id": "livebench", "observed_on": date(2026, 8, 1), "observed_at": WHEN, "score": 71.5,
        "board_id": "livebench", "board_version": "2026-01-08", "metric": "global_average",
        "listed_model": "one", "listed_setting": "", "score_low": None, "score_high": None,
        "reporter": "board", "access": "public", "capture_sha256": SHA,
    }  # fmt: skip
    return {**fixed, **other}


def made(*rows):
    board = boards().to_dict("records")
    metric = {str(b["board_id"]): str(b["metric"]) for b in board}
    filled = [
        {**r, "metric": metric[r["board_id"]] if r["metric"] == "global_average" else r["metric"]}
        for r in rows
    ]
    schema = SCORES.arrow_schema()
    scores = pa.Table.from_pylist([{f.name: r.get(f.name) for f in schema} for r in filled])
    sources = {r["source_id"] for r in rows}
    aliases = [
        {"source_id": s, "listed_model": n, "model_id": m, "valid_to": None}
        for s in sources
        for n, m in (("one", "acme/one"), ("both", "acme/one"), ("both", "acme/two"))
    ]
    frame = pa.Table.from_pylist(aliases).set_column(3, "valid_to", pa.nulls(len(aliases), pa.date32()))
    captures = pa.Table.from_pylist([{"capture_sha256": SHA, "address": "https://livebench.ai/table.csv"}])
    return aggregates(scores, frame, captures, board)


def test_a_record_is_of_the_shared_form_and_leads_to_the_capture():
    arena = score(
        board_id="lmarena_text", source_id="lmarena_text", score=1400.0, score_low=1390.0, score_high=1410.0
    )
    records = made(score(), score(listed_setting="high", score=73.0), arena)
    schema = json.loads(schemas()["eee.json"])
    jsonschema.Draft7Validator.check_schema(schema)
    assert len(records) == 2
    for name, record in records.items():
        jsonschema.validate(json.loads(json.dumps(record)), schema)
        assert name.startswith(f"data/{record['evaluation_results'][0]['evaluation_name']}/acme/one/")
        assert record["schema_version"] == VERSION
        assert record["retrieved_timestamp"] == f"{WHEN.timestamp():.0f}"
    live, chat = sorted(records.values(), key=lambda r: r["evaluation_id"])
    assert [r["score_details"]["score"] for r in live["evaluation_results"]] == [71.5, 73.0]
    assert live["evaluation_results"][0]["source_data"]["url"] == ["https://livebench.ai/table.csv"]
    assert live["evaluation_results"][1]["score_details"]["details"]["capture_sha256"] == SHA
    interval = chat["evaluation_results"][0]["score_details"]["uncertainty"]["confidence_interval"]
    assert (interval["lower"], interval["upper"], interval["confidence_level"]) == (1390.0, 1410.0, 0.95)


@pytest.mark.parametrize(
    "row", [score(listed_model="both"), score(listed_model="nobody"), score(metric="other")]
)
def test_names_of_no_one_model_and_other_metrics_are_left_out(row):
    assert made(row) == {}


def test_the_same_scores_give_the_same_files():
    assert made(score()) == made(score())


def test_a_record_that_lacks_what_the_form_asks_for_is_refused():
    [record] = made(score()).values()
    for name in ("model_info", "evaluation_results", "source_metadata"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(
                {k: v for k, v in record.items() if k != name}, json.loads(schemas()["eee.json"])
            )
