"""Night after night over a web that moves: what is new is captured within a night and without a change of
code, and what did not change changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from extractors.fetch import Fetcher, Manners
from extractors.source_read import SourceJob
from flows import ingest
from flows.ingest import publish, run_source
from flows.pools import serial
from studies.replayed_web.server import Web, midnight, replayed
from tests.extractors.golden import CAPTURES
from tests.faults.homes import source_with
from warehouse.archive.index import CaptureIndex
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.outcomes import DISCOVER, Outcomes
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES, RELEASES, SCORES

FIRST = midnight("2026-09-10") + timedelta(hours=2, minutes=30)
BENCH, DOCS, KIMI = "https://livebench.ai", "https://api-docs.deepseek.com", "https://platform.kimi.ai/docs"
SOURCES = ("livebench", "deepseek_news", "moonshot_en")


def golden(name: str) -> bytes:
    return (CAPTURES / name).read_bytes()


def on(day: int) -> datetime:
    """Noon before the night of that number (0: before the first)."""
    return FIRST + timedelta(days=day, hours=-12)


@pytest.fixture
def web() -> Iterator[Web]:
    """Three sites. On the second day a post appears, on the third a release of the board, on the fourth a
    price page.
    """
    with replayed(FIRST) as web:
        for number, script, days in (
            (0, "main.0a1b.js", '"2026-01-08"'),
            (2, "main.2c3d.js", '"2026-06-25","2026-01-08"'),
        ):
            web.put(f"{BENCH}/", on(number), f'<script src="/static/js/{script}"></script>'.encode())
            web.put(f"{BENCH}/static/js/{script}", on(number), f"x=[{days}]".encode(), "text/javascript")
        for number, release in ((0, "2026_01_08"), (2, "2026_06_25")):
            web.put(
                f"{BENCH}/table_{release}.csv", on(number), golden("livebench/2026-06-30.csv"), "text/csv"
            )
            web.put(
                f"{BENCH}/categories_{release}.json",
                on(number),
                golden("livebench/categories.json"),
                "application/json",
            )
            web.put(f"{BENCH}/cost_{release}.csv", on(number), golden("livebench/cost.csv"), "text/csv")
        posts = ("news250120", "news260424")
        for number, named in ((0, posts[:1]), (1, posts)):
            text = "".join(f"<url><loc>{DOCS}/news/{post}</loc></url>" for post in named)
            web.put(f"{DOCS}/sitemap.xml", on(number), f"<urlset>{text}</urlset>".encode(), "application/xml")
        web.put(f"{DOCS}/news/{posts[0]}", on(0), golden("deepseek_news/2025-01-20_r1.md"), "text/markdown")
        web.put(f"{DOCS}/news/{posts[1]}", on(1), golden("deepseek_news/2026-04-24_v4.html"))
        for number, pages in ((0, ("chat-k2",)), (3, ("chat-k2", "chat-k3"))):
            text = "\n".join(f"- [{p}]({KIMI}/pricing/{p}.md)" for p in pages)
            web.put(f"{KIMI}/llms.txt", on(number), text.encode(), "text/plain")
        web.put(f"{KIMI}/pricing/chat-k2.md", on(0), golden("moonshot_en/2026-05-08_k2.md"), "text/markdown")
        web.put(f"{KIMI}/pricing/chat-k3.md", on(3), golden("moonshot_en/2026-09-15_k3.md"), "text/markdown")
        yield web


@pytest.fixture
def home(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Location]:
    """A home whose sources know only what was there on the first night."""
    client = Fetcher(Manners(pause=0.0, attempts=1, transport=web.transport()), clock=lambda: web.now)
    monkeypatch.setattr(ingest, "fetcher", lambda: client)
    known = {
        "livebench": (f"{BENCH}/table_2026_01_08.csv", f"{BENCH}/categories_2026_01_08.json"),
        "deepseek_news": (f"{DOCS}/news/news250120",),
        "moonshot_en": (f"{KIMI}/pricing/chat-k2.md",),
    }
    with ExitStack() as stack:
        for source_id, addresses in known.items():
            # The written pages are shorter than the real ones: of rows nothing is expected.
            stack.enter_context(source_with(source_id, addresses=addresses, expects=Expects()))
        yield Location(str(tmp_path))
    client.close()


def night(web: Web, location: Location) -> Outcomes:
    """One night of the live path, up to the snapshots."""
    day = web.now.date()
    outcomes = Outcomes(f"night-{day}")
    jobs = [SourceJob(location, s, day, day, outcomes.run_id, "live", web.now) for s in SOURCES]
    publish(Snapshots(location), [run_source(job) for job in jobs], outcomes, serial)
    outcomes.write(Snapshots(location), day)
    return outcomes


def captured_on(location: Location) -> dict[str, int]:
    """By address, the number of the night on which it was captured first."""
    found: dict[str, int] = {}
    for row in CaptureIndex(Snapshots(location)).rows:
        found.setdefault(row["address"], (row["observed_on"] - FIRST.date()).days)
    return found


def test_what_appears_is_captured_within_a_night_without_a_change_of_code(web: Web, home: Location):
    for _ in range(7):
        night(web, home)
        web.pass_night()
    first = captured_on(home)
    assert {name: first[name] for name in first if "livebench" in name and "2026_06_25" in name} == {
        f"{BENCH}/table_2026_06_25.csv": 2,
        f"{BENCH}/categories_2026_06_25.json": 2,
        f"{BENCH}/cost_2026_06_25.csv": 2,
    }
    assert first[f"{DOCS}/news/news260424"] == 1
    assert first[f"{KIMI}/pricing/chat-k3.md"] == 3
    scores = Snapshots(home).table(SCORES, sources=["livebench"]).column("board_version").to_pylist()
    assert {str(v) for v in scores} == {"2026-01-08", "2026-06-25"}
    prices = Snapshots(home).table(LIST_PRICES, sources=["moonshot_en"]).column("listed_model").to_pylist()
    assert any("k3" in str(model) for model in prices)


def test_a_night_without_a_change_fetches_no_body_and_publishes_the_same_rows(web: Web, home: Location):
    night(web, home)
    before = {t.name: _content(home, t.name, web.now) for t in (LIST_PRICES, SCORES)}
    web.now += timedelta(hours=3)  # the same pages, another hour
    web.sent = 0
    night(web, home)
    assert web.unchanged >= 5
    assert web.sent == 0
    assert {t.name: _content(home, t.name, web.now) for t in (LIST_PRICES, SCORES)} == before


def test_what_does_not_change_is_sent_once_and_in_no_later_night(web: Web, home: Location):
    web.pages = {address: pages[:1] for address, pages in web.pages.items()}
    sent = []
    for _ in range(4):
        night(web, home)
        sent.append(web.sent)
        web.pass_night()
    assert sent[0] > 0
    assert sent[1:] == [0, 0, 0]


def test_a_post_that_cannot_be_read_is_told_and_takes_no_other_post_with_it(web: Web, home: Location):
    web.put(f"{DOCS}/news/news250120", on(0) + timedelta(minutes=1), b"<html>We are rebuilding this.</html>")
    web.pass_night()
    outcomes = night(web, home)
    assert "news250120" in outcomes.failed["deepseek_news"]
    rows = Snapshots(home).table(RELEASES, sources=["deepseek_news"])
    where = {r["capture_sha256"]: r["address"] for r in CaptureIndex(Snapshots(home)).rows}
    spoke = {where[sha] for sha in rows.column("capture_sha256").to_pylist()}
    assert spoke == {f"{DOCS}/news/news260424"}


def _content(home: Location, table: str, now: datetime) -> list[tuple[str, ...]]:
    declared = {t.name: t for t in (LIST_PRICES, SCORES)}[table]
    rows = Snapshots(home).table(declared, until=now.date(), newest_only=True)
    stamped = {"observed_on", "observed_at", "capture_sha256"}
    return sorted(tuple(str(v) for k, v in row.items() if k not in stamped) for row in rows.to_pylist())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (None, "HTTP 404"),
        (b"<urlset></urlset>", "names nothing"),
        (b"<loc>https://api-docs.deepseek.com/news/other</loc>", "names nothing"),
    ],
)
def test_a_list_that_is_gone_or_empty_is_a_named_outcome_and_known_pages_are_asked(
    web: Web, home: Location, body: bytes | None, said: str
):
    web.put(f"{DOCS}/sitemap.xml", on(0) + timedelta(minutes=1), body, "application/xml")
    outcomes = night(web, home)
    told = [r["error"] for r in outcomes.rows if r["step"] == DISCOVER and r["source_id"] == "deepseek_news"]
    assert [said in error for error in told] == [True]
    assert web.asked[f"{DOCS}/news/news250120"] == 1
    assert "deepseek_news" not in outcomes.failed


def test_every_host_is_asked_for_its_rules_once_a_night_and_few_times_at_all(web: Web, home: Location):
    night(web, home)
    hosts: dict[str, int] = {}
    for address, count in web.asked.items():
        host = address.split("/")[2] if "//" in address else address
        hosts[host] = hosts.get(host, 0) + count
    assert max(hosts.values()) <= 60
    assert all(web.asked[host] == 1 for host in ("livebench.ai", "api-docs.deepseek.com", "platform.kimi.ai"))
