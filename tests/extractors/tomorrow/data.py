"""Changes of data: JSON and YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import yaml

from tests.extractors.tomorrow.kinds import NAMES, ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.pages import byte_order_mark


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
