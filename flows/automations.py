"""Automations on the Prefect server: runs that died without a word are marked crashed; gapledger's events
become messages.

As a program, for a team's own server: `python -m flows.automations --message-to https://chat.example/hook`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType
from prefect.events.actions import CallWebhook, ChangeFlowRunState
from prefect.events.schemas.automations import EventTrigger, Posture

from warehouse.alerts import EVENTS

ZOMBIES, MESSAGES, HOOK = "gapledger: runs without a heartbeat", "gapledger: messages", "gapledger-messages"
# Three missed heartbeats: PREFECT_FLOWS_HEARTBEAT_FREQUENCY is 30 s where `gapledger serve` starts the runs.
SILENCE = timedelta(seconds=90)
PAYLOAD = (
    '{"text": {{ event.payload.message | tojson }}, "event": {{ event.event | tojson }}, "subject": {{'
    " event.resource.id | tojson }}}"
)


def ensure(message_to: str | None = None) -> list[str]:
    """Makes or renews the automations on the server; gives their names. Without an address for messages only
    the first.
    """
    wanted = [_zombies()]
    if message_to:
        wanted.append(_messages(message_to))
    with get_client(sync_client=True) as client:
        there = {a.name: a.id for a in client.read_automations()}
    for automation in wanted:
        if automation.name in there:
            automation.id = there[automation.name]
            automation.update()
        else:
            automation.create()
    return [automation.name for automation in wanted]


def _zombies() -> Automation:
    """Marks a run crashed that sends no heartbeat: one whose process and runner both died would stay Running
    and hold its deployment's only slot.
    """
    ends = {
        f"prefect.flow-run.{state}" for state in ("heartbeat", "Completed", "Failed", "Cancelled", "Crashed")
    }
    trigger = EventTrigger(
        after={"prefect.flow-run.heartbeat"},
        expect=ends,
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=SILENCE,
    )
    crash = ChangeFlowRunState(
        name="Crashed",
        state=StateType.CRASHED,
        force=False,
        message="no heartbeat: the run's process or machine is gone",
    )
    return Automation(
        name=ZOMBIES,
        description="Marks runs whose machine is gone as crashed.",
        trigger=trigger,
        actions=[crash],
    )


def _messages(address: str) -> Automation:
    said = {"method": "POST", "url": address, "headers": {"Content-Type": "application/json"}}
    hook = Webhook.model_validate({**said, "allow_private_urls": True})
    block = cast(UUID, hook.save(HOOK, overwrite=True))
    trigger = EventTrigger(
        expect=set(EVENTS),
        match={"prefect.resource.id": "gapledger.*"},
        posture=Posture.Reactive,
        threshold=1,
        within=timedelta(0),
    )
    call = CallWebhook(block_document_id=block, payload=PAYLOAD)
    return Automation(
        name=MESSAGES,
        description="A message for each source that fails or goes stale, and each headline that moves.",
        trigger=trigger,
        actions=[call],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the automations on the server that PREFECT_API_URL names."""
    from flows.console import put

    parser = argparse.ArgumentParser(
        prog="python -m flows.automations",
        description="Makes gapledger's automations on your Prefect server.",
    )
    parser.add_argument(
        "--message-to",
        metavar="ADDRESS",
        help="where messages are posted, as JSON with the fields text, event and subject",
    )
    for name in ensure(parser.parse_args(arguments).message_to):
        put(name)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
