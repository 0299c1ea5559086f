"""`gapledger serve` as a user starts it: runs from the form's API and from the schedule, one at a time,
messages, a clean end.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from studies.same_everywhere import dask
from tests.flows.homes import GOLDEN, check_published, digest, golden_home
from tests.flows.servers import REPOSITORY, end, free_port, listening, receiver, served, until
from warehouse.alerts import FAILING
from warehouse.location import Location

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1800)]
SOURCES = [
    "deepseek_en",
    "ecb",
    "xai",
]  # the golden captures of the last two are too small for their checks: they fail each time
SPAN = {"start": "2026-10-01", "end": "2026-11-01", "every": "month"}


@pytest.fixture(scope="module")
def hook():
    with receiver() as it:
        yield it


@pytest.fixture(scope="module")
def server(tmp_path_factory, hook):
    home = tmp_path_factory.mktemp("served") / "home"
    golden_home(str(home), (*GOLDEN, "xai"))
    with served(home, "--message-to", hook.url) as it:
        yield it


def test_the_forms_explain_their_fields_and_offer_the_real_sources(server):
    from extractors.source import discover

    fields = server.deployment("backfill")["parameter_openapi_schema"]["properties"]
    assert all(field["description"] for field in fields.values())
    assert (fields["start"]["format"], fields["end"]["format"]) == ("date", "date")
    assert fields["mode"]["enum"] == ["archive", "wayback", "live"]
    assert fields["every"]["enum"] == ["day", "week", "month"]
    for name in ("backfill", "nightly"):
        choices = server.deployment(name)["parameter_openapi_schema"]["properties"]["sources"]["anyOf"][0][
            "items"
        ]["enum"]
        assert choices == list(discover())


def test_the_nightly_is_scheduled_in_utc(server):
    (schedule,) = server.deployment("nightly")["schedules"]
    assert schedule["active"]
    assert (schedule["schedule"]["cron"], schedule["schedule"]["timezone"]) == ("30 2 * * *", "UTC")


def test_a_backfill_reads_well_a_second_one_waits_for_it_and_a_source_that_failed_in_both_is_told(
    server, hook
):
    first = server.start("backfill", **SPAN, sources=SOURCES)
    second = server.start("backfill", **SPAN, sources=SOURCES)
    done = [server.finished(run["id"]) for run in (first, second)]
    assert [run["state_type"] for run in done] == ["COMPLETED", "COMPLETED"], [
        server.logs(run["id"]) for run in done
    ]
    spans = sorted((run["start_time"], run["end_time"]) for run in done)
    assert spans[0][1] <= spans[1][0]
    assert done[0]["name"] == "backfill 2026-10-01..2026-11-01 every month archive deepseek_en,ecb,xai"
    tasks = server.call("task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [first["id"]]}}})
    assert sorted(t["name"] for t in tasks if t["name"].startswith("source")) == [
        "source deepseek_en",
        "source ecb",
        "source xai",
    ]
    artifacts = server.artifacts(first["id"])
    assert {
        "backfill-outcomes",
        "backfill-headline",
        "backfill-page",
        "backfill-progress",
    } <= artifacts.keys()
    assert artifacts["backfill-progress"]["data"] == 100.0
    assert "deepseek_en" in artifacts["backfill-outcomes"]["data"]
    link = re.search(r"http://127\.0\.0\.1:\d+/", artifacts["backfill-page"]["data"])
    with urllib.request.urlopen(link.group(), timeout=30) as page:
        assert b"gapledger" in page.read()
    assert "deepseek_en: " in server.logs(first["id"])
    assert check_published(Location(str(server.home)))
    until(lambda: len(hook.bodies) > 1, "the messages came", 60)
    assert sorted((m["event"], m["subject"]) for m in hook.bodies) == [
        (FAILING, "gapledger.source.ecb"),
        (FAILING, "gapledger.source.xai"),
    ]
    assert any(m["text"].startswith("xai failed twice in a row: xai: ") for m in hook.bodies)


def test_a_wrong_span_ends_with_a_clear_message(server):
    run = server.finished(server.start("backfill", start="2026-11-01", end="2026-10-01")["id"])
    assert run["state_type"] == "FAILED"
    assert "from 2026-11-01 is after to 2026-10-01" in run["state"]["message"]


def test_a_run_waits_for_a_writer_that_prefect_knows_nothing_of(server):
    with Location(str(server.home)).writing("gapledger run by hand"):
        run = server.start("backfill", **SPAN, sources=["ecb"], wait_seconds=2)
        done = server.finished(run["id"])
    assert done["state_type"] == "FAILED"
    assert "is being written by gapledger run by hand" in done["state"]["message"]
    until(lambda: "waiting up to 2 s" in server.logs(run["id"]), "the wait is in the run's log", 30)


def test_a_cancelled_run_stops_and_leaves_the_home_free_and_whole(server):
    held = Location(str(server.home)).writing("somebody")
    with held:
        run = server.start("backfill", **SPAN, wait_seconds=600)
        until(lambda: "being written by somebody" in server.logs(run["id"]), "the run waits", 120)
        server.call(f"flow_runs/{run['id']}/set_state", {"state": {"type": "CANCELLING"}})
        assert server.finished(run["id"], 120)["state_type"] == "CANCELLED"
    with Location(str(server.home)).writing("next"):
        check_published(Location(str(server.home)))


def test_a_backfill_over_a_dask_cluster_by_prefects_task_runner_gives_the_same(server):
    before = digest(Location(str(server.home)))
    with dask() as address:
        run = server.finished(server.start("backfill", **SPAN, sources=SOURCES, dask_address=address)["id"])
    assert run["state_type"] == "COMPLETED", server.logs(run["id"])
    tasks = server.call("task_runs/filter", {"task_runs": {"flow_run_id": {"any_": [run["id"]]}}})
    assert "source deepseek_en" in [t["name"] for t in tasks]
    assert digest(Location(str(server.home))) == before


def test_the_nightly_fires_from_its_schedule(server):
    """The schedule is moved close, with the embedded sources only: no request leaves the machine."""
    deployment = server.deployment("nightly")
    (schedule,) = deployment["schedules"]
    asked = datetime.now(UTC)
    due = (asked + timedelta(seconds=210)).replace(
        second=0, microsecond=0
    )  # Prefect looks for new runs once a minute
    moved = {
        "schedule": {"cron": f"{due.minute} {due.hour} * * *", "timezone": "UTC"},
        "parameters": {"offline": True},
    }
    server.call(f"deployments/{deployment['id']}/schedules/{schedule['id']}", moved, "PATCH")
    query = {"deployments": {"id": {"any_": [deployment["id"]]}}, "sort": "EXPECTED_START_TIME_ASC"}

    def fired():
        return [r for r in server.call("flow_runs/filter", query) if r["state_type"] not in ("SCHEDULED",)]

    (run,) = until(fired, "the nightly starts by itself")
    done = server.finished(run["id"])
    assert done["state_type"] == "COMPLETED", server.logs(run["id"])
    assert run["auto_scheduled"]
    assert datetime.fromisoformat(run["expected_start_time"]) == due
    assert done["name"] == f"nightly {due:%Y-%m-%d} all sources offline"
    assert {"nightly-outcomes", "nightly-headline", "nightly-page"} <= server.artifacts(run["id"]).keys()


def test_an_event_becomes_a_message(server, hook):
    said = 'openai failed twice in a row: the page says "none"'
    event = {
        "id": "00000000-0000-4000-8000-000000000001",
        "occurred": datetime.now(UTC).isoformat(),
        "event": FAILING,
        "resource": {"prefect.resource.id": "gapledger.source.openai"},
        "payload": {"message": said},
    }
    server.call("events", [event])
    until(lambda: any(body["text"] == said for body in hook.bodies), "the message came", 60)
    assert {"text": said, "event": FAILING, "subject": "gapledger.source.openai"} in hook.bodies


def test_a_killed_run_is_marked_crashed_and_leaves_the_home_free(server):
    """Its process is gone without a word, as when a machine is; the runner or the missing heartbeat tells."""
    with Location(str(server.home)).writing("somebody"):
        run = server.start("backfill", **SPAN, wait_seconds=600)
        until(lambda: "being written by somebody" in server.logs(run["id"]), "the run waits", 240)
        (process,) = processes_with("PREFECT__FLOW_RUN_ID=" + run["id"])
        os.kill(process, signal.SIGKILL)
    assert server.finished(run["id"])["state_type"] == "CRASHED"
    with Location(str(server.home)).writing("next"):
        check_published(Location(str(server.home)))


def processes_with(variable: str) -> list[int]:
    """The processes whose own environment has a variable and whose parent's has not."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if variable.encode() in (process / "environ").read_bytes().split(b"\0"):
                parent = (process / "stat").read_text().rsplit(")", 1)[1].split()[1]
                if variable.encode() not in (Path("/proc") / parent / "environ").read_bytes().split(b"\0"):
                    found.append(int(process.name))
        except OSError:
            continue
    return found


def test_an_end_by_sigterm_ends_the_server_and_the_runs_too(tmp_path):
    home = tmp_path / "home"
    golden_home(str(home))
    with served(home) as it, Location(str(home)).writing("somebody"):
        run = it.start("backfill", **SPAN, wait_seconds=600)
        until(lambda: "being written by somebody" in it.logs(run["id"]), "the run waits", 120)
        assert end(it.process, signal.SIGTERM) == 0
        time.sleep(1)
        with pytest.raises(OSError, match="refused"):
            listening(it.port)
        assert "Traceback" not in it.log.read_text()
        assert not commands_with(str(home))


def commands_with(text: str) -> list[str]:
    """The command lines of the other processes whose environment or arguments name a text."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                process.name != str(os.getpid())
                and text.encode() in (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
            ):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def test_a_taken_port_is_told_in_one_line(tmp_path):
    port = free_port()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        command = [sys.executable, "-m", "flows.cli", "serve", "--home", str(tmp_path), "--port", str(port)]
        ended = subprocess.run(
            command, capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"gapledger: port {port} is taken")
    assert ended.stderr.count("\n") == 1
