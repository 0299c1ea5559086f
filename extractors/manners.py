"""How the fetcher behaves, and what it knows of an address from before."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

VALIDATOR = re.compile(r"[\x20-\x7e]{1,1000}")


@dataclass(frozen=True, slots=True)
class Manners:
    """How the fetcher behaves: attempts, timeouts (seconds), the whole time that a response and that all of a
    source's may take, the pause between requests to a host; and what carries its requests, where that is not
    the network.
    """

    attempts: int = 4
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    whole_timeout: float = 180.0
    source_timeout: float = 600.0
    pause: float = 1.0
    robots: bool = True
    verify: bool | str = True
    transport: httpx.BaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address from its newest capture: validators for a conditional request, and how to
    get its body.
    """

    etag: str | None
    last_modified: str | None
    body: Callable[[], bytes]
    content_type: str

    def kept_validators(self) -> tuple[tuple[str, str], ...]:
        """The headers that gave the validators."""
        said = (("ETag", self.etag), ("Last-Modified", self.last_modified))
        return tuple((name, value) for name, value in said if value)

    def validators(self) -> dict[str, str]:
        """The headers of a conditional request, of what a header can say: a server's odd or endless word is
        kept, and not repeated.
        """
        said = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in said.items() if value and VALIDATOR.fullmatch(value)}
