"""Names that are another spelling of a known model: with a way of serving, without their brand, in another
order of words, or a Claude without its size. Each is a rule of a kind; none compares names by likeness.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from transforms.identity.index import Index, words_of
from transforms.identity.naming import Candidate, Name, one_order, read_name
from transforms.identity.serving_words import BRAND_TWINS, NOT_TEXT, SIZE_WORDS
from transforms.identity.vocabulary import BRANDS
from warehouse.conventions import LANES

# A name with a way of serving is a model of its own where a registry dates it so far from the base.
OWN_DAYS = 15


class Spelt(NamedTuple):
    """A known model that a name spells otherwise, with what the name says beside it."""

    model_id: str
    revision: str
    setting: str


def by_make_up(index: Index, name: Name, stated: str, brand_lab: str) -> Spelt | None:
    """The one known model that a reading of the name spells otherwise; None where none or several could be
    meant. `stated`: the lab that the source states; `brand_lab`: that of the name's brand, if it may count.
    """
    lab = stated or brand_lab
    for reading in name.readings:
        if reading.key in index.apart:
            return None
        for key, lane in _without_lanes(index, reading.key, lab):
            # Before its way of serving a name has its stage or build: `gemini-3.1-pro-preview-priority`.
            for inner in read_name(key).readings if lane else (Candidate(key, "", ""),):
                models = _known(index, inner.key, lab)
                if len(models) == 1:
                    setting = " ".join(part for part in (reading.setting, inner.setting, lane) if part)
                    return Spelt(models[0], reading.revision or inner.revision, setting)
    return None


def _without_lanes(index: Index, key: str, lab: str) -> Iterator[tuple[str, str]]:
    """The key, then the key without its last one or two ways of serving, each with what was taken off.

    A pruned or distilled model of pictures or speech is one (`whisper-large-v3-turbo`), and where a lab has
    sizes called plus and max, turbo is a size too (`qwen-coder-turbo`).
    """
    yield key, ""
    tokens, lane = key.split("-"), ""
    while len(tokens) > 1 and tokens[-1] in LANES and not NOT_TEXT & set(tokens):
        word = tokens.pop()
        base = "-".join(tokens)
        if word == "turbo" and any(f"{base}-{size}" in index.models for size in ("plus", "max")):
            return
        lane = f"{word} {lane}".strip()
        if not _dated_apart(index, f"{base}-{word}", base, lab):
            yield base, lane


def _dated_apart(index: Index, key: str, base: str, lab: str) -> bool:
    """Whether a registry dates the name by itself, far from the base's release."""
    own = index.own_days.get((lab, key))
    days = [d for m in index.models.get(base, ()) if m.startswith(f"{lab}/") and (d := index.released[m])]
    return own is not None and bool(days) and abs((own - days[0]).days) >= OWN_DAYS


def _known(index: Index, key: str, lab: str) -> list[str]:
    """The models of a lab that a key names: as it stands, under one of the lab's brands, in another order, or
    as the one Claude of its version. Without a lab, only what one brand of all labs completes to a model.
    """
    spellings = dict.fromkeys((key, *_branded(key, lab)))
    for spelling in spellings:
        models = [m for m in index.models.get(spelling, ()) if _of(m, lab) and (lab or spelling != key)]
        models += [a.model_id for a in index.by_key.get(spelling, ()) if lab and _of(a.model_id, lab)]
        if models:
            return list(dict.fromkeys(models))
    if not lab:
        return []
    for spelling in spellings:
        if models := [m for m in index.by_words.get(words_of(spelling), ()) if _of(m, lab)]:
            return list(dict.fromkeys(models))
    return _sized(index, key) if key.startswith("claude-") else []


@lru_cache(maxsize=20_000)  # asked four times of each name; a name without a lab has some forty spellings
def _branded(key: str, lab: str) -> tuple[str, ...]:
    """The key under each brand of its lab; without a lab under every brand, where it has a number and a word
    that is more than a size (`opus-4-5`).
    """
    first, _, rest = key.partition("-")
    if first in BRAND_TWINS:
        return (one_order(f"{BRAND_TWINS[first]}-{rest}"),) if rest else ()
    if first in BRANDS:
        return ()
    tokens = key.split("-")
    telling = any(t.isdigit() for t in tokens) and any(
        len(t) > 3 and t not in (SIZE_WORDS | NOT_TEXT) for t in tokens
    )
    if not (lab or telling):
        return ()
    return tuple(one_order(f"{brand}-{key}") for brand, owner in BRANDS.items() if owner == (lab or owner))


def _sized(index: Index, key: str) -> list[str]:
    """The one Claude of a version whose name left its size out: every Claude since 3 has one."""
    words, numbers = words_of(key)
    if words != ("claude",) or not numbers:
        return []
    found = [
        m
        for (w, n), models in index.by_words.items()
        for m in models
        if n == numbers and len(w) == 2 and "claude" in w and m.startswith("anthropic/claude-")
    ]
    return list(dict.fromkeys(found))


def _of(model_id: str, lab: str) -> bool:
    return not lab or model_id.startswith(f"{lab}/")
