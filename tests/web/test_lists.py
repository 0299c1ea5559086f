"""What is wrong with a site's list is a named outcome, for every source that has one, and the addresses that
are known are asked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.addresses import plain, same_site
from extractors.capturing import Captured, capture_source
from extractors.fetch import Fetcher, Manners
from extractors.following import MOST_NAMED, MOST_NEWS, due
from extractors.source import Source, discover
from studies.replayed_web.long_lists import LISTED, like, listing_of, put_list, written
from studies.replayed_web.server import Web, replayed
from tests.web.following import NOW, followed
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

MOST_OF_A_HOST = 60
Written = Callable[[Source, list[str]], bytes]


def abroad(source: Source, number: int) -> str:
    """The same address under another domain."""
    parts = urlsplit(like(source, number))
    return f"https://mirror.example{parts.path}"


FAULTS: dict[str, Callable[[Source], bytes | str | None]] = {
    "disappears": lambda _: None,
    "is empty": lambda _: b"",
    "points elsewhere": lambda _: "https://elsewhere.example/llms.txt",
    "names ten thousand pages": lambda s: written(s, NOW, [like(s, n) for n in range(MOST_NAMED + 1)]),
    "names another domain": lambda s: written(s, NOW, [abroad(s, n) for n in range(3)]),
}


@pytest.fixture(scope="module")
def served() -> Iterator[Web]:
    with replayed(NOW) as web:
        yield web


@pytest.fixture
def web(served: Web) -> Web:
    served.pages.clear()
    served.forget()
    return served


def captured(web: Web, source: Source, home: Path) -> Captured:
    client = Fetcher(Manners(pause=0.0, attempts=1, transport=web.transport()), clock=web.clock)
    try:
        return capture_source(source, CaptureIndex(Snapshots(Location(str(home)))), client, NOW)
    finally:
        client.close()


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source_id", LISTED)
def test_a_list_at_fault_is_named_and_known_addresses_are_asked_all_the_same(
    web: Web, tmp_path: Path, source_id: str, fault: str
):
    source = LISTED[source_id]
    follows = listing_of(source).most > 0
    for address in source.addresses:  # a list with no page to follow is asked only where the page is gone
        web.put(address, NOW, b"a page" if follows else None)
    put_list(web, source, NOW, FAULTS[fault](source))
    done = captured(web, source, tmp_path)
    assert all(web.asked[address] >= 1 for address in source.addresses)
    assert all(web.asked[at] >= 1 for at in listing_of(source).at)
    bounded = source_id == "livebench" and fault == "names ten thousand pages"  # two releases, of any number
    told = [
        said for said in done.news if any(at in said for at in listing_of(source).at) or source_id in said
    ]
    assert told or bounded
    got = {r.address for r in done.responses}
    assert set(source.addresses) <= got if follows else done.error
    hosts: dict[str, int] = {}
    for address, count in web.asked.items():
        host = urlsplit(address).netloc or address
        hosts[host] = hosts.get(host, 0) + count
    assert max(hosts.values()) <= MOST_OF_A_HOST
    assert all(any(same_site(f"https://{host}", own) for own in _own(source)) for host in hosts)


def _own(source: Source) -> list[str]:
    return [*source.addresses, *(form for forms in source.forms.values() for form in forms)]


@pytest.mark.parametrize("source_id", [s for s, source in LISTED.items() if listing_of(source).most > 0])
def test_a_list_in_order_is_followed_within_its_bound(web: Web, tmp_path: Path, source_id: str):
    source = LISTED[source_id]
    for address in source.addresses:
        web.put(address, NOW, b"a page")
    named = [like(source, n) for n in range(100)]
    for address in named:
        web.put(address, NOW, b"a page")
    put_list(web, source, NOW, written(source, NOW, named))
    done = captured(web, source, tmp_path)
    new = {r.address for r in done.responses} - set(source.addresses) - set(listing_of(source).at)
    if source_id == "livebench":
        assert {a for a in web.asked if "table_2026_11_30" in a}
    else:
        assert len(new) == min(listing_of(source).most, len([a for a in named if source.reads(a)]))


def test_models_whose_endpoints_answer_nothing_keep_no_other_waiting():
    source = LISTED["openrouter_endpoints"]
    most, named = listing_of(source).most, [like(source, number) for number in range(150)]
    asked: set[str] = set()
    for night in range(12):
        tonight = due(named, discover()[source.id], [], NOW.date() + timedelta(days=night))
        assert len(set(tonight)) == len(tonight) == most
        assert tonight[0] == named[0]  # the newest are asked every night
        asked |= set(tonight)
    assert asked == set(named)


def credentials(address: str) -> str:
    return address.replace("https://", "https://user:pw@", 1)


def homograph(address: str) -> str:
    host = urlsplit(address).netloc
    return address.replace(host, host.translate(str.maketrans("aeo", "\u0430\u0435\u043e")), 1)


# Each writes an address as no list should, or as another list would.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "credentials": credentials,
    "another host behind credentials": lambda a: a.replace("https://", "https://evil.example@", 1),
    "a port": lambda a: a.replace(urlsplit(a).netloc, f"{urlsplit(a).netloc}:8443", 1),
    "a port that is none": lambda a: a.replace(urlsplit(a).netloc, f"{urlsplit(a).netloc}:99999", 1),
    "steps out": lambda a: a.replace(urlsplit(a).path, "/x/%2e%2e/%252e%252e" + urlsplit(a).path, 1),
    "back slashes": lambda a: a + "\\..\\admin",
    "letters of another script": homograph,
    "a line end": lambda a: f"{a}%0D%0AHost: evil.example",
    "nothing but length": lambda a: a + "/" + "x" * 100_000,
    "a plain scheme": lambda a: a.replace("https://", "http://", 1),
    "this machine": lambda _: "http://127.0.0.1:6379/",
    "a file": lambda _: "file:///etc/passwd",
}
BODIES: dict[str, bytes] = {
    "UTF-16": "[Pricing](https://a.example/x)".encode("utf-16"),
    "GBK": "[\u5b9a\u4ef7](https://a.example/x)".encode("gbk"),
    "JSON instead of HTML": b'{"data": [null, 3, {"id": 5}], "error": "maintenance"}',
    "HTML instead of JSON": b"<html><h1>We will be back</h1>",
    "odd entries": b'{"data": [{"id": "a/b", "hugging_face_id": "a", "created": "soon"}]}',
    "nothing that is text": bytes(range(256)) * 40,
    "deep": b"[" * 20_000,
    "brackets without end": b"[x](" * 5_000 + b'<a href="' * 5_000,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_addresses_that_are_not_plain_are_not_asked_and_those_beside_them_are(spelling: str):
    for source in LISTED.values():
        good = [like(source, n) for n in range(2)]
        odd = [SPELLINGS[spelling](like(source, n)) for n in range(5, 8)]
        done, asked = followed(source, written(source, NOW, [*odd, *good]))
        _, plainly = followed(source, written(source, NOW, good))
        assert set(asked) & set(good) == set(plainly) & set(good)
        assert all(same_site(a, source.addresses[0]) and plain(a, source.addresses[0]) == a for a in asked)
        assert not set(asked) & set(odd)
        assert len(asked) <= listing_of(source).most
        assert all(said.isprintable() and len(said) < 1000 for said in (*done.problems, *done.news))


@pytest.mark.parametrize("body", BODIES)
def test_a_list_that_is_no_list_is_a_named_problem(body: str):
    for source in LISTED.values():
        done, asked = followed(source, BODIES[body])
        assert len(done.problems) >= 1
        assert asked == []


@pytest.mark.parametrize("source_id", [s for s, source in LISTED.items() if listing_of(source).most > 0])
def test_pages_that_are_listed_in_another_order_each_night_all_have_their_turn(source_id: str):
    source, named, asked = LISTED[source_id], [like(LISTED[source_id], n) for n in range(30)], set[str]()
    for night in range(40):
        done, tonight = followed(
            source, written(source, NOW, named[:: (-1) ** night]), NOW + timedelta(days=night)
        )
        assert len(tonight) == len(set(tonight)) <= listing_of(source).most
        assert len(done.news) <= MOST_NEWS + 1
        asked |= set(tonight)
    assert source_id == "livebench" or asked >= {a for a in named if source.reads(a)} - set(source.addresses)


def test_an_address_that_stands_twice_in_other_letters_or_with_a_slash_is_asked_once():
    source = LISTED["mistral_docs"]
    known, new = source.addresses[0], like(source, 3)
    same = [new, f"{new}/", f"{new}#prices", new.replace("docs.mistral", "DOCS.Mistral"), f"{known}/"]
    _, asked = followed(source, written(source, NOW, same))
    assert asked == [new]


def test_what_a_list_dates_in_the_future_keeps_nothing_of_today_waiting():
    source = LISTED["openrouter_endpoints"]
    models = [{"id": f"lab/x{n}", "hugging_face_id": "a/b", "created": 4e9 + n} for n in range(200)]
    models.append({"id": "lab/today", "hugging_face_id": "a/b", "created": NOW.timestamp() - 60})
    _, asked = followed(source, json.dumps({"data": models}).encode())
    assert asked[0] == "https://openrouter.ai/api/v1/models/lab/today/endpoints"
    posts = "".join(f"<loc>https://api-docs.deepseek.com/news/news9912{n}</loc>" for n in range(10, 31))
    today = "https://api-docs.deepseek.com/news/news261130"
    _, asked = followed(LISTED["deepseek_news"], f"{posts}<loc>{today}</loc>".encode())
    assert asked[0] == today


def test_what_no_earlier_list_names_is_asked_first_wherever_it_stands():
    source = LISTED["openrouter_endpoints"]
    *old, new = [like(source, n) for n in range(90)]
    said = written(source, NOW, [*old, new])
    assert followed(source, said, before=written(source, NOW, old))[1][0] == new
    for before in (None, b"a list that no rule reads", said):
        _, asked = followed(source, said, before=before)
        assert asked[0] == old[0]
        assert len(asked) == listing_of(source).most
