"""Models that a lab released apart for thinking, though no seed knows them: their name carries the word, and
the model without the word is another one.

Two signs tell them from a setting (`glm-4.6:thinking`, `Claude Opus 4.1 (Thinking, 16K)`): the word stands
before a dated build that is none of the base's (`command-a-reasoning-08-2025`), since builds follow names; or
a feed whose ids name models lists it, of a base whose weights are open (`baidu/ernie-4.5-21b-a3b-thinking`).
Hosts that invent such ids for a setting (`deepseek-v3.2-thinking`) are no sign.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from transforms.identity.builds import build_day
from transforms.identity.index import PREFIX_STATES_LAB, Index
from transforms.identity.naming import Name, read_name

# Behind a colon, or before a budget of tokens, the word is a setting.
_AS_SETTING = re.compile(r":(?:thinking|reasoning)|(?:thinking|reasoning):")
_NEGATED = re.compile(r"-(?:non|no|not)-(?:thinking|reasoning)$")
_WORD = re.compile(r"-(?:thinking|reasoning)$")


def mark_apart(index: Index, printed: Iterable[tuple[str, str]]) -> None:
    """Adds the keys of models that printed names (source, name) show to be apart to `index.apart`."""
    for who, text in printed:
        if not ("thinking" in text or "reasoning" in text) or "(" in text or _AS_SETTING.search(text):
            continue
        name = read_name(text)
        for reading in name.readings:
            base = _base(index, reading.key)
            listed = who in PREFIX_STATES_LAB and reading.key == _whole(name) and base in index.open_weights
            if base and (listed or _later_build(index, base, reading.revision)):
                index.apart.add(reading.key)


def _base(index: Index, key: str) -> str:
    """The model of the key without its word of thinking; empty where there is none or the key is a model."""
    if not _WORD.search(key) or _NEGATED.search(key) or key in index.models or key in index.builds:
        return ""
    bases = index.models.get(_WORD.sub("", key), [])
    return bases[0] if len(bases) == 1 else ""


def _whole(name: Name) -> str:
    """The key of a name as printed, ways of serving such as `:free` apart."""
    return next((r.key for r in name.readings if _WORD.search(r.key)), "")


def _later_build(index: Index, model_id: str, revision: str) -> bool:
    """Whether a build with a year is of more than 14 days after the model's release, and none of its own."""
    released = index.released.get(model_id)
    day = build_day(revision, released) if len(revision) > 4 else None
    if day is None or released is None or (day - released).days <= 14:
        return False
    near = timedelta(days=31 if len(revision) == 7 else 3)
    return all(abs(on - day) > near for _, on in index.revisions.get(model_id, ()))
