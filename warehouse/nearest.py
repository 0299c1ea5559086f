"""What somebody may have meant: the nearest of some names to one that is none of them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 3


def did_you_mean(found: str, names: Iterable[str], otherwise: str = "") -> str:
    """`; did you mean 'openai'?`, up to three names; `otherwise` where none is near."""
    by_small = {name.lower(): name for name in names}
    near = get_close_matches(found.lower(), list(by_small), MOST, 0.6) if found else []
    words = " or ".join(repr(by_small[name]) for name in near)
    return f"; did you mean {words}?" if near else otherwise
