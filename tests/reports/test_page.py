"""The page, its pictures and its feed from made tables: complete, the same bytes each time, and harmless
whatever a name is.
"""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from datetime import date
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import feedparser
import pyarrow as pa
import pytest

from reports.embedded import links
from reports.feed import feed
from reports.headline import headline_lines
from reports.page import render
from reports.wording import dollars, months, named, number
from tests.reports.made import made, table
from tests.reports.made_changes import price_changes
from tests.reports.made_names import AS_OF, FORMULA, LONG, SCRIPT

ATOM = "{http://www.w3.org/2005/Atom}"
SECTIONS = (
    "panel",
    "headline",
    "frontiers",
    "lag",
    "known",
    "prices",
    "premium",
    "flagships",
    "cadence",
    "hosting",
    "claims",
    "freshness",
    "method",
)


@pytest.fixture(scope="module")
def report() -> dict[str, bytes]:
    return render(made(), AS_OF)


def test_halves_made_elsewhere_and_in_any_order_give_the_same_bytes(report: dict[str, bytes]):
    def backwards(work, halves):
        for half in reversed(halves):
            yield half, pickle.loads(pickle.dumps(work))(pickle.loads(pickle.dumps(half)))

    assert render(made(), AS_OF, backwards) == report


class Elements(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


# What a reader may follow from the page: files that are published with it.
BESIDE_THE_PAGE = {("a", target) for _, target in links()} | {("link", "feed.xml")}


def test_the_sections_stand_in_the_order_that_a_reader_asks(report):
    page = Elements(report["report/index.html"].decode())
    assert tuple(a["id"] for tag, a in page.tags if tag == "section") == SECTIONS


def test_the_headline_has_interval_board_and_date(report):
    lines = headline_lines(made(), AS_OF)
    assert (
        "lag, Epoch Capabilities Index: 4.9 months behind on average over the year to 2026-07-01 (no interval"
        in lines[1]
    )
    assert "lag, LMArena text, style control off: 4.9 months behind" in lines[2]
    assert "(90 % interval 4.3 to 5.9)" in lines[2]
    assert any("10 times the Chinese one (90 % interval 6.0 to 14; 2026-07-01" in line for line in lines)
    assert any("15.1 months between its last two major models" in line for line in lines)
    heading = re.search(r"<h1>(.*?)</h1>", report["report/index.html"].decode(), re.S)[1]
    assert "As known on 2026-07-01" in heading
    assert "90 % interval 4.3 to 5.9" in heading


def test_every_chart_has_a_table_behind_it_its_source_and_its_words(report):
    page = report["report/index.html"].decode()
    figures = re.findall(r"<figure .*?</figure>", page, re.S)
    assert len(figures) >= 10
    for figure in figures:
        assert "<details><summary>Data behind this chart" in figure
        assert re.search(r"<tbody>\s*<tr>", figure)
        assert re.search(r'class="source">Sources: .*CC BY 4\.0', figure)
        assert re.search(r'role="img" aria-label="[^"]{20,}', figure)


def test_the_page_asks_for_nothing_outside_itself(report):
    page = Elements(report["report/index.html"].decode())
    outside = [
        (tag, a[name])
        for tag, a in page.tags
        for name in ("src", "href", "srcset", "action", "data", "xlink:href")
        if a.get(name)
        and not str(a[name]).startswith(("#", "data:"))
        and (tag, a[name]) not in BESIDE_THE_PAGE
    ]
    assert outside == []
    assert not re.search(r"@import|url\(", report["report/index.html"].decode())


def test_the_same_tables_give_the_same_bytes_in_another_process(report):
    code = """
import hashlib
from reports.page import render
from tests.reports.made import made, table
from tests.reports.made_changes import price_changes
from tests.reports.made_names import AS_OF
files = render(made(), AS_OF)
print(hashlib.sha256(b"".join(name.encode() + files[name] for name in sorted(files))).hexdigest())
"""
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(seen) == 1


def test_hostile_names_are_text_in_the_page(report):
    page = report["report/index.html"].decode()
    assert SCRIPT not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "L" * 81 not in page
    scripts = [attributes.get("type") for tag, attributes in Elements(page).tags if tag == "script"]
    assert scripts == ["application/ld+json", "application/json", None]
    assert not [a for _, a in Elements(page).tags if any(name.startswith("on") for name in a)]


def test_hostile_names_are_text_in_the_pictures(report):
    pictures = {name: body for name, body in report.items() if name.endswith(".svg")}
    assert len(pictures) >= 10
    for body in pictures.values():
        tags = {element.tag.split("}")[1] for element in ET.fromstring(body).iter()}
        assert tags <= {"svg", "g", "path", "text", "rect", "line", "defs", "clipPath", "title", "tspan"}
        assert b"L" * 81 not in body
    assert any(b"&lt;script&gt;" in body for body in pictures.values())


def test_a_board_whose_scores_may_not_be_republished_shows_its_holders_without_them():
    tables = made()
    frontier = tables["frontier"]
    hidden = frontier.set_column(
        frontier.schema.get_field_index("score"), "score", pa.nulls(len(frontier), pa.float64())
    )
    files = render({**tables, "frontier": hidden}, AS_OF)
    assert b"scores are not republished" in files["report/frontier-epoch_eci.svg"]
    assert b"&lt;script&gt;" in files["report/frontier-epoch_eci.svg"]
    assert b"145" not in files["report/frontier-epoch_eci.svg"]


def test_price_against_capability_has_the_line_of_the_premium(report):
    picture = report["report/premium-chart.svg"].decode()
    assert re.search(r"mark-line role-mark [a-z_0-9]*edge__", picture)
    assert "ten points of capability cost 2.5 times as much" in report["report/index.html"].decode()


def test_charts_are_there_as_png_for_a_slide(report):
    pictures = {name: body for name, body in report.items() if name.endswith(".png")}
    assert "report/frontier-epoch_eci.png" in pictures
    assert "report/price-blend_3_1.png" in pictures
    assert all(body.startswith(b"\x89PNG\r\n\x1a\n") for body in pictures.values())


def test_every_picture_file_names_its_sources_and_licence(report):
    for name, body in report.items():
        if name.endswith(".svg"):
            words = " ".join(
                element.text or "" for element in ET.fromstring(body).iter() if element.tag.endswith("}text")
            )
            assert "Sources: " in words, name
            assert "CC BY 4.0." in words, name


def test_the_page_says_where_it_is_served_only_where_that_is_known(report, monkeypatch):
    assert b"og:image" not in report["report/index.html"]
    monkeypatch.setenv("GAPLEDGER_SITE", "https://example.org/ledger/")
    monkeypatch.setenv("GAPLEDGER_REPOSITORY", "https://example.org/code")
    page = render(made(), AS_OF)["report/index.html"].decode()
    assert '<meta property="og:image" content="https://example.org/ledger/report/all-boards.png">' in page
    assert '<link rel="canonical" href="https://example.org/ledger/report/index.html">' in page
    assert '"contentUrl":"https://example.org/ledger/datapackage.json"' in page
    assert '<a href="https://example.org/code">' in page
    monkeypatch.setenv("GAPLEDGER_SITE", 'javascript:alert("x")')
    with pytest.raises(ValueError, match="GAPLEDGER_SITE: expected a web address"):
        render(made(), AS_OF)


def test_the_feed_is_valid_and_has_every_kind_of_event(report):
    parsed = feedparser.parse(report["report/feed.xml"])
    assert not parsed.bozo
    assert parsed.version == "atom10"
    kinds = {entry.tags[0].term for entry in parsed.entries}
    assert kinds == {"model", "price", "record", "verdict", "revision"}
    root = ET.fromstring(report["report/feed.xml"])
    for parent in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(ATOM + name)) == 1
            assert parent.find(ATOM + name).text
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids))
    assert root.find(f"{ATOM}author/{ATOM}name").text == "gapledger"
    assert any("Price cut" in entry.title and FORMULA in entry.title for entry in parsed.entries)


def test_an_offer_whose_prices_changed_at_one_moment_is_one_entry_and_one_feeds_word_alone_is_none():
    output, artefact = price_changes()
    cached = {**output, "component": "input", "amount_before": 1.74, "amount": 0.435}
    alone = {**output, "change_verdict": "one source", "model_id": "openai/alone"}
    tables = made() | {"price_changes": table("price_changes", [output, artefact, cached, alone])}
    events = [e for e in feedparser.parse(feed(tables, AS_OF)).entries if e.tags[0].term == "price"]
    assert [e.content[0].value for e in events] == [
        "deepseek: input 1.74 to 0.435, output 3.48 to 0.87 USD per 1M tokens. Known by: own page"
        " (deepseek_en)."
    ]


def test_the_feed_keeps_names_as_text(report):
    text = report["report/feed.xml"].decode()
    assert SCRIPT not in text
    assert LONG[:200] not in text
    contents = [entry.find(f"{ATOM}content") for entry in ET.fromstring(text).findall(f"{ATOM}entry")]
    assert {content.get("type") for content in contents} == {"text"}


def test_an_event_keeps_its_id_when_the_feed_is_written_later():
    first = {e.id for e in feedparser.parse(render(made(), AS_OF)["report/feed.xml"]).entries}
    later = {e.id for e in feedparser.parse(render(made(), date(2026, 7, 9))["report/feed.xml"]).entries}
    assert first <= later


def test_a_name_cannot_steer_the_line_it_stands_in():
    assert named("a\x00b\u202egnp.exe\n\ud800c") == "a bgnp.exe c"
    assert named(LONG) == "L" * 79 + "…"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (number(1234567.0), "1,234,567"),
        (number(0.000012), "0.000012"),
        (number(-0.5), "−0.5"),
        (number(None), "–"),
        (dollars(0.003625), "$0.003625"),
        (dollars(3.48), "$3.48"),
        (months(365.25), "12.0"),
        (months(-30.4375), "−1.0"),
    ],
)
def test_numbers_are_written_for_people(written, expected):
    assert written == expected


def test_the_newest_flagship_of_a_lab_is_drawn_to_the_as_of_date_and_its_price_cut_is_listed(report):
    picture = report["report/flagship-chart.svg"].decode()
    assert re.search(r"2026-06-01 to –: \$0\.87 per 1M output \(list\)", picture)
    panels = ET.fromstring(picture).findall(".//{*}g[@class='mark-text role-title-subtitle']/{*}text")
    assert [text.text.rsplit(": ")[-1] for text in panels if "$" in text.text] == ["$30.00", "$0.87", "$2.00"]
    page = report["report/index.html"].decode()
    row = next(r for r in re.findall(r"<tr>.*?</tr>", page) if "m-cut" in r)
    assert "3.48" in row
    assert "0.87" in row
