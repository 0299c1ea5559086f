"""The page is served on the loopback address: what lies below `report/` as it is published, and nothing
else.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.page_server import ADDRESS, page_address, page_served
from warehouse.location import HomeError, Location


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Location, str]]:
    location = Location(str(tmp_path / "home"))
    location.write("secret.txt", b"not for the page")
    with page_served(location, "127.0.0.1", 0) as page:
        yield location, page


def refused(address: str) -> int:
    """The status with which an address is refused."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(address, timeout=5)
    answer.value.close()
    return int(answer.value.code)


def test_the_page_is_served_as_it_is_published_now(served: tuple[Location, str]) -> None:
    location, page = served
    assert refused(page) == 404
    for text in (b"<p>one</p>", b"<p>two</p>"):
        location.publish(
            {"report/index.html": text, "report/chart.svg": b"<svg/>", "datapackage.json": b"{}"}
        )
        with urllib.request.urlopen(page, timeout=5) as answer:
            assert (answer.read(), answer.headers["content-type"]) == (text, "text/html; charset=utf-8")
    with urllib.request.urlopen(f"{page}chart.svg", timeout=5) as answer:
        assert answer.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "name", ["../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "%00", "//etc/passwd"]
)
def test_nothing_beside_the_page_is_served(name: str, served: tuple[Location, str]) -> None:
    assert refused(served[1] + name) in {400, 404}


def test_a_taken_port_is_told_with_what_to_do(served: tuple[Location, str]) -> None:
    location, page = served
    with (
        pytest.raises(HomeError, match="give another --page-port"),
        page_served(location, "127.0.0.1", int(page.split(":")[2].strip("/"))),
    ):
        pass


def test_a_run_links_to_where_the_page_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ADDRESS, raising=False)
    assert page_address(Location("/somewhere")) == "file:///somewhere/report/index.html"
    assert page_address(Location("s3://bucket/home")) == "s3://bucket/home/report/index.html"
    monkeypatch.setenv(ADDRESS, "https://ledger.example/")
    assert page_address(Location("s3://bucket/home")) == "https://ledger.example/"
