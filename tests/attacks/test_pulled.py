"""Hostile sets: what `gapledger pull` takes is a set in the declared form and of a set's size, or nothing."""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli import main
from flows.pulling import pull
from tests.faults.misbehaving import Exchange, serving
from tests.flows.test_pulling import DAY, check_answers, publish
from warehouse import foreign_tables, plain_web, published_set
from warehouse.location import DESCRIPTOR, HISTORY, HomeError, Location
from warehouse.parquet import parquet_bytes, read
from warehouse.seals import read_json, sealed_json

MODELS = "marts/models.parquet"


@pytest.fixture
def there(tmp_path: Path) -> Location:
    return publish(Location(str(tmp_path / "there")))


def stated(there: Location, body: bytes | None = None, change: Callable[[Any], object] = bool) -> None:
    """Publishes a set with another table of models and descriptors that state it, both changed."""
    restated: dict[str, bytes] = {} if body is None else {MODELS: body}
    for descriptor in (DESCRIPTOR, HISTORY):
        said = read_json(there.read(descriptor))
        for one in said["resources"]:
            if body is not None and one["name"] == "models" and "hash" in one:
                one |= {"hash": "sha256:" + hashlib.sha256(body).hexdigest(), "byte_count": len(body)}
        change(said)
        restated[descriptor] = sealed_json(said)
    there.publish(restated)


def with_days(rows: pa.Table, days: pa.Array) -> pa.Table:
    return rows.set_column(rows.column_names.index("as_of"), "as_of", days)


def million_times(rows: pa.Table) -> bytes:
    """The rows a million times, which Parquet keeps in a few kilobytes, with a long name."""
    many = rows.take(pa.array(np.zeros(1_000_000, np.int64)))
    name = pa.DictionaryArray.from_arrays(pa.array(np.zeros(1_000_000, np.int32)), pa.array(["x" * 5000]))
    sink = io.BytesIO()
    where = rows.column_names.index("name")
    pq.write_table(many.set_column(where, "name", name), sink, compression="zstd", store_schema=False)
    return sink.getvalue()


TABLES: dict[str, tuple[Callable[[pa.Table], bytes], str]] = {
    "no as-of date": (lambda rows: parquet_bytes(rows.drop(["as_of"])), "no column as_of"),
    "dates as text": (
        lambda rows: parquet_bytes(with_days(rows, rows["as_of"].cast(pa.string()))),
        "as_of is of string",
    ),
    "empty dates": (
        lambda rows: parquet_bytes(with_days(rows, pa.nulls(rows.num_rows, pa.date32()))),
        "as_of has empty cells",
    ),
    "dates of the future": (
        lambda rows: parquet_bytes(with_days(rows, pa.array([date(2999, 1, 1)] * rows.num_rows))),
        "in the future",
    ),
    "other columns": (lambda rows: parquet_bytes(rows.select(["as_of"])), "no column model_id"),
    "numbers for names": (
        lambda rows: parquet_bytes(
            rows.set_column(rows.column_names.index("model_id"), "model_id", pa.array([1] * rows.num_rows))
        ),
        "model_id is of int64",
    ),
    "5 GB once they are spelt out": (million_times, "bytes as of"),
}


@pytest.mark.parametrize("kind", list(TABLES))
def test_a_table_of_another_form_is_refused_by_name_and_the_home_keeps_its_set(
    kind: str, there: Location, tmp_path: Path
) -> None:
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    made, why = TABLES[kind]
    stated(there, made(read(there.read(MODELS), MODELS)))
    with pytest.raises(HomeError, match=rf"marts/models\.parquet is refused \(.*{why}"):
        pull(home, there.root)
    check_answers(home.root)


DESCRIPTORS: dict[str, tuple[Callable[[Any], object], str]] = {
    "a newest date that is none": (lambda s: [r.update(as_of="soon") for r in s["resources"]], "isoformat"),
    "a newest date that is a number": (lambda s: [r.update(as_of=5) for r in s["resources"]], "must be str"),
    "a newest date of the future": (
        lambda s: [r.update(as_of="2999-01-01") for r in s["resources"]],
        "in the future",
    ),
    "sizes of terabytes": (lambda s: [r.update(byte_count=2**40) for r in s["resources"]], "no set is that"),
    "no sizes": (lambda s: [r.pop("byte_count", None) for r in s["resources"]], "does not state its files"),
    "a million files": (
        lambda s: s.update(
            report=[{"path": f"report/{n}", "hash": "", "byte_count": 0} for n in range(30_000)]
        ),
        "no set is that",
    ),
    "files that are a number": (lambda s: s.update(report=5), "does not state its files"),
}


@pytest.mark.parametrize("kind", list(DESCRIPTORS))
def test_a_descriptor_that_promises_too_much_is_refused(kind: str, there: Location, tmp_path: Path) -> None:
    change, why = DESCRIPTORS[kind]
    stated(there, change=change)
    with pytest.raises(HomeError, match=why):
        pull(Location(str(tmp_path / "here")), there.root)


HISTORIES: dict[str, tuple[Callable[[dict[str, Any]], bytes], str]] = {
    "another's": (lambda said: sealed_json({**said, "name": "other"}), "no descriptor of a ledger"),
    "no digest of its own": (lambda said: json.dumps(said).encode(), "no digest of its own"),
    "without a table that is pointed to": (
        lambda said: sealed_json({**said, "resources": said["resources"][1:]}),
        "does not state marts/",
    ),
    "tables of another folder": (
        lambda said: sealed_json(
            {**said, "resources": [{**r, "path": f"../{r['path']}"} for r in said["resources"]]}
        ),
        "does not state marts/",
    ),
    "resources that are a number": (
        lambda said: sealed_json({**said, "resources": 5}),
        "does not state its files",
    ),
    "deep": (lambda _: b'{"name": "gapledger", "a": ' + b"[" * 100_000, "is refused"),
}


@pytest.mark.parametrize("kind", list(HISTORIES))
def test_a_hostile_descriptor_of_the_history_is_refused_and_the_home_keeps_its_set(
    kind: str, there: Location, tmp_path: Path
) -> None:
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    made, why = HISTORIES[kind]
    there.publish({HISTORY: made(dict(read_json(there.read(HISTORY))))})
    with pytest.raises(HomeError, match=f"{why}.*nothing was taken"):
        pull(home, there.root)
    check_answers(home.root)


def test_a_descriptor_that_is_deep_is_one_line(there: Location, tmp_path: Path, capsys: Any) -> None:
    there.publish({DESCRIPTOR: b'{"name": "gapledger", "a": ' + b"[" * 100_000})
    assert main(["pull", there.root, "--home", str(tmp_path / "here")]) == 1
    assert "datapackage.json is refused" in capsys.readouterr().err


def test_a_body_that_is_longer_than_stated_or_never_ends_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_web, "WHOLE_SECONDS", 0.5)
    monkeypatch.setattr(published_set, "MOST_BYTES", 50_000)
    long = {"/datapackage.json": lambda e: e.answer(b"x" * 200_000)}
    slow = {"/datapackage.json": _slow}
    began = time.monotonic()
    for paths in (long, slow):
        with serving(paths) as server, pytest.raises(HomeError, match=r"datapackage\.json cannot be read"):
            pull(Location(str(tmp_path / "here")), server.url)
    assert time.monotonic() - began < 15


def _slow(exchange: Exchange) -> None:
    exchange.wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    exchange.drip(b"x")


@pytest.mark.parametrize(
    "to", ["http://example.org/", "ftp://{}/x", "file:///etc/passwd", "http://[::1]:1/x"]
)
def test_a_server_that_leads_to_another_host_is_not_followed(to: str, tmp_path: Path) -> None:
    moved = {"/datapackage.json": lambda e: e.answer(status=302, Location=to.format("127.0.0.1"))}
    with serving(moved) as server, pytest.raises(HomeError, match="cannot be read"):
        pull(Location(str(tmp_path / "here")), server.url)


def test_a_redirect_on_the_same_host_is_followed(there: Location) -> None:
    body, history = there.read(DESCRIPTOR), there.read(HISTORY)
    paths = {
        "/datapackage.json": lambda e: e.answer(status=302, Location="/v2/datapackage.json"),
        "/v2/datapackage.json": lambda e: e.answer(body),
        "/marts/datapackage.json": lambda e: e.answer(history),
    }
    with serving(paths) as server:
        assert published_set.PublishedSet(server.url).newest == DAY
    assert json.loads(body)["name"] == "gapledger"
    assert foreign_tables.believed(DAY) == DAY
