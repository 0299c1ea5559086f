"""What is wrong with a site's list is a named outcome, for every source that has one, and the addresses that
are known are asked all the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from extractors.addresses import same_site
from extractors.capturing import Captured, capture_source
from extractors.fetch import Fetcher, Manners
from extractors.following import MOST_NAMED
from extractors.source import Listing, Source, discover
from studies.replayed_web.server import Web, replayed
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

NOW = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)
LISTED = {source_id: r.source for source_id, r in discover().items() if r.source.listing is not None}
MOST_OF_A_HOST = 60
Written = Callable[[Source, list[str]], bytes]


def listing_of(source: Source) -> Listing:
    assert source.listing is not None
    return source.listing


def written(source: Source, addresses: list[str]) -> bytes:
    """A list in the source's own form that names the addresses."""
    if source.id == "openrouter_endpoints":
        models = [
            urlsplit(a).path.removeprefix("/api/v1/models/").removesuffix("/endpoints") for a in addresses
        ]
        young = NOW.timestamp()
        data = [{"id": m, "hugging_face_id": "a/b", "created": young - n} for n, m in enumerate(models)]
        return json.dumps({"data": data}).encode()
    if source.id == "livebench":
        days = [NOW.date() - timedelta(days=n) for n in range(len(addresses))]
        script = "https://livebench.ai/static/js/main.0a.js"
        return f'<script src="{script}"></script>x=[{",".join(repr(str(d)) for d in days)}]'.encode()
    cards = "".join(f'--model-color:x" href="{urlsplit(a).path}"' for a in addresses)
    lines = "".join(f"[Pricing]({a}) [定价]({a}) <loc>{a}</loc> <a href='{a}'>\n" for a in addresses)
    return (cards + lines).encode()


def like(source: Source, number: int) -> str:
    """An address as the source's lists name them, that nobody knows."""
    patterns = {
        "deepseek_news": f"https://api-docs.deepseek.com/news/news{number:04}",
        "deepseek_news_zh": f"https://api-docs.deepseek.com/zh-cn/news/news{number:04}",
        "metr_time_horizon": f"https://metr.org/assets/benchmark_results_1_{number}.yaml",
        "moonshot_en": f"https://platform.kimi.ai/docs/pricing/chat-x{number}.md",
        "moonshot_zh": f"https://platform.kimi.com/docs/pricing/chat-x{number}.md",
        "mistral_docs": f"https://docs.mistral.ai/models/x-{number}",
        "openrouter_endpoints": f"https://openrouter.ai/api/v1/models/lab/x{number}/endpoints",
    }
    host = "{0.scheme}://{0.netloc}".format(urlsplit(listing_of(source).at[0]))
    return patterns.get(source.id, f"{host}/docs/page-{number}.md")


def abroad(source: Source, number: int) -> str:
    """The same address under another domain."""
    parts = urlsplit(like(source, number))
    return f"https://mirror.example{parts.path}"


FAULTS: dict[str, Callable[[Source], bytes | str | None]] = {
    "disappears": lambda _: None,
    "is empty": lambda _: b"",
    "points elsewhere": lambda _: "https://elsewhere.example/llms.txt",
    "names ten thousand pages": lambda s: written(s, [like(s, n) for n in range(MOST_NAMED + 1)]),
    "names another domain": lambda s: written(s, [abroad(s, n) for n in range(3)]),
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


def put_list(web: Web, source: Source, fault: bytes | str | None) -> None:
    """The fault at every list of the source, and at the scripts to which they lead."""
    places = [
        *listing_of(source).at,
        *(["https://livebench.ai/static/js/main.0a.js"] if source.id == "livebench" else []),
    ]
    for at in places:
        if isinstance(fault, str):
            web.put_moved(at, NOW, fault)
        else:
            web.put(at, NOW, fault, "text/plain")


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("source_id", LISTED)
def test_a_list_at_fault_is_named_and_known_addresses_are_asked_all_the_same(
    web: Web, tmp_path: Path, source_id: str, fault: str
):
    source = LISTED[source_id]
    follows = listing_of(source).most > 0
    for address in source.addresses:  # a list with no page to follow is asked only where the page is gone
        web.put(address, NOW, b"a page" if follows else None)
    put_list(web, source, FAULTS[fault](source))
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
    put_list(web, source, written(source, named))
    done = captured(web, source, tmp_path)
    new = {r.address for r in done.responses} - set(source.addresses) - set(listing_of(source).at)
    if source_id == "livebench":
        assert {a for a in web.asked if "table_2026_11_30" in a}
    else:
        assert len(new) == min(listing_of(source).most, len([a for a in named if source.reads(a)]))
