"""Printed names matched one by one: what a name means, and whose new model it is where nobody knows it."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from transforms.identity.index import UNKNOWN_LAB, Index, Match
from transforms.identity.long_tail import generate
from transforms.identity.matching import NAME_KEY
from transforms.identity.naming import read_name
from transforms.identity.resolve import resolve
from transforms.identity.spelling import shaped_id

Key = tuple[str, str, str, str]


Seen = tuple[list[tuple[str, str]], date, date, int, bool]


_NO_MODEL = re.compile(r"^[a-z]+$|^claude-\d+(?:-\d+)?$|(?:^|-)20\d\d(?:-|$)|-\d+-k(?:-|$)|-refine$")


# Labs whose own API also sells other labs' models: a name there is theirs only where its brand says so.
HOSTING_LABS = frozenset(
    {
        "alibaba",
        "tencent",
        "bytedance",
        "baidu",
        "nvidia",
        "microsoft",
        "google",
        "amazon",
        "perplexity",
        "ibm",
        "databricks",
    }
)


# Feeds whose prefix names the lab that made the model.
PREFIX_STATES_LAB = frozenset({"openrouter", "openrouter_endpoints"})


def _match_all(
    index: Index, names: pd.DataFrame, as_of: date
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Every name's matches as alias rows, and the names that have none."""
    found: list[tuple[object, ...]] = []
    none: list[tuple[object, ...]] = []
    for key, (said, first, last, count, scored) in _seen(names).items():
        matches = next(
            (m for lab, canonical in said if (m := match_name(index, *key, lab, canonical, scored=scored))),
            [],
        )
        if matches:
            end = min(last, as_of)
            found.extend(
                (*key, *m)
                for m in ([m for m in matches if m.valid_from <= end and first < m.valid_to] or matches[-1:])
            )
        else:
            none.append((*key, said[0][0], pd.Timestamp(first), pd.Timestamp(last), count))
    return found, none


def _seen(names: pd.DataFrame) -> dict[Key, Seen]:
    """Each name with the (lab, canonical id) said of it, its first and last day, its rows, and whether a
    board scores it.
    """
    text = [
        names[c].astype(object).where(names[c].notna(), "").tolist()
        for c in (*NAME_KEY, "listed_lab", "canonical_model")
    ]
    days = [names[c].dt.date.tolist() for c in ("first_seen", "last_seen")]
    counted = names["rows"].tolist(), (names["table"] == "scores").tolist()
    seen: dict[Key, Seen] = {}
    for source, provider, model, setting, lab, canonical, first, last, count, score in zip(
        *text, *days, *counted, strict=True
    ):
        key = (source, provider, model, setting)
        said, start, end, rows, scored = seen.get(key, ([], first, last, 0, False))
        if (lab, canonical) not in said:
            said.append((lab, canonical))
        seen[key] = said, min(start, first), max(end, last), rows + count, scored or score
    return seen


def match_name(
    index: Index,
    source: str,
    provider: str,
    model: str,
    setting: str,
    lab: str,
    canonical: str,
    *,
    scored: bool = False,
) -> list[Match]:
    """What one name means: itself, else its canonical id, else a new model where a board, its own API or a
    prefix states its lab.

    `scored`: whether a board prints the name.
    """
    lab_id = index.lab(lab) or (UNKNOWN_LAB if lab else "")
    matches = resolve(index, source, model, setting, lab_id)
    if matches:
        return matches
    if "/" in canonical and (matches := resolve(index, source, canonical, setting)):
        return matches
    owner = (_boards_owner(model, lab_id) if scored else "") or _feed_owner(
        index, source, provider, model, lab_id
    )
    return (
        resolve(index, source, model, setting, owner)
        if owner and generate(index, owner, model, "", None)
        else []
    )


def _boards_owner(model: str, lab_id: str) -> str:
    """The lab of a new model that a board prints: the lab stated beside it, else the one that its name's
    make-up says; or nobody's.

    Without the lab's brand only an id (`inkling-small`) counts: words for people (`Opus 4.5 (Thinking, 16K)`)
    leave the brand out. Systems of several models, a bare brand, a Claude of no size, and names with a year
    or a context length left in them are no model's.
    """
    name = read_name(model)
    key = name.readings[-1].key
    if name.publishers or " + " in model or "&" in model or _NO_MODEL.search(key):
        return ""
    if lab_id in {"", UNKNOWN_LAB}:
        return name.brand_lab if not lab_id and shaped_id(key) else ""
    if name.brand_lab == lab_id or (
        not name.brand_lab and re.fullmatch(r"[a-z][a-z0-9]*(?:[-._][a-z0-9]+)+", model)
    ):
        return lab_id
    return ""


def _feed_owner(index: Index, source: str, provider: str, model: str, lab_id: str) -> str:
    """The lab of a new model that its own API sells, or that a feed's prefix states."""
    name = read_name(model)
    prefix = next((found for p in reversed(name.publishers) if (found := index.lab(p))), "")
    own = index.lab(provider)
    if prefix and (source in PREFIX_STATES_LAB or prefix == own) and name.brand_lab in {"", prefix}:
        return prefix
    if (
        own
        and not prefix
        and not lab_id
        and (name.brand_lab == own or (not name.brand_lab and own not in HOSTING_LABS))
    ):
        return own
    return ""
