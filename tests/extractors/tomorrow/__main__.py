"""Prints what becomes of every page of tomorrow: the share published by source and by their kind, with and
without the pages that are too small to lose a line, and what falls short.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from extractors.source import KINDS, discover
from tests.extractors.tomorrow.measure import Result, of_sources


def main(sources: list[str]) -> int:
    """The table and the list; 1 where a value is wrong."""
    every = list(of_sources(sources))
    total, good = Counter(r.source_id for r in every), Counter(r.source_id for r in every if r.published)
    say = sys.stdout.write
    for r in every:
        if r.wrong or not r.published:
            word = "WRONG" if r.wrong else "small" if r.small else "short"
            say(f"{word} {r.source_id}/{r.page}: {r.kind}: {r.wrong or r.short}\n")
    for source_id in sorted(total):
        say(f"{source_id:32} {good[source_id]:4} of {total[source_id]:4}\n")
    for kind in KINDS:
        of_kind = [r for r in every if discover()[r.source_id].source.kind == kind]
        if of_kind:
            say(f"{kind:11} {_shares(of_kind)}\n")
    wrong = sum(1 for r in every if r.wrong)
    kinds = len({r.kind for r in every})
    say(f"{len(total)} sources, {kinds} kinds: {_shares(every)}; {wrong} wrong values\n")
    return 1 if wrong else 0


def _shares(found: Sequence[Result]) -> str:
    large = [r for r in found if not r.small]
    if not found:
        return "no golden page to change"
    return (
        f"{len(found)} pages, {sum(r.published for r in found) / len(found):.1%} publish their known models;"
        f" without {len(found) - len(large)} so small that one leftover refuses them"
        f" {sum(r.published for r in large) / max(len(large), 1):.1%}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
