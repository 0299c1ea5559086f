"""What one printed name means.

`resolve` takes the readings of a name in turn (`naming.read_name`, whole name first), asks the aliases kept
by hand and then the models' own keys, and stops at the first that knows it. Nothing here compares names by
likeness.
"""

from __future__ import annotations

from transforms.identity.builds import build_day
from transforms.identity.index import FIRST, LAST, UNKNOWN_LAB, Alias, Index, Match
from transforms.identity.naming import Name, Reading, read_name

# The words of a setting that say no more than that the model thought.
_THINKS = frozenset({"thinking", "reasoning", "think"})


def resolve(
    index: Index, source_id: str, listed_model: str, listed_setting: str = "", lab_id: str = ""
) -> list[Match]:
    """What a name means: one match, one per dated meaning, or none. `lab_id` is the lab that the source
    states, if it does.
    """
    aliases = [
        a
        for a in index.by_name.get(listed_model.casefold(), ())
        if _here(a, source_id) and a.listed_setting in {"", listed_setting}
    ]
    if aliases:
        exact = [a for a in aliases if a.listed_setting] or aliases
        return list(dict.fromkeys(_of_alias(index, a, Reading("", "", ""), listed_setting) for a in exact))
    name = read_name(listed_model)
    brand_lab = (
        "" if lab_id not in {"", UNKNOWN_LAB} else name.brand_lab
    )  # where the source itself states the lab, a brand in the name is no excuse
    stated = lab_id or next((lab for p in reversed(name.publishers) if (lab := index.lab(p))), "")
    for reading in name.readings:
        # A dated alias says what the bare name means on a day; a name that prints its own build is not that
        # name.
        found = [
            a
            for a in index.by_key.get(reading.key, ())
            if _agrees(a.model_id, stated, brand_lab)
            and not (reading.revision and (a.valid_from, a.valid_to) != (FIRST, LAST))
        ]
        if found:
            return list(dict.fromkeys(_of_alias(index, a, reading, listed_setting) for a in found))
        if (
            reading is name.readings[0]
            and (sibling := _thinking_sibling(index, name, stated, brand_lab)) is not None
        ):
            return [Match(sibling[0], "", _setting(listed_setting, sibling[1]), "rule", False)]
        models = _named_by_build(index, reading.key, reading.revision, stated, brand_lab)
        if len(models) == 1:
            return [Match(models[0], "", _setting(listed_setting, reading.setting), "rule", False)]
        models = [m for m in index.models.get(reading.key, ()) if _agrees(m, stated, brand_lab)]
        if len(models) > 1:
            models = [m for m in models if m.split("/")[0] in {stated, name.brand_lab}]
        if len(models) == 1:
            model = models[0]
            method = "registry" if model in index.generated else "rule"
            revision = known_revision(index, model, reading.revision)
            return [Match(model, revision, _setting(listed_setting, reading.setting), method, False)]
    return []


def _named_by_build(index: Index, key: str, revision: str, stated: str, brand_lab: str) -> list[str]:
    """Models of their own whose name ends with the build that a name prints: `DeepSeek R1 (May 2025)` is
    `deepseek-r1-0528`.
    """
    if not revision:
        return []
    named = [
        m
        for build, m in index.builds.get(key, ())
        if _agrees(m, stated, brand_lab) and _one_build(index, m, build, revision)
    ]
    return list(dict.fromkeys(named))


def _one_build(index: Index, model_id: str, build: str, revision: str) -> bool:
    """Whether two spellings of a build (`0528`, `2025-05`, `2025-05-28`) name one: the same day, 3 days
    about, or month.
    """
    released = index.released.get(model_id)
    days = build_day(build, released), build_day(revision, released)
    if days[0] is None or days[1] is None or build == revision:
        return build == revision
    if 7 in {len(build), len(revision)}:
        return (days[0].year, days[0].month) == (days[1].year, days[1].month)
    return abs((days[0] - days[1]).days) <= 3


def _thinking_sibling(index: Index, name: Name, stated: str, brand_lab: str) -> tuple[str, str] | None:
    """The model (and setting) that a lab released apart for thinking: `Qwen3 VL 8B (Reasoning)` is no
    `qwen3-vl-8b-instruct`.
    """
    for reading in name.readings:
        if not _THINKS & set(reading.setting.split()):
            continue
        apart = f"{reading.key}-thinking"
        models = _named_by_build(index, apart, reading.revision, stated, brand_lab)
        if not reading.revision:
            models = [
                m
                for m in index.models.get(apart, ())
                if _agrees(m, stated, brand_lab) and m not in index.generated
            ]
        if len(models) == 1:
            return models[0], reading.setting
    return None


def known_revision(index: Index, model_id: str, revision: str) -> str:
    """The revision that a dated build names: a known one of that day (3 days about) or month, the first build
    (empty), or its day.

    Snapshot ids precede the launch by up to 60 days (`claude-3-opus-20240229`) and follow it by 14; such a
    build is the model itself.
    """
    if not revision:
        return ""
    known = index.revisions.get(model_id, [])
    if any(revision == label for label, _ in known):
        return revision
    released = index.released.get(model_id)
    day = build_day(revision, released)
    if day is None:
        return "" if revision in {"001", "v1", "v0.1"} else revision
    month = len(revision) == 7
    for label, on in known:
        if ((on.year, on.month) == (day.year, day.month)) if month else abs((on - day).days) <= 3:
            return label
    if released is not None and -60 <= (day - (released.replace(day=1) if month else released)).days <= 14:
        return ""
    return revision if month else day.isoformat()


def _here(alias: Alias, source_id: str) -> bool:
    return alias.source_id == source_id or (
        alias.source_id.endswith("*") and source_id.startswith(alias.source_id[:-1])
    )


def _agrees(model_id: str, stated: str, brand_lab: str) -> bool:
    """Whether a model can be meant where the source states a lab: its own, or a copy whose first word is its
    lab's brand.
    """
    lab = model_id.split("/", 1)[0]
    return not stated or lab in {stated, brand_lab}


def _of_alias(index: Index, alias: Alias, reading: Reading, listed_setting: str) -> Match:
    revision = alias.revision or known_revision(index, alias.model_id, reading.revision)
    setting = _setting(listed_setting, alias.setting or reading.setting)
    return Match(alias.model_id, revision, setting, "seed", True, alias.valid_from, alias.valid_to)


def _setting(listed: str, peeled: str) -> str:
    return " ".join(dict.fromkeys(part for part in (listed.strip(), peeled) if part))
