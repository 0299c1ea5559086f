"""Small inputs that were once read wrong, each as a case of its kind. What is whole (torn bodies, HTTP
status, mementos, dates, revisits, codings) is in tests/warehouse/test_whole_captures.py, slips of feeds in
test_slips.py there, numbers and boards' entries in tests/extractors/test_numbers.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from extractors.reading import parsed
from extractors.source import discover
from flows.derive import build_unpublished
from flows.ingest import SourceJob, publish, run_source
from flows.pools import serial
from tests import recordings
from tests.extractors.golden import golden_files, load
from tests.flows.homes import recorded_home
from transforms.identity.apart import mark_apart
from transforms.identity.index import index_seeds
from transforms.identity.resolve import resolve
from warehouse.capture import Capture
from warehouse.claims_file import claims_in
from warehouse.outcomes import Outcomes
from warehouse.seeds import seeds
from warehouse.snapshots import Snapshots
from warehouse.tables import ListPrice, Row, Unread

BOM = b"\xef\xbb\xbf"


def newest(source_id: str) -> Capture:
    return load(max(f for f in golden_files() if f.parent.name == source_id))[0]


def rows(capture: Capture, body: bytes) -> list[Row]:
    return parsed(discover()[capture.source_id], replace(capture, body=body, sha256=""))


def prices(found: list[Row]) -> set[ListPrice]:
    return {row for row in found if isinstance(row, ListPrice)}


def test_a_decimal_comma_takes_its_line_and_no_other_and_says_why():
    page = newest("xai")
    line = next(line for line in page.body.split(b"\n") if b"| grok-4.3 " in line)
    more = b"\n".join([line, *(line.replace(b"grok-4.3", b"grok-9-" + n) for n in (b"a", b"b", b"c"))])
    whole = page.body.replace(line, more)
    before = prices(rows(page, whole))
    found = rows(page, whole.replace(line, line.replace(b"$1.25", b"$0,120"), 1))
    [left] = [row for row in found if isinstance(row, Unread)]
    assert "'0,120' (no grouped number begins with 0)" in left.why_unread
    assert prices(found) < before
    assert {row.listed_model for row in before - prices(found)} == {"grok-4.3"}


def test_a_key_that_stands_twice_takes_its_entry_and_neither_value_is_believed():
    feed = newest("litellm")
    whole = json.loads(feed.body)
    twice = {"litellm_provider": "groq", "input_cost_per_token": 5.9e-06, "output_cost_per_token": 7.9e-06}
    text = json.dumps({**whole, "groq/x": twice})
    body = text.replace(
        '"input_cost_per_token": 5.9e-06', '"input_cost_per_token": 1e-06, "input_cost_per_token": 5.9e-06'
    )
    found = rows(feed, body.encode())
    assert prices(found) == prices(rows(feed, feed.body))
    [left] = [
        row
        for row in found
        if isinstance(row, Unread) and row.known_model in ("", "groq/x") and row.place == "groq/x"
    ]
    assert "stands twice with two values" in left.why_unread


@pytest.mark.parametrize("source_id", ["litellm", "openrouter", "models_dev", "genai_prices", "llm_prices"])
def test_a_byte_order_mark_changes_nothing_in_a_feed(source_id):
    feed = newest(source_id)
    assert rows(feed, BOM + feed.body) == rows(feed, feed.body)


def test_a_byte_order_mark_changes_nothing_in_a_claims_file(tmp_path: Path):
    text = "id,text,who,said_on,source,metric,arguments,comparator,value,tolerance,unit\n"
    text += "c1,A costs 8 times B,someone,2026-04-24,https://x.example,price_ratio,"
    text += "dear=GPT-5.5; cheap=DeepSeek V4 Pro; basis=output,about,8.6,10 %,times\n"
    plain, marked = tmp_path / "plain.csv", tmp_path / "marked.csv"
    plain.write_bytes(text.encode())
    marked.write_bytes(BOM + text.encode())
    one, other = claims_in(plain), claims_in(marked)
    assert one["claim_id"].tolist() == ["c1"]
    assert other.equals(one)


@pytest.mark.parametrize(
    ("source_id", "printed", "model_id"),
    [
        ("board", "command-a-reasoning-08-2025", "cohere/command-a-reasoning"),
        ("board", "LongCat-Flash-Thinking", "meituan/longcat-flash-thinking"),
        ("board", "phi-4-mini-reasoning", "microsoft/phi-4-mini-reasoning"),
    ],
)
def test_a_thinking_model_that_was_released_apart_is_a_model_of_its_own(source_id, printed, model_id):
    found = resolve(index_seeds(seeds(), date(2026, 11, 20)), source_id, printed)
    assert [m.model_id for m in found] == [model_id]


def test_a_thinking_model_that_no_seed_knows_is_apart_where_a_feed_of_model_ids_lists_it():
    index = index_seeds(seeds(), date(2026, 11, 20))
    name = "baidu/ernie-4.5-21b-a3b-thinking"
    mark_apart(index, [("openrouter", name)])
    assert "baidu/ernie-4.5-21b-a3b" not in [m.model_id for m in resolve(index, "openrouter", name)]
    plain = resolve(index, "openrouter", "baidu/ernie-4.5-21b-a3b")
    assert [m.model_id for m in plain] == ["baidu/ernie-4.5-21b-a3b"]


@recordings.needed
@pytest.mark.recorded
def test_a_home_without_any_price_gives_its_boards_and_empty_tables_of_prices(tmp_path: Path):
    location = recorded_home(str(tmp_path), ("boards/epoch_eci",))
    day = date(2026, 7, 1)
    read = run_source(SourceJob(location, "epoch_eci", None, day, "night"))
    publish(Snapshots(location), [read], Outcomes("night"), serial)
    tables = build_unpublished(location, day)
    assert {name: tables[name].num_rows for name in ("price_intervals", "model_prices", "price_ratio")} == {
        "price_intervals": 0, "model_prices": 0, "price_ratio": 0,
    }  # fmt: skip
    assert tables["lag"].num_rows > 0


def off_peak_of(weekdays: list[object] | None) -> set[tuple[str, str]]:
    feed = newest("litellm")
    night = {"hours_utc": ["00:00-01:00", "04:00-06:00", "10:00-00:00"], "weekdays": weekdays}
    windows: dict[str, object] = {"windows": [night]} if weekdays else {"hours_utc": "16:00-00:00"}
    price = {"input_cost_per_token": 1.5e-07}
    entry = {"litellm_provider": "x", "input_cost_per_token": 3e-07, "off_peak_pricing": {**price, **windows}}
    found = rows(feed, json.dumps({**json.loads(feed.body), "x/night": entry}).encode())
    return {(str(row.amount), row.time_band) for row in prices(found) if row.listed_model == "x/night"}


def test_weekdays_by_name_are_those_by_number_and_hours_without_weekdays_are_of_every_day():
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    assert off_peak_of([*week]) == off_peak_of([*range(1, 8)])
    assert ("0.3", "peak@daily 01:00-04:00,06:00-10:00") in off_peak_of([*week])
    assert ("0.3", "peak@daily 00:00-16:00") in off_peak_of(None)
