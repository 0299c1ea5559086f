"""The command line: `gapledger`. Results go to standard output, messages and progress to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext, redirect_stdout
from importlib.abc import MetaPathFinder
from typing import Annotated

import typer

from flows.commands import answering, operating, reading, sharing, writing  # each registers its commands
from flows.commands.app import WRONG_USE, Home, Verbose, Wait, app

MODULES = [
    module.__name__ for module in (writing, answering, reading, sharing, operating)
]  # as the help lists their commands
app.registered_commands.sort(key=lambda c: MODULES.index(getattr(c.callback, "__module__", MODULES[-1])))
# No library of ours sends anything home. Set before any of them is imported, and for every process of a run.
QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "GX_ANALYTICS_ENABLED": "false",
    # Our matrices are small: on a busy machine the threads of the linear algebra only wait for each other (a
    # hundred times slower).
    "OPENBLAS_NUM_THREADS": "1",
    # What processes that are started from here give up goes back to the machine, and not to their own store:
    # of 1.4 GB at the peak of a date's prices 0.2 were of no use any more.
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(2**20),
    "MALLOC_TRIM_THRESHOLD_": str(2**20),
}


COMPLETE = "_GAPLEDGER_COMPLETE"  # set by a shell that asks for completions

# Commands that need no pandas. Arrow imports it, where it is installed, to make a single scalar: that was a
# third of their time.
WITHOUT_PANDAS = frozenset({"price", "status"})


class NoPandas(MetaPathFinder):
    """Says of pandas that it is not there; Arrow then does without."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """ModuleNotFoundError for pandas; nothing for any other module."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError("this command does without pandas", name=fullname)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit status. Without any argument the help goes to standard error."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    given = list(sys.argv[1:] if arguments is None else arguments)
    completes = COMPLETE in os.environ
    if completes and (found := names_completed(os.environ)) is not None:
        sys.stdout.write("".join(f"{name}\n" for name in found))
        return 0
    ordered = command_first(given) or ["--help"]
    if (
        arguments is None and ordered[0] in WITHOUT_PANDAS
    ):  # a process of its own, which ends with the command
        sys.meta_path.insert(0, NoPandas())
    try:
        with nullcontext() if given or completes else redirect_stdout(sys.stderr):
            app(args=ordered, prog_name="gapledger")
    except SystemExit as done:
        return int(done.code or 0) if given or completes else WRONG_USE
    return 0


def names_completed(asked: Mapping[str, str]) -> list[str] | None:
    """The commands whose names begin as the word that bash asks about; None where it asks about another one.
    Typer would read all options for it, and load what reads them: half of the time of an answer.
    """
    words = asked.get("COMP_WORDS", "").split()
    if asked[COMPLETE] != "complete_bash" or asked.get("COMP_CWORD") != "1" or len(words) > 2:
        return None
    begun = words[1] if len(words) == 2 else ""
    if begun.startswith("-"):
        return None
    return [str(c.name) for c in app.registered_commands if str(c.name).startswith(begun) and not c.hidden]


def command_first(given: Sequence[str]) -> list[str]:
    """The arguments with the options before the command put behind it (`--home X status`)."""
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    flags = {
        name for c in commands.values() for p in c.params if getattr(p, "is_flag", False) for name in p.opts
    }
    at, takes_value = 0, False
    for at, part in enumerate(given):
        if not takes_value and not part.startswith("-"):
            return [part, *given[:at], *given[at + 1 :]]
        takes_value = not takes_value and part.startswith("-") and part not in flags and "=" not in part
        if part in {"--version", "-V", "--help", "-h", "--show-completion", "--install-completion"}:
            return list(given)
    return list(given)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"gapledger {version('gapledger')}")
        raise typer.Exit


@app.callback()
def _options(
    home: Home = None,
    wait: Wait = 0.0,
    verbose: Verbose = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", callback=_version, is_eager=True, help="The version.")
    ] = False,
) -> None:
    # Options before the command stand here for the help and for completion; main() has put them behind it.
    del home, wait, verbose, version


if __name__ == "__main__":
    sys.exit(main())
