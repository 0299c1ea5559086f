"""What follows from a list of a source's site, without a web."""

from __future__ import annotations

from datetime import UTC, datetime

from extractors.following import Followed, follow
from extractors.source import Source, discover
from studies.replayed_web.long_lists import listing_of
from warehouse.archive.warc import Response
from warehouse.capture import Capture

NOW = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)


def followed(
    source: Source, body: bytes, now: datetime = NOW, before: bytes | None = None
) -> tuple[Followed, list[str]]:
    """What follows where every list of a source says `body` (and `before`), and what was asked beside."""
    asked: list[str] = []
    lists = {*listing_of(source).at, "https://livebench.ai/static/js/main.0a.js"}

    def ask(address: str) -> Response:
        if address not in lists:
            asked.append(address)
        said = body if address in lists else b"a page"
        return Response(source.id, address, now, 200, (), said, said)

    def earlier(at: str) -> Capture | None:
        return Capture(source.id, at, now, before) if before is not None else None

    return follow(discover()[source.id], ask, [], now, gone=True, earlier=earlier), asked
