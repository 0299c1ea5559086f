"""Failures of sources by their cause, for people: one line a cause."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

# As extractors/errors.py writes it: `expected a connection; found [Errno -2] ...; at ADDRESS; next: check`.
_PARTS = re.compile(
    r"expected (?:an? )?(?P<lacking>.*?); found (?P<found>.*?)(?:; (?:at|in) .*?)?; next: (?P<next>.*)", re.S
)


def failures(failed: Mapping[str, str], verbose: bool) -> Iterator[str]:
    """One line a cause: `failed, 76 sources: no connection ([Errno -2] ...); next: ...`; with `verbose`, or
    where one source alone has it, one line a source.
    """
    by_cause: dict[str, list[str]] = {}
    for source in sorted(failed):
        by_cause.setdefault(cause(source, failed[source]), []).append(source)
    for lacking, sources in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        if verbose or len(sources) == 1:
            yield from (f"failed, {source}: {_without(source, failed[source])}" for source in sources)
            continue
        parts = [_PARTS.search(failed[source]) for source in sources]
        found, _ = (
            Counter(part["found"] for part in parts if part).most_common(1)[0] if any(parts) else ("", 0)
        )
        told = next((part["next"] for part in parts if part), "")
        words = f"no {lacking} ({found}); next: {told}" if found else lacking
        yield f"failed, {len(sources)} sources: {words}; --verbose names them"


def cause(source: str, error: str) -> str:
    """The cause that sources can share: what the error says was expected, without source, address and what
    was found. An error in other words is its own cause.
    """
    parts = _PARTS.search(error)
    return parts["lacking"] if parts else _without(source, error)


def _without(source: str, error: str) -> str:
    return error.removeprefix(f"{source}: ")
