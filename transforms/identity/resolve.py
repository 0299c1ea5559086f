"""What one printed name means.

`resolve` takes the readings of a name in turn (`naming.read_name`, whole name first), asks the aliases kept
by hand and then the models' own keys, and stops at the first that knows it. Nothing here compares names by
likeness.
"""

from __future__ import annotations

from transforms.identity.builds import build_day
from transforms.identity.index import FIRST, LAST, UNKNOWN_LAB, Alias, Index, Match
from transforms.identity.make_up import by_make_up
from transforms.identity.naming import Candidate, Name, read_name
from warehouse.conventions import LANES

# The revision of a model that was shown before it was released, where a seed knows one.
PREVIEW = "preview"
# The words of a setting that say no more than that the model thought.
_THINKS = frozenset({"thinking", "reasoning", "think"})
_THINKS_NOT = frozenset({"no", "non", "not", "off", "none"})


def resolve(
    index: Index, source_id: str, listed_model: str, listed_setting: str = "", lab_id: str = ""
) -> list[Match]:
    """What a name means: one match, one per dated meaning, or none. `lab_id` is the lab that the source
    states, if it does. `name:free` and its like are `name` served in a way, whatever names it.
    """
    name, lane = split_lane(listed_model)
    found = _resolved(index, source_id, listed_model, listed_setting, lab_id)
    if lane and not found:
        found = _resolved(index, source_id, name, listed_setting, lab_id)
    return with_lane(found, lane)


def with_lane(found: list[Match], lane: str) -> list[Match]:
    """The matches with a way of serving among their settings."""
    return [
        m if lane in ("", *m.setting.split()) else m._replace(setting=_setting(m.setting, lane))
        for m in found
    ]


def split_lane(listed_model: str) -> tuple[str, str]:
    """A printed name and the way of serving that stands behind its colon; "" where none does."""
    name, _, lane = listed_model.rpartition(":")
    lane = lane.casefold()
    return (name, lane) if name and lane in LANES else (listed_model, "")


def _resolved(
    index: Index, source_id: str, listed_model: str, listed_setting: str, lab_id: str
) -> list[Match]:
    aliases = [
        a
        for a in index.by_name.get(listed_model.casefold(), ())
        if _here(a, source_id) and a.listed_setting in {"", listed_setting}
    ]
    if aliases:
        exact = [a for a in aliases if a.listed_setting] or aliases
        return list(dict.fromkeys(_of_alias(index, a, Candidate("", "", ""), listed_setting) for a in exact))
    name = read_name(listed_model)
    # Where the source itself states the lab, a brand in the name is no excuse.
    brand_lab = "" if lab_id not in {"", UNKNOWN_LAB} else name.brand_lab
    stated = lab_id or next((lab for p in reversed(name.publishers) if (lab := index.lab(p))), "")
    if stated and name.brand_lab not in {"", stated} and _known_by_brand(index, name):
        stated = name.brand_lab  # a lab's own shop sells others' models too: `zai-glm-5-2` at Mistral
    for reading in name.readings:
        if found := _of_reading(index, name, reading, (stated, brand_lab), listed_setting):
            return found
        if reading.key in index.apart:
            return []
    if other := by_make_up(index, name, "" if stated == UNKNOWN_LAB else stated, brand_lab):
        return [_matched(index, Candidate("", other.revision, other.setting), other.model_id, listed_setting)]
    return []


def _known_by_brand(index: Index, name: Name) -> bool:
    """Whether a reading of the name, a version in it, is a model of the lab whose brand it carries."""
    return any(
        model.startswith(f"{name.brand_lab}/")
        for reading in name.readings
        if any(c.isdigit() for c in reading.key)
        for model in index.models.get(reading.key, ())
    )


def _of_reading(
    index: Index, name: Name, reading: Candidate, labs: tuple[str, str], listed_setting: str
) -> list[Match]:
    """What one reading of a name means; `labs`: the stated one, and the brand's where it may count."""
    # A dated alias says what the bare name means on a day; a name that prints its own build is not that name.
    found = [
        a
        for a in index.by_key.get(reading.key, ())
        if _agrees(a.model_id, *labs)
        and not (reading.revision and (a.valid_from, a.valid_to) != (FIRST, LAST))
    ]
    if found:
        return list(dict.fromkeys(_of_alias(index, a, reading, listed_setting) for a in found))
    if reading is name.readings[0] and (sibling := _thinking_sibling(index, name, *labs)) is not None:
        return [Match(sibling[0], "", _setting(listed_setting, sibling[1]), "rule", False)]
    models = _named_by_build(index, reading.key, reading.revision, *labs)
    if len(models) == 1:
        return [Match(models[0], "", _setting(listed_setting, reading.setting), "rule", False)]
    models = [m for m in index.models.get(reading.key, ()) if _agrees(m, *labs)]
    if len(models) > 1:
        models = [m for m in models if m.split("/")[0] in {labs[0], name.brand_lab}]
    return [_matched(index, reading, models[0], listed_setting)] if len(models) == 1 else []


def _matched(index: Index, reading: Candidate, model: str, listed_setting: str) -> Match:
    method = "registry" if model in index.generated else "rule"
    revision = known_revision(index, model, reading.revision)
    if not revision and PREVIEW in reading.setting.split() and _has_preview(index, model):
        revision = PREVIEW
    return Match(model, revision, _setting(listed_setting, reading.setting), method, False)


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
        # With a budget too: `Kimi K2 Thinking 64K` is the model that thinks, at 64,000 tokens.
        words = set(reading.setting.replace("-", " ").split())
        if not _THINKS & words or words & _THINKS_NOT:
            continue
        for word in ("thinking", "reasoning"):
            apart = f"{reading.key}-{word}"
            models = _named_by_build(index, apart, reading.revision, stated, brand_lab)
            if not reading.revision:
                models = [
                    m
                    for m in index.models.get(apart, ())
                    if _agrees(m, stated, brand_lab) and (m not in index.generated or apart in index.apart)
                ]
            if not models and not reading.revision and name.readings[0].key == apart:
                models = [m for _, m in index.builds.get(apart, ()) if _agrees(m, stated, brand_lab)]
            if len(set(models)) == 1:
                return models[0], reading.setting
    return None


def _has_preview(index: Index, model_id: str) -> bool:
    return any(label == PREVIEW for label, _ in index.revisions.get(model_id, ()))


def known_revision(index: Index, model_id: str, revision: str) -> str:
    """The revision that a dated build names: a known one of that day (3 days about) or month, the first build
    (empty), or its day.

    Snapshot ids precede the launch by up to 60 days (`claude-3-opus-20240229`) and follow it by 14; such a
    build is the model itself. So is one of a day on which the model came out elsewhere: `o1-pro-2025-03-19`
    is what ChatGPT had since 2024-12-05, by API.
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
    for label, on in (*known, *(("", on) for on in index.api_days.get(model_id, ()))):
        if ((on.year, on.month) == (day.year, day.month)) if month else abs((on - day).days) <= 3:
            return label
    if released is not None and (day - (released.replace(day=1) if month else released)).days <= 14:
        return ""  # a build so old that nobody dates it is a misprint: a day of the year before
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


def _of_alias(index: Index, alias: Alias, reading: Candidate, listed_setting: str) -> Match:
    revision = alias.revision or known_revision(index, alias.model_id, reading.revision)
    setting = _setting(listed_setting, alias.setting or reading.setting)
    return Match(alias.model_id, revision, setting, "seed", True, alias.valid_from, alias.valid_to)


def _setting(listed: str, peeled: str) -> str:
    return " ".join(dict.fromkeys(part for part in (listed.strip(), peeled) if part))
