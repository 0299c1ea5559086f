"""The commands that write a home: run, backfill, import, reparse, marts, report."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.app import (
    NOT_PUBLISHED,
    PUBLISHED,
    AsOf,
    Json,
    Location,
    Sources,
    Verbose,
    command,
    day,
    message_to,
    names,
    on_day,
    option,
    text,
    writing,
)

Since = Annotated[date | None, on_day("--since", "Captures from that day on.")]


@command("run", "run", "run --sources openai,deepseek_en", "run --offline --home ledger")
def run(
    location: Location,
    date: Annotated[date | None, on_day("--date", "The as-of date (default: today, UTC).")] = None,
    sources: Sources = None,
    offline: Annotated[bool, option("--offline", "Use the embedded sources only.")] = False,
    no_history: Annotated[
        bool, option("--no-history", "Do not give an empty home the history pack.")
    ] = False,
    message_to: Annotated[str | None, message_to(envvar="GAPLEDGER_MESSAGE_TO")] = None,
    verbose: Verbose = False,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """The nightly job: capture, read, check, publish, derive, report."""
    from flows.commands.telling import tell_summary
    from flows.console import progress
    from flows.messages import check, send
    from flows.nightly import nightly
    from flows.summary import run_alerts

    check(message_to or "")
    with progress() as tell:
        chosen, history = names(sources), not no_history
        summary = nightly(
            location, date, chosen, offline=offline, history=history, wait_seconds=wait, progress=tell
        )
    if message_to:
        send(run_alerts(location, summary), message_to)
    return tell_summary(location, summary, verbose, json)


@command(
    "backfill",
    "backfill --from 2025-06-08 --to 2026-11-15",
    "backfill --from 2026-01-01 --to 2026-03-31 --every day --mode wayback",
)
def backfill(
    location: Location,
    start: Annotated[date, on_day("--from", "The first as-of date.")],
    end: Annotated[date, on_day("--to", "The last.")],
    every: Annotated[Literal["day", "week", "month"], typer.Option("--every")] = "week",
    sources: Sources = None,
    mode: Annotated[
        Literal["archive", "wayback", "live"],
        option("--mode", "Read the home's archive, the Wayback Machine's copies too, or today's pages too."),
    ] = "archive",
    workers: Annotated[int, option("--workers", "Local processes (default: one a core).")] = 0,
    dask: Annotated[
        str | None, text("--dask", "ADDRESS", "The scheduler of a Dask cluster that sees the home.")
    ] = None,
    verbose: Verbose = False,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """The same for past dates: what was known on each of them."""
    from flows.backfill import backfill as fill
    from flows.backfill import pool_of
    from flows.commands.telling import tell_summary
    from flows.console import progress

    with progress() as tell:
        summary = fill(
            location, start, end, every, names(sources), mode,
            open_pool=pool_of(workers, dask), progress=tell, wait_seconds=wait,
        )  # fmt: skip
    return tell_summary(location, summary, verbose, json)


@command("import", "import captures/*.warc.gz")
def take(
    location: Location,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="WARC files of anyone's.")],
    verbose: Verbose = False,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """Takes WARC files into the raw archive; the source is found by address."""
    from extractors.capturing import import_files
    from flows.commands.telling import tell_imported
    from warehouse.snapshots import Snapshots

    missing = [str(path) for path in paths if not (os.access(path, os.R_OK) and path.is_file())]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}")
    with writing(location, "import", wait) as (_, tell):
        count = iter(range(1, len(paths) + 1))
        results = import_files(
            Snapshots(location), paths, lambda name: tell(f"importing {name}", next(count), len(paths))
        )
    return tell_imported(results, verbose, json)


@command(
    "reparse",
    "reparse --sources openai --since 2026-06-01",
    "reparse --sources openai --replace",
    'reparse --accept openai:2026-08-21 --reason "the page says so"',
)
def reparse(
    location: Location,
    sources: Sources = None,
    since: Since = None,
    replace: Annotated[bool, option("--replace", "Publish the new reading.")] = False,
    accept: Annotated[
        str | None,
        text("--accept", "SOURCE:DATE", "Release a day that a check holds, after you looked at the page."),
    ] = None,
    reason: Annotated[
        str | None, text("--reason", "TEXT", "Why (required with --accept; it is kept).")
    ] = None,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """Replays the raw archive through today's parsers and shows the difference."""
    from flows import reparse as again
    from flows.commands.telling import tell_reparsed
    from flows.console import put

    if accept is None:
        with writing(location, "reparse", wait) as (run_id, tell):
            reads = again.read_again(location, names(sources), since, run_id, tell)
            found = again.changes(location, reads)
            days = again.replace(location, reads, run_id) if replace else None
        tell_reparsed(reads, found, days, json)
        return PUBLISHED if any(read.rows for read in reads) else NOT_PUBLISHED
    source_id, held = _source_day(accept)
    with writing(location, "accept", wait) as (run_id, _):
        for line in again.release(location, source_id, held, reason or "", run_id):
            put(line)
    return PUBLISHED


def _source_day(text: str) -> tuple[str, date]:
    """A day of a source as typed (`openai:2026-08-21`); typer.BadParameter says what is right."""
    source_id, colon, on = text.partition(":")
    if not (source_id and colon and on):
        wrong = f"{text!r} is no SOURCE:DATE; give for example openai:2026-08-21"
        raise typer.BadParameter(wrong, param_hint="--accept")
    return source_id, day(on)


@command("marts", "marts", "marts --as-of 2026-07-01")
def marts(location: Location, as_of: AsOf = None, json: Json = False, wait: float = 0.0) -> int:
    """Rebuilds the derived tables as known on a date."""
    from flows.console import put_result, table
    from flows.derive import derive
    from flows.pools import processes
    from warehouse.clock import utc_today

    known = as_of or utc_today()
    with writing(location, "marts", wait) as (_, tell), processes(2) as pool:
        rows, headline = derive(location, [known], pool, tell)
    lines = [*table(["table", "rows"], [[name, str(n)] for name, n in sorted(rows.items())]), *headline]
    put_result(json, {"as_of": known, "rows": rows, "headline": headline}, lines)
    return PUBLISHED


@command("report", "report", "report --as-of 2026-07-01 --out july.html")
def report(
    location: Location,
    as_of: AsOf = None,
    out: Annotated[Path | None, text("--out", "FILE", "A page of its own; the home's stays.")] = None,
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """Rebuilds the page as known on a date; derives that date first where it was not."""
    from flows.console import put_result
    from flows.derive import report_only
    from flows.pools import processes

    with writing(location, "report", wait) as (_, tell), processes(2) as pool:
        path = report_only(location, as_of, pool, tell, out)
    put_result(json, {"page": path}, [path])
    return PUBLISHED
