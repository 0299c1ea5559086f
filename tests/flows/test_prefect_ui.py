"""A person starts a backfill from Prefect's own page, in a real browser: Custom Run form, completion,
artifacts.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.flows.homes import check_published, some_home
from tests.flows.servers import served
from warehouse.location import Location

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser, pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(1800),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
]  # fmt: skip
# Over the recordings where they are, else over the golden captures: both have these sources by then.
START, END, SOURCES = "2026-06-01", "2026-09-01", ("deepseek_en", "metr_time_horizon")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("ui") / "home"
    some_home(str(home))
    with served(home) as it:
        yield it


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    """Where the screenshots go: GAPLEDGER_SHOTS keeps them."""
    folder = Path(os.environ.get("GAPLEDGER_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(server):
    from playwright.sync_api import sync_playwright

    hosts = set()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        it = browser.new_context(viewport={"width": 1440, "height": 1300}, reduced_motion="reduce").new_page()
        it.set_default_timeout(60_000)
        it.on("request", lambda request: hosts.add(request.url))
        yield it
        browser.close()


def pick_date(page, label, day):
    page.get_by_role("button", name=label, exact=True).click()
    box = page.get_by_role("textbox", name="Date (yyyy-MM-dd)")
    box.fill(day)
    box.press("Enter")
    if box.is_visible():
        page.keyboard.press("Escape")


def test_a_backfill_is_started_from_the_form_and_its_artifacts_are_found(server, page, shots):
    from playwright.sync_api import expect

    expect.set_options(
        timeout=60_000
    )  # the page asks its server again and again; on a busy machine that takes a while

    site = f"http://127.0.0.1:{server.port}"
    page.goto(f"{site}/v2/deployments")
    expect(page.get_by_role("link", name="nightly").first).to_be_visible()
    page.screenshot(path=shots / "1_deployments.png")
    page.goto(f"{site}/v2/deployments/deployment/{server.deployment('backfill')['id']}")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    expect(page.get_by_text("the last as-of date, included; not before the first.")).to_be_visible()
    pick_date(page, "start", START)
    pick_date(page, "end", END)
    page.get_by_role("button", name="Select every").click()
    page.get_by_role("option", name="month").click()
    page.get_by_role("tab", name="list").first.click()
    page.get_by_role("tabpanel", name="list").get_by_role("button").first.click()
    for source in SOURCES:
        page.get_by_role("option", name=source, exact=True).click()
    page.screenshot(path=shots / "2_sources.png", full_page=True)
    page.keyboard.press("Escape")
    page.screenshot(path=shots / "3_filled.png", full_page=True)
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("[data-sonner-toast]").first).to_be_visible()
    page.screenshot(path=shots / "4_submitted.png")
    (run,) = server.call(
        "flow_runs/filter", {"deployments": {"id": {"any_": [server.deployment("backfill")["id"]]}}}
    )
    assert run["parameters"] == {
        **run["parameters"],
        "start": START,
        "end": END,
        "every": "month",
        "sources": list(SOURCES),
    }
    page.goto(f"{site}/v2/runs/flow-run/{run['id']}")
    done = server.finished(run["id"])
    assert done["state_type"] == "COMPLETED", server.logs(run["id"])
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    page.reload()
    expect(
        page.get_by_text(f"backfill {START}..{END} every month archive {','.join(SOURCES)}").first
    ).to_be_visible()
    page.wait_for_timeout(2000)
    page.screenshot(path=shots / "5_run.png", full_page=True)
    page.get_by_role("tab", name="Task Runs").click()
    expect(page.get_by_text(f"source {SOURCES[1]}").first).to_be_visible()
    page.screenshot(path=shots / "6_tasks.png", full_page=True)
    page.get_by_role("tab", name="Artifacts").click()
    for key in ("backfill-outcomes", "backfill-headline", "backfill-page"):
        expect(page.get_by_text(key).first).to_be_visible()
    page.screenshot(path=shots / "7_artifacts.png", full_page=True)
    artifacts = server.artifacts(run["id"])
    for number, key in enumerate(("backfill-outcomes", "backfill-headline"), 8):
        page.goto(f"{site}/v2/artifacts/artifact/{artifacts[key]['id']}")
        expect(
            page.get_by_text("deepseek_en" if key == "backfill-outcomes" else f"As of {END}").first
        ).to_be_visible()
        page.screenshot(path=shots / f"{number}_{key}.png", full_page=True)
    assert check_published(Location(str(server.home)))
