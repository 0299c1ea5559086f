"""`python -m studies.tasks HOME [NUMBER...]`: runs every command of docs/tasks.md (or those of some tasks) on
a home that may be written (a copy), and prints of each whether it answered, how many lines it gave, and the
first of them.

`gapledger ...` runs with `--home HOME`; `python:` lines with HOME as a string; `file:` lines ask that the
files are there. A click is named as not run. Exit 1 where one did not do what it should.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from flows.cli import main as gapledger

PAGE = Path(__file__).parents[1] / "docs" / "tasks.md"
WIDTH, SHOWN = 150, 2
EXITS = {"status": (0, 1)}  # its code is an answer: whether a required source is stale


def tasks() -> list[tuple[int, str, str, str]]:
    """(number, who, task, what answers it) of each row of the page."""
    rows = re.findall(
        r"^\| (\d+) \| (\w+) \| (.*?) \| (.*) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return [(int(number), who, task, answer) for number, who, task, answer in rows]


def parts(answer: str) -> list[str]:
    """The commands, lines or files that an answer names."""
    return re.findall(r"`([^`]+)`", answer)


def run(answer: str, home: str, out: str) -> tuple[bool, str]:
    """Whether an answer answered, and what it said."""
    if answer.startswith("file:"):
        missing = [name for name in parts(answer) if not (Path(home) / name).exists()]
        return not missing, f"missing: {missing}" if missing else f"{len(parts(answer))} files there"
    said = io.StringIO()
    good = True
    for part in parts(answer):
        with contextlib.redirect_stdout(_Both(said)), contextlib.redirect_stderr(io.StringIO()):
            if answer.startswith("python:"):
                exec(part, {"HOME": home})
            else:
                words = [word.replace("OUT", out) for word in shlex.split(part)][1:]
                code = gapledger(words if "--home" in words else [*words, "--home", home])
                good &= code in EXITS.get(words[0], (0,))
    return good and bool(said.getvalue().strip()), said.getvalue()


class _Both(io.TextIOBase):
    """Standard output that takes text, and bytes by its buffer."""

    def __init__(self, said: io.StringIO) -> None:
        self.said, self.buffer = said, self

    def write(self, text) -> int:
        return self.said.write(text if isinstance(text, str) else text.decode())


def told(home: str, out: str, only: Collection[int]) -> Iterator[tuple[bool, str]]:
    """Of each task whether it was answered (a click counts as not run), and lines for a person."""
    for number, who, task, answer in tasks():
        if only and number not in only:
            continue
        if answer.startswith("click:"):
            yield True, f"{number:2} {who}: {task}\n     not run here: {answer}"
            continue
        began = time.monotonic()
        good, said = run(answer, home, out)
        lines = said.strip().splitlines()
        shown = "\n".join(f"     {line[:WIDTH]}" for line in lines[:SHOWN])
        state = "answered" if good else "NOT ANSWERED"
        took = time.monotonic() - began
        text = f"{number:2} {who}: {task}\n     {state}, {len(lines)} lines, {took:.1f} s\n{shown}"
        yield good, text


def main(home: str, only: Collection[int]) -> int:
    good, of = 0, 0
    with tempfile.TemporaryDirectory() as out:
        for fine, text in told(home, out, only):
            good, of = good + fine, of + 1
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
    sys.stdout.write(f"{good} of {of} tasks\n")
    return 0 if good == of else 1


if __name__ == "__main__":
    raise SystemExit(main(str(Path(sys.argv[1]).absolute()), {int(number) for number in sys.argv[2:]}))
