"""A key for a source that needs one comes from the environment, goes to its host and nowhere else, and is
written nowhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import stamina

from extractors.fetch import Fetcher, Manners
from extractors.source import discover
from tests.faults.homes import night, source_with
from tests.faults.misbehaving import Exchange, Serve, serving
from warehouse.location import Location

KEY = "sk-never-to-be-seen-0123456789"
SOURCE_ID = "artificial_analysis"


@pytest.fixture(autouse=True)
def _no_waiting() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


def echo(exchange: Exchange) -> None:
    exchange.answer(f"your key is {exchange.headers.get('x-api-key')}".encode())


def echo_header(exchange: Exchange) -> None:
    exchange.answer(b"{}", X_Was=exchange.headers.get("x-api-key", ""))


def echo_place(exchange: Exchange) -> None:
    exchange.answer(status=302, Location=f"ftp://elsewhere/?key={exchange.headers.get('x-api-key')}")


def echo_no_http(exchange: Exchange) -> None:
    exchange.wire.sendall(f"{exchange.headers.get('x-api-key')} {{}}\r\n\r\n".encode())


ANSWERS = (
    lambda e: e.answer(b"{}"),
    lambda e: e.answer(status=401),
    lambda e: e.answer(status=500),
    echo,
    echo_header,
    echo_place,
    echo_no_http,
)


@pytest.mark.parametrize("serve", ANSWERS)
def test_the_key_is_in_no_log_no_file_and_no_error(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert discover()[SOURCE_ID].source.key_env
    monkeypatch.setenv(discover()[SOURCE_ID].source.key_env, KEY)
    monkeypatch.setattr(
        "flows.ingest.fetcher",
        lambda: Fetcher(Manners(attempts=2, read_timeout=1.0, whole_timeout=2.0, pause=0.0)),
    )
    caplog.set_level(logging.INFO)
    with serving({"/data": serve}) as server:
        url = f"{server.url}/data"
        with source_with(SOURCE_ID, addresses=(url,), matches=(re.escape(url),)):
            _, _, outcomes = night(Location(str(tmp_path)), [SOURCE_ID], datetime.now(UTC).date(), "live")
        sent = [headers.get("x-api-key") for path, headers in server.asked if path == "/data"]
    assert KEY in sent
    assert any(row["error"] for row in outcomes.rows)
    assert KEY not in repr(outcomes.rows)
    assert KEY not in caplog.text
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert written
    assert [path.name for path in written if KEY.encode() in _unpacked(path)] == []


def test_the_key_does_not_follow_a_redirect_to_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(discover()[SOURCE_ID].source.key_env, KEY)
    with serving({"/stolen": lambda e: e.answer(b"{}")}) as other:
        place = f"{other.url}/stolen"
        with (
            serving({"/data": lambda e: e.answer(status=302, Location=place)}) as server,
            source_with(SOURCE_ID, addresses=(f"{server.url}/data",)) as reader,
        ):
            Fetcher(Manners(attempts=1, pause=0.0)).fetch(reader.source)
        assert [headers.get("x-api-key") for path, headers in server.asked if path == "/data"] == [KEY]
        assert other.count("/stolen") == 1
        assert KEY not in repr(other.asked)


def test_without_its_key_the_source_rests_and_says_which_variable_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = discover()[SOURCE_ID].source.key_env
    monkeypatch.delenv(name, raising=False)
    _, _, outcomes = night(Location(str(tmp_path)), [SOURCE_ID], datetime.now(UTC).date(), "live")
    assert name in outcomes.failed[SOURCE_ID]


def _unpacked(path: Path) -> bytes:
    if path.suffix != ".gz":
        return path.read_bytes()
    import gzip

    return gzip.decompress(path.read_bytes())
