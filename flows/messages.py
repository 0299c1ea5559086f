"""Messages to an address of any kind that apprise knows: a chat, mail, a pager, a webhook. The one door to
apprise.

Addresses hold tokens and passwords: what is logged of one is its kind.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import apprise

ADDRESS = "GAPLEDGER_MESSAGE_TO"  # addresses with spaces between them, in the environment of whatever runs
# A web address that is no known chat's gets the JSON that Prefect's automation posts: text, event, subject.
PLAIN = {"https": "jsons", "http": "json"}
FIELDS = ":message=text&:title=subject&:version=&:attachments=&:type="
log = logging.getLogger("gapledger.messages")


class Told(Protocol):
    """One thing to hear of: the event's name, what it is about, and a sentence (warehouse.alerts.Alert)."""

    @property
    def event(self) -> str:
        """The event's name, `gapledger.source.failing`."""

    @property
    def about(self) -> str:
        """What it is about, `source.openai`."""

    @property
    def message(self) -> str:
        """A sentence."""


def send(alerts: Sequence[Told], addresses: str | None = None) -> int:
    """Sends each alert to each address (default: those of the environment); gives how many went out. What
    does not go out is a warning and no failure of the run.
    """
    wanted = (os.environ.get(ADDRESS, "") if addresses is None else addresses).split()
    return sum(_sent(address, alert) for address in wanted if alerts for alert in alerts)


def is_web(address: str | None) -> bool:
    """Whether it is one web address."""
    return (address or "").startswith(("http://", "https://")) and " " not in (address or "")


def check(addresses: str) -> None:
    """ValueError for an address that apprise does not know."""
    for address in addresses.split():
        if not _service(address, "").servers:
            raise ValueError(
                f"no way to send to an address of the kind {_kind(address)}:// like this one is known"
            )


def _sent(address: str, alert: Told) -> bool:
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it names addresses with their secrets
    done = bool(
        _service(address, alert.event).notify(
            body=alert.message, title=f"gapledger.{alert.about}", notify_type=apprise.NotifyType.WARNING
        )
    )
    if not done:
        log.warning("a message about %s could not be sent (%s://)", alert.about, _kind(address))
    return done


def _service(address: str, event: str) -> apprise.Apprise:
    """Apprise with one address."""
    import apprise

    service = apprise.Apprise()
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    kind, _, rest = address.partition("://")
    if kind in PLAIN and apprise.Apprise.instantiate(address) is None:
        address = f"{PLAIN[kind]}://{rest}{'&' if '?' in rest else '?'}{FIELDS}&:event={event}"
    service.add(address)
    return service


def _kind(address: str) -> str:
    return address.partition("://")[0][:20]
