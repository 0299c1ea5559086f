"""Kind 12 of what attacks broke: what is archived is what was read, under one digest."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from extractors.capturing import archive, capture_source
from extractors.errors import FetchError
from extractors.fetch import Fetcher
from tests.attacks.edge import NOW, QUICK, reading
from tests.faults.cases import PAGE
from tests.faults.misbehaving import Exchange, serving
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots


def _answered(tmp_path: Path, body: bytes, decoded: bytes | None = None, **headers: str) -> None:
    """What is fetched, archived and loaded again is `decoded`, under one digest."""
    snapshots = Snapshots(Location(str(tmp_path)))
    with serving({"/prices": lambda e: e.answer(body, **headers)}) as server, reading(server) as reader:
        index = CaptureIndex(snapshots, ["deepseek_en"])
        captured = capture_source(reader.source, index, Fetcher(QUICK), NOW)
        assert captured.error is None
        archive(snapshots, index, captured, Outcomes("test"), NOW.date())
    index = CaptureIndex(snapshots, ["deepseek_en"])
    assert [c.body for c in index.loaded(index.of("deepseek_en"))] == [body if decoded is None else decoded]


CODINGS = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "X-GZIP": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
}


@pytest.mark.parametrize("coding", list(CODINGS))
def test_a_coded_body_is_read_from_the_archive_as_it_was_fetched(coding: str, tmp_path: Path) -> None:
    _answered(tmp_path, CODINGS[coding], PAGE, Content_Encoding=coding)


@pytest.mark.parametrize("members", [2, 3, 40])
def test_all_members_of_a_gzip_body_are_the_body(members: int, tmp_path: Path) -> None:
    size = len(PAGE) // members + 1
    parts = [PAGE[at : at + size] for at in range(0, len(PAGE), size)]
    _answered(tmp_path, b"".join(map(gzip.compress, parts)), PAGE, Content_Encoding="gzip")


def test_the_members_of_a_gzip_body_share_one_budget() -> None:
    bombs = gzip.compress(bytes(60_000)) * 10
    with (
        serving({"/prices": lambda e: e.answer(bombs, Content_Encoding="gzip")}) as server,
        reading(server, max_bytes=200_000) as reader,
        pytest.raises(FetchError, match="at most 200000 bytes decoded"),
    ):
        Fetcher(QUICK).fetch(reader.source)


CHUNKS = b"5\r\nhello\r\n0\r\n\r\n"


@pytest.mark.parametrize("body", [CHUNKS, b"a\r\n0123456789\r\n0\r\n\r\nafter", b"0\r\n\r\n"])
def test_a_body_that_looks_like_chunks_is_no_chunks(body: bytes, tmp_path: Path) -> None:
    def serve(exchange: Exchange) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        exchange.wire.sendall(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    snapshots = Snapshots(Location(str(tmp_path)))
    with serving({"/prices": serve}) as server, reading(server) as reader:
        index = CaptureIndex(snapshots, ["deepseek_en"])
        archive(
            snapshots,
            index,
            capture_source(reader.source, index, Fetcher(QUICK), NOW),
            Outcomes("t"),
            NOW.date(),
        )
    index = CaptureIndex(snapshots, ["deepseek_en"])
    assert [c.body for c in index.loaded(index.of("deepseek_en"))] == [body]
