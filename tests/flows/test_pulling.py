"""A published set pulled from an address is the set that was published, or nothing."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flows.cli import main
from flows.pulling import pull
from reports.answers import lag, price, read
from tests.flows.servers import s3
from tests.reports.made_published import DAY, price_row, table_rows
from warehouse.history_pack_making import begin_with
from warehouse.lineage.walk import explain
from warehouse.location import DESCRIPTOR, HomeError, Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts
from warehouse.query import query
from warehouse.seals import read_json, sealed_json
from warehouse.snapshots import parquet_bytes

BEFORE = date(2026, 8, 13)
PAGE = {"report/index.html": b"<p>page</p>", "report/api/v1/latest.json": b"{}"}


def tables_of(day: date, amount: float) -> dict[str, bytes]:
    """The derived tables of a day, in which acme/one costs `amount`."""
    since = date(2026, 1, 1)
    prices = [price_row("acme/one", component, amount, since, as_of=day) for component in ("input", "output")]
    model = {"as_of": day, "model_id": "acme/one", "name": "One", "lab_id": "acme", "country": "CN"}
    event = {
        "as_of": day, "board_id": "b", "board_version": "1", "definition": "event", "leader": "US",
        "follower": "CN", "kind": "released", "valid_on": since, "tolerance": 0.0, "vintage_basis": "as_of",
        "leader_model_id": "zeta/two", "follower_model_id": "acme/one", "lag_days": 60.0, "state": "lags",
    }  # fmt: skip
    made = {"price_intervals": prices, "models": [model], "model_aliases": [], "lag": [event]}
    return {name: parquet_bytes(table_rows(name, rows)) for name, rows in made.items()}


def publish(location: Location, amount: float = 2.0) -> Location:
    built = {BEFORE: tables_of(BEFORE, 4.0), DAY: tables_of(DAY, amount)}
    Marts(location).publish(built, PAGE, mart_tables())
    return location


@pytest.fixture
def there(tmp_path: Path) -> Location:
    return publish(Location(str(tmp_path / "there")))


@contextlib.contextmanager
def web(folder: Path) -> Iterator[str]:
    """A folder on a plain web server of the loopback address."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def check_answers(at: str) -> None:
    """What the commands and the Python API read at an address is what was published there."""
    assert price("one", home_at=at)["amount"].tolist() == [2.0, 2.0]
    assert price("one", home_at=at).attrs["units"]["amount"]
    assert lag("one", home_at=at)["lag_days"].tolist() == [60.0]
    assert read("models", at=at)["model_id"].tolist() == ["acme/one"]
    assert read("lag", BEFORE, at)["follower_model_id"].tolist() == ["acme/one"]
    with pytest.raises(ValueError, match=f"the nearest days are {BEFORE}, {DAY}"):
        read("lag", date(2026, 8, 1), at)


def check_pulled(home: Location, capsys: pytest.CaptureFixture[str]) -> None:
    check_answers(home.root)
    assert query(
        home, "SELECT DISTINCT amount FROM price_intervals WHERE as_of = DATE '2026-08-20'"
    ).to_pylist()
    capsys.readouterr()
    assert main(["price", "one", "--json", "--home", home.root]) == 0
    assert {row["amount"] for row in json.loads(capsys.readouterr().out)} == {2.0}
    assert main(["lag", "one", "--home", home.root]) == 0
    assert "acme/one (2026-01-01) was 2.0 months behind zeta/two" in capsys.readouterr().out
    assert home.read("report/index.html") == PAGE["report/index.html"]
    assert main(["verify", "--home", home.root]) == 0


def test_a_set_on_a_plain_web_server_is_pulled_and_answers(there: Location, tmp_path: Path, capsys):
    home = Location(str(tmp_path / "here"))
    with web(Path(there.root)) as address:
        assert main(["pull", address, "--home", home.root]) == 0
        assert "as of 2026-08-20: " in capsys.readouterr().out
        check_answers(address)
        assert main(["price", "one", "--on", "2026-05-10", "--json", "--home", address]) == 0
        assert {row["amount"] for row in json.loads(capsys.readouterr().out)} == {2.0}
        assert main(["find", "on", "--home", address]) == 0
    check_pulled(home, capsys)


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_set_in_a_folder_is_pulled_and_answers(there: Location, tmp_path: Path, form: str, capsys):
    home = Location(str(tmp_path / "here"))
    pull(home, form.format(there.root))
    check_pulled(home, capsys)
    check_answers(form.format(there.root))


@pytest.mark.server
def test_a_set_in_an_object_store_is_pulled_and_answers(tmp_path: Path, capsys):
    with s3(tmp_path):
        there = publish(Location("s3://gapledger/there"))
        pull(Location(str(tmp_path / "here")), there.root)
        check_pulled(Location(str(tmp_path / "here")), capsys)
        check_answers(there.root)
        pull(Location("s3://gapledger/here"), there.root)
        check_answers("s3://gapledger/here")


def damage(there: Location, name: str, how: str) -> None:
    file = Path(there.root) / name
    body = file.read_bytes()
    file.unlink()
    if how == "torn":
        file.write_bytes(body[: len(body) // 2])
    elif how == "changed":
        file.write_bytes(body.replace(b"gapledger", b"gapledgex", 1) if name == DESCRIPTOR else body[::-1])


@pytest.mark.parametrize("how", ["torn", "changed", "absent"])
@pytest.mark.parametrize("name", ["marts/price_intervals.parquet", "report/index.html", DESCRIPTOR])
def test_a_file_that_is_not_what_was_published_is_refused_by_name_and_the_home_keeps_its_set(
    there: Location, tmp_path: Path, name: str, how: str
):
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    before = {n: home.read(n) for n in home.names("marts")}
    publish(there, amount=9.0)
    damage(there, f"current/{name}", how)
    with pytest.raises(HomeError, match=name):
        pull(home, there.root)
    assert {n: home.read(n) for n in home.names("marts")} == before
    check_answers(home.root)


def test_what_was_pulled_is_replaced_whole_by_what_is_pulled_next(there: Location, tmp_path: Path):
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    publish(there, amount=9.0)
    Marts(there).publish({}, {"report/other.html": b"new"}, mart_tables())
    pull(home, there.root)
    assert price("one", home_at=home.root)["amount"].tolist() == [9.0, 9.0]
    assert home.read("report/other.html") == b"new"
    there.publish({}, drop=("report/other.html",))
    Marts(there).publish({}, {}, mart_tables())
    pull(home, there.root)
    assert not home.exists("report/other.html")


@pytest.mark.parametrize(
    "own", ["raw/acme/2026-01-01/1.warc.gz", "snapshots/scores_v1/acme/2026-01-01.parquet"]
)
def test_a_home_with_captures_of_its_own_is_not_overruled(there: Location, tmp_path: Path, own: str, capsys):
    home = Location(str(tmp_path / "here"))
    home.write(own, b"ours")
    assert main(["pull", there.root, "--home", home.root]) == 1
    assert (
        f"has {own.split('/', maxsplit=1)[0]} of its own, which a pulled set does not overrule"
        in capsys.readouterr().err
    )
    assert home.names("") == [".writer.lock", ".writer.lock.holder", own]


def test_a_run_in_a_pulled_home_begins_with_the_history_pack_and_then_it_is_a_home_of_its_own(
    there: Location, tmp_path: Path
):
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    assert begin_with(home, {"manifest.json": b"{}"})
    with pytest.raises(HomeError, match="has pack of its own"):
        pull(home, there.root)


def test_explain_says_from_where_a_row_was_pulled_and_that_its_bytes_are_not_here(
    there: Location, tmp_path: Path
):
    home = Location(str(tmp_path / "here"))
    pull(home, there.root)
    lines, whole = explain(home, "price_intervals", {"component": "input"})
    assert whole
    assert f"pulled from {there.root}; it rests on the capture with sha256 {'0' * 64}" in lines[1]
    assert "are not held here" in lines[1]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"resources": None}, "does not state its files"),
        ({"resources": [{"path": "marts/lag.parquet"}]}, "does not state its files"),
        ({"resources": []}, "names no derived table"),
        ({"name": "another"}, "is no descriptor of a ledger's set"),
    ],
)
def test_a_descriptor_of_another_form_is_refused(there: Location, tmp_path: Path, change: dict, told: str):
    said = {**read_json(there.read(DESCRIPTOR)), **change}
    there.publish({DESCRIPTOR: sealed_json(said)})
    with pytest.raises(HomeError, match=told):
        pull(Location(str(tmp_path / "here")), there.root)


def test_a_descriptor_without_a_digest_of_its_own_is_refused(there: Location, tmp_path: Path):
    there.publish({DESCRIPTOR: json.dumps(read_json(there.read(DESCRIPTOR))).encode()})
    with pytest.raises(HomeError, match="states no digest of its own"):
        pull(Location(str(tmp_path / "here")), there.root)


def test_a_name_that_leaves_the_home_is_no_name_of_a_set(there: Location, tmp_path: Path):
    said = json.loads(there.read(DESCRIPTOR))
    said.pop("gapledger.digest")
    said["report"].append({"path": "report/../../outside", "byte_count": 1, "hash": "sha256:00"})
    there.publish({DESCRIPTOR: sealed_json(said)})
    with pytest.raises(HomeError, match="no name inside"):
        pull(Location(str(tmp_path / "here")), there.root)


def test_a_web_address_is_no_home(tmp_path: Path, capsys):
    assert main(["query", "SELECT 1", "--home", "http://127.0.0.1:9/"]) == 1
    assert "is a web address and no home; run: gapledger pull http://127.0.0.1:9/" in capsys.readouterr().err
    assert main(["pull", "http://127.0.0.1:9/", "--home", str(tmp_path)]) == 1
    assert "datapackage.json cannot be read" in capsys.readouterr().err
    assert Location(str(tmp_path)).names("") == [".writer.lock", ".writer.lock.holder"]


def test_a_static_site_is_a_set_that_can_be_pulled(there: Location, tmp_path: Path, capsys):
    assert main(["export", "site", str(tmp_path / "site"), "--home", there.root]) == 0
    assert (tmp_path / "site/index.html").read_text().count("report/index.html") == 1
    with web(tmp_path / "site") as address:
        pull(Location(str(tmp_path / "here")), address)
    check_pulled(Location(str(tmp_path / "here")), capsys)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").write_text("mine")
    assert main(["export", "site", str(tmp_path / "other"), "--home", there.root]) == 2
