"""`python -m studies.replayed_web RECORDINGS HOME [--from 2026-06-01] [--to 2026-08-31] [--pairs 5]`: the
live path, night after night, over the web of the recordings.

RECORDINGS: the folder that holds `recordings` and `recordings-more`; HOME: an empty folder. Prints a line a
night (requests, the most to one host, MB, seconds), what was new and in which night it was captured, and for
`pairs` nights without a change with the nights before them: whether their tables equal a backfill over what
was captured, and what moved. Every night asks every source; what a source answers as it did the night before
is archived and not read again. 1 where something new was captured later than the next night, where a table
differs, or where a figure moved.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from extractors.source import discover
from flows.nightly import PROCESSES, warm_up
from flows.pools import Pool, processes
from studies.replayed_web.marts import backfilled, derive_night, differences, moved
from studies.replayed_web.nights import Night, moment, nights, sources_know
from studies.replayed_web.recorded import known_at, put_all, recordings
from studies.replayed_web.server import Web, replayed, same_page
from studies.replayed_web.things import Thing, open_models, pages, sold, told
from warehouse.archive.index import CaptureIndex
from warehouse.capture import Capture
from warehouse.clock import clock_is
from warehouse.location import Location
from warehouse.seeds import seed
from warehouse.snapshots import Snapshots


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def quiet_pairs(web: Web, days: Sequence[date], count: int) -> list[date]:
    """Nights by twos, spread over the days: the second of each finds the web as the first did, and no model's
    release falls on it.
    """
    released = {day.date() for day in seed("model_dates")["released_on"].dropna()}
    moved_on = {page.since for pages_of in web.pages.values() for page in pages_of}
    still = [
        day
        for day in days[2:]
        if day not in released
        and not any(moment(day - timedelta(days=1)) < at <= moment(day) for at in moved_on)
    ]
    chosen: list[date] = []
    for number in range(count):
        later = [
            d for d in still if d >= days[number * len(days) // count] and d - timedelta(days=1) not in chosen
        ]
        if later and later[0] not in chosen:
            chosen += [later[0] - timedelta(days=1), later[0]]
    return chosen


def replay(
    web: Web, captures: Sequence[Capture], home: Location, days: Sequence[date], pairs: Sequence[date]
) -> tuple[list[Night], list[Thing]]:
    """The nights, and what was new in them."""
    first_asked: dict[str, date] = {}

    def then(night: Night, pool: Pool) -> None:
        for address in web.asked:
            first_asked.setdefault(same_page(address), night.day)
        if night.day in pairs:
            derive_night(home, night.day, pool)
        say(
            f"{night.day}: {night.requests} requests, at most {night.most_of_a_host} of a host,"
            f" {night.sent / 1e6:.1f} MB, {night.seconds:.1f} s, {len(night.read)} sources read,"
            f" {len(night.failed)} failed"
        )

    done = nights(web, home, days, then)
    index = CaptureIndex(Snapshots(home))
    new = pages(captures, days, index)
    new += open_models(captures, days, first_asked)
    return done, new + sold(captures, days, Snapshots(home))


def compare(home: Location, other: Location, done: Sequence[Night], pairs: Sequence[date]) -> int:
    """Prints and counts what differs from a backfill, and what moved in nights without a change."""
    read = frozenset((source_id, night.day) for night in done for source_id in night.read)
    with processes(PROCESSES, warm_up) as pool, clock_is(lambda: moment(done[-1].day + timedelta(days=1))):
        backfilled(home, other, read, pool)
        for day in pairs:
            derive_night(other, day, pool)
    same, found = differences(home, other, pairs)
    say(f"tables of {len(pairs)} dates equal to a backfill's: {same}; different: {len(found)}")
    for line in found:
        say(f"  {line}")
    wrong = len(found)
    for before, after in zip(pairs[::2], pairs[1::2], strict=True):
        for table, (figures, changed, added) in moved(home, before, after).items():
            say(
                f"{before} to {after}, {table}: {figures} figures, {changed} moved, {added} of the day itself"
            )
            wrong += changed
    return wrong


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m studies.replayed_web", description=__doc__)
    parser.add_argument("recordings", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--from", dest="start", type=date.fromisoformat, default=date(2026, 6, 1))
    parser.add_argument("--to", dest="end", type=date.fromisoformat, default=date(2026, 8, 31))
    parser.add_argument("--pairs", type=int, default=5)
    given = parser.parse_args(arguments)
    days = [given.start + timedelta(days=n) for n in range((given.end - given.start).days + 1)]
    discover()
    captures = recordings(given.recordings, moment(days[-1]))
    home, other = (Location(str(given.home / name)) for name in ("nights", "backfill"))
    with replayed(moment(days[0])) as web:
        put_all(web, captures)
        pairs = quiet_pairs(web, days, given.pairs)
        with sources_know(known_at(web)):
            done, new = replay(web, captures, home, days, pairs)
            for line in told(new):
                say(line)
            wrong = compare(home, other, done, pairs) if pairs else 0
    count, total = len(done), sum(night.seconds for night in done)
    say(
        f"{count} nights: {sum(n.requests for n in done) / count:.0f} requests,"
        f" {sum(n.sent for n in done) / count / 1e6:.2f} MB and {total / count:.1f} s a night; at most"
        f" {max(n.most_of_a_host for n in done)} requests to a host"
    )
    late = [thing for thing in new if thing.nights != 0]
    say(f"new: {len(new)}, not within a night: {len(late)}, figures or tables that differ: {wrong}")
    return int(bool(late or wrong))


if __name__ == "__main__":
    sys.exit(main())
