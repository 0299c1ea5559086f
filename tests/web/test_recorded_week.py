"""A week of the study: the live path over the web of the recordings, seven nights in August 2026."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from extractors.source import discover, source_of
from studies.replayed_web.nights import Night, moment, nights, sources_know
from studies.replayed_web.recorded import known_at, put_all, recordings
from studies.replayed_web.server import replayed
from studies.replayed_web.things import pages
from tests.recordings import ROOT, needed
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

pytestmark = [needed, pytest.mark.recorded, pytest.mark.slow]
DAYS = [date(2026, 8, 12) + timedelta(days=n) for n in range(7)]
# Sources that follow a list or speak in other forms; the others' pages are not put on the web.
SOURCES = {"deepseek_news", "deepseek_news_zh", "mistral_docs", "zhipu_zai", "openai", "anthropic_overview"}


def test_what_appears_in_the_recordings_is_captured_in_the_next_night(tmp_path: Path):
    discover()
    captures = [c for c in recordings(ROOT.parent, moment(DAYS[-1])) if _source(c.address) in SOURCES]
    home, done = Location(str(tmp_path)), list[Night]()
    with replayed(moment(DAYS[0])) as web:
        put_all(web, captures)
        with sources_know(known_at(web)):
            done = nights(web, home, DAYS, lambda night, pool: None)
            new = pages(captures, DAYS, CaptureIndex(Snapshots(home)))
    assert {thing.kind for thing in new} >= {"post", "price page"}
    assert [(thing.name, thing.nights) for thing in new if thing.nights != 0] == []
    assert max(night.most_of_a_host for night in done) <= 60


def _source(address: str) -> str:
    source = source_of(address)
    return source.id if source else ""
