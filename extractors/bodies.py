"""JSON read strictly: a key that stands twice is named, and neither value is believed; a byte order mark is
no character.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

import orjson

from extractors.errors import EmptyPage, Truncated, WrongPage
from warehouse.capture import Capture

_KEY = re.compile(rb'"\s*:')
BOM = b"\xef\xbb\xbf"


class KeyTwice(ValueError):
    """A key stands twice in one object, with two values."""


class Contradiction:
    """The value of a key that an object has twice with two values. Using it raises KeyTwice, so that the
    entry is set aside.
    """

    def __init__(self, key: str) -> None:
        self.key = key

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise KeyTwice(f"the key {self.key!r} stands twice with two values")

    __getitem__ = get = items = keys = values = __iter__ = __len__ = __float__ = __int__ = _refuse
    __bool__ = __contains__ = __str__ = lower = strip = _refuse

    def __repr__(self) -> str:
        return f"two values of {self.key!r}"


def json_of(capture: Capture) -> Any:
    """The capture's JSON; a value whose key its object has twice is a `Contradiction`. EmptyPage, WrongPage
    and Truncated where the body is nothing, no JSON, or ends inside a value.
    """
    body = capture.body.removeprefix(BOM)
    start = body.lstrip()[:1]
    if not start:
        raise EmptyPage(capture, expected="a JSON body", found="no bytes")
    if start not in b"{[":
        raise WrongPage(
            capture, expected="a JSON object or list", found=capture.body[:80].decode("utf-8", "replace")
        )
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Truncated(
            capture, expected="a complete JSON body", found=f"{error}; it ends {capture.body[-40:]!r}"
        ) from None
    # The library keeps the last of two values. Written again, such a document has fewer keys: nothing else
    # is slower by counting them.
    if len(_KEY.findall(body)) == len(_KEY.findall(orjson.dumps(document))):
        return document
    return json.loads(body, object_pairs_hook=_pairs)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key] = agreed(key, found[key], value) if key in found else value
    return found


def agreed(key: str, one: Any, other: Any) -> Any:
    """What two values of one key agree on: of two objects the keys that both have with one value."""
    if one == other:
        return other
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return Contradiction(key)
    keys = dict.fromkeys((*one, *other))
    return {k: agreed(k, one[k], other[k]) if k in one and k in other else Contradiction(k) for k in keys}


def contradictions(value: Any, depth: int = 6) -> list[str]:
    """The keys that stand twice anywhere in a value, to `depth` levels below it."""
    if isinstance(value, Contradiction):
        return [value.key]
    if depth and isinstance(value, Mapping):
        return [key for inner in value.values() for key in contradictions(inner, depth - 1)]
    if depth and isinstance(value, list):
        return [key for inner in value for key in contradictions(inner, depth - 1)]
    return []
