"""What is wrong with a site's list is a named outcome, for every source that has one, and the addresses that
are known are asked all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.addresses import same_site
from extractors.capturing import Captured, capture_source
from extractors.fetch import Fetcher, Manners
from extractors.following import MOST_NAMED, due
from extractors.source import Source, discover
from studies.replayed_web.long_lists import LISTED, like, listing_of, put_list, written
from studies.replayed_web.server import Web, replayed
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

NOW = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
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
