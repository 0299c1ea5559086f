"""Printed names matched one by one: what a name means, and whose new model it is where nobody knows it."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from transforms.identity.apart import mark_apart
from transforms.identity.index import PREFIX_STATES_LAB, UNKNOWN_LAB, Index, Match
from transforms.identity.long_tail import generate
from transforms.identity.matching import NAME_KEY
from transforms.identity.naming import read_name
from transforms.identity.resolve import resolve, split_lane, with_lane
from transforms.identity.spelling import shaped_id

Key = tuple[str, str, str, str]
ROUTER = "openrouter"  # the one whose ids and canonical ids are read


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


def _match_all(
    index: Index, names: pd.DataFrame, as_of: date
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Every name's matches as alias rows, and the names without one on any day on which they were printed."""
    found: list[tuple[object, ...]] = []
    none: list[tuple[object, ...]] = []
    seen = _seen(names)
    _as_routers_say(index, seen)
    mark_apart(
        index, dict.fromkeys((key[0] if key[0] in PREFIX_STATES_LAB else key[1], key[2]) for key in seen)
    )
    matched = {key: _match_said(index, key, said, scored) for key, (said, *_, scored) in seen.items()}
    for key, (said, first, last, count, scored) in seen.items():
        # A name of a host may mean a model that only a later name made known.
        matches = matched[key] or _match_said(index, key, said, scored)
        found.extend((*key, *m) for m in matches)
        end = min(last, as_of)
        if not any(m.valid_from <= end and first < m.valid_to for m in matches):
            none.append((*key, said[0][0], pd.Timestamp(first), pd.Timestamp(last), count))
    return found, none


def _match_said(index: Index, key: Key, said: list[tuple[str, str]], scored: bool) -> list[Match]:
    """What a name means by the first (lab, canonical id) said of it that tells; a canonical id of the
    source's own is asked before those that say none.
    """
    ordered = sorted(said, key=lambda lab_canonical: not lab_canonical[1])
    return next((m for lab, own in ordered if (m := match_name(index, *key, lab, own, scored=scored))), [])


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


def _as_routers_say(index: Index, seen: dict[Key, Seen]) -> None:
    """Gives the names that feeds copy from a router the canonical ids that the router itself states for them:
    on OpenRouter `deepseek/deepseek-chat` is DeepSeek V3, whatever DeepSeek's own API calls so.
    """
    stated = {
        model.casefold(): canonical
        for (source, _, model, _), (said, *_) in seen.items()
        for _, canonical in said
        if source in PREFIX_STATES_LAB and canonical and not _settled(index, model)
    }
    for (source, provider, model, _), (said, *_) in seen.items():
        own = stated.get(model.casefold().removeprefix(f"{ROUTER}/"), "")
        if provider == ROUTER and source not in PREFIX_STATES_LAB and own:
            said.insert(0, ("", own))


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
    if (source in PREFIX_STATES_LAB or provider == ROUTER) and "/" in canonical:
        matches = _by_own_id(index, source, model, resolve(index, source, canonical, setting), matches)
    if not matches and "/" in canonical:
        matches = resolve(index, source, canonical, setting)
    if matches:
        return with_lane(matches, split_lane(model)[1])  # an id says what is served, the name how
    owner = (_boards_owner(model, lab_id) if scored else "") or _feed_owner(
        index, source, provider, model, lab_id
    )
    if owner and not (matches := resolve(index, source, model, setting, owner)):
        generate(index, owner, model, "", None)
        matches = resolve(index, source, model, setting, owner)
    return matches


def _by_own_id(
    index: Index, source: str, model: str, by_id: list[Match], by_name: list[Match]
) -> list[Match]:
    """The meaning of a source's own canonical id, where the printed name alone would mean another model or
    several; what a seed says of this source's name stands.
    """
    if (
        _settled(index, model)
        or len({m.model_id for m in by_id}) != 1
        or {m.model_id for m in by_name} == {by_id[0].model_id}
    ):
        return by_name
    other = next((m.model_id for m in by_name if m.model_id != by_id[0].model_id), "")
    several = len({m.model_id for m in by_name}) > 1
    setting = by_name[0].setting if by_name else by_id[0].setting
    return [by_id[0]._replace(setting=setting, printed_means="" if several else other)]


def _settled(index: Index, model: str) -> bool:
    """Whether a seed says what the printed name means at some source."""
    return any(a.source_id != "*" for a in index.by_name.get(model.casefold(), ()))


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
