"""Changes of data: JSON, YAML, CSV, and archives of CSV files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import yaml

from tests.extractors.tomorrow.kinds import ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.pages import byte_order_mark

NAMES = ("model", "id", "name", "listed_model", "model_name", "modelName", "slug", "Model version", "Model")


class Document:
    """A body of data as a tree of lists and objects, and how it is written again."""

    def __init__(self, body: bytes) -> None:
        text = body.decode("utf-8-sig")
        self.as_json = text.lstrip()[:1] in ("{", "[")
        self.tree: Any = json.loads(text) if self.as_json else yaml.safe_load(text)

    def written(self) -> bytes:
        if self.as_json:
            return json.dumps(self.tree, ensure_ascii=False).encode()
        dumped: str = yaml.safe_dump(self.tree, sort_keys=False, allow_unicode=True)
        return dumped.encode()


def entries(tree: Any) -> list[tuple[Any, Any]]:
    """(container, key) of every entry: the objects in the largest list or map of objects with numbers."""
    groups: list[list[tuple[Any, Any]]] = []

    def walk(node: Any) -> None:
        pairs = (
            list(enumerate(node))
            if isinstance(node, list)
            else list(node.items())
            if isinstance(node, dict)
            else []
        )
        mine = [(node, key) for key, value in pairs if isinstance(value, dict) and _numbers(value)]
        groups.append(mine)
        for _, value in pairs:
            walk(value)

    walk(tree)
    named = [g for g in groups if g and (isinstance(g[0][0], dict) or set(NAMES) & set(g[0][0][g[0][1]]))]
    return max(named or groups, key=len) if groups else []


def _numbers(value: dict[str, Any]) -> list[str]:
    return [k for k, v in value.items() if isinstance(v, (int, float)) and not isinstance(v, bool)] or [
        k for v in value.values() if isinstance(v, dict) for k in _numbers(v)
    ]


def _on_an_entry(change: Callable[[Any, Any, Random], None], **said: bool) -> Change:
    def changed(body: bytes, random: Random) -> Iterator[Tomorrow]:
        count = len(entries(Document(body).tree))
        for at in random.sample(range(count), min(2, count)):
            document = Document(body)
            container, key = entries(document.tree)[at]
            touched = f"{key} {json.dumps(container[key], ensure_ascii=False, default=str)}"
            change(container, key, random)
            _count_again(document.tree, count, len(entries(document.tree)))
            yield Tomorrow(document.written(), touched, **said)

    return changed


def _count_again(tree: Any, before: int, now: int) -> None:
    """What the file says of the number of its entries goes with them."""
    for node in (tree, *(tree.values() if isinstance(tree, dict) else ())):
        for key, value in list(node.items()) if isinstance(node, dict) else ():
            if type(value) is int and value == before != now and re.search("count|total_models|n_", key):
                node[key] = now


def _new_entry(container: Any, key: Any, random: Random) -> None:
    copy = deepcopy(container[key])
    for name in NAMES:
        if name in copy and isinstance(copy[name], str):
            copy[name] = ODD_NAME
    if isinstance(container, list):
        container.insert(0, copy)
    else:
        container[ODD_NAME] = copy


def _gone(container: Any, key: Any, random: Random) -> None:
    del container[key]


def _put(key: str, value: Any) -> Callable[[Any, Any, Random], None]:
    def put(container: Any, at: Any, random: Random) -> None:
        container[at][key] = value

    return put


def _price_put(key: str, value: Any) -> Callable[[Any, Any, Random], None]:
    """Puts a key among the entry's numbers, wherever these stand."""

    def put(container: Any, at: Any, random: Random) -> None:
        _home_of_numbers(container[at])[key] = value

    return put


def _home_of_numbers(value: dict[str, Any]) -> dict[str, Any]:
    inner = [v for v in value.values() if isinstance(v, dict) and _numbers(v)]
    return _home_of_numbers(inner[0]) if inner else value


def _number_made(value: Any) -> Callable[[Any, Any, Random], None]:
    def make(container: Any, at: Any, random: Random) -> None:
        home = _home_of_numbers(container[at])
        numbers = [k for k, v in home.items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
        if numbers:
            home[random.choice(numbers)] = value

    return make


def _every_entry(body: bytes, random: Random) -> Iterator[Tomorrow]:
    document = Document(body)
    for container, key in entries(document.tree):
        container[key]["supports_dreams"] = True
    yield Tomorrow(document.written())


def _reversed(body: bytes, random: Random) -> Iterator[Tomorrow]:
    document = Document(body)
    found = entries(document.tree)
    if found:
        container = found[0][0]
        if isinstance(container, list):
            container.reverse()
        else:
            turned = list(container.items())[::-1]
            container.clear()
            container.update(turned)
        yield Tomorrow(document.written(), document.written().decode())


def _top_level(body: bytes, random: Random) -> Iterator[Tomorrow]:
    document = Document(body)
    if isinstance(document.tree, dict) and not any(
        container is document.tree for container, _ in entries(document.tree)
    ):
        document.tree["generated_by"] = "dreams 1.0"
        yield Tomorrow(document.written())


def _key_twice(body: bytes, random: Random) -> Iterator[Tomorrow]:
    """One number of one entry stands twice, with another value."""
    document = Document(body)
    found = entries(document.tree)
    if not document.as_json or not found:
        return
    container, key = random.choice(found)
    home = _home_of_numbers(container[key])
    numbers = [k for k, v in home.items() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    touched = f"{key} {json.dumps(container[key])}"
    home["\0"] = 777
    yield Tomorrow(document.written().replace(b'"\\u0000"', json.dumps(numbers[0]).encode()), touched)


TREES: dict[str, Change] = {
    "a new entry": _on_an_entry(_new_entry, new=True),
    "an entry gone": _on_an_entry(_gone, gone=True),
    "a new key that is no price": _on_an_entry(_put("dream_state", "vivid")),
    "a new switch": _on_an_entry(_put("dreams", True)),
    "a new object": _on_an_entry(_put("dream", {"state": "vivid", "since": "2026"})),
    "a new list": _on_an_entry(_put("dreams", ["vivid"])),
    "a new key on every entry": _every_entry,
    "a new price": _on_an_entry(_price_put("dream_cost_per_night", 7.77)),
    "a new multiplier": _on_an_entry(_price_put("dream_multiplier", 1.5)),
    "a new discount": _on_an_entry(_price_put("discount_percent", 50)),
    "a number left out": _on_an_entry(_number_made(None), gone=True),
    "a number in words": _on_an_entry(_number_made("on request")),
    "a number as a list": _on_an_entry(_number_made([1, 2])),
    "a negative number": _on_an_entry(_number_made(-777)),
    "a key twice": _key_twice,
    "the order changed": _reversed,
    "a new key at the top": _top_level,
    "a date of a month": _on_an_entry(_put("date", "2026-07")),
    "a date in words": _on_an_entry(_put("release_date", "summer of 2026")),
    "a byte order mark": byte_order_mark,
}


OF_PRICES = frozenset({"a new price", "a new multiplier", "a new discount"})


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
