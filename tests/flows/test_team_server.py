"""A team's own Prefect: a server on PostgreSQL, a work pool and a worker, with the commands of
docs/operations.md as they stand there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import date

import pytest

from tests.flows.homes import check_published, golden_home
from tests.flows.servers import BIN, REPOSITORY, Served, end, free_port, postgres_binaries, postgresql, until
from warehouse.location import Location
from warehouse.marts import Marts

DAY, SOURCES = date(2026, 11, 1), ("deepseek_en", "ecb")
pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        postgres_binaries() is None, reason="no PostgreSQL server on this machine: apt-get install postgresql"
    ),
]


def documented(section: str) -> list[list[str]]:
    """The commands of the first shell block below a heading of the operations guide, without their
    assignments and comments.
    """
    text = (REPOSITORY / "docs/operations.md").read_text().split(f"## {section}\n", 1)[1]
    block = re.search(r"```sh\n(.*?)```", text, re.S).group(1)
    lines = [line.split("  #")[0].strip() for line in block.splitlines()]
    return [
        shlex.split(line.removesuffix("&"))
        for line in lines
        if line and not line.startswith(("#", "export "))
    ]


def assert_each_part_is_seen(server: Served, run_id: str) -> None:
    """That each source, each table's checks, each part of the date and of the page is a task run that ended
    well.
    """
    asked = {"flow_runs": {"id": {"any_": [run_id]}}, "limit": 200}
    ended = {task["name"]: task["state_type"] for task in server.call("task_runs/filter", asked)}
    parts = (
        "source deepseek_en",
        "check list_prices",
        f"derive lags of {DAY}",
        f"derive prices of {DAY}",
        *(name for name in ended if name.startswith("page: ")),
    )
    assert len(parts) > 4
    assert {part: ended.get(part) for part in parts} == dict.fromkeys(parts, "COMPLETED")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql(tmp_path_factory.mktemp("database")) as address:
        yield address


@pytest.fixture(scope="module")
def team(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server on PostgreSQL, its work pool and a worker, by the documented commands."""
    folder, port = tmp_path_factory.mktemp("team"), free_port()
    home = folder / "home"
    golden_home(str(home), SOURCES)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")} | {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PREFECT_HOME": str(folder / "prefect"),
        "GAPLEDGER_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "1",  # instead of ten: the test waits less
        "DO_NOT_TRACK": "1",
    }
    health, started = f"http://127.0.0.1:{port}/api/health", []
    with (folder / "out.log").open("wb") as log:
        given = {"env": environment, "cwd": REPOSITORY, "stdout": log, "stderr": log}
        try:
            for command in documented("A team's own server"):
                words = [word.replace("4200", str(port)) for word in command]
                if words[1:3] not in (["server", "start"], ["worker", "start"]):
                    subprocess.run(words, check=True, timeout=300, **given)
                    continue
                started.append(subprocess.Popen(words, **given))
                until(lambda: urllib.request.urlopen(health, timeout=5).close() is None, "the server is up")
            yield Served(port, started[0], folder / "out.log", home, environment)
        finally:
            for process in reversed(started):
                end(process, asks=3)  # a worker of Prefect 3.8 may end only when it is asked twice


def test_the_documented_commands_start_a_server_on_postgresql_with_both_deployments(team: Served) -> None:
    commands = documented("A team's own server")
    assert commands[0][:3] == ["prefect", "server", "start"]
    automations = team.call("automations/filter", {})
    assert "gapledger: runs without a heartbeat" in [a["name"] for a in automations]
    assert team.call("deployments/name/nightly/team")["schedules"][0]["schedule"]["timezone"] == "UTC"
    assert team.call("deployments/name/backfill/team")["work_pool_name"]


def test_a_worker_runs_a_backfill_that_readers_find_whole(team: Served) -> None:
    deployment = team.call("deployments/name/backfill/team")
    parameters = {"start": f"{DAY}", "end": f"{DAY}", "every": "month", "sources": list(SOURCES)}
    run = team.call(f"deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
    done = team.finished(run["id"], 400)
    assert done["state_type"] == "COMPLETED", team.logs(run["id"])
    assert_each_part_is_seen(team, run["id"])
    location = Location(str(team.home))
    assert Marts(location).has("price_intervals", DAY)
    assert check_published(location) > 20
    assert "database is locked" not in team.log.read_text()
