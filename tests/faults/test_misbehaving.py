"""Whatever the server does: what was published stays, the outcome says what happened, and the night ends."""

from __future__ import annotations

import re
import shutil
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import stamina
import trustme

from extractors.errors import FetchError
from extractors.fetch import Fetcher, Manners
from extractors.source import Reader
from tests.faults.cases import CASES, MOST_BYTES, PAGE, TRIES, Case
from tests.faults.homes import digests, night, put, source_with
from tests.faults.misbehaving import Exchange, Server, serving
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

QUICK = Manners(attempts=TRIES, connect_timeout=2.0, read_timeout=0.8, whole_timeout=1.0, pause=0.0)
TODAY = datetime.now(UTC)


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=TRIES)
    yield
    stamina.set_testing(False)


@contextmanager
def local_source(server: Server, path: str = "/prices") -> Iterator[Reader]:
    url = server.url + path
    with source_with(
        "deepseek_en", addresses=(url,), matches=(re.escape(url),), max_bytes=MOST_BYTES
    ) as reader:
        yield reader


@pytest.fixture(scope="module")
def good_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server, and a home with one good night of its page."""
    top = tmp_path_factory.mktemp("home")
    with serving({"/prices": lambda e: e.answer(PAGE)}) as server, local_source(server) as reader:
        yesterday = TODAY - timedelta(days=1)
        put(Location(str(top)), "deepseek_en", reader.source.addresses[0], yesterday, PAGE)
        night(Location(str(top)), ["deepseek_en"], yesterday.date())
        yield server, top


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_misbehaviour_has_its_right_outcome(
    case: Case, good_night: tuple[Server, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, first = good_night
    home = shutil.copytree(first, tmp_path / "home")
    location = Location(str(home))
    server.paths["/prices"] = case.serve
    server.asked.clear()
    before = digests(home, "snapshots/list_prices_v1", "snapshots/offers_v1", "raw")
    assert len(before) == 3
    monkeypatch.setattr("flows.ingest.fetcher", lambda: Fetcher(QUICK))
    with local_source(server):
        published, [read], outcomes = night(location, ["deepseek_en"], TODAY.date(), "live")
    asked = server.count("/prices")
    after = digests(home, "snapshots/list_prices_v1", "snapshots/offers_v1", "raw")
    assert {name: after[name] for name in before} == before
    assert asked == case.asked
    kinds = [row["record_type"] for row in CaptureIndex(Snapshots(location)).rows]
    errors = "\n".join(row["error"] or "" for row in outcomes.rows)
    if case.outcome in {"published", "revisit"}:
        assert (published.rows, errors.strip()) == ({"deepseek_en": 14}, "")
        assert kinds == ["response", "revisit"]  # the bytes are yesterday's, and are not kept twice
        return
    assert not published.rows
    assert case.found in errors
    assert server.url in errors
    assert read.retryable == (case.outcome == "retryable")
    assert kinds == (["response", "response"] if case.outcome == "parser" else ["response"])


def test_retry_after_is_waited_for() -> None:
    stamina.set_testing(False)

    def busy(exchange: Exchange) -> None:
        exchange.answer(PAGE) if exchange.before else exchange.answer(status=429, Retry_After="1")

    with serving({"/prices": busy}) as server, local_source(server) as reader:
        started = time.monotonic()
        [got] = Fetcher(QUICK).fetch(reader.source)
        waited = time.monotonic() - started
    assert got.body == PAGE
    assert waited > 0.95


def test_a_certificate_that_does_not_verify_is_refused_at_once() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with (
        serving({"/prices": lambda e: e.answer(PAGE)}, context) as server,
        local_source(server) as reader,
        pytest.raises(FetchError, match="CERTIFICATE_VERIFY_FAILED") as refused,
    ):
        Fetcher(QUICK).fetch(reader.source)
    assert not refused.value.retryable
    assert server.asked == []


def test_a_certificate_of_a_known_authority_is_taken_and_its_slow_body_is_ended() -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    manners = Manners(attempts=1, read_timeout=5.0, whole_timeout=0.4, pause=0.0, verify=trusting)
    slow = next(case.serve for case in CASES if case.name == "headers of one byte at a time")
    with serving({"/prices": lambda e: e.answer(PAGE), "/slow": slow}, context) as server:
        with local_source(server) as reader:
            assert Fetcher(manners).fetch(reader.source)[0].body == PAGE
        with (
            local_source(server, "/slow") as reader,
            pytest.raises(FetchError, match="expected a response") as refused,
        ):
            Fetcher(manners).fetch(reader.source)
    assert refused.value.retryable


@pytest.mark.parametrize(
    ("robots", "refused"),
    [
        (lambda e: e.answer(b"User-agent: *\nDisallow: /prices\n"), "robots.txt"),
        (lambda e: e.answer(b"User-agent: gapledger\nDisallow: /\n"), "robots.txt"),
        (lambda e: e.answer(status=503), "robots.txt: HTTP 503, 3 times"),
        (lambda e: e.answer(b"User-agent: other\nDisallow: /\n"), ""),
        (lambda e: e.answer(b"\xff\xfe\x00<html>" * 99), ""),
        (lambda e: e.answer(status=404), ""),
    ],
)
def test_robots_txt_is_asked_first_and_obeyed(robots: object, refused: str) -> None:
    with (
        serving({"/robots.txt": robots, "/prices": lambda e: e.answer(PAGE)}) as server,
        local_source(server) as reader,
    ):  # type: ignore[dict-item]
        if refused:
            with pytest.raises(FetchError, match=re.escape(refused)):
                Fetcher(QUICK).fetch(reader.source)
            assert server.count("/prices") == 0
        else:
            assert Fetcher(QUICK).fetch(reader.source)[0].body == PAGE
            assert [path for path, _ in server.asked] == ["/robots.txt", "/prices"]


def test_a_host_that_is_down_is_asked_once_and_named() -> None:
    with serving({}) as server:
        pass
    with local_source(server) as reader:
        fetcher = Fetcher(QUICK)
        for _ in range(2):
            with pytest.raises(FetchError, match="Connection refused"):
                fetcher.fetch(reader.source)


def test_a_public_page_does_not_lead_to_this_machine() -> None:
    from httpx import Headers

    with serving({}) as server, local_source(server) as reader:
        fetcher = Fetcher(QUICK)
        for inside in (
            "http://127.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://[::1]/",
            "http://localhost/",
            "http://10.0.0.1/",
        ):
            with pytest.raises(FetchError, match="a redirect to a public host"):
                fetcher._redirect(reader.source, "http://example.org/prices", Headers({"location": inside}))


def test_the_table_in_the_docs_is_the_table_of_the_tests() -> None:
    text = (Path(__file__).parents[2] / "docs" / "trust.md").read_text(encoding="utf-8")
    missing = [case.name for case in CASES if f"| {case.name} | {case.outcome} | {case.asked} |" not in text]
    assert missing == []
