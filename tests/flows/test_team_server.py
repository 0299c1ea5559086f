"""A team's own Prefect: a server on PostgreSQL, a work pool and a worker, with the commands of
docs/operations.md as they stand there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import urllib.request
from datetime import date
from pathlib import Path

import pytest

from tests.flows.homes import check_published, golden_home
from tests.flows.servers import BIN, REPOSITORY, Served, end, free_port, postgres_binaries, postgresql, until
from warehouse.location import Location
from warehouse.marts import Marts

DAY = date(2026, 11, 1)
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


def test_the_documented_commands_run_a_backfill_on_postgresql_by_a_worker(tmp_path):
    home, port = tmp_path / "home", free_port()
    golden_home(str(home))
    commands = documented("A team's own server")
    assert commands[0][:3] == ["prefect", "server", "start"]
    with postgresql(tmp_path) as database, (tmp_path / "out.log").open("wb") as log:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")} | {
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "GAPLEDGER_HOME": str(home),
            "PREFECT_SERVER_DATABASE_CONNECTION_URL": database,
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_WORKER_QUERY_SECONDS": "1",  # instead of ten: the test waits less
            "DO_NOT_TRACK": "1",
        }
        given = {"env": environment, "cwd": REPOSITORY, "stdout": log, "stderr": log}
        started = []
        try:
            for command in commands:
                words = [word.replace("4200", str(port)) for word in command]
                if words[1:3] in (["server", "start"], ["worker", "start"]):
                    started.append(subprocess.Popen(words, **given))
                    it = Served(port, started[0], tmp_path / "out.log", home, environment)
                    until(
                        lambda: (
                            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5).close()
                            is None
                        ),
                        "the server is up",
                    )
                else:
                    subprocess.run(words, check=True, timeout=300, **given)
            deployment = it.call("deployments/name/backfill/team")
            parameters = {
                "start": f"{DAY}",
                "end": f"{DAY}",
                "every": "month",
                "sources": ["deepseek_en", "ecb"],
            }
            run = it.call(f"deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
            done = it.finished(run["id"], 400)
            assert done["state_type"] == "COMPLETED", it.logs(run["id"])
            assert_each_part_is_seen(it, run["id"])
            automations = it.call("automations/filter", {})
            assert "gapledger: runs without a heartbeat" in [a["name"] for a in automations]
            assert it.call("deployments/name/nightly/team")["schedules"][0]["schedule"]["timezone"] == "UTC"
        finally:
            for process in reversed(started):
                end(process, asks=3)  # a worker of Prefect 3.8 may end only when it is asked twice
    assert Marts(Location(str(home))).has("price_intervals", DAY)
    assert check_published(Location(str(home))) > 20
    assert "database is locked" not in Path(tmp_path / "out.log").read_text()
