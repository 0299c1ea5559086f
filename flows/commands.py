"""What each command does: the job, then its summary. Imported only once a command was chosen."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.console import progress, put, put_bytes, say, table
from warehouse.location import HomeError, Location, home

if TYPE_CHECKING:
    from flows.summary import Summary

PUBLISHED, NOT_PUBLISHED = 0, 1
SHOWN_ROWS = 200


def known_errors() -> tuple[type[Exception], ...]:
    """The errors told in one line: a wrong argument (ValueError), a home, run, query or snapshot that is not
    as it should be.
    """
    from flows.derive import RunError
    from warehouse.query import QueryError
    from warehouse.snapshots import SnapshotError

    return (ValueError, HomeError, RunError, QueryError, SnapshotError)


def do_run(given: argparse.Namespace) -> int:
    """The nightly job, as the plain function that Prefect's flow calls too: no server is needed, and none is
    started.
    """
    from flows.nightly import nightly

    location = home(given.home)
    with progress() as tell:
        summary = nightly(
            location, given.date, given.sources, offline=given.offline, wait_seconds=given.wait, progress=tell
        )
    return _tell(location, summary)


def do_backfill(given: argparse.Namespace) -> int:
    """The backfill, over local processes or a Dask cluster."""
    from flows.backfill import backfill, pool_of

    location = home(given.home)
    with progress() as tell:
        summary = backfill(
            location,
            given.start,
            given.end,
            given.every,
            given.sources,
            given.mode,
            open_pool=pool_of(given.workers, given.dask),
            progress=tell,
            wait_seconds=given.wait,
        )
    return _tell(location, summary)


def do_import(given: argparse.Namespace) -> int:
    """Takes WARC files in; lists what has no source."""
    from extractors.capturing import import_files
    from warehouse.outcomes import new_run_id
    from warehouse.snapshots import Snapshots

    missing = [str(path) for path in given.paths if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}")
    location = home(given.home)
    with location.writing(f"import {new_run_id(datetime.now(UTC))}", given.wait), progress() as tell:
        count = iter(range(1, len(given.paths) + 1))
        results = import_files(
            Snapshots(location),
            given.paths,
            lambda name: tell(f"importing {name}", next(count), len(given.paths)),
        )
    rows = [
        [r.file, str(len(r.taken)), str(r.known), str(sum(r.without_source.values())), str(len(r.refused))]
        for r in results
    ]
    for line in table(["file", "taken", "known before", "no source", "refused"], rows):
        put(line)
    strangers = {address: n for r in results for address, n in r.without_source.items()}
    if strangers:
        say(f"{sum(strangers.values())} records have no source that reads them:")
        for address, number in sorted(strangers.items()):
            say(f"  {number:4}  {address}")
    for result in results:
        for problem in result.refused:
            say(f"refused, {result.file}: {problem}")
    taken = sum(len(r.taken) for r in results)
    say(
        f"taken {taken}, known before {sum(r.known for r in results)}; next: gapledger backfill --from ..."
        " --to ... --mode archive"
    )
    return PUBLISHED if taken or any(r.known for r in results) else NOT_PUBLISHED


def do_marts(given: argparse.Namespace) -> int:
    """Rebuilds the derived tables and the page as known on a date."""
    from flows.derive import derive
    from flows.pools import processes
    from warehouse.outcomes import new_run_id

    location = home(given.home)
    now = datetime.now(UTC)
    day = given.as_of or now.date()
    with location.writing(f"marts {new_run_id(now)}", given.wait), progress() as tell, processes(2) as pool:
        rows, headline = derive(location, [day], pool, tell)
    for line in table(["table", "rows"], [[name, str(n)] for name, n in sorted(rows.items())]):
        put(line)
    for line in headline:
        put(line)
    return PUBLISHED


def do_report(given: argparse.Namespace) -> int:
    """Rebuilds the page as known on a date; derives that date first where it was not."""
    from flows.derive import report_only
    from flows.pools import processes
    from warehouse.outcomes import new_run_id

    location = home(given.home)
    with location.writing(f"report {new_run_id(datetime.now(UTC))}", given.wait), processes(2) as pool:
        path = report_only(location, given.as_of, pool, lambda *_: None, given.out)
    put(path)
    return PUBLISHED


def do_query(given: argparse.Namespace) -> int:
    """The rows of an SQL statement."""
    from warehouse.query import csv_bytes, query, shown

    rows = query(home(given.home), given.sql, given.as_of)
    if given.csv:
        put_bytes(csv_bytes(rows))
        return PUBLISHED
    first = rows.slice(0, SHOWN_ROWS)
    columns = [[shown(value) for value in column.to_pylist()] for column in first.columns]
    for line in table(rows.column_names, [list(cells) for cells in zip(*columns, strict=True)]):
        put(line)
    if rows.num_rows > SHOWN_ROWS:
        say(f"{SHOWN_ROWS} of {rows.num_rows} rows shown; --csv gives all")
    return PUBLISHED


def do_status(given: argparse.Namespace) -> int:
    """Every source's last success, age, rows and since when it fails; exit 1 when a required source is
    stale.
    """
    from extractors.source import discover
    from warehouse.source_state import source_states

    sources = {source_id: reader.source for source_id, reader in discover().items()}
    states = source_states(home(given.home), datetime.now(UTC).date(), sources)
    if given.json:
        import json

        put(json.dumps([state.as_json() for state in states], indent=1))
    else:
        header = [
            "source",
            "kind",
            "state",
            "last success",
            "age, days",
            "rows",
            "unread",
            "failing since",
            "why",
        ]
        for line in table(header, [state.as_row() for state in states]):
            put(line)
    stale = [state.source_id for state in states if state.required and state.stale]
    if stale:
        say(f"required and stale: {', '.join(stale)}; run: gapledger run --sources {','.join(stale)}")
    return NOT_PUBLISHED if stale else PUBLISHED


def do_reparse(given: argparse.Namespace) -> int:
    """Replays the archive through today's parsers."""
    from flows.reparse import command

    return command(given)


def do_settle(given: argparse.Namespace) -> int:
    """Helps a person to settle an unmatched name."""
    from flows.settle import command

    return command(given)


def do_claims(given: argparse.Namespace) -> int:
    """Audits claims."""
    from flows.claims import command

    return command(given)


def do_explain(given: argparse.Namespace) -> int:
    """Walks a published row back to the bytes."""
    from flows.explain import command

    return command(given)


def do_serve(given: argparse.Namespace) -> int:
    """Hands both jobs to Prefect and waits."""
    from flows.serve import command

    return command(given)


def _tell(location: Location, summary: Summary) -> int:
    for line in summary.headline:
        put(line)
    good = len(summary.published.rows)
    say(
        f"as of {summary.as_of}: {sum(summary.published.rows.values())} rows of {good} sources published; run"
        f" {summary.run_id}"
    )
    for source_id, error in sorted(summary.failed.items()):
        say(f"failed, {source_id}: {error}")
    if summary.published.unread:
        said = ", ".join(f"{source_id} {n}" for source_id, n in sorted(summary.published.unread.items()))
        say(f"amounts that no rule reads (table unread): {said}")
    say(f"page: {location.full('report/index.html')}")
    return PUBLISHED
