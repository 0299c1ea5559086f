"""A capture: the bytes that one address answered with at one moment, and where in the raw archive they
lie.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived response, decoded (no content encoding), as a parser gets it.

    `sha256` is the hex digest of `body`; `warc`, `offset` and `length` say where the record lies (path
    relative to the home, bytes). `companions` holds the captures, by address, of the addresses that the
    source declares as needed to read this one (a table's category map, say).
    """

    source_id: str
    address: str
    captured_at: datetime
    body: bytes
    content_type: str = "application/octet-stream"
    status: int = 200
    sha256: str = ""
    warc: str = ""
    offset: int = 0
    length: int = 0
    companions: Mapping[str, Capture] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.captured_at.tzinfo is None:
            raise ValueError(f"{self.address}: captured_at has no time zone")
        object.__setattr__(self, "captured_at", self.captured_at.astimezone(UTC))
        if not self.sha256:
            object.__setattr__(self, "sha256", hashlib.sha256(self.body).hexdigest())

    @property
    def observed_on(self) -> date:
        """The UTC day of the capture."""
        return self.captured_at.date()

    def text(self) -> str:
        """The body as text, its lines ended by a line feed alone. UTF-8 is required: every source in scope
        sends it, and a guess would corrupt names.
        """
        return self.body.decode("utf-8-sig").replace("\r\n", "\n")

    def __str__(self) -> str:
        return f"{self.address} captured {self.captured_at:%Y-%m-%dT%H:%M:%SZ} sha256 {self.sha256[:12]}"
