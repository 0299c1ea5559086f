"""Prints what becomes of every page of tomorrow: the share published by source, and what falls short."""

from __future__ import annotations

import sys
from collections import Counter

from tests.extractors.tomorrow.measure import of_sources


def main(sources: list[str]) -> int:
    """The table and the list; 1 where a value is wrong."""
    every = list(of_sources(sources))
    found = [r for r in every if not r.small]
    total, good = Counter(r.source_id for r in found), Counter(r.source_id for r in found if r.published)
    say = sys.stdout.write
    for source_id in sorted(total):
        say(f"{source_id:32} {good[source_id]:4} of {total[source_id]:4}\n")
    for r in found:
        if r.wrong or not r.published:
            say(f"{'WRONG' if r.wrong else 'short'} {r.source_id}/{r.page}: {r.kind}: {r.wrong or r.short}\n")
    say(f"{len(every) - len(found)} more pages are so small that one leftover is more than the core allows\n")
    wrong = sum(1 for r in found if r.wrong)
    kinds = len({r.kind for r in found})
    share = sum(good.values()) / max(len(found), 1)
    say(
        f"{len(total)} sources, {kinds} kinds, {len(found)} pages: {share:.1%} publish their known models;"
        f" {wrong} wrong values\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
