"""robots.txt as RFC 9309 has it: which addresses of a host are open to us. The one door to protego."""

from __future__ import annotations

from protego import Protego

PRODUCT = "gapledger"
ROBOTS_BYTES = 512 * 2**10
ROBOTS_REDIRECTS = 5


class Rules:
    """The rules of one host. Without a text (`None`: there is no robots.txt) everything is open."""

    def __init__(self, body: bytes | None) -> None:
        self._rules = None if body is None else Protego.parse(_text(body))

    def open_to_us(self, address: str) -> bool:
        """Whether the address may be fetched."""
        return self._rules is None or bool(self._rules.can_fetch(address, PRODUCT))


def _text(body: bytes) -> str:
    """The text that counts: without a byte order mark, and of a longer body the whole lines of its first
    512 kB.
    """
    if len(body) > ROBOTS_BYTES:
        body = body[: body.rfind(b"\n", 0, ROBOTS_BYTES) + 1]
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "replace").replace("\ufeff", "")
