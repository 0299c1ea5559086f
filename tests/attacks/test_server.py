"""Kind 6 of what attacks broke: no web page starts a run, and no form chooses where pickled objects come
from; and runs whose server was killed do not block the next ones.
"""

from __future__ import annotations

import http.client
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from flows.backfill import allowed_cluster
from flows.left_over import crash_left_over_runs
from flows.own_origin import allowed
from flows.serve import HOST, _environment, server
from warehouse.location import Location

NAMES = (
    "PREFECT_API_URL",
    "PREFECT_SERVER_UI_API_URL",
    "PREFECT_HOME",
    "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS",
)


@pytest.mark.parametrize(
    "address", ["tcp://evil.example:8786", "127.0.0.1:8786", "tcp://10.0.0.1:8786/", "inproc://x"]
)
def test_a_form_names_no_dask_address_of_its_own(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAPLEDGER_DASK_ADDRESSES", raising=False)
    with pytest.raises(ValueError, match="GAPLEDGER_DASK_ADDRESSES names none"):
        allowed_cluster(address)
    monkeypatch.setenv("GAPLEDGER_DASK_ADDRESSES", "tcp://10.0.0.1:8786, tcp://10.0.0.2:8786")
    with pytest.raises(ValueError, match="is no Dask address of this installation"):
        allowed_cluster(address)


def test_a_listed_dask_address_and_none_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAPLEDGER_DASK_ADDRESSES", "tcp://10.0.0.1:8786,tcp://10.0.0.2:8786")
    assert allowed_cluster("tcp://10.0.0.2:8786") == "tcp://10.0.0.2:8786"
    assert allowed_cluster("") is None
    assert allowed_cluster(None) is None


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a Prefect server as `gapledger serve` starts it."""
    home = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name in NAMES:
            monkeypatch.setenv(name, "")
            monkeypatch.delenv(name)
        monkeypatch.setenv("GAPLEDGER_HOME", str(home))
        _environment(Location(str(home)), port, own_server=True)
        with server(port):
            yield port


OWN = ["http://127.0.0.1:4200", "http://localhost:4200", "https://ledger.example"]
SCOPES: dict[str, tuple[bool, str, dict[str, str]]] = {
    "a program of this machine": (True, "POST", {"host": "127.0.0.1:4200"}),
    "our own page": (True, "POST", {"host": "localhost:4200", "origin": "http://localhost:4200"}),
    "our own page's socket": (True, "", {"host": "127.0.0.1:4200", "origin": "http://127.0.0.1:4200"}),
    "behind the proxy that the settings name": (True, "GET", {"host": "ledger.example"}),
    "another page that reads, which it cannot": (True, "GET", {"host": "localhost", "origin": "http://evil"}),
    "a name pointed to this machine": (False, "GET", {"host": "evil.example:4200"}),
    "its own origin then": (False, "POST", {"host": "evil.example", "origin": "http://evil.example"}),
    "a name that begins like ours": (False, "GET", {"host": "localhost.evil.example"}),
    "a name behind ours": (False, "GET", {"host": "localhost@evil.example"}),
    "no host": (False, "GET", {}),
    "an empty host": (False, "GET", {"host": ""}),
    "a host that is none": (False, "GET", {"host": "[::1"}),
    "another page's form": (False, "POST", {"host": "localhost:4200", "origin": "http://evil.example"}),
    "another port's page": (False, "DELETE", {"host": "localhost:4200", "origin": "http://localhost:4201"}),
    "a page of a file or a frame": (False, "PATCH", {"host": "localhost:4200", "origin": "null"}),
    "another page's socket": (False, "", {"host": "127.0.0.1:4200", "origin": "http://evil.example"}),
}


@pytest.mark.parametrize("kind", list(SCOPES))
def test_requests_name_our_host_and_changes_come_from_our_pages(kind: str) -> None:
    right, method, said = SCOPES[kind]
    headers = [(name.encode(), value.encode()) for name, value in said.items()]
    scope = {"type": "http" if method else "websocket", "method": method, "headers": headers}
    assert allowed(scope, OWN) is right
    assert not allowed({**scope, "headers": [*headers, (b"host", b"evil.example")]}, OWN)


@pytest.mark.server
@pytest.mark.parametrize("path", ["/", "/api/health", "/api/csrf-token?client=x", "/api/events/out"])
def test_a_name_pointed_to_this_machine_and_a_foreign_socket_are_not_answered(port: int, path: str) -> None:
    foreign = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    foreign |= {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Origin": "http://evil.example"}
    for headers in ({"Host": f"evil.example:{port}"}, *([foreign] if path.endswith("out") else [])):
        connection = http.client.HTTPConnection(HOST, port, timeout=20)
        connection.request("GET", path, headers=headers)
        assert connection.getresponse().status == 403
        connection.close()


@pytest.mark.server
def test_a_page_of_another_origin_can_start_nothing(port: int) -> None:
    api = f"http://{HOST}:{port}/api"
    foreign = {"Origin": "http://evil.example", "Content-Type": "text/plain"}
    body = json.dumps({"name": "x"}).encode()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(f"{api}/flows/", body, foreign), timeout=20)
    assert refused.value.code == 403
    refused.value.close()
    with urllib.request.urlopen(
        urllib.request.Request(f"{api}/health", headers=foreign), timeout=20
    ) as answer:
        assert answer.headers.get("access-control-allow-origin") not in {"*", "http://evil.example"}
    own = f"http://{HOST}:{port}"
    assert _allowed(f"{api}/health", own) == own


@pytest.mark.server
def test_runs_that_a_killed_server_left_are_crashed_and_no_others(port: int) -> None:
    from prefect import flow
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect.states import Cancelling, Completed, Pending, Running, Scheduled, State

    @flow
    def nothing() -> None:
        pass

    states: list[State] = [Running(), Pending(), Cancelling(), Completed(), Scheduled()]
    with (
        temporary_settings({PREFECT_API_URL: f"http://{HOST}:{port}/api"}),
        get_client(sync_client=True) as client,
    ):
        runs = {str(state.type): client.create_flow_run(nothing, state=state) for state in states}
        crashed = crash_left_over_runs()
        now = {was: str(client.read_flow_run(run.id).state_type) for was, run in runs.items()}
    left = {"StateType.RUNNING", "StateType.PENDING", "StateType.CANCELLING"}
    assert {was for was, state in now.items() if state == "StateType.CRASHED"} == left
    assert sorted(crashed) == sorted(runs[was].name for was in left)


def _allowed(address: str, origin: str) -> str | None:
    """What the server says of an origin."""
    asked = urllib.request.Request(address, headers={"Origin": origin})
    with urllib.request.urlopen(asked, timeout=20) as answer:
        said: str | None = answer.headers.get("access-control-allow-origin")
    return said
