"""`gapledger serve`: a Prefect server on the loopback address with its UI, and both deployments served by
this process.

Prefect reads its settings when it is imported, so everything here is put into the environment first and
Prefect imported after.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from flows.console import say
from flows.left_over import crash_left_over_runs
from flows.messages import ADDRESS as MESSAGE_TO
from flows.messages import check, is_web
from flows.page_server import ADDRESS, page_served
from warehouse.location import HomeError, Location

HOST = "127.0.0.1"
START_SECONDS = 300.0
END_SECONDS = 30.0
# A run that stops without a word is found by its missing heartbeat; our messages reach the run's log; nothing
# is sent home.
SETTINGS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_LOGGING_LEVEL": "WARNING",
    # A browser of this machine shows any page: only our own may speak to the server.
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED": "true",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "true",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "gapledger",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",  # a home is read outside runs, too
    "PREFECT_RUNNER_POLL_FREQUENCY": "5",
    "DO_NOT_TRACK": "1",
}


def command(
    location: Location,
    port: int,
    page_port: int | None,
    cron: str,
    message_to: str | None,
    *,
    own_server: bool,
) -> int:
    """Serves until it is stopped (SIGTERM or Ctrl-C); gives 0. HomeError where the port is taken or the
    server does not start.
    """
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(0)
    )  # until Prefect's runner takes it over: the server must not be left behind
    _environment(location, port, own_server=own_server)
    if message_to and not is_web(message_to):  # a web address is Prefect's automation; all else the runs send
        check(message_to)
        os.environ[MESSAGE_TO] = message_to
    with page_served(location, HOST, page_port or port + 1) as page:
        os.environ.setdefault(ADDRESS, page)
        with server(port) if own_server else nullcontext():
            say(f"the page: {page}")
            if own_server:
                for name in crash_left_over_runs():
                    say(f"marked as crashed, because its server had ended: {name}")
            _serve(cron, message_to)
    return 0


def _environment(location: Location, port: int, own_server: bool) -> None:
    os.environ["GAPLEDGER_HOME"] = location.full()
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    if own_server:
        os.environ.setdefault(
            "PREFECT_HOME",
            str(Path.home() / ".gapledger/prefect" if location.remote else f"{location.full()}/prefect"),
        )
        own = f"http://{HOST}:{port},http://localhost:{port}"
        os.environ.setdefault("PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS", own)
        os.environ["PREFECT_API_URL"] = os.environ["PREFECT_SERVER_UI_API_URL"] = f"http://{HOST}:{port}/api"
    elif "PREFECT_API_URL" not in os.environ:
        raise ValueError("--no-server needs PREFECT_API_URL, the address of your Prefect server's API")


@contextmanager
def server(port: int) -> Iterator[None]:
    """A Prefect server of our own on the loopback address; its messages go to server.log in PREFECT_HOME."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as taken:
            raise HomeError(
                f"port {port} is taken ({taken}); give another --port, or --no-server with PREFECT_API_URL if"
                " your Prefect server is there"
            ) from taken
    log = Path(os.environ["PREFECT_HOME"]) / "server.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        listen = ["--host", HOST, "--port", str(port), "--log-level", "warning"]
        arguments = [sys.executable, "-m", "uvicorn", "--factory", "flows.own_origin:app", *listen]
        # A session of its own: Ctrl-C reaches us alone, and the runs are ended before the server that hears
        # of it.
        child = subprocess.Popen(arguments, stdout=out, stderr=out, start_new_session=True)  # noqa: S603
        try:
            _wait_until_up(child, port, log)
            say(f"Prefect: http://{HOST}:{port}  (server log: {log})")
            yield
        finally:
            _end(child)


def _wait_until_up(child: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if child.poll() is not None:
            raise HomeError(f"the Prefect server ended with {child.returncode} at its start; see {log}")
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/api/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    raise HomeError(f"the Prefect server did not answer within {START_SECONDS:.0f} s; see {log}")


def _end(child: subprocess.Popen[bytes]) -> None:
    """Ends the server and what it started (its session): SIGTERM first, then SIGKILL."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if child.poll() is None:
            os.killpg(child.pid, how)
        try:
            child.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _serve(cron: str, message_to: str | None) -> None:
    import asyncio

    from prefect.runner import Runner

    from flows.automations import ensure

    class Served(Runner):
        """Prefect's runner forgets to await its own end at SIGTERM, and leaves the runs under way behind."""

        def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
            asyncio.run_coroutine_threadsafe(self.astop(), asyncio.get_running_loop())

    ensure(message_to if is_web(message_to) else None)
    # A nightly that fell due while nothing served is run late, not lost: schedules are not paused at the end.
    runner = Served(pause_on_shutdown=False)
    for deployment in _deployments(cron):
        runner.add_deployment(deployment)
    try:
        asyncio.run(runner.start())
    except KeyboardInterrupt:
        say("gapledger: stopped; runs under way were ended, what was published stays")


def _deployments(cron: str) -> list[Any]:
    """The nightly on its schedule, and the backfill."""
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.backfill import backfill_flow
    from flows.nightly import nightly_flow

    # Two runs of one deployment wait for each other here; a nightly and a backfill wait for each other at the
    # home.
    one = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
    options = {"tags": ["gapledger"], "concurrency_limit": one, "entrypoint_type": EntrypointType.MODULE_PATH}
    schedules = {"nightly": [Cron(cron, timezone="UTC")]}
    made = []
    for name, flow in (("nightly", nightly_flow), ("backfill", backfill_flow)):
        about = str(flow.description or "").partition("\n")[0]
        made.append(flow.to_deployment(name, schedules=schedules.get(name), description=about, **options))
        made[-1].entrypoint = f"flows.{name}.{name}_flow"
    return made
