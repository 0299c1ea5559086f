"""The documents of Volcengine and BytePlus as their served pages carry them: Markdown under `MDContent` in
the JSON of `window._ROUTER_DATA`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from extractors.errors import LayoutChanged, Truncated
from warehouse.capture import Capture

_DATA = re.compile(r"window\._ROUTER_DATA\s*=\s*")


def router_document(text: str, capture: Capture) -> str:
    """The Markdown of the page's document; empty where the page carries no such data, or has tables itself.

    Truncated where the data breaks off; LayoutChanged where it holds no document with a table, or several.
    """
    match = _DATA.search(text)
    if match is None or "<table" in re.sub(r"<script\b.*?</script>", "", text, flags=re.S):
        return ""
    try:
        data, _ = json.JSONDecoder().raw_decode(text, match.end())
    except ValueError as error:
        raise Truncated(capture, expected="window._ROUTER_DATA as JSON", found=text[-80:]) from error
    found = list(
        dict.fromkeys(
            words for words in _documents(data) if re.search(r"^\s*\|.*\|", words, re.M) or "<table" in words
        )
    )
    if len(found) != 1:
        raise LayoutChanged(capture, expected="one MDContent with tables", found=f"{len(found)} of them")
    return found[0]


def _documents(value: Any) -> Iterator[str]:
    """Every text under a key `MDContent`, at any depth; an inner text of JSON is opened."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "MDContent" and isinstance(inner, str):
                yield inner
            else:
                yield from _documents(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _documents(inner)
    elif isinstance(value, str) and value.lstrip()[:1] == "{" and "MDContent" in value:
        try:
            yield from _documents(json.loads(value))
        except ValueError:
            return
