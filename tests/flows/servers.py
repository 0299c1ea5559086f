"""Real servers on the loopback address for tests: S3 (moto), PostgreSQL, a receiver of webhooks, `gapledger
serve` as users start it.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 600.0  # a busy machine is slow and not wrong


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def until(
    true: Callable[[], Any],
    what: str,
    seconds: float = PATIENCE,
    process: subprocess.Popen[bytes] | None = None,
) -> Any:
    """Waits until `true()` gives something; AssertionError says what did not come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):
            if got := true():
                return got
        assert process is None or process.poll() is None, (
            f"the process ended with {process.returncode} before: {what}"
        )
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def listening(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), 1):
        return True


def end(
    process: subprocess.Popen[Any], how: int = signal.SIGTERM, seconds: float = 60.0, asks: int = 1
) -> int:
    """Ends a process that this test started, and waits for it; it is asked up to `asks` times, `seconds` in
    all.
    """
    for ask in range(asks):
        if process.poll() is not None:
            break
        process.send_signal(how)
        try:
            process.wait(seconds / asks)
        except subprocess.TimeoutExpired:
            if ask + 1 == asks:
                process.kill()
                process.wait()
                raise
    return int(process.returncode)


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[dict[str, str]]:
    """A real S3 server (moto) with the bucket `gapledger`; gives the environment by which a home there is
    found.
    """
    port = free_port()
    given = {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with (folder / "moto.log").open("wb") as log:
        server = subprocess.Popen(
            [BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)], stdout=log, stderr=log
        )
        try:
            until(lambda: listening(port), "the S3 server listens", 60, server)
            before = {name: os.environ.get(name) for name in given}
            os.environ.update(given)
            try:
                urllib.request.urlopen(
                    urllib.request.Request(f"http://127.0.0.1:{port}/gapledger", method="PUT"), timeout=10
                ).close()
                yield given
            finally:
                for name, value in before.items():
                    os.environ.pop(name) if value is None else os.environ.update({name: value})
        finally:
            end(server, signal.SIGKILL)


@dataclass
class Receiver:
    """What came to a local webhook."""

    url: str
    bodies: list[Any] = field(default_factory=list)


@contextlib.contextmanager
def receiver() -> Iterator[Receiver]:
    """A receiver of webhook messages on the loopback address."""
    got = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    got.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CLIENT = "5f3a1c1e-0000-4000-8000-00000000c11e"


@dataclass
class Served:
    """A `gapledger serve` under way."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    home: Path
    environment: dict[str, str]

    def call(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """One request to Prefect's API."""
        data = None if body is None else json.dumps(body, default=str).encode()
        how = method or ("POST" if data else "GET")
        headers = {"content-type": "application/json"}
        if how != "GET":  # the server asks whoever changes something for a token of its own
            with suppress(urllib.error.HTTPError):  # a team's own server may ask for none
                token = self.call(f"csrf-token?client={CLIENT}")["token"]
                headers |= {"Prefect-Csrf-Token": token, "Prefect-Csrf-Client": CLIENT}
        address = f"http://127.0.0.1:{self.port}/api/{path}"
        request = urllib.request.Request(address, data, headers, method=how)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def deployment(self, name: str) -> dict[str, Any]:
        return dict(self.call(f"deployments/name/{name}/{name}"))

    def start(self, name: str, **parameters: Any) -> dict[str, Any]:
        """Starts a run of a deployment, as its form does."""
        return dict(
            self.call(
                f"deployments/{self.deployment(name)['id']}/create_flow_run", {"parameters": parameters}
            )
        )

    def run(self, run_id: str) -> dict[str, Any]:
        return dict(self.call(f"flow_runs/{run_id}"))

    def finished(self, run_id: str, seconds: float = PATIENCE) -> dict[str, Any]:
        """The run, once it is over."""
        over = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
        until(lambda: self.run(run_id)["state_type"] in over, f"run {run_id} ends", seconds, self.process)
        return self.run(run_id)

    def artifacts(self, run_id: str) -> dict[str, dict[str, Any]]:
        found = self.call("artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run_id]}}})
        return {a["key"]: a for a in found}

    def logs(self, run_id: str) -> str:
        found = self.call(
            "logs/filter",
            {"logs": {"flow_run_id": {"any_": [run_id]}}, "sort": "TIMESTAMP_ASC", "limit": 200},
        )
        return "\n".join(line["message"] for line in found)


@contextlib.contextmanager
def served(home: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """`gapledger serve` on a free port, as a user starts it; ended by SIGTERM. Its runner asks for runs every
    second instead of every five, which saves each run some seconds of waiting.
    """
    port = free_port()
    given = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    given |= {"PREFECT_RUNNER_POLL_FREQUENCY": "1", **(environment or {})}
    log = home.parent / f"serve-{port}.log"
    command = [
        sys.executable,
        "-m",
        "flows.cli",
        "serve",
        "--home",
        str(home),
        "--port",
        str(port),
        "--page-port",
        str(free_port()),
        *options,
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, cwd=REPOSITORY, env=given)
        it = Served(port, process, log, home, given)
        try:
            until(
                lambda: it.deployment("backfill")["status"] == "READY",
                f"both deployments are served; see {log}",
                PATIENCE,
                process,
            )
            yield it
        finally:
            end(process)


def postgres_binaries() -> Path | None:
    """Debian's PostgreSQL server programs, the newest; None where there are none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL cluster of this test's own; gives the address of its empty database `prefect` for
    asyncpg.
    """
    programs = postgres_binaries()
    assert programs is not None
    port, data = free_port(), folder / "postgres"
    data.mkdir()
    be: dict[str, Any] = {}
    if os.getuid() == 0:  # initdb refuses root
        user = pwd.getpwnam("postgres")
        be = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        shutil.chown(data, user.pw_uid, user.pw_gid)
        for parent in (folder, *folder.parents):
            if parent.stat().st_uid == 0 and parent != Path("/") and not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "prefect", "-A", "trust", "--no-sync"],
        check=True,
        **quiet,
        **be,
    )
    command = [programs / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", data, "-F"]
    server = subprocess.Popen(command, **quiet, **be)
    try:
        import psycopg

        address = f"postgresql://prefect@127.0.0.1:{port}"

        def create() -> bool:
            try:
                with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
                    connection.execute("CREATE DATABASE prefect")
            except psycopg.OperationalError:
                return False
            return True

        until(create, "PostgreSQL answers", 60, server)
        yield f"postgresql+asyncpg://prefect@127.0.0.1:{port}/prefect"
    finally:
        end(server, signal.SIGINT)
