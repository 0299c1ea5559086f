"""What a reader does with the page in a browser: points, searches, sifts, takes numbers away, links."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from tests.reports.conftest import CHROMIUM
from tests.reports.made_names import CN, FORMULA

NARROW = 390
MOST_BYTES = 3_000_000
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install it, or name it in CHROMIUM"),
]


def centre(page, figure: str, words: str) -> tuple[float, float]:
    """Where on the screen the point of a chart lies that has these words."""
    page.locator(f"#{figure} .chart").scroll_into_view_if_needed()
    return tuple(
        page.evaluate(
            """([id, words]) => {
                const { figures, words: texts } = JSON.parse(document.querySelector("#data").textContent);
                const { words: all, points } = figures[id].wide;
                const plain = (part) => typeof part === "number" ? texts[part] : part;
                const named = (line) => plain(all[line][0]).includes(words);
                const [x, y] = points.find(([, , line, of]) => named(line) && !of);
                const drawing = document.querySelector(`#${id} .chart svg`);
                const place = new DOMPoint(x, y).matrixTransform(drawing.getScreenCTM());
                return [place.x, place.y];
            }""",
            [figure, words],
        )
    )


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("all-boards", "LMArena"),
        ("cadence-chart", FORMULA),
        ("flagship-chart", FORMULA),
        ("frontier-epoch_eci", FORMULA),
    ],
)
def test_the_pointer_is_told_model_day_and_value_of_the_nearest_point(opened, figure, words):
    page = opened()
    x, y = centre(page, figure, words)
    page.mouse.move(x + 2, y - 2)
    lines = page.eval_on_selector_all("#tip > *", "all => all.map(e => e.textContent)")
    assert words in lines[0]
    assert re.search(r"\d{4}-\d\d-\d\d", " ".join(lines))
    assert re.search(r"\d", lines[1])
    page.mouse.move(2, 2)
    assert not page.locator("#tip").is_visible()


def test_a_line_tells_the_value_of_the_day_under_the_pointer_and_of_the_chosen_definition_only(opened):
    page = opened()
    seen = set()
    box = page.locator("#lag-epoch_eci .chart svg").bounding_box()
    page.locator("#lag-epoch_eci .chart").scroll_into_view_if_needed()
    box = page.locator("#lag-epoch_eci .chart svg").bounding_box()
    for step in range(40, 100):
        for share in (0.2, 0.35, 0.5, 0.65):
            page.mouse.move(box["x"] + box["width"] * step / 100, box["y"] + box["height"] * share)
            if page.locator("#tip").is_visible():
                seen.add(page.inner_text("#tip"))
    assert len({re.search(r"\d{4}-\d\d-\d\d", text)[0] for text in seen}) > 5
    assert {text.splitlines()[0] for text in seen} == {"Mean of the last 12 months (headline)"}


def test_arrow_keys_step_through_the_points_and_say_them(opened):
    page = opened()
    page.focus("#all-boards .chart")
    page.keyboard.press("ArrowRight")
    first = page.inner_text("#tip")
    page.keyboard.press("ArrowRight")
    assert page.inner_text("#tip") != first
    assert "months behind" in page.text_content("#heard")
    page.keyboard.press("Escape")
    assert not page.locator("#tip").is_visible()


def test_a_model_is_found_by_part_of_its_name_and_its_panel_has_prices_and_history(opened):
    page = opened()
    page.fill("#find-model", "hyperlink x.test")
    assert page.inner_text("#found button").startswith(FORMULA)
    page.keyboard.press("Enter")
    panel = page.inner_text("#panel")
    assert FORMULA in panel
    assert CN in panel
    assert "$0.87" in panel
    assert "gapledger explain models model_id=" + CN in panel
    assert page.evaluate("document.activeElement.id") == "panel"
    page.click("#panel .close")
    assert not page.locator("#panel").is_visible()
    page.fill("#find-model", "no such model")
    assert "No model" in page.inner_text("#found")
    assert page.complaints == []


def test_the_csv_of_a_chart_is_its_table(opened):
    page = opened()
    for figure in ("all-boards", "premium-chart", "frontier-epoch_eci"):
        with page.expect_download() as taken:
            page.click(f"#{figure} button[data-tool=csv]")
        rows = list(csv.reader(io.StringIO(taken.value.path().read_text("utf-8"))))
        page.eval_on_selector(f"#{figure} details", "d => { d.open = true }")
        cells = "t => [...t.rows].map(r => [...r.cells].map(c => c.textContent))"
        assert rows == page.eval_on_selector(f"#{figure} table", cells)
        assert len(rows) > 2


def test_a_picture_is_taken_away_with_its_title_and_sources(opened):
    page = opened()
    with page.expect_download() as taken:
        page.click("#all-boards button[data-tool=svg]")
    text = taken.value.path().read_text("utf-8")
    assert "How far China is behind the US, board by board" in text
    assert "CC BY 4.0" in text
    assert "hover_" not in text
    with page.expect_download() as taken:
        page.click("#all-boards button[data-tool=png]")
    assert taken.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_link_leads_back_to_what_was_chosen(opened):
    page = opened()
    page.select_option("#switch-frontiers-board", "lmarena_text")
    page.select_option("#switch-lag-definition", "event")
    page.click("#lag-lmarena_text button[data-tool=link]")
    link = page.inner_text("#lag-lmarena_text .said code")
    other = opened()
    other.goto(link)
    other.reload()
    assert other.input_value("#switch-frontiers-board") == "lmarena_text"
    assert other.input_value("#switch-lag-definition") == "event"
    assert other.locator("#lag-lmarena_text").is_visible()


def test_every_chart_is_cited_with_its_day_and_traced_by_a_command(opened):
    page = opened()
    assert (
        page.eval_on_selector_all("figure", "all => all.filter(f => !f.dataset.trace).map(f => f.id)") == []
    )
    for figure in page.query_selector_all("figure"):
        if not figure.is_visible():
            continue
        figure.query_selector("button[data-tool=cite]").click()
        assert "As known on 2026-07-01" in figure.query_selector(".said").inner_text()
        figure.query_selector("button[data-tool=trace]").click()
        assert figure.query_selector(".said").inner_text().startswith("gapledger explain ")


def test_claims_are_one_line_each_sifted_and_linked(opened):
    page = opened()
    claim = page.locator("details.claim").first
    assert claim.bounding_box()["height"] < 60
    page.fill("#claim-words", "nothing of the kind")
    assert not claim.is_visible()
    assert page.inner_text("#claim-count") == "0 shown"
    page.fill("#claim-words", "")
    page.select_option("#claim-verdict", "contested")
    assert claim.is_visible()
    name = claim.get_attribute("id")
    page.evaluate("name => { location.hash = name }", name)
    page.wait_for_function("name => document.getElementById(name).open", arg=name)


def test_the_value_axis_stays_in_sight_on_a_small_screen(opened):
    page = opened(NARROW)
    left = """() => {
        const end = 'text[text-anchor="end"]';
        const label = document.querySelector(`#lag-epoch_eci .role-axis-label ${end}`);
        const chart = label.closest(".chart");
        return label.getBoundingClientRect().left - chart.getBoundingClientRect().left; }"""
    for share in (0, 0.5, 1):
        page.eval_on_selector("#lag-epoch_eci .chart", f"c => {{ c.scrollLeft = {share} * c.scrollWidth }}")
        page.wait_for_timeout(60)
        assert -2 <= page.evaluate(left) < 60
    assert page.locator("#all-boards .small").is_visible()
    assert not page.locator("#all-boards .wide").is_visible()


def test_what_search_engines_and_others_read_is_in_the_head(opened):
    page = opened()
    said = json.loads(page.text_content("script[type='application/ld+json']"))
    assert said["@type"] == "Dataset"
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["dateModified"] == "2026-07-01"
    assert page.get_attribute("meta[property='og:description']", "content") == page.inner_text("h1")


def test_the_page_of_made_tables_is_small_and_ready_as_soon_as_it_is_read(opened, address):
    page = opened()
    assert page.get_attribute("html", "data-ready") == "yes"
    assert len(page.content().encode()) < MOST_BYTES
