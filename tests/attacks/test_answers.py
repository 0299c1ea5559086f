"""Kinds 4 and 23 of what attacks broke: whatever a server says, its source alone stops, within its time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import stamina

from extractors.answers import retry_after
from extractors.capturing import archive, capture_source
from extractors.errors import FetchError
from extractors.fetch import Fetcher, Known, Manners
from extractors.source import Source, discover
from tests.attacks.edge import NOW, QUICK, reading
from tests.faults.cases import PAGE
from tests.faults.misbehaving import Exchange, serving
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

STRAY_HEADERS = {
    "a superscript as seconds": {"status": 429, "Retry_After": "²"},
    "Arabic digits as seconds": {"status": 503, "Retry_After": "٣"},
    "a number of a thousand digits": {"status": 429, "Retry_After": "9" * 1000},
    "a zone of thirty nines": {"status": 429, "Retry_After": "Mon, 30 Nov 2026 10:00:00 +" + "9" * 30},
    "a date without a zone": {"status": 429, "Retry_After": "Mon, 30 Nov 2026 10:00:00 -0000"},
    "a year of five digits": {"status": 503, "Retry_After": "Mon, 30 Nov 99999 10:00:00 GMT"},
    "a host with an empty label": {"status": 302, "Location": "http://a..b/"},
    "a label of 64 letters": {"status": 301, "Location": "http://" + "a" * 64 + ".example/"},
    "a host of 300 letters": {"status": 302, "Location": "http://" + "a.b" * 100 + "/"},
    "an open bracket": {"status": 302, "Location": "http://[::1/"},
    "a port out of range": {"status": 307, "Location": "http://example.org:99999999/"},
    "a port of letters": {"status": 308, "Location": "http://example.org:ab/"},
    "no host": {"status": 302, "Location": "http:///x"},
    "a control character": {"status": 302, "Location": "http://exa\x01mple.org/"},
    "a surrogate in punycode": {"status": 302, "Location": "http://xn--\x7f.example/"},
    "a length of another script": {"Content_Length": "²"},
}


@pytest.mark.parametrize("name", list(STRAY_HEADERS))
def test_a_stray_header_is_the_named_fault_of_its_own_source(name: str) -> None:
    said: dict[str, Any] = STRAY_HEADERS[name]
    with serving({"/prices": lambda e: e.answer(PAGE, **said)}) as server, reading(server) as reader:
        try:
            [got] = Fetcher(QUICK).fetch(reader.source)
        except FetchError as named:
            assert named.source_id == "deepseek_en"
        else:
            assert got.body == PAGE


@pytest.mark.parametrize(
    "value", ["²", "٣", "", "-1", "1.5", "soon", "9" * 4000, "Mon, 30 Nov 2026 10:00:00 +" + "9" * 30]
)
def test_retry_after_is_seconds_a_date_or_nothing(value: str) -> None:
    assert retry_after(value, NOW) is None


def test_an_exception_of_any_kind_while_a_source_is_asked_is_its_error_and_no_other(tmp_path: Path) -> None:
    class Broken(Fetcher):
        def fetch(self, source: Any, known: Any = None) -> Any:
            raise LookupError("odd")

    index = CaptureIndex(Snapshots(Location(str(tmp_path))))
    captured = capture_source(discover()["deepseek_en"].source, index, Broken(QUICK), NOW)
    assert captured.error == "deepseek_en: LookupError: odd"


def night(snapshots: Snapshots, source: Source) -> CaptureIndex:
    """Captures a source and archives what it said; the index as it was before."""
    index = CaptureIndex(snapshots, ["deepseek_en"])
    captured = capture_source(source, index, Fetcher(QUICK), NOW)
    assert captured.error is None
    archive(snapshots, index, captured, Outcomes("test"), NOW.date())
    return index


BODIES = {
    "gone": lambda path: path.unlink(),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "empty": lambda path: path.write_bytes(b""),
    "other bytes": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "a flipped bit": lambda path: path.write_bytes(
        b"".join(
            bytes([b ^ (4 if i == path.stat().st_size - 90 else 0)]) for i, b in enumerate(path.read_bytes())
        )
    ),
}


@pytest.mark.parametrize("damage", list(BODIES))
def test_an_unchanged_page_whose_bytes_are_lost_is_asked_for_again_and_kept_again(
    damage: str, tmp_path: Path
) -> None:
    def serve(exchange: Exchange) -> None:
        asked = exchange.headers.get("if-none-match")
        exchange.answer(status=304) if asked else exchange.answer(PAGE, ETag='"one"')

    snapshots = Snapshots(Location(str(tmp_path)))
    with serving({"/prices": serve}) as server, reading(server) as reader:
        for _ in range(2):
            index = night(snapshots, reader.source)
            if len(index.rows) == 0:
                [kept] = tmp_path.rglob("*.warc.gz")
                BODIES[damage](kept)
        assert [headers.get("if-none-match") for path, headers in server.asked if path == "/prices"] == [
            None,
            '"one"',
            None,
        ]
    index = CaptureIndex(snapshots, ["deepseek_en"])
    assert [c.body for c in index.loaded(index.of("deepseek_en"))] == [PAGE, PAGE]


STALLS: dict[str, Callable[[Exchange], object]] = {
    "in the headers": lambda e: e.drip(b"HTTP/1.1 200 OK\r\n"),
    "in the body": lambda e: e.drip(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 9),
    "before a word": lambda e: e.server.closing.wait(3),
    "with a wait": lambda e: e.answer(status=503, Retry_After="900"),
}


@pytest.mark.parametrize("where", list(STALLS))
def test_a_source_whose_pages_stall_one_after_the_other_has_one_deadline(where: str) -> None:
    manners = Manners(attempts=4, read_timeout=0.4, whole_timeout=0.5, source_timeout=1.0, pause=0.0)
    slow = {f"/{n}": STALLS[where] for n in range(20)}
    stamina.set_testing(False)
    began = time.monotonic()
    with serving(slow) as server, reading(server, *slow) as reader, pytest.raises(FetchError):
        Fetcher(manners).fetch(reader.source)
    assert time.monotonic() - began < 6  # without the deadline: 20 pages of four tries


def test_a_304_to_a_question_without_a_body_to_go_back_to_is_asked_again_once_and_then_refused() -> None:
    def lost() -> bytes:
        raise FileNotFoundError("raw/x.warc.gz")

    with serving({"/prices": lambda e: e.answer(status=304)}) as server, reading(server) as reader:
        with pytest.raises(FetchError, match="HTTP 304"):
            Fetcher(QUICK).fetch(
                reader.source, {reader.source.addresses[0]: Known('"e"', None, lost, "text/html")}
            )
        assert server.count("/prices") == 2


VALIDATORS = {
    "of another alphabet": {"ETag": '"\u00e9"'},
    "of an emoji": {"ETag": '"\U0001f4a9"'},
    "longer than a header": {"ETag": '"' + "x" * 60_000 + '"'},
    "with a control character": {"ETag": '"\x7f"'},
    "a date of bytes": {"Last_Modified": "\u00ff\u00ff"},
    "that its server refuses": {"ETag": '"refused"'},
}


@pytest.mark.parametrize("kind", list(VALIDATORS))
def test_a_page_whose_validator_cannot_be_said_is_asked_again_the_next_night(
    kind: str, tmp_path: Path
) -> None:
    def serve(exchange: Exchange) -> None:
        said = {"if-none-match", "if-modified-since"} & exchange.headers.keys()
        exchange.answer(status=431) if said else exchange.answer(PAGE, **VALIDATORS[kind])

    snapshots = Snapshots(Location(str(tmp_path)))
    with serving({"/prices": serve}) as server, reading(server) as reader:
        for _ in range(2):
            night(snapshots, reader.source)
