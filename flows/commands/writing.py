"""The commands that write a home: run, backfill, import, reparse, marts, report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.app import PUBLISHED, AsOf, Home, Json, Sources, Verbose, Wait, command, day, names
from warehouse.clock import utc_now

Since = Annotated[
    date | None, typer.Option("--since", parser=day, metavar="DATE", help="Captures from that day on.")
]
MessageTo = Annotated[
    str | None,
    typer.Option(
        "--message-to",
        metavar="ADDRESS",
        envvar="GAPLEDGER_MESSAGE_TO",
        help="Who hears of sources that fail and headlines that move: any address of apprise.",
    ),
]


@command("run", "run", "run --sources openai,deepseek_en", "run --offline --home ledger")
def run(
    home: Home = None,
    wait: Wait = 0.0,
    date: Annotated[
        date | None,
        typer.Option("--date", parser=day, metavar="DATE", help="The as-of date (default: today, UTC)."),
    ] = None,
    sources: Sources = None,
    offline: Annotated[bool, typer.Option("--offline", help="Use the embedded sources only.")] = False,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Do not give an empty home the history pack.")
    ] = False,
    message_to: MessageTo = None,
    verbose: Verbose = False,
    json: Json = False,
) -> int:
    """The nightly job: capture, read, check, publish, derive, report."""
    from flows.alerts import run_alerts
    from flows.commands.telling import tell_summary
    from flows.console import progress
    from flows.messages import check, send
    from flows.nightly import nightly
    from warehouse.location import home as home_at

    location = home_at(home)
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
    start: Annotated[date, typer.Option("--from", parser=day, metavar="DATE", help="The first as-of date.")],
    end: Annotated[date, typer.Option("--to", parser=day, metavar="DATE", help="The last.")],
    every: Annotated[Literal["day", "week", "month"], typer.Option("--every")] = "week",
    sources: Sources = None,
    mode: Annotated[
        Literal["archive", "wayback", "live"],
        typer.Option(
            "--mode",
            help="What is read: the home's archive, the Wayback Machine's copies too, or today's pages too.",
        ),
    ] = "archive",
    workers: Annotated[int, typer.Option("--workers", help="Local processes (default: one a core).")] = 0,
    dask: Annotated[
        str | None,
        typer.Option("--dask", metavar="ADDRESS", help="The scheduler of a Dask cluster that sees the home."),
    ] = None,
    home: Home = None,
    wait: Wait = 0.0,
    verbose: Verbose = False,
    json: Json = False,
) -> int:
    """The same for past dates: what was known on each of them."""
    from flows.backfill import backfill as fill
    from flows.backfill import pool_of
    from flows.commands.telling import tell_summary
    from flows.console import progress
    from warehouse.location import home as home_at

    location = home_at(home)
    with progress() as tell:
        summary = fill(
            location, start, end, every, names(sources), mode,
            open_pool=pool_of(workers, dask), progress=tell, wait_seconds=wait,
        )  # fmt: skip
    return tell_summary(location, summary, verbose, json)


@command("import", "import captures/*.warc.gz")
def take(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="WARC files of anyone's.")],
    home: Home = None,
    wait: Wait = 0.0,
    verbose: Verbose = False,
    json: Json = False,
) -> int:
    """Takes WARC files into the raw archive; the source is found by address."""
    from extractors.capturing import import_files
    from flows.commands.telling import tell_imported
    from flows.console import progress
    from warehouse.location import home as home_at
    from warehouse.outcomes import new_run_id
    from warehouse.snapshots import Snapshots

    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise ValueError(f"no such file: {', '.join(missing)}")
    location = home_at(home)
    with location.writing(f"import {new_run_id(utc_now())}", wait), progress() as tell:
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
    sources: Sources = None,
    since: Since = None,
    replace: Annotated[bool, typer.Option("--replace", help="Publish the new reading.")] = False,
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="SOURCE:DATE",
            help="Release a day that a check holds, after you looked at the page.",
        ),
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why (required with --accept; it is kept).")
    ] = None,
    home: Home = None,
    wait: Wait = 0.0,
    json: Json = False,
) -> int:
    """Replays the raw archive through today's parsers and shows the difference."""
    from flows.reparse import accept_day, command
    from warehouse.location import home as home_at

    if accept is not None:
        source_id, colon, text = accept.partition(":")
        if not (source_id and colon and text):
            raise typer.BadParameter(
                f"{accept!r} is no SOURCE:DATE; give for example openai:2026-08-21", param_hint="--accept"
            )
        return accept_day(home_at(home), source_id, day(text), reason or "", wait)
    return command(home_at(home), names(sources), since, replace, wait, json)


@command("marts", "marts", "marts --as-of 2026-07-01")
def marts(as_of: AsOf = None, home: Home = None, wait: Wait = 0.0, json: Json = False) -> int:
    """Rebuilds the derived tables as known on a date."""
    from flows.console import progress, put, put_json, table
    from flows.derive import derive
    from flows.pools import processes
    from warehouse.location import home as home_at
    from warehouse.outcomes import new_run_id

    location = home_at(home)
    now = utc_now()
    known = as_of or now.date()
    with location.writing(f"marts {new_run_id(now)}", wait), progress() as tell, processes(2) as pool:
        rows, headline = derive(location, [known], pool, tell)
    if json:
        put_json({"as_of": known, "rows": dict(rows), "headline": list(headline)})
        return PUBLISHED
    for line in [*table(["table", "rows"], [[name, str(n)] for name, n in sorted(rows.items())]), *headline]:
        put(line)
    return PUBLISHED


@command("report", "report", "report --as-of 2026-07-01 --out july.html")
def report(
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="A page of its own; the home's stays.")
    ] = None,
    home: Home = None,
    wait: Wait = 0.0,
    json: Json = False,
) -> int:
    """Rebuilds the page as known on a date; derives that date first where it was not."""
    from flows.console import put, put_json
    from flows.derive import report_only
    from flows.pools import processes
    from warehouse.location import home as home_at
    from warehouse.outcomes import new_run_id

    location = home_at(home)
    with location.writing(f"report {new_run_id(utc_now())}", wait), processes(2) as pool:
        path = report_only(location, as_of, pool, lambda *_: None, out)
    put_json({"page": path}) if json else put(path)
    return PUBLISHED
