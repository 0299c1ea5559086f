"""What a site lists is found and asked; whatever a list says, the source's own addresses stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from extractors.addresses import same_site
from extractors.errors import FetchError
from extractors.following import MOST_NAMED, Followed, due, follow, stand_in
from extractors.lists import links, newest_posts, release_days, titled
from extractors.source import Listing, Reader, Source, discover, source_of
from warehouse.archive.warc import Response
from warehouse.capture import Capture

NOW = datetime(2026, 8, 20, 3, tzinfo=UTC)
SITE = "https://docs.acme.example"


def page(address: str, text: str, when: datetime = NOW) -> Capture:
    return Capture("acme", address, when, text.encode(), "text/html")


def source(**other: Any) -> Source:
    fixed: dict[str, Any] = {
        "id": "acme", "title": "Acme", "kind": "vendors", "addresses": (f"{SITE}/prices.md",), "tables": (),
        "licence": "facts", "matches": (rf"{SITE}/prices(-[a-z0-9]+)*\.md",),
        "listing": Listing(at=(f"{SITE}/llms.txt",), most=3),
    }  # fmt: skip
    return Source(**{**fixed, **other})


def reader(pattern: str = r"https?://[^ ]+\.md", **other: Any) -> Reader:
    return Reader(source(**other), lambda _: [], None, lambda capture: links(capture, pattern))


class Web:
    """What each address answers with; all else is a 404."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        self.pages, self.asked = pages, []

    def __call__(self, address: str) -> Response:
        self.asked.append(address)
        if address not in self.pages:
            raise FetchError("acme", address, expected="HTTP 200", found="HTTP 404", next_step="look")
        body = self.pages[address].encode()
        return Response("acme", address, NOW, 200, (("Content-Type", "text/html"),), body, body)


def listed(*addresses: str) -> str:
    return "\n".join(f"- [page {n}]({address}): words" for n, address in enumerate(addresses))


def rows(**days: str) -> list[dict[str, Any]]:
    return [
        {"address": f"{SITE}/{name.replace('_', '-')}.md", "observed_on": date.fromisoformat(day)}
        for name, some in days.items()
        for day in some.split()
    ]


def test_a_page_that_the_list_names_for_the_first_time_is_captured_the_same_night():
    web = Web(
        {f"{SITE}/llms.txt": listed(f"{SITE}/prices-k9.md", "prices.md"), f"{SITE}/prices-k9.md": "new"}
    )
    done = follow(reader(), web, [], NOW)
    assert [r.address for r in done.responses] == [f"{SITE}/llms.txt", f"{SITE}/prices-k9.md"]
    assert (done.problems, done.news) == ([], [])


def test_an_address_that_no_rule_reads_is_news_once_and_no_error():
    web = Web({f"{SITE}/llms.txt": listed(f"{SITE}/tariffs.md")})
    assert follow(reader(), web, [], NOW).news == [f"{SITE}/tariffs.md: a new address that no rule reads"]
    assert f"{SITE}/tariffs.md" not in web.asked


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "HTTP 404"),
        ("nothing of ours", "names nothing"),
        ("\n".join(f"[p]({SITE}/prices-{n}.md)" for n in range(MOST_NAMED + 1)), "names 10001 addresses"),
        (listed("https://elsewhere.example/prices.md"), "addresses of another site"),
    ],
)
def test_a_list_that_is_gone_empty_endless_or_points_elsewhere_is_a_named_problem(
    body: str | None, said: str
):
    web = Web({} if body is None else {f"{SITE}/llms.txt": body})
    done = follow(reader(), web, [], NOW)
    assert [said in problem for problem in done.problems] == [True]
    assert web.asked == [f"{SITE}/llms.txt"]


def test_a_list_whose_reader_stumbles_is_a_named_problem():
    def stumbles(capture: Capture) -> list[str]:
        raise KeyError("data")

    web = Web({f"{SITE}/llms.txt": "x"})
    done = follow(replace(reader(), addresses=stumbles), web, [], NOW)
    assert done.problems == [f"acme: the list {SITE}/llms.txt cannot be read: KeyError: 'data'"]


def test_one_named_page_that_fails_leaves_the_others():
    web = Web(
        {f"{SITE}/llms.txt": listed(f"{SITE}/prices-a.md", f"{SITE}/prices-b.md"), f"{SITE}/prices-b.md": "b"}
    )
    done = follow(reader(), web, [], NOW)
    assert [r.address for r in done.responses][1:] == [f"{SITE}/prices-b.md"]
    assert len(done.problems) == 1


def test_a_list_may_lead_to_another():
    listing = Listing(at=(f"{SITE}/llms.txt",), leads=(rf"{SITE}/app\.[0-9a-f]+\.md",), most=3)
    web = Web(
        {f"{SITE}/llms.txt": listed(f"{SITE}/app.3f.md"), f"{SITE}/app.3f.md": listed(f"{SITE}/prices-x.md"),
         f"{SITE}/prices-x.md": "x"}
    )  # fmt: skip
    done = follow(reader(listing=listing), web, [], NOW)
    assert [r.address for r in done.responses][-1] == f"{SITE}/prices-x.md"


def test_the_new_come_first_then_the_longest_not_captured_within_the_nights_bound():
    named = [f"{SITE}/prices-{n}.md" for n in "abcde"]
    seen = rows(prices_a="2026-08-18", prices_b="2026-08-10", prices_c="2026-08-19", prices_d="2026-08-20")
    assert due(named, reader(), seen, NOW.date()) == [named[4], named[1], named[0]]


@pytest.mark.parametrize(
    ("days", "asked"),
    [
        ("2026-08-15", False),
        ("2026-08-13", True),
        ("2026-06-01 2026-06-08", False),
        ("2026-05-20 2026-05-27", True),
        ("2026-05-20 2026-05-27 2026-08-19", False),
    ],
)
def test_a_post_is_asked_once_more_after_7_and_after_90_days(days: str, asked: bool):
    listing = Listing(at=(f"{SITE}/llms.txt",), most=3, again_after=(7, 90))
    found = due([f"{SITE}/prices-a.md"], reader(listing=listing), rows(prices_a=days), NOW.date())
    assert bool(found) is asked


def test_a_page_that_is_gone_is_read_where_its_list_names_it_and_the_new_address_is_proposed():
    listing = Listing(at=(f"{SITE}/llms.txt",), most=0, replaces=True)
    there = replace(reader(listing=listing), addresses=lambda capture: titled(capture, "pricing"))
    web = Web(
        {
            f"{SITE}/llms.txt": f"[Pricing]({SITE}/new/pricing.md)\n[Other](x.md)",
            f"{SITE}/new/pricing.md": "$1",
        }
    )
    done = follow(there, web, [], NOW, gone=True)
    stand_in(there, web, done, f"{SITE}/prices.md")
    assert [(r.address, r.body) for r in done.responses][-1] == (f"{SITE}/prices.md", b"$1")
    assert done.news == [
        f"{SITE}/prices.md is gone; read from {SITE}/new/pricing.md, which its list names:"
        " make it the address"
    ]


def test_a_page_that_is_there_needs_no_list_and_two_candidates_are_for_a_person():
    listing = Listing(at=(f"{SITE}/llms.txt",), most=0, replaces=True)
    there = replace(reader(listing=listing), addresses=lambda capture: titled(capture, "pricing"))
    web = Web({f"{SITE}/llms.txt": "[Pricing](a.md) [pricing](b.md)"})
    assert follow(there, web, [], NOW) == Followed()
    done = follow(there, web, [], NOW, gone=True)
    stand_in(there, web, done, f"{SITE}/prices.md")
    assert web.asked == [f"{SITE}/llms.txt"]
    assert "its list names 2 pages" in done.news[0]


def test_domains_are_compared_by_what_is_registered():
    assert same_site("https://docs.z.ai/a", "https://z.ai")
    assert same_site("https://a.example.com.cn", "https://b.example.com.cn")
    assert not same_site("https://a.com.cn", "https://b.com.cn")
    assert same_site("https://platform.moonshot.ai/x", "https://platform.kimi.ai/x")
    assert not same_site("https://acme.example", "https://acme.example.evil.example")


def test_the_days_of_releases_come_from_the_longest_array_and_none_is_of_the_future():
    text = 'x=["2024-01-01"];y=["2026-06-25","2026-01-08", "2027-01-01","2026-99-99"];z="2026-08-01"'
    assert release_days(page("https://livebench.ai/static/js/main.1f.js", text)) == [
        date(2026, 6, 25),
        date(2026, 1, 8),
    ]


def test_posts_come_newest_first_and_old_ones_are_left_out():
    text = "".join(
        f"<url><loc>https://api-docs.deepseek.com/{p}</loc></url>"
        for p in (
            "news/news260424",
            "news/news260813",
            "news/news240101",
            "news/news0725",
            "quick_start",
            "zh-cn/news/news260813",
        )
    )
    found = newest_posts(
        page("https://api-docs.deepseek.com/sitemap.xml", text),
        r"https://api-docs\.deepseek\.com/news/news(?P<day>\d{4,6})/?",
    )
    assert [a.rsplit("/", 1)[1] for a in found] == ["news260813", "news260424", "news0725"]


# Of each source a list's address, what the list may say, and the first address that it names.
POST = "https://api-docs.deepseek.com/news/news260813"
KIMI = "https://platform.kimi.ai/docs/pricing/chat-k3.md"
MODELS = (
    '{"data":[{"id":"deepseek/v9","hugging_face_id":"x/y","created":1786000000},'
    '{"id":"a/closed","hugging_face_id":"","created":1786000000},'
    '{"id":"a/old","hugging_face_id":"x","created":1600000000}]}'
)
LISTS = {
    "livebench": (
        "https://livebench.ai/static/js/main.0a1b.js",
        'd=["2026-06-25","2026-01-08"]',
        "https://livebench.ai/table_2026_06_25.csv",
    ),
    "deepseek_news": ("https://api-docs.deepseek.com/sitemap.xml", f"<loc>{POST}</loc>", POST),
    "moonshot_en": ("https://platform.kimi.ai/docs/llms.txt", f"- [K3]({KIMI})", KIMI),
    "metr_time_horizon": (
        "https://metr.org/time-horizons/",
        '<a href="/assets/benchmark_results_1_1.yaml">',
        "https://metr.org/assets/benchmark_results_1_1.yaml",
    ),
    "openrouter_endpoints": (
        "https://openrouter.ai/api/v1/models",
        MODELS,
        "https://openrouter.ai/api/v1/models/deepseek/v9/endpoints",
    ),
}


@pytest.mark.parametrize("source_id", LISTS)
def test_each_source_reads_its_sites_list_and_reads_what_it_names(source_id: str):
    at, text, named = LISTS[source_id]
    there = discover()[source_id]
    found = list(there.addresses(page(at, text)))
    assert found[0] == named
    assert there.source.reads(named)
    assert there.source.lists(at)


def test_every_list_belongs_to_one_source_or_is_anothers_page():
    for source_id, there in discover().items():
        for at in there.source.listing.at if there.source.listing else ():
            owner = source_of(at)
            assert owner is not None
            assert owner.id == source_id or owner.reads(at), at
            assert any(same_site(at, own) for own in there.source.addresses), at


def test_a_night_asks_no_host_more_than_60_times():
    hosts: dict[str, int] = {}
    for there in discover().values():
        listing = there.source.listing
        extra = len(listing.at) + listing.most_leads * bool(listing.leads) + listing.most if listing else 0
        for address in there.source.addresses:
            hosts[address.split("/")[2]] = hosts.get(address.split("/")[2], 0) + 1
        if there.source.addresses:
            host = there.source.addresses[0].split("/")[2]
            hosts[host] = hosts.get(host, 0) + extra
    assert {host: n for host, n in hosts.items() if n > 59} == {}


def test_a_source_without_a_listing_asks_nothing_more():
    web = Web({})
    assert follow(reader(listing=None), web, [], NOW + timedelta(days=1)) == Followed()
    assert web.asked == []


def test_of_several_pages_the_one_that_is_gone_is_read_from_the_address_of_its_own_host():
    listing = Listing(at=(f"{SITE}/llms.txt",), most=0, replaces=True)
    there = replace(reader(listing=listing), addresses=lambda capture: titled(capture, "pricing"))
    other = SITE.replace("://", "://zh.")
    both = replace(there.source, addresses=(f"{SITE}/prices.md", f"{other}/prices.md"), partial=True)
    there = replace(there, source=both)
    named = f"[Pricing]({SITE}/new.md) [Pricing]({other}/prices.md)"
    web = Web({f"{SITE}/llms.txt": named, f"{SITE}/new.md": "$1"})
    done = follow(there, web, [], NOW, gone=True)
    stand_in(there, web, done, f"{SITE}/prices.md")
    assert (done.responses[-1].address, done.responses[-1].body) == (f"{SITE}/prices.md", b"$1")
