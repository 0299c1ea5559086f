"""Kind 13 of what attacks broke: robots.txt as RFC 9309 has it."""

from __future__ import annotations

import gzip
import itertools
from typing import Any

import pytest

from extractors.errors import FetchError
from extractors.fetch import Fetcher
from extractors.robots import ROBOTS_BYTES, Rules
from tests.attacks.edge import QUICK, reading
from tests.faults.cases import PAGE
from tests.faults.misbehaving import serving

CLOSED = b"User-agent: *\nDisallow: /prices\n"
PADDING = b"# " + b"x" * 76 + b"\n"


def _moved(times: int) -> dict[str, Any]:
    """robots.txt behind so many redirects."""
    places = ["/robots.txt", *(f"/r{n}" for n in range(1, times)), "/rules"]
    hops = {a: (lambda e, b=b: e.answer(status=301, Location=b)) for a, b in itertools.pairwise(places)}
    return {**hops, "/rules": lambda e: e.answer(CLOSED)}


ROBOTS: dict[str, dict[str, Any]] = {
    "with a byte order mark": {"/robots.txt": lambda e: e.answer(b"\xef\xbb\xbf" + CLOSED)},
    "in UTF-16": {"/robots.txt": lambda e: e.answer(CLOSED.decode().encode("utf-16"))},
    "in gzip": {"/robots.txt": lambda e: e.answer(gzip.compress(CLOSED), Content_Encoding="gzip")},
    "behind one redirect": _moved(1),
    "behind five redirects": _moved(5),
    "larger than a page may be": {"/robots.txt": lambda e: e.answer(CLOSED + PADDING * 6000)},
    "with carriage returns": {"/robots.txt": lambda e: e.answer(CLOSED.replace(b"\n", b"\r"))},
}


@pytest.mark.parametrize("how", list(ROBOTS))
def test_a_page_that_robots_txt_closes_is_not_fetched(how: str) -> None:
    with (
        serving({"/prices": lambda e: e.answer(PAGE), **ROBOTS[how]}) as server,
        reading(server, max_bytes=200_000) as reader,
        pytest.raises(FetchError, match=r"robots\.txt opens"),
    ):
        Fetcher(QUICK).fetch(reader.source)
    assert server.count("/prices") == 0


def test_more_than_five_redirects_of_robots_txt_mean_no_rules() -> None:
    with serving({"/prices": lambda e: e.answer(PAGE), **_moved(6)}) as server, reading(server) as reader:
        assert Fetcher(QUICK).fetch(reader.source)[0].body == PAGE


def test_the_line_that_512_kb_cut_through_is_no_rule() -> None:
    long = (
        b"User-agent: *\nDisallow: /x\n"
        + b"#" * (ROBOTS_BYTES - 60)
        + b"\nDisallow: /prices/only/the/archive\n"
    )
    assert Rules(long).open_to_us("http://a.example/prices")
    assert not Rules(long).open_to_us("http://a.example/x")
