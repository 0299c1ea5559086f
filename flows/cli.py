"""The command line: `gapledger`. Results go to standard output, messages and progress to standard error."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

PUBLISHED, NOT_PUBLISHED, WRONG_USE = 0, 1, 2

# No library of ours sends anything home. Set before any of them is imported.
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "GX_ANALYTICS_ENABLED": "false",
    # Our matrices are small: on a busy machine the threads of the linear algebra only wait for each other (a
    # hundred times slower).
    "OPENBLAS_NUM_THREADS": "1",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives the exit status: 0 published, 1 nothing published or a required check failed, 2
    wrong use.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    parser = build_parser()
    given = parser.parse_args(arguments)
    if given.command is None:
        parser.print_help(sys.stderr)
        return WRONG_USE
    run: Callable[[argparse.Namespace], int] = given.run
    from flows.commands import known_errors
    from flows.console import put_rest, say

    try:
        status = run(given)
        put_rest()
        return status
    except known_errors() as problem:
        say(f"gapledger: {problem}")
        return WRONG_USE if isinstance(problem, ValueError) else NOT_PUBLISHED
    except KeyboardInterrupt:
        say("gapledger: stopped; what was published stays, and the next run goes on")
        return NOT_PUBLISHED


def build_parser() -> argparse.ArgumentParser:
    """The parser of every command and option."""
    parser = argparse.ArgumentParser(
        prog="gapledger",
        description=(
            "An open, nightly ledger of AI model releases and prices, and of the gap between the Chinese and"
            " the US frontier."
        ),
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--home", help="a folder or s3://bucket/prefix (default: GAPLEDGER_HOME, else data/)")
    shared.add_argument(
        "--wait",
        type=float,
        default=0.0,
        metavar="SECONDS",
        help="how long to wait for another run that is writing the home",
    )
    _writing_commands(commands, shared)
    _reading_commands(commands, shared)
    return parser


def _writing_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    run = _command(commands, shared, "run", "the nightly job: capture, read, check, publish, derive, report")
    run.add_argument("--date", type=_day, help="the as-of date (default: today, UTC)")
    run.add_argument("--sources", type=_list, help="source ids, with commas")
    run.add_argument("--offline", action="store_true", help="use the embedded sources only")

    backfill = _command(
        commands, shared, "backfill", "the same for past dates: what was known on each of them"
    )
    backfill.add_argument("--from", dest="start", type=_day, required=True)
    backfill.add_argument("--to", dest="end", type=_day, required=True)
    backfill.add_argument("--every", choices=("day", "week", "month"), default="week")
    backfill.add_argument("--sources", type=_list, help="source ids, with commas")
    backfill.add_argument("--mode", choices=("archive", "wayback", "live"), default="archive")
    backfill.add_argument("--workers", type=int, default=0, help="local processes (default: one a core)")
    backfill.add_argument(
        "--dask", metavar="ADDRESS", help="the scheduler of a Dask cluster that sees the home"
    )

    take = _command(
        commands, shared, "import", "takes WARC files into the raw archive; the source is found by address"
    )
    take.add_argument("paths", nargs="+", type=Path, metavar="PATH")

    reparse = _command(
        commands,
        shared,
        "reparse",
        "replays the raw archive through today's parsers and shows the difference",
    )
    reparse.add_argument("--sources", type=_list, help="source ids, with commas")
    reparse.add_argument("--since", type=_day)
    reparse.add_argument("--replace", action="store_true", help="publish the new reading")
    reparse.add_argument(
        "--accept",
        metavar="SOURCE:DATE",
        help="release a day that a check holds, after you looked at the page",
    )
    reparse.add_argument("--reason", help="why (required with --accept; it is kept)")

    for name, what in (
        ("marts", "rebuilds the derived tables as known on a date"),
        ("report", "rebuilds the page as known on a date"),
    ):
        one = _command(commands, shared, name, what)
        one.add_argument("--as-of", type=_day)
        if name == "report":
            one.add_argument("--out", type=Path, metavar="FILE", help="a page of its own; the home's stays")

    settle = _command(
        commands,
        shared,
        "settle",
        "shows unmatched model names with candidates, and writes the alias that a person decides on",
    )
    settle.add_argument("name", nargs="?", help="one unmatched name (default: the most frequent ones)")
    settle.add_argument("--source", help="the source that lists it")
    settle.add_argument("--model", help="the model_id that it is")
    settle.add_argument("--evidence", help="why (required with --model)")

    serve = _command(commands, shared, "serve", "hands the nightly and the backfill to Prefect and waits")
    serve.add_argument("--port", type=int, default=4200)
    serve.add_argument(
        "--page-port",
        type=int,
        metavar="PORT",
        help="where the page is served (default: the port after --port)",
    )
    serve.add_argument("--cron", default="30 2 * * *", help="the nightly's schedule, UTC")
    serve.add_argument(
        "--message-to",
        metavar="ADDRESS",
        help="a webhook that hears of sources that fail and headlines that move",
    )
    serve.add_argument("--no-server", action="store_true", help="use the server that PREFECT_API_URL names")


def _reading_commands(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    claims = _command(
        commands,
        shared,
        "claims",
        "audits a claims file (default: the analyst's note and the public statements)",
    )
    claims.add_argument("file", nargs="?", type=Path)
    claims.add_argument("--as-of", type=_day)
    claims.add_argument("--json", action="store_true")

    explain = _command(commands, shared, "explain", "the chain behind a published row, down to the bytes")
    explain.add_argument("table")
    explain.add_argument("keys", nargs="+", metavar="KEY=VALUE")

    status = _command(commands, shared, "status", "every source: last success, age, rows, failing since")
    status.add_argument("--json", action="store_true")

    query = _command(commands, shared, "query", "SQL over the warehouse's tables")
    query.add_argument("sql")
    query.add_argument(
        "--as-of",
        type=_day,
        help="derived tables as known on that date (default: as published, dates beside each other)",
    )
    query.add_argument("--csv", action="store_true", help="comma-separated, all columns and rows")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    shared: argparse.ArgumentParser,
    name: str,
    what: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=what, description=what, parents=[shared])

    def run(given: argparse.Namespace) -> int:
        import flows.commands as chosen

        return int(getattr(chosen, f"do_{name}")(given))

    command.set_defaults(run=run)
    return command


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; give YYYY-MM-DD") from None


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


if __name__ == "__main__":
    sys.exit(main())
