"""A person starts a backfill from Prefect's own page, in a real browser: Custom Run form, completion,
artifacts.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect, sync_playwright

from flows.backfill import backfill
from flows.derive import PAGE
from tests.flows.homes import check_published, some_home
from tests.flows.servers import Served, served
from warehouse.location import DESCRIPTOR, HISTORY, Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.browser, pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(1800),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
]  # fmt: skip
# Over the recordings where they are, else over the golden captures: both have these sources by then.
START, END, SOURCES = "2026-05-15", "2026-06-15", ("deepseek_en", "metr_time_horizon")
ONE, MARCH = "2026-09-01", ("2026-03-01", "2026-03-31")
CURRENT = date(2026, 10, 1)  # what readers see: every run of this file is for dates before it


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("ui") / "home"
    location = some_home(str(home))
    backfill(location, CURRENT, CURRENT, sources=SOURCES)
    with served(home) as it:
        yield it


@pytest.fixture(scope="module")
def current(server):
    """What readers see before anybody starts a run: the page with all files beside it, the tables of the
    newest date alone, and the descriptor, by name; and what the history's descriptor says.
    """
    location = Location(str(server.home))
    return seen(location), json.loads(location.read(HISTORY))


def seen(location: Location) -> dict[str, bytes]:
    newest = [f"marts/{name}.parquet" for name, table in mart_tables().items() if not table.history]
    names = [*location.names("report", ""), *(name for name in newest if location.exists(name))]
    return {name: location.read(name) for name in (*names, DESCRIPTOR)}


def unmoved(server: Served, current: tuple[dict[str, bytes], dict[str, Any]]) -> bool:
    """That readers see what they saw, byte for byte, the descriptor too; of the history only more is said:
    rows of the dates that came to it.
    """
    location = Location(str(server.home))
    files, described = current
    assert seen(location) == files
    before, after = (
        {r["name"]: r for r in said["resources"]} for said in (described, json.loads(location.read(HISTORY)))
    )
    assert all(after[n]["row_count"] >= before[n]["row_count"] for n in before)
    return True


@pytest.fixture(scope="module")
def shots(tmp_path_factory):
    """Where the screenshots go: GAPLEDGER_SHOTS keeps them."""
    folder = Path(os.environ.get("GAPLEDGER_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def opened() -> Iterator[Any]:
    """A page of a new browser."""
    # Prefect's page asks its server again and again; on a busy machine that takes a while.
    expect.set_options(timeout=60_000)
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM,
            headless=True,
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        it = browser.new_context(viewport={"width": 1440, "height": 1300}, reduced_motion="reduce").new_page()
        it.set_default_timeout(60_000)
        yield it
        browser.close()


@pytest.fixture
def page() -> Iterator[Any]:
    with opened() as it:
        yield it


@dataclass
class Form:
    """The backfill's Custom Run form in Prefect's own page."""

    server: Served
    page: Any

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def open(self) -> None:
        deployment = self.server.deployment("backfill")["id"]
        self.page.goto(f"{self.site}/v2/deployments/deployment/{deployment}")
        self.page.get_by_role("button", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Custom run").click()

    def pick_date(self, label: str, day: str) -> None:
        self.page.get_by_role("button", name=label, exact=True).click()
        box = self.page.get_by_role("textbox", name="Date (yyyy-MM-dd)")
        box.fill(day)
        box.press("Enter")
        if box.is_visible():
            self.page.keyboard.press("Escape")

    def pick_sources(self, names: Sequence[str]) -> None:
        self.page.get_by_role("tab", name="list").first.click()
        self.page.get_by_role("tabpanel", name="list").get_by_role("button").first.click()
        for name in names:
            self.page.get_by_role("option", name=name, exact=True).click()

    def submit(self) -> dict:
        """Starts the run that was filled in; gives it."""
        before = {run["id"] for run in self._runs()}
        self.page.get_by_role("button", name="Submit").click()
        expect(self.page.locator("[data-sonner-toast]").first).to_be_visible()
        (run,) = (run for run in self._runs() if run["id"] not in before)
        return run

    def _runs(self) -> list[dict]:
        mine = {"deployments": {"id": {"any_": [self.server.deployment("backfill")["id"]]}}}
        return self.server.call("flow_runs/filter", mine)


@pytest.fixture(scope="module")
def started(server, shots, current):
    """A run that the form started, as Prefect has it then."""
    with opened() as page:
        form = Form(server, page)
        page.goto(f"{form.site}/v2/deployments")
        expect(page.get_by_role("link", name="nightly").first).to_be_visible()
        page.screenshot(path=shots / "1_deployments.png")
        form.open()
        expect(page.get_by_text("the last as-of date, included; not before the first.")).to_be_visible()
        form.pick_date("start", START)
        form.pick_date("end", END)
        page.get_by_role("button", name="Select every").click()
        page.get_by_role("option", name="month").click()
        form.pick_sources(SOURCES)
        page.screenshot(path=shots / "2_sources.png", full_page=True)
        page.keyboard.press("Escape")
        page.screenshot(path=shots / "3_filled.png", full_page=True)
        run = form.submit()
        page.screenshot(path=shots / "4_submitted.png")
    return run


def test_a_backfill_is_started_from_the_form(server, started, current):
    asked = {"start": START, "end": END, "every": "month", "sources": list(SOURCES)}
    assert started["parameters"] == {**started["parameters"], **asked}
    done = server.finished(started["id"])
    assert done["state_type"] == "COMPLETED", server.logs(started["id"])
    location = Location(str(server.home))
    assert {date.fromisoformat(START), date.fromisoformat(END)} <= {*Marts(location).as_ofs()}
    assert check_published(location)
    assert unmoved(server, current)
    assert CURRENT.isoformat() in location.read(PAGE).decode()


def test_the_tasks_and_artifacts_of_a_run_are_found(server, page, shots, started):
    form = Form(server, page)
    server.finished(started["id"])
    page.goto(f"{form.site}/v2/runs/flow-run/{started['id']}")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible()
    title = f"backfill {START}..{END} every month archive {','.join(SOURCES)}"
    expect(page.get_by_text(title).first).to_be_visible()
    page.wait_for_timeout(2000)
    page.screenshot(path=shots / "5_run.png", full_page=True)
    page.get_by_role("tab", name="Task Runs").click()
    expect(page.get_by_text(f"source {SOURCES[1]}").first).to_be_visible()
    page.screenshot(path=shots / "6_tasks.png", full_page=True)
    page.get_by_role("tab", name="Artifacts").click()
    for key in ("backfill-outcomes", "backfill-headline", "backfill-page"):
        expect(page.get_by_text(key).first).to_be_visible()
    page.screenshot(path=shots / "7_artifacts.png", full_page=True)
    artifacts = server.artifacts(started["id"])
    told = {"backfill-outcomes": "deepseek_en", "backfill-headline": f"As of {END}"}
    for number, (key, text) in enumerate(told.items(), 8):
        page.goto(f"{form.site}/v2/artifacts/artifact/{artifacts[key]['id']}")
        expect(page.get_by_text(text).first).to_be_visible()
        page.screenshot(path=shots / f"{number}_{key}.png", full_page=True)


@pytest.fixture(scope="module")
def one_date(server, current):
    return submitted(server, ONE, ONE)


@pytest.fixture(scope="module")
def march(server, current):
    return submitted(server, *MARCH)


def submitted(server: Served, start: str, end: str) -> dict:
    """A run of these dates that the form started, as Prefect has it then."""
    with opened() as page:
        form = Form(server, page)
        form.open()
        form.pick_date("start", start)
        form.pick_date("end", end)
        form.pick_sources(SOURCES)
        page.keyboard.press("Escape")
        return form.submit()


def test_a_backfill_of_one_date_is_started_from_the_form_and_each_part_of_it_is_seen(
    server, one_date, page, shots, current
):
    form, run = Form(server, page), one_date
    assert (run["parameters"]["start"], run["parameters"]["end"]) == (ONE, ONE)
    done = server.finished(run["id"])
    assert done["state_type"] == "COMPLETED", server.logs(run["id"])
    page.goto(f"{form.site}/v2/runs/flow-run/{run['id']}")
    page.get_by_role("tab", name="Task Runs").click()
    for name in (f"source {SOURCES[0]}", "check scores", f"derive lags of {ONE}", f"derive prices of {ONE}"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.get_by_text("page: ")).to_have_count(0)  # a past date writes no page
    page.screenshot(path=shots / "10_one_date.png", full_page=True)
    assert unmoved(server, current)
    assert Marts(Location(str(server.home))).has("price_intervals", date.fromisoformat(ONE))
    assert check_published(Location(str(server.home)))


def test_a_backfill_of_march_from_the_form_leaves_what_readers_see_as_it_was(server, march, current):
    run = march
    assert (run["parameters"]["start"], run["parameters"]["end"]) == MARCH
    assert server.finished(run["id"])["state_type"] == "COMPLETED", server.logs(run["id"])
    location = Location(str(server.home))
    assert [d for d in Marts(location).as_ofs() if MARCH[0] <= d.isoformat() <= MARCH[1]]
    assert unmoved(server, current)
    assert CURRENT.isoformat() in location.read(PAGE).decode()
    assert check_published(location)
