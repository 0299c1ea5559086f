"""Kind 6 of what attacks broke: no web page starts a run, and no form chooses where pickled objects come
from; and runs whose server was killed do not block the next ones.
"""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from flows.backfill import allowed_cluster
from flows.left_over import crash_left_over_runs
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
