"""Changes of CSV files, and of archives of them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from tests.extractors.tomorrow.kinds import NAMES, ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.pages import byte_order_mark


def _grid(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def _lines(grid: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(grid)
    return out.getvalue().encode()


def _on_a_line(change: Callable[[list[list[str]], int, Random], None], **said: bool) -> Change:
    def changed(body: bytes, random: Random) -> Iterator[Tomorrow]:
        count = len(_grid(body))
        for at in random.sample(range(1, count), min(2, count - 1)):
            grid = _grid(body)
            touched = ",".join(grid[at])
            change(grid, at, random)
            yield Tomorrow(_lines(grid), touched, **said)

    return changed


def _line_copied(grid: list[list[str]], at: int, random: Random) -> None:
    names = [grid[0].index(n) for n in NAMES if n in grid[0]] or [0]
    grid.insert(at, [ODD_NAME if i in names else cell for i, cell in enumerate(grid[at])])


def _line_gone(grid: list[list[str]], at: int, random: Random) -> None:
    del grid[at]


def _cell_made(value: str, wanted: Callable[[str], bool]) -> Callable[[list[list[str]], int, Random], None]:
    def make(grid: list[list[str]], at: int, random: Random) -> None:
        cells = [i for i, cell in enumerate(grid[at]) if wanted(cell)]
        if cells:
            grid[at][random.choice(cells)] = value

    return make


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def _is_day(cell: str) -> bool:
    return len(cell) >= 10 and cell[:4].isdigit() and cell[4] == "-"


def _new_column(body: bytes, random: Random) -> Iterator[Tomorrow]:
    grid = _grid(body)
    yield Tomorrow(_lines([[*row, "dream" if not i else "vivid"] for i, row in enumerate(grid)]))


def _columns_moved(body: bytes, random: Random) -> Iterator[Tomorrow]:
    yield Tomorrow(_lines([[*row[1:], row[0]] for row in _grid(body)]))


def _rows_reversed(body: bytes, random: Random) -> Iterator[Tomorrow]:
    grid = _grid(body)
    yield Tomorrow(_lines([grid[0], *grid[:0:-1]]), body.decode("utf-8-sig"))


GRIDS: dict[str, Change] = {
    "a new line": _on_a_line(_line_copied, new=True),
    "a line gone": _on_a_line(_line_gone, gone=True),
    "a number in words": _on_a_line(_cell_made("pending", _is_number)),
    "a number with a mark": _on_a_line(_cell_made("77.7*", _is_number)),
    "a decimal comma": _on_a_line(_cell_made("7,2", _is_number)),
    "an empty number": _on_a_line(_cell_made("", _is_number), gone=True),
    "a date of a month": _on_a_line(_cell_made("2026-07", _is_day)),
    "a date in words": _on_a_line(_cell_made("summer of 2026", _is_day)),
    "a new column": _new_column,
    "the columns in another order": _columns_moved,
    "the order changed": _rows_reversed,
    "a byte order mark": byte_order_mark,
}


def _in_archive(change: Change) -> Change:
    def changed(body: bytes, random: Random) -> Iterator[Tomorrow]:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = random.choice([n for n in files if n.endswith(".csv")])
        for tomorrow in change(files[name], random):
            yield tomorrow._replace(body=archived({**files, name: tomorrow.body}))

    return changed


def archived(files: dict[str, bytes]) -> bytes:
    """A zip of `files`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _member(name: str, content: bytes) -> Change:
    def changed(body: bytes, random: Random) -> Iterator[Tomorrow]:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = {n: archive.read(n) for n in archive.namelist()}
        yield Tomorrow(archived({**files, name: content}))

    return changed


def _members_moved(body: bytes, random: Random) -> Iterator[Tomorrow]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        yield Tomorrow(archived({f"data/{n}": archive.read(n) for n in archive.namelist()}))


ARCHIVES: dict[str, Change] = {
    **{f"{kind} in a member": _in_archive(change) for kind, change in GRIDS.items()},
    "a new table of words": _member("dream_metadata.csv", b"dream,state\nshort,vivid\n"),
    "a new text": _member("README.md", b"# Dreams\n"),
    "members in a folder": _members_moved,
}
