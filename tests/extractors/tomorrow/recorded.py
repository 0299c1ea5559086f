"""The pages of tomorrow made from the newest recorded page of each vendor, whole as it was served: `python -m
tests.extractors.tomorrow.recorded [SOURCE ...]`, some kinds of change a source, drawn by the seed.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from random import Random

from extractors.errors import ExtractError
from extractors.reading import parsed
from extractors.source import discover, source_of
from tests import recordings
from tests.extractors.tomorrow.measure import SEED, Result, kinds_of, of_capture
from warehouse.archive.warc import read_warc
from warehouse.capture import Capture

KINDS = 14
LARGE = 400_000  # bytes: a page that takes seconds to read is asked for fewer kinds


def newest() -> Iterator[Capture]:
    """The newest recorded capture of each vendor's source that its parser reads."""
    found: dict[str, Capture] = {}
    for file in sorted(recordings.ROOT.glob("vendors/*.warc.gz")):
        every = list(read_warc(file))
        for capture in every:
            source = source_of(capture.address)
            if source is not None and source.reads(capture.address):
                beside = {other.address: other for other in every if source.accompanies(other.address)}
                mine = replace(capture, source_id=source.id, companions=beside)
                known = found.get(source.id)
                if known is None or known.captured_at <= mine.captured_at:
                    found[source.id] = mine
    yield from (found[source_id] for source_id in sorted(found))


def of_recorded(capture: Capture, seed: int = SEED) -> Iterator[Result]:
    """What becomes of some pages of tomorrow made from one recorded page: the first of each kind drawn."""
    try:
        today = tuple(parsed(discover()[capture.source_id], capture))
    except ExtractError:
        return
    kinds = sorted(kinds_of(capture))
    most = KINDS if len(capture.body) < LARGE else KINDS // 3
    for kind in Random(f"{seed} {capture.source_id}").sample(kinds, min(most, len(kinds))):
        page = f"{capture.observed_on}"
        yield from islice(of_capture(capture, today, page, {kind}, seed), 1)


def main(sources: list[str]) -> int:
    """Prints the share by source and what falls short; 1 where a value is wrong."""
    say = sys.stdout.write
    total, good, wrong = Counter[str](), Counter[str](), 0
    for capture in newest():
        if sources and capture.source_id not in sources:
            continue
        for found in of_recorded(capture):
            total[found.source_id] += 1
            good[found.source_id] += found.published
            wrong += bool(found.wrong)
            if found.wrong or not found.published:
                what = f"WRONG {found.wrong}" if found.wrong else f"short {found.short}"
                say(f"{found.source_id}/{found.page}: {found.kind}: {what}\n")
        if total[capture.source_id]:
            say(f"{capture.source_id:32} {good[capture.source_id]:4} of {total[capture.source_id]:4}\n")
    pages = sum(total.values())
    share = sum(good.values()) / max(pages, 1)
    say(
        f"{len(total)} sources, {pages} pages: {share:.1%} publish their known models; {wrong} wrong values\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
