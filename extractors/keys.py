"""Keys of sources, kept out of everything that is written: found in each of the spellings that a server may
echo them in.
"""

from __future__ import annotations

import base64
import html.entities
import os
import re
from collections.abc import Iterable
from functools import lru_cache

HIDDEN = "***"
LEAST = 4  # a shorter key would be found in every other word


def hidden(text: str, keys: Iterable[str]) -> str:
    """The text with each key, however spelt, replaced."""
    for key in keys:
        if len(key) >= LEAST:
            text = spellings(key).sub(HIDDEN, text)
    return text


def repeats(body: bytes | str, keys: Iterable[str]) -> bool:
    """Whether a body holds one of the keys in some spelling."""
    text = body if isinstance(body, str) else body.decode("latin-1")
    texts = [text]
    if isinstance(body, bytes) and b"\0" in body:  # UTF-16 and UTF-32 of what is ASCII
        texts.append(text.replace("\0", ""))
    return any(spellings(key).search(t) for key in keys if len(key) >= LEAST for t in texts)


@lru_cache(maxsize=32)
def spellings(key: str) -> re.Pattern[str]:
    """A pattern of a key as it is, in either case, with any of its characters escaped as JSON, URLs and HTML
    escape them (once or twice), in base64 (standard and of URLs, at any place in what was encoded), and in
    hex.
    """
    escaped = r"\\?".join(_character(c) for c in key)
    whole = key.encode()
    others = {re.escape(core) for core in _base64_cores(whole)}
    hexes = r"[:\s]?".join(f"{byte:02x}" for byte in whole)
    return re.compile("|".join([f"(?i:{escaped})", f"(?i:{hexes})", *sorted(others)]))


def _character(c: str) -> str:
    """A character in all its spellings. What may repeat is bounded: a text is read in a time that grows with
    its length and no faster.
    """
    number = ord(c)
    urls = "".join(f"%(?:25){{0,3}}{byte:02x}" for byte in c.encode())
    names = [n.rstrip(";") for n, value in html.entities.html5.items() if value == c]
    numbers = [f"#0{{0,6}}{number};?", f"#x0{{0,6}}{number:x};?"]
    entities = "|".join([*numbers, *(f"{re.escape(n)};?" for n in sorted(set(names)))])
    escapes = f"u{number:04x}|u\\{{0{{0,4}}{number:x}\\}}|x{number:02x}"
    escapes += "" if c.isalnum() else f"|{re.escape(c)}"
    one = "" if c in "&\\%" else f"{re.escape(c)}|"
    alone = f"|{re.escape(c)}" if not one else ""
    return f"(?:{one}{urls}|&(?:amp;){{0,3}}(?:{entities})|\\\\{{1,4}}(?:{escapes}){alone})"


def _base64_cores(whole: bytes) -> Iterable[str]:
    """What of the key's base64 does not depend on what stands around it, at each of the three places."""
    for before in range(3):
        text = base64.b64encode(b"\0" * before + whole).decode().rstrip("=")
        first = (before * 8 + 5) // 6
        last = (before + len(whole)) * 8 // 6
        core = text[first:last]
        if len(core) >= LEAST + 2:
            yield core
            yield core.replace("+", "-").replace("/", "_")
            yield core.replace("/", "\\/")


def keys_in_use() -> tuple[str, ...]:
    """The keys of all sources that the environment holds."""
    from extractors.source import discover

    names = {r.source.key_env for r in discover().values()} - {""}
    return tuple(key for name in sorted(names) if (key := os.environ.get(name)))
