"""What all commands share: the application, common options, exit codes, and errors told in one line."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from flows.pools import Progress
    from warehouse.location import Location as Location  # noqa: PLC0414 - for the commands
else:
    Location = object  # typer looks its type up when a command is made; the warehouse is imported later

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
    """Completions of a published table: a Parquet file in `marts/` of the home that GAPLEDGER_HOME names."""
    import os

    folder = Path(os.environ.get("GAPLEDGER_HOME") or "data") / "marts"
    return sorted(f.stem for f in folder.glob("*.parquet") if f.stem.startswith(incomplete))


def option(name: str, help: str) -> Any:
    """A switch, or an option whose type says what it takes."""
    return typer.Option(name, help=help)


def text(name: str, metavar: str, help: str, **more: Any) -> Any:
    """An option with a value, which the help calls `metavar`."""
    return typer.Option(name, metavar=metavar, help=help, **more)


def on_day(name: str, help: str) -> Any:
    """An option with a day."""
    return typer.Option(name, parser=day, metavar="DATE", help=help)


def message_to(**more: Any) -> Any:
    """The option with the address that messages go to."""
    return text(
        "--message-to",
        "ADDRESS",
        "Who hears of failing sources and moved headlines: any address of apprise.",
        **more,
    )


Home = Annotated[
    str | None,
    text("--home", "PATH", "A folder or s3://bucket/prefix (default: GAPLEDGER_HOME, else data/)."),
]
Wait = Annotated[float, text("--wait", "SECONDS", "How long to wait for another run that writes the home.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Name each of what is told as a number.")]
Json = Annotated[bool, option("--json", "The result as JSON.")]
Csv = Annotated[bool, option("--csv", "Comma-separated, all columns and rows.")]
Sources = Annotated[
    str | None, text("--sources", "A,B", "Source ids, with commas.", autocompletion=source_ids)
]
AsOf = Annotated[date | None, on_day("--as-of", "As known on that day.")]


def command(name: str, *examples: str) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Makes a function a command: its docstring is the help, `examples` end it; it gives the exit code.

    Every command has --home and --wait. A parameter `location` is the home, `wait` the seconds.
    """

    def made(work: Callable[..., int]) -> Callable[..., int]:
        own = inspect.signature(work, eval_str=True).parameters

        @functools.wraps(work)
        def run(**given: Any) -> None:
            raise typer.Exit(_code(lambda: work(**_arguments(own, given))))

        taken = {**own, **{name: one for name, one in COMMON.items() if name != "home" or name not in own}}
        taken.pop("location", None)
        run.__signature__ = inspect.Signature(list(taken.values()))  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in taken.values()}
        shown = "\b\nExamples:\n" + "\n".join(f"  gapledger {example}" for example in examples)
        app.command(name, epilog=shown, no_args_is_help=False)(run)
        return work

    return made


COMMON = {
    name: inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=of, default=default)
    for name, of, default in (("home", Home, None), ("wait", Wait, 0.0))
}


def _arguments(own: Mapping[str, object], given: dict[str, Any]) -> dict[str, Any]:
    """The given options that a command with the parameters `own` takes, `location` among them."""
    if "location" in own:
        from warehouse.location import home

        given = {**given, "location": home(given["home"])}
    return {name: value for name, value in given.items() if name in own}


@contextmanager
def writing(location: Location, what: str, wait: float) -> Iterator[tuple[str, Progress]]:
    """Holds the home for a command that writes it, with a bar of progress; gives the run's id and the bar."""
    from flows.console import progress
    from warehouse.clock import utc_now
    from warehouse.outcomes import new_run_id

    run_id = new_run_id(utc_now())
    with location.writing(f"{what} {run_id}", wait), progress() as tell:
        yield run_id, tell


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
