"""What all commands share: the application, common options, exit codes, and errors told in one line."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

PUBLISHED, NOT_PUBLISHED, WRONG_USE = 0, 1, 2
EXIT_CODES = (
    "Exit codes: 0 published (or shown); 1 nothing could be published, or a required check failed; 2 wrong"
    " use."
)
app = typer.Typer(
    help=(
        "An open, nightly ledger of AI model releases and prices, and of the gap between the Chinese and the"
        " US frontier."
    ),
    epilog=EXIT_CODES,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def day(text: str) -> date:
    """A day as typed; typer.BadParameter says what is right."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; give YYYY-MM-DD") from None


def names(text: str | None) -> list[str] | None:
    """Names with commas between them; None where nothing was given."""
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def source_ids(incomplete: str) -> list[str]:
    """Completions of a list of sources with commas: a source's id is the stem of its file in extractors/."""
    import extractors

    folder = Path(next(iter(extractors.__path__)))
    known = sorted(f.stem for f in folder.glob("*/*.py") if not f.stem.startswith("_"))
    before, comma, last = incomplete.rpartition(",")
    return [before + comma + name for name in known if name.startswith(last)]


def table_names(incomplete: str) -> list[str]:
    """Completions of a published table: one a file in docs of the home that the environment names."""
    import os

    folder = Path(os.environ.get("GAPLEDGER_HOME") or "data") / "marts"
    return sorted(f.stem for f in folder.glob("*.parquet") if f.stem.startswith(incomplete))


Home = Annotated[
    str | None,
    typer.Option(
        "--home", metavar="PATH", help="A folder or s3://bucket/prefix (default: GAPLEDGER_HOME, else data/)."
    ),
]
Wait = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", help="How long to wait for another run that writes the home."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name each of what is told as a number.")]
Json = Annotated[bool, typer.Option("--json", help="The result as JSON.")]
Sources = Annotated[
    str | None,
    typer.Option("--sources", metavar="A,B", help="Source ids, with commas.", autocompletion=source_ids),
]
AsOf = Annotated[
    date | None, typer.Option("--as-of", parser=day, metavar="DATE", help="As known on that day.")
]


def command(name: str, *examples: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Makes a function a command: its docstring is the help, `examples` end it; it gives the exit code."""

    def made(work: Callable[..., int]) -> Callable[..., int]:
        @functools.wraps(work)
        def run(*given: Any, **named: Any) -> None:
            raise typer.Exit(_code(functools.partial(work, *given, **named)))

        shown = "\b\nExamples:\n" + "\n".join(f"  gapledger {example}" for example in examples)
        app.command(name, epilog=shown, no_args_is_help=False)(run)
        return work

    return made


def _code(work: Callable[[], int]) -> int:
    from flows.console import put_rest, say

    try:
        status = work()
        put_rest()
        return status
    except KeyboardInterrupt:
        say("gapledger: stopped; what was published stays, and the next run goes on")
        return NOT_PUBLISHED
    except Exception as problem:
        if not isinstance(problem, _known_errors()):
            raise
        say(f"gapledger: {problem}")
        return WRONG_USE if isinstance(problem, ValueError) else NOT_PUBLISHED


def _known_errors() -> tuple[type[Exception], ...]:
    """The errors told in one line: a wrong argument (ValueError), a home, run, query or snapshot that is not
    as it should be.
    """
    from flows.derive import RunError
    from warehouse.location import HomeError
    from warehouse.query import QueryError
    from warehouse.snapshots import SnapshotError

    return (ValueError, HomeError, RunError, QueryError, SnapshotError)
