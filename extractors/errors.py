"""What can go wrong while reading, each with the source, what was expected, what was found, the capture and
what to do.
"""

from __future__ import annotations

from warehouse.capture import Capture


class ExtractError(Exception):
    """A source that cannot be read. It stops that source and no other."""


class FetchError(ExtractError):
    """An address that did not give a usable response. `retryable` says whether trying again can help."""

    def __init__(
        self,
        source_id: str,
        address: str,
        *,
        expected: str,
        found: str,
        next_step: str,
        retryable: bool = False,
    ) -> None:
        self.source_id, self.address, self.retryable = source_id, address, retryable
        super().__init__(f"{source_id}: expected {expected}; found {found}; at {address}; next: {next_step}")


class ParseError(ExtractError):
    """A capture that is not what its parser reads. Subclasses name the kind."""

    next_step = (
        "open the capture (gapledger explain captures capture_sha256=...), compare it with the parser's"
        " docstring, adapt the parser"
    )

    def __init__(self, capture: Capture, *, expected: str, found: str, next_step: str = "") -> None:
        self.capture = capture
        self.expected, self.found = expected, found
        super().__init__(
            f"{capture.source_id}: {type(self).__name__}: expected {expected}; found {_short(found)}; in"
            f" {capture}; next: {next_step or self.next_step}"
        )


class WrongPage(ParseError):
    """Another page than the one asked for: a challenge, a login, an error page, a page moved."""


class LayoutChanged(ParseError):
    """The right page, built differently than the parser knows."""


class UnknownValue(ParseError):
    """A label, unit, currency or number that the parser has no rule for."""


class EmptyPage(ParseError):
    """The right page with nothing on it."""


class Truncated(ParseError):
    """A body that ends before it should."""


def _short(text: str, limit: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
