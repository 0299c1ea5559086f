"""A page that fails, or that its parser refuses, speaks the same night in another of its forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from extractors.addresses import same_site
from extractors.fetch import Fetcher, Manners
from extractors.source import discover
from extractors.source_read import SourceJob
from flows import ingest
from flows.ingest import publish, run_source
from flows.pools import serial
from studies.replayed_web.server import Web, replayed
from tests.extractors.golden import golden_files, load
from tests.faults.homes import source_with
from warehouse.archive.index import CaptureIndex
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.outcomes import DISCOVER, Outcomes
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES

WITH_FORMS = {s: r.source for s, r in discover().items() if r.source.forms}


def goldens() -> list[Capture]:
    """A golden capture of every other form of which there is one, the newest."""
    found: dict[str, Capture] = {}
    for file in golden_files():
        if file.parent.name in WITH_FORMS:
            capture, _ = load(file)
            forms = WITH_FORMS[file.parent.name].forms.values()
            if any(capture.address in others for others in forms):
                found[capture.address] = capture
    return list(found.values())


OTHER_FORMS = goldens()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """An empty web to which all requests go."""
    with replayed(OTHER_FORMS[0].captured_at) as web:
        client = Fetcher(Manners(pause=0.0, attempts=1, transport=web.transport()), clock=web.clock)
        monkeypatch.setattr(ingest, "fetcher", lambda: client)
        yield web
        client.close()


def night(web: Web, home: Location, source_id: str) -> Outcomes:
    """One live night of one source."""
    day = web.now.date()
    outcomes = Outcomes(f"night-{day}")
    read = run_source(SourceJob(home, source_id, day, day, outcomes.run_id, "live", web.now))
    publish(Snapshots(home), [read], outcomes, serial)
    outcomes.write(Snapshots(home), day)
    return outcomes


@pytest.mark.parametrize("other", OTHER_FORMS, ids=lambda c: c.address)
@pytest.mark.parametrize("page", [None, b"<html><body>We are rebuilding this page.</body></html>"])
def test_where_a_page_is_gone_or_unreadable_its_other_form_gives_the_prices(
    web: Web, tmp_path: Path, other: Capture, page: bytes | None
):
    source = WITH_FORMS[other.source_id]
    web.now = other.captured_at
    web.put(other.address, web.now, other.body, other.content_type)
    if page is not None:
        for address in source.addresses:
            web.put(address, web.now, page)
    own = source.page_of(other.address)
    # The golden pages are shorter than the real ones: of rows nothing is expected.
    expects = replace(source.expects, rows={}, models=())
    with source_with(other.source_id, expects=expects, addresses=(own,)):
        outcomes = night(web, Location(str(tmp_path)), other.source_id)
    assert other.source_id not in outcomes.failed
    rows = Snapshots(Location(str(tmp_path))).table(LIST_PRICES, sources=[other.source_id])
    spoke = {
        row["capture_sha256"]: row["address"] for row in CaptureIndex(Snapshots(Location(str(tmp_path)))).rows
    }
    assert {spoke[sha] for sha in rows.column("capture_sha256").to_pylist()} == {other.address}
    news = [r["error"] for r in outcomes.rows if r["step"] == DISCOVER]
    assert any(f"{own} was asked in its other form {other.address}, for: " in said for said in news)


def test_a_page_that_speaks_again_takes_the_place_of_its_other_form(web: Web, tmp_path: Path):
    capture, _ = load(next(f for f in golden_files() if f.name.startswith("2026-08-18.") and "zai" in str(f)))
    own = WITH_FORMS["zhipu_zai"].addresses[0]
    web.now = capture.captured_at
    web.put(capture.address, web.now, capture.body, capture.content_type)
    home = Location(str(tmp_path))
    with source_with("zhipu_zai", expects=Expects()):
        night(web, home, "zhipu_zai")
        web.pass_night()
        web.put(own, web.now, capture.body, capture.content_type)
        night(web, home, "zhipu_zai")
    assert web.asked[own] == 1
    assert web.asked[capture.address] == 0
    sources = {"zhipu_zai": discover()["zhipu_zai"].source}
    prices = Inputs(Snapshots(home), web.now.date() + timedelta(days=1), sources).list_prices.written_out()
    assert {str(a) for a in prices["address"]} == {own}  # one page: what it no longer lists has gone
    assert prices["observed_on"].nunique() == 2


def test_where_no_form_answers_the_failure_is_the_pages_own(web: Web, tmp_path: Path):
    outcomes = night(web, Location(str(tmp_path)), "openai")
    assert "https://developers.openai.com/api/docs/pricing.md" in outcomes.failed["openai"]
    assert web.asked["https://developers.openai.com/api/docs/pricing"] == 1


@pytest.mark.parametrize("source_id", WITH_FORMS)
def test_every_other_form_is_one_that_the_parser_reads(source_id: str):
    source = WITH_FORMS[source_id]
    assert set(source.forms) <= set(source.addresses)
    for page, others in source.forms.items():
        assert all(source.reads(other) and other != page for other in others)
        assert len(set(others)) == len(others)
        assert all(same_site(page, o) or "bdstatic" in o or "mimo" in o for o in others)
