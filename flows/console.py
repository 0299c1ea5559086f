"""What a person sees of a command: results on standard output, messages on standard error, progress only on a
terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.pools import Progress


def say(line: str) -> None:
    """A message, to standard error."""
    sys.stderr.write(printable(line) + "\n")


def put(line: str) -> None:
    """A line of the result, to standard output."""
    with _read_or_not():
        sys.stdout.write(printable(line) + "\n")


def put_json(value: Any) -> None:
    """The result as indented JSON: days in ISO 8601, whatever JSON does not know as text."""
    import json

    put(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def put_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The rows as aligned lines below their header."""
    for line in table(header, rows):
        put(line)


def put_result(as_json: bool, value: Any, lines: Iterable[str]) -> None:
    """The result: `value` as JSON, or the lines that say it."""
    if as_json:
        put_json(value)
        return
    for line in lines:
        put(line)


def put_bytes(body: bytes) -> None:
    """The result as it is, to standard output."""
    with _read_or_not():
        sys.stdout.buffer.write(body)


def put_rest() -> None:
    """What is still buffered, to standard output: the last thing that a command does."""
    with _read_or_not():
        sys.stdout.flush()


@contextmanager
def _read_or_not() -> Iterator[None]:
    """Ignores a closed pipe (`| head`): the rest of the output is dropped, the exit code stays."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def printable(text: str) -> str:
    """Text that cannot steer a terminal: control characters (names come from scraped pages) are shown as
    escapes.
    """
    return "".join(ch if ch in "\n\t" or ch.isprintable() else f"\\x{ord(ch):02x}" for ch in text)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as aligned lines; a column whose cells are all numbers is aligned to the right."""
    cells = [[printable(c).replace("\n", " ") for c in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    numeric = [bool(rows) and all(_number(row[i]) for row in cells[1:]) for i in range(len(header))]
    return [
        "  ".join(
            c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numeric, strict=True)
        ).rstrip()
        for row in cells
    ]


def _number(text: str) -> bool:
    return text in {"", "-"} or text.translate(str.maketrans("", "", ".,-%")).isdigit()


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress of long work: a live line on a terminal, nothing when piped."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    shown = (TextColumn("{task.description:<44}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def tell(what: str, done: int, of: int) -> None:
            bar.update(task, description=printable(what)[:44], completed=done, total=of or None)

        yield tell


def _silent(_what: str, _done: int, _of: int) -> None:
    """Shows nothing."""
