"""`python -m studies.replay HOME [--nights 90]`: how often the checks would have raised a false alarm
over recorded nights.

HOME holds the imported recordings (`gapledger import`). Every source's captures are read; each source's day
within the last `nights` nights on which anything was captured is one source-night. An alarm is a day not
published, or a row held against the last good snapshot; it is false unless the page really was wrong (KNOWN,
each with what it was).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from extractors.source import discover
from flows.ingest import SourceJob, SourceRead, run_source
from flows.pools import processes
from warehouse.checks.jump_guard import HELD
from warehouse.checks.validation import validate
from warehouse.location import Location

# (source, day): what the capture really was. These alarms are right.
KNOWN: dict[tuple[str, str], str] = {
    ("vectara_hallucination", "2023-10-31"): "the README of that day had no table yet",
    ("xai", "2025-12-20"): "the model section of the page was empty",
    **dict.fromkeys(
        [("models_dev", "2026-05-28"), ("models_dev", "2026-05-29"), ("models_dev", "2026-05-31")],
        "models.dev had 75 where it means 0.075, and had just mended it",
    ),
    **dict.fromkeys(
        [("litellm", "2026-06-21"), ("litellm", "2026-06-24"), ("litellm", "2026-06-27")],
        "LiteLLM had Cohere's command-r7b with input and output exchanged, and had just mended it",
    ),
    ("litellm", "2026-09-14"): "LiteLLM had mt0-xxl at 500 dollars a million, and had just mended it",
    ("moonshot_en", "2026-05-08"): "the page had no price table: the prices were on its sub-pages",
}


class Replay(NamedTuple):
    """What a replay found."""

    nights: int
    source_nights: int
    alarms: list[str]
    rightly: list[str]


def replay(location: Location, nights: int, until: date | None = None) -> Replay:
    """The alarms of the last `nights` nights with captures (all of them where `nights` is 0)."""
    jobs = [
        SourceJob(location, source_id, None, until or date(2100, 1, 1), "replay") for source_id in discover()
    ]
    with processes(2) as pool:
        reads: list[SourceRead] = [read for _, read in pool(run_source, jobs)]
    captured = sorted(
        {part.day for read in reads for reading in read.readings for part in reading.parts}
        | {d for r in reads for d in r.failed_days}
    )
    kept = set(captured[-nights:] if nights else captured)
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    said: dict[tuple[str, date], list[str]] = {
        (r.source_id, d): [f"not read: {e}"] for r in reads for d, e in r.failed_days.items()
    }
    by_table: dict[str, list] = {}
    for read in reads:
        for reading in read.readings:
            by_table.setdefault(reading.table.name, []).append(reading)
            for day in reading.days:
                said.setdefault((read.source_id, day), [])
    for readings in by_table.values():
        for where, verdict in validate(readings[0].table, readings, expects).items():
            held = [why for why in verdict.quarantined.values() if why.startswith(HELD)]
            said[where] += [*verdict.problems, *([f"{len(held)} rows held, first {held[0]}"] if held else [])]
    return _sorted_out({where: why for where, why in said.items() if where[1] in kept}, len(kept))


def _sorted_out(said: dict[tuple[str, date], list[str]], nights: int) -> Replay:
    alarms, rightly = [], []
    for (source_id, day), why in sorted(said.items(), key=lambda item: (item[0][1], item[0][0])):
        if why:
            known = KNOWN.get((source_id, day.isoformat()))
            (rightly if known else alarms).append(
                f"{day} {source_id}: {'; '.join(why)}" + (f" [{known}]" if known else "")
            )
    return Replay(nights, len(said), alarms, rightly)


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 where more than 1 % of the source-nights have a false alarm."""
    parser = argparse.ArgumentParser(prog="python -m studies.replay")
    parser.add_argument("home", type=Path)
    parser.add_argument("--nights", type=int, default=90)
    given = parser.parse_args(arguments)
    found = replay(Location(str(given.home)), given.nights)
    for line in [*(f"right  {line}" for line in found.rightly), *(f"FALSE  {line}" for line in found.alarms)]:
        sys.stdout.write(line[:400] + "\n")
    share = len(found.alarms) / max(1, found.source_nights)
    sys.stdout.write(
        f"nights replayed {found.nights}, source-nights {found.source_nights}, right alarms"
        f" {len(found.rightly)}, false alarms {len(found.alarms)} ({share:.2%})\n"
    )
    return 1 if share > 0.01 else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
