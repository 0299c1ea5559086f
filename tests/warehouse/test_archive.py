"""The raw archive keeps bytes whole, refuses what is torn, and is read by other WARC tools."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from warehouse.archive.index import CaptureIndex, by_day, index_rows
from warehouse.archive.warc import ArchiveError, Imported, RawArchive, Response, read_records, read_warc
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.location import Location
from warehouse.snapshots import Snapshots

WHEN = datetime(2026, 4, 24, 2, 30, tzinfo=UTC)


def response(
    body: bytes, address: str = "https://example.org/prices", when: datetime = WHEN, encoded: bool = True
) -> Response:
    headers = [("Content-Type", "application/json")] + ([("Content-Encoding", "gzip")] if encoded else [])
    wire = gzip.compress(body, mtime=0) if encoded else body
    return Response("made", address, when, 200, tuple(headers), wire, body)


def archived(home: Path, *responses: Response) -> list[Path]:
    RawArchive(Location(str(home))).write(responses, {})
    return sorted(home.glob("raw/made/*/*.warc.gz"))


def test_a_body_is_read_back_as_it_was_sent(tmp_path: Path) -> None:
    archive = RawArchive(Location(str(tmp_path)))
    kept = archive.write(
        [response(b'{"price": 1}'), response(b"two", "https://example.org/b", encoded=False)], {}
    )
    assert [archive.body(a.capture.warc, a.capture.offset, a.capture.length) for a in kept] == [
        b'{"price": 1}',
        b"two",
    ]
    assert [a.size for a in kept] == [12, 3]


def test_an_unchanged_body_becomes_a_revisit_that_is_still_readable(tmp_path: Path) -> None:
    snapshots = Snapshots(Location(str(tmp_path)))
    for night in range(2):
        whole = CaptureIndex(snapshots).whole()
        kept = snapshots.archive.write([response(b"same", when=WHEN + timedelta(days=night))], whole)
        snapshots.append(CAPTURES, index_rows(kept, {}), kept[0].capture.observed_on)
    index = CaptureIndex(snapshots)
    assert [row["record_type"] for row in index.rows] == ["response", "revisit"]
    assert [c.body for c in index.loaded(index.of("made"))] == [b"same", b"same"]


def test_other_warc_tools_find_nothing_to_complain_about(tmp_path: Path) -> None:
    [file] = archived(tmp_path, response(b"one"), response(b"two", "https://example.org/b"))
    checked = subprocess.run(
        [Path(sys.executable).parent / "warcio", "check", "-v", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.count("digest pass") >= 2
    index = subprocess.run(
        [Path(sys.executable).parent / "warcio", "index", file], capture_output=True, text=True, check=True
    )
    assert index.stdout.count("https://example.org/") == 2


def test_the_same_captures_give_the_same_file(tmp_path: Path) -> None:
    [first] = archived(tmp_path / "a", response(b"one"))
    [second] = archived(tmp_path / "b", response(b"one"))
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("cut", [1, 7, 40, 120])
def test_a_torn_tail_is_named_and_the_records_before_it_are_read(tmp_path: Path, cut: int) -> None:
    [file] = archived(tmp_path, response(b"one " * 50), response(b"two " * 50, "https://example.org/b"))
    torn = file.read_bytes()[:-cut]
    good, bad = [], []
    try:
        for record in read_records(io.BytesIO(torn), "torn.warc.gz"):
            (bad if record.problem else good).append(record.capture.address)
    except ArchiveError as named:
        bad.append(str(named))
    assert good == ["https://example.org/prices"]
    assert len(bad) == 1


def test_a_record_whose_digest_does_not_hold_is_refused(tmp_path: Path) -> None:
    [file] = archived(tmp_path, response(b"price 1.74", encoded=False))
    members = file.read_bytes()
    plain = gzip.decompress(members).replace(b"price 1.74", b"price 0.17")
    (tmp_path / "forged.warc").write_bytes(plain)
    with pytest.raises(ArchiveError, match="digest does not hold"):
        list(read_warc(tmp_path / "forged.warc"))


def test_an_import_takes_records_once_and_lists_addresses_without_a_source(tmp_path: Path) -> None:
    [file] = archived(tmp_path / "theirs", response(b"one"), response(b"two", "https://example.org/unknown"))
    archive, known = RawArchive(Location(str(tmp_path / "ours"))), set()

    def source_of(address: str) -> str | None:
        return "made" if address.endswith("prices") else None

    def take() -> Imported:
        return archive.take(file, source_of, lambda c: (c.address, c.captured_at) in known, {})

    first = take()
    known.update((a.capture.address, a.capture.captured_at) for a in first.taken)
    second = take()
    assert ([a.capture.address for a in first.taken], first.without_source) == (
        ["https://example.org/prices"],
        {"https://example.org/unknown": 1},
    )
    assert (second.taken, second.known) == ([], 1)
    kept = first.taken[0].capture
    assert archive.body(kept.warc, kept.offset, kept.length) == b"one"


def test_a_capture_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Capture("made", "https://example.org", datetime(2026, 1, 1), b"")  # noqa: DTZ001


def test_captures_are_indexed_by_the_day_of_their_file(tmp_path: Path) -> None:
    archive = RawArchive(Location(str(tmp_path)))
    kept = archive.write([response(b"one")], {}) + archive.write(
        [response(b"two", when=WHEN + timedelta(days=1))], {}
    )
    assert [d.isoformat() for d in by_day(index_rows(kept, {}))] == ["2026-04-24", "2026-04-25"]
