"""`gapledger reparse`: the raw archive through today's parsers, the difference shown before anything is
replaced; a held day released.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

import pyarrow as pa

from flows.console import progress, put, put_json, say, table
from flows.ingest import SourceJob, SourceRead, chosen, publish, run_source
from flows.pools import Progress, processes, serial
from warehouse.checks.acceptance import accept, accepted
from warehouse.checks.jump_guard import HELD
from warehouse.checks.validation import Verdict, validate
from warehouse.clock import utc_now, utc_today
from warehouse.elsewhere import said_elsewhere
from warehouse.location import Location
from warehouse.outcomes import Outcomes, new_run_id
from warehouse.parquet import SnapshotError, leave_out
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import Reading

DONE, NOTHING = 0, 1
# Told by the capture, or the same words in other white space: a difference in these alone is none.
EXCLUDED = frozenset({"observed_at", "capture_sha256", "printed"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One source's table on one day: rows now published, rows as read today, and how they differ; `problem`:
    why today's are held.
    """

    source_id: str
    table: str
    day: date
    before: int
    after: int
    added: int
    removed: int
    changed: int
    problem: str = ""

    @property
    def differs(self) -> bool:
        """Whether replacing would change anything, or cannot be done."""
        return bool(self.added or self.removed or self.changed or self.problem)

    def cells(self) -> list[str]:
        """The difference as cells of text."""
        figures = (self.before, self.after, self.added, self.removed, self.changed)
        return [self.source_id, self.table, self.day.isoformat(), *map(str, figures), self.problem[:120]]


def accept_day(location: Location, source_id: str, day: date, reason: str, wait: float) -> int:
    """Releases a held day of a source, and says what was held."""
    run_id = new_run_id(utc_now())
    with location.writing(f"accept {run_id}", wait):
        for line in release(location, source_id, day, reason, run_id):
            put(line)
    return DONE


def command(
    location: Location,
    sources: Sequence[str] | None,
    since: date | None,
    replace: bool,
    wait: float,
    as_json: bool,
) -> int:
    """Shows what today's parsers say otherwise; with `replace` publishes it."""
    now = utc_now()
    run_id = new_run_id(now)
    with location.writing(f"reparse {run_id}", wait), progress() as tell:
        reads = read_again(location, sources, since, run_id, tell)
        found = [d for d in differences(location, reads) if d.differs]
        if replace:
            outcomes = Outcomes(run_id)
            published = publish(Snapshots(location), reads, outcomes, serial)
            outcomes.write(Snapshots(location), now.date())
    if as_json:
        put_json([asdict(d) for d in found])
        return DONE if any(r.rows for r in reads) else NOTHING
    for line in table(
        ["source", "table", "day", "published", "read now", "added", "removed", "changed", "held because"],
        [d.cells() for d in found],
    ):
        put(line)
    unread = {f"{r.source_id} {day}: {error}" for r in reads for day, error in r.failed_days.items()}
    for line in [*(r.error for r in reads if r.error), *sorted(unread)]:
        say(f"not read, {line}")
    rows = sum(r.rows for r in reads)
    done = (
        f"replaced: {sum(published.days.values())} days"
        if replace
        else "nothing was replaced; --replace publishes the new reading"
    )
    say(
        f"{sum(r.captures for r in reads)} captures read again, {rows} rows; {len(found)} days differ; {done}"
    )
    return DONE if rows else NOTHING


def read_again(
    location: Location, sources: Sequence[str] | None, since: date | None, run_id: str, tell: Progress
) -> list[SourceRead]:
    """Every chosen source's archived captures, from `since` on, read by today's parsers."""
    until = utc_today()
    jobs = [SourceJob(location, s.id, since, until, run_id) for s in chosen(sources)]
    reads = []
    with processes(min(len(jobs), os.cpu_count() or 1)) as pool:
        for number, (job, read) in enumerate(pool(run_source, jobs), 1):
            reads.append(read)
            tell(f"read {job.source_id}", number, len(jobs))
    return sorted(reads, key=lambda r: r.source_id)


def differences(location: Location, reads: Sequence[SourceRead]) -> Iterator[Difference]:
    """Each day of each source and table: what is published against what today's parsers and checks would
    publish.
    """
    from extractors.source import discover

    snapshots = Snapshots(location)
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    by_table: dict[str, list[Reading]] = {}
    for read in reads:
        for reading in read.readings:
            by_table.setdefault(reading.table.name, []).append(reading)
    for readings in by_table.values():
        beside = [*readings, *said_elsewhere(snapshots, readings, expects)]
        verdicts = validate(readings[0].table, beside, expects, accepted(location, readings))
        for reading in readings:
            for day in reading.days:
                yield _difference(snapshots, reading, day, verdicts[reading.source_id, day])


def _difference(snapshots: Snapshots, reading: Reading, day: date, verdict: Verdict) -> Difference:
    old = _published(snapshots, reading.source_id, day, reading.table)
    if not verdict.good:
        return Difference(
            reading.source_id, reading.table.name, day, len(old), 0, 0, 0, 0, "; ".join(verdict.problems)
        )
    new = _content(reading.rows_on(day, without=verdict.numbers), reading.table)
    changed = sum(1 for key in old.keys() & new.keys() if old[key] != new[key])
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return Difference(reading.source_id, reading.table.name, day, len(old), len(new), added, removed, changed)


def _published(
    snapshots: Snapshots, source_id: str, day: date, table: Table
) -> dict[tuple[object, ...], tuple[object, ...]]:
    """The content of a snapshot by key; nothing where there is none, or a damaged one."""
    if not snapshots.has(table, source_id, day):
        return {}
    try:
        return _content(snapshots.read(snapshots.name(table, source_id, day)), table)
    except SnapshotError as damaged:
        leave_out(damaged)
        return {}


def _content(rows: pa.Table, declared: Table) -> dict[tuple[object, ...], tuple[object, ...]]:
    names = [n for n in declared.column_names if n in rows.column_names]
    keys = [n for n in declared.key if n in names]
    rest = [n for n in names if n not in keys and n not in EXCLUDED]
    key_rows = zip(*(rows.column(n).to_pylist() for n in keys), strict=True)
    values = (
        zip(*(rows.column(n).to_pylist() for n in rest), strict=True) if rest else iter([()] * rows.num_rows)
    )
    return dict(zip(key_rows, values, strict=True))


def release(location: Location, source_id: str, day: date, reason: str, run_id: str) -> list[str]:
    """Releases a held day for the captures that it has now, publishes it, and says what was held; ValueError
    where nothing is held.
    """
    from extractors.source import discover

    [source] = chosen([source_id])
    snapshots = Snapshots(location)
    read = run_source(SourceJob(location, source.id, day, day, run_id))
    problems: set[str] = set()
    digests: set[str] = set()
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    for reading in read.readings:
        beside = [reading, *said_elsewhere(snapshots, [reading], expects)]
        verdict = validate(reading.table, beside, expects)[source.id, day]
        problems |= {
            *verdict.problems,
            *(why for why in verdict.quarantined.values() if why.startswith(HELD)),
        }
        digests |= {p.sha256 for p in reading.parts_on(day)}
    if not problems:
        unread = "; ".join(read.failed_days.values()) or read.error or "every check passes"
        raise ValueError(
            f"nothing is held of {source_id} on {day} ({unread}); a page that no parser reads cannot be"
            " accepted"
        )
    accept(location, source.id, day, digests, problems, reason, utc_now().isoformat(timespec="seconds"))
    outcomes = Outcomes(run_id)
    done = publish(snapshots, [read], outcomes, serial)
    outcomes.write(snapshots, utc_today())
    return [
        *(f"was held: {p}" for p in sorted(problems)),
        f"published: {done.rows.get(source.id, 0)} rows of {source_id} on {day}, because: {reason}",
    ]
