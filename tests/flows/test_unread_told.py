"""What no rule reads is told: by the run's summary, its artifacts and events, by `status` and on the page."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows import tasks
from flows.cli import main
from flows.commands.telling import tell_summary
from flows.ingest import SourceJob, publish, run_source
from flows.pools import serial
from flows.summary import Summary, run_alerts
from reports.freshness import freshness_section
from tests.extractors.golden import golden_files, load
from warehouse.alerts import FAILING
from warehouse.archive.index import index_rows
from warehouse.archive.warc import Response
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.freshness import COLUMNS
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.publishing import Published
from warehouse.snapshots import Snapshots
from warehouse.tables import UNREAD

ODD = b"\n\n## Dream weaving\n\n| Dream | Cost |\n| --- | --- |\n| Short | $77.77 per dream |\n"
MORE = ODD + b"| Long | $99.99 per dream |\n"


def golden(source_id: str) -> Capture:
    return load(max(f for f in golden_files() if f.parent.name == source_id))[0]


def archived(location: Location, capture: Capture, later: int, more: bytes) -> date:
    body = capture.body + more
    when = capture.captured_at + timedelta(days=later)
    headers = (("Content-Type", capture.content_type),)
    served = Response(capture.source_id, capture.address, when, 200, headers, body, body, "test")
    snapshots = Snapshots(location)
    snapshots.append(CAPTURES, index_rows(snapshots.archive.write([served], {}), {}), when.date())
    return when.date()


def night(location: Location, source_id: str, day: date) -> Published:
    read = run_source(SourceJob(location, source_id, day, day, f"night-{day}"))
    return publish(Snapshots(location), [read], Outcomes("night"), serial)


def summary(published: Published, day: date) -> Summary:
    return Summary("night", day, published, {}, {})


@pytest.fixture
def nights(tmp_path: Path) -> tuple[Location, date, list[Published]]:
    """A home after four nights on which xAI's page has nothing, one, the same one and two odd amounts; the
    last night's day; what each night published.
    """
    location, page = Location(str(tmp_path)), golden("xai")
    days = [archived(location, page, n, more) for n, more in enumerate((b"", ODD, ODD, MORE))]
    return location, days[-1], [night(location, "xai", day) for day in days]


def test_an_unread_amount_on_a_required_vendors_page_raises_the_event_of_a_failing_source_once(nights):
    location, day, published = nights
    assert [p.unread for p in published] == [{}, {"xai": 1}, {"xai": 1}, {"xai": 2}]
    alerts = [run_alerts(location, summary(p, day)) for p in published]
    assert [[(a.event, a.about) for a in found] for found in alerts] == [
        [], [(FAILING, "source.xai")], [], [(FAILING, "source.xai")],
    ]  # fmt: skip
    assert "2 amounts" in alerts[3][0].message


def test_an_unread_amount_of_a_source_that_is_not_required_is_counted_and_raises_nothing(tmp_path: Path):
    location = Location(str(tmp_path))
    day = archived(location, golden("minimax_en"), 0, ODD)
    published = night(location, "minimax_en", day)
    assert published.unread == {"minimax_en": 1}
    assert run_alerts(location, summary(published, day)) == []


def test_the_summary_of_a_run_names_the_sources_with_unread_amounts(nights, capsys: pytest.CaptureFixture):
    location, day, published = nights
    tell_summary(location, summary(published[3], day), False, False)
    assert "amounts that no rule reads (table unread): xai 2" in capsys.readouterr().err
    tell_summary(location, summary(published[3], day), False, True)
    assert json.loads(capsys.readouterr().out)["unread"] == {"xai": 2}


def test_the_artifacts_of_a_run_have_the_unread_amounts_and_its_event_is_sent(
    nights, monkeypatch: pytest.MonkeyPatch
):
    location, day, published = nights
    shown: dict[str, Any] = {}
    sent: list[str] = []
    monkeypatch.setattr(tasks, "create_table_artifact", lambda **said: shown.update(said))
    for name in ("create_markdown_artifact", "create_link_artifact", "get_run_logger"):
        monkeypatch.setattr(tasks, name, lambda *_, **__: _Quiet())
    monkeypatch.setattr(tasks, "emit_event", lambda event, *_, **__: sent.append(event))
    told = summary(published[3], day)
    tasks.tell(told, "nightly", "page", run_alerts(location, told))
    assert [(row["source"], row["unread"]) for row in shown["table"]] == [("xai", 2)]
    assert sent == [FAILING]


class _Quiet:
    def warning(self, *_: object) -> None:
        """Says nothing."""


def test_status_counts_the_unread_amounts_of_the_newest_day(nights, capsys: pytest.CaptureFixture):
    location, *_ = nights
    main(["status", "--home", location.root, "--json"])
    states = json.loads(capsys.readouterr().out)
    assert {s["source_id"]: s["unread"] for s in states if s["unread"]} == {"xai": 2}


def test_the_page_shows_the_unread_amounts_of_each_source():
    row = dict.fromkeys(COLUMNS) | {
        "source_id": "xai",
        "title": "xAI",
        "state": "fresh",
        "unread": 2,
        "rows": 60,
    }
    section = freshness_section({"freshness": pa.Table.from_pylist([row])}, date(2026, 10, 8))
    grid = section.grids[0]
    assert grid.rows[0][grid.header.index("unread")] == "2"


def test_the_leftovers_say_where_they_stood_and_why_they_are_unread(nights):
    location, day, _ = nights
    rows = Snapshots(location).read(f"snapshots/{UNREAD.directory}/xai/{day}.parquet").to_pylist()
    said = sorted((row["place"].rsplit(" / ", 1)[-1], row["leftover"], row["amounts"]) for row in rows)
    assert said == [
        ("Dream weaving", "| Long | $99.99 per dream |", 1),
        ("Dream weaving", "| Short | $77.77 per dream |", 1),
    ]
