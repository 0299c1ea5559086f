"""Next.js pages: the data that a page carries in `self.__next_f.push([1,"..."])`, joined to one text, and the
JSON values in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from extractors.errors import LayoutChanged, Truncated
from warehouse.capture import Capture

_CHUNK = re.compile(r'self\.__next_f\.push\(\[1,\s*("(?:[^"\\]|\\.)*")\]\)')


def flight(text: str, capture: Capture) -> str:
    """The page's data chunks as one text; LayoutChanged where it has none, Truncated where the last one is
    cut.
    """
    chunks = _CHUNK.findall(text)
    if not chunks:
        raise LayoutChanged(capture, expected="data chunks self.__next_f.push([1, ...])", found=text[:200])
    if len(chunks) != text.count("self.__next_f.push([1,"):
        raise Truncated(
            capture,
            expected="whole data chunks",
            found=f"{len(chunks)} of {text.count('self.__next_f.push([1,')}",
        )
    return "".join(json.loads(chunk) for chunk in chunks)


def values(data: str, key: str, capture: Capture) -> Iterator[Any]:
    """Every JSON value that stands after `"key":` in the data, numbers as Decimals; Truncated where one is
    cut.
    """
    decoder = json.JSONDecoder(parse_float=Decimal)
    for match in re.finditer(rf'"{re.escape(key)}":\s*', data):
        try:
            yield decoder.raw_decode(data, match.end())[0]
        except ValueError as error:
            raise Truncated(capture, expected=f"a whole value of {key!r}", found=str(error)) from error
