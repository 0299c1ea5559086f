"""The page in a real browser: it switches, opens, reads on a phone and in the dark, asks for nothing;
axe-core finds no fault.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.conftest import CHROMIUM

NARROW = 390
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: install it, or name it in CHROMIUM"),
]


def shown(page, selector: str) -> list[str]:
    return page.eval_on_selector_all(selector, "all => all.filter(e => e.checkVisibility()).map(e => e.id)")


def test_switching_board_and_definition_shows_another_chart_and_sentence(opened):
    page = opened()
    assert shown(page, "#frontiers figure") == ["frontier-epoch_eci"]
    assert "Epoch Capabilities Index" in page.inner_text("#frontiers .statements")
    page.select_option("#switch-frontiers-board", "lmarena_text")
    assert shown(page, "#frontiers figure") == ["frontier-lmarena_text"]
    assert shown(page, "#lag figure") == ["lag-lmarena_text"]
    assert page.input_value("#switch-lag-board") == "lmarena_text"
    assert "4.9 months behind (90 % interval 4.3 to 5.9)" in page.inner_text("#frontiers .statements")
    page.select_option("#switch-lag-definition", "event")
    assert "4.3 months behind" in page.inner_text("#frontiers .statements")
    page.select_option("#switch-lag-definition", "gap")
    assert shown(page, "#lag figure") == ["gap-lmarena_text"]
    assert page.complaints == []


def test_a_definition_shows_its_own_segments_and_no_others(opened):
    page = opened()
    seen = (
        "all => all.filter(e => getComputedStyle(e).display !== 'none').map(e =>"
        " e.getAttribute('class').match(/def_([a-z0-9]+)__/)[1])"
    )
    for definition in ("trailing12", "event", "catchup"):
        page.select_option("#switch-frontiers-definition", definition)
        assert set(page.eval_on_selector_all("#frontier-epoch_eci [class*='def_']", seen)) == {definition}


def test_the_table_behind_every_chart_opens_by_keyboard(opened):
    page = opened()
    for summary in page.query_selector_all("figure summary"):
        if summary.is_visible():
            summary.focus()
            page.keyboard.press("Enter")
            assert summary.evaluate(
                "s => s.parentElement.open && s.parentElement.querySelector('td').checkVisibility()"
            )
    assert page.complaints == []


def test_the_first_tab_skips_to_the_content(opened):
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_nothing_is_asked_of_anyone_and_no_script_of_a_name_runs(opened, address):
    page = opened()
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    for select in page.query_selector_all("select"):
        for value in select.eval_on_selector_all("option", "all => all.map(o => o.value)"):
            select.select_option(value) if select.is_visible() else None
    for button in page.query_selector_all("button[data-tool]"):
        button.click() if button.is_visible() else None
    assert page.asked == [address]
    assert page.complaints == []
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_reads_on_a_phone_without_scrolling_sideways(opened, scheme):
    page = opened(NARROW, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('p.statement')).fontSize)") >= 16


def test_in_the_dark_the_ink_of_charts_is_light(opened):
    ink = "getComputedStyle(document.querySelector('.chart svg text')).fill"
    light, dark = opened().evaluate(ink), opened(scheme="dark").evaluate(ink)
    assert sum(_channels(dark)) > 450 > sum(_channels(light))


def _channels(colour: str) -> list[int]:
    return [int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]


def test_without_scripts_every_board_is_shown(opened):
    page = opened(javascript=False)
    assert page.locator("#frontier-lmarena_text").is_visible()
    assert not page.locator("#switch-frontiers-board").is_visible()


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (NARROW, "light"), (NARROW, "dark")]
)
def test_axe_finds_no_serious_fault(opened, width, scheme):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="axe-playwright-python is not installed: pip install it",
    )
    page = opened(width, scheme)
    page.eval_on_selector_all("details", "all => all.forEach(d => { d.open = true })")
    found = axe.Axe().run(page).response["violations"]
    faults = [
        f"{fault['id']} ({fault['impact']}): {[node['target'] for node in fault['nodes'][:3]]}"
        for fault in found
        if fault["impact"] in ("serious", "critical", "moderate")
    ]
    assert faults == []


def test_every_picture_file_opens_in_a_browser(opened, address):
    page = opened()
    for picture in sorted(Path(address.removeprefix("file://")).parent.glob("*.svg"))[:4]:
        page.goto(picture.as_uri())
        assert page.evaluate("document.documentElement.tagName") == "svg"
    assert page.complaints == []
