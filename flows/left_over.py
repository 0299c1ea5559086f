"""Runs that an ended `gapledger serve` left under way: Prefect would have them run for ever, and each holds
its deployment's only slot.
"""

from __future__ import annotations

MESSAGE = "its `gapledger serve` ended without a word (killed, or the machine went down)"


def crash_left_over_runs() -> list[str]:
    """Marks every run under way as crashed and frees its slot; gives their names.

    For a server of our own before it runs anything: what it calls running was run by one that is gone.
    A run's own process that outlived it holds the home, and the next run waits for that.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    under_way = FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    with get_client(sync_client=True) as client:
        left = client.read_flow_runs(flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=under_way)))
        for run in left:
            client.set_flow_run_state(run.id, Crashed(message=MESSAGE), force=True)
    return [run.name for run in left]
