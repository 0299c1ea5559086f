"""Where names are looked up: the seeds' models and aliases by key, and the models that
`transforms.identity.long_tail` adds.

`resolve` takes the readings of a name in turn (`naming.read_name`, whole name first), asks the aliases kept
by hand and then the models' own keys, and stops at the first that knows it. Nothing here compares names by
likeness.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from transforms.identity.naming import Name, Reading, build_day, read_name

FIRST, LAST = date(1970, 1, 1), date(9999, 12, 31)
# A stated lab that no seed knows: only a brand in the name can then say whose model it is.
UNKNOWN_LAB = "?"
# The words of a setting that say no more than that the model thought.
_THINKS = frozenset({"thinking", "reasoning", "think"})
# First public use: the first of these; an announcement counts only where nothing else is known.
PUBLIC = frozenset({"weights", "api", "ga"})


class Match(NamedTuple):
    """What a name means from `valid_from` until before `valid_to`; `method` is seed, rule or registry."""

    model_id: str
    revision: str
    setting: str
    method: str
    reviewed: bool
    valid_from: date = FIRST
    valid_to: date = LAST


class Alias(NamedTuple):
    """A seed row: what a name means, where and when."""

    source_id: str
    listed_setting: str
    valid_from: date
    valid_to: date
    model_id: str
    revision: str
    setting: str


@dataclass(slots=True)
class Index:
    """Everything a name is looked up in."""

    labs: dict[str, str] = field(default_factory=dict)
    countries: dict[str, list[tuple[date, date, str]]] = field(default_factory=dict)
    by_name: dict[str, list[Alias]] = field(default_factory=lambda: defaultdict(list))
    by_key: dict[str, list[Alias]] = field(default_factory=lambda: defaultdict(list))
    models: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    builds: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    released: dict[str, date | None] = field(default_factory=dict)
    revisions: dict[str, list[tuple[str, date]]] = field(default_factory=lambda: defaultdict(list))
    generated: set[str] = field(default_factory=set)

    def lab(self, printed: str) -> str:
        """The lab that a printed lab or a publisher's prefix names, or an empty string."""
        return self.labs.get(printed.strip().casefold(), "") if printed else ""

    def country(self, lab_id: str, on: date) -> str:
        """Where the lab's headquarters were on a day (ISO 3166 alpha-2)."""
        return next((c for start, end, c in self.countries.get(lab_id, ()) if start <= on < end), "")


def index_seeds(seeds: Mapping[str, pd.DataFrame], as_of: date) -> Index:
    """The index of the seeds as known on `as_of`: models first released later, and aliases of later days, are
    left out.
    """
    index = Index()
    for lab in seeds["labs"].to_dict("records"):
        for printed in (lab["lab_id"], lab["name"], *_list(lab["aliases"]), *_list(lab["feed_ids"])):
            index.labs[printed.casefold()] = lab["lab_id"]
        index.countries.setdefault(lab["lab_id"], []).append(
            (_day(lab["valid_from"], FIRST), _day(lab["valid_to"], LAST), lab["country"])
        )
    first = _first_days(seeds["model_dates"])
    for row in seeds["model_dates"].to_dict("records"):
        on = _day(row["released_on"], LAST)
        if row["revision"] and on <= as_of and row["date_kind"] != "withdrawn":
            index.revisions[row["model_id"]].append((row["revision"], on))
    for model_id in seeds["models"]["model_id"]:
        released = first.get((model_id, ""))
        if released is None or released <= as_of:
            add_model(index, model_id, released)
    for row in seeds["aliases"].to_dict("records"):
        _add_alias(index, row, as_of)
    return index


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


def first_public(model_dates: pd.DataFrame) -> pd.DataFrame:
    """(model_id, revision, released_on): the day of first public use of each; an announcement where nothing
    else is known.
    """
    dates = model_dates[model_dates["date_kind"] != "withdrawn"].assign(
        late=lambda f: ~f["date_kind"].isin(PUBLIC)
    )
    dates = dates.sort_values(["model_id", "revision", "late", "released_on"], kind="stable")
    return dates.drop_duplicates(["model_id", "revision"])[
        ["model_id", "revision", "released_on"]
    ].reset_index(drop=True)


def add_model(index: Index, model_id: str, released: date | None, key: str = "") -> None:
    """Takes a model into the index under the key of its id (or `key`), and under the name that it has without
    its build.
    """
    readings = read_name(model_id).readings
    index.models[key or readings[0].key].append(model_id)
    index.released[model_id] = released
    for reading in readings[1:]:
        if reading.revision and not reading.setting:
            index.builds[reading.key].append((reading.revision, model_id))


def _add_alias(index: Index, row: Mapping[Hashable, Any], as_of: date) -> None:
    days = _day(row["valid_from"], FIRST), _day(row["valid_to"], LAST)
    alias = Alias(
        row["source_id"], row["listed_setting"], *days, row["model_id"], row["revision"], row["setting"]
    )
    if alias.model_id not in index.released or alias.valid_from > as_of:
        return
    whole = read_name(row["listed_model"]).readings[0]
    if alias.source_id == "*" and not (whole.revision or whole.setting):
        index.by_key[whole.key].append(alias)
    else:
        index.by_name[row["listed_model"].casefold()].append(alias)


def _first_days(dates: pd.DataFrame) -> dict[tuple[str, str], date]:
    first = first_public(dates)
    return {
        (m, r): d
        for m, r, d in zip(first["model_id"], first["revision"], map(_day, first["released_on"]), strict=True)
        if d
    }


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


def _list(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(";") if part.strip())


def _day(value: object, default: date | None = None) -> date:
    if value is None or value is pd.NaT or value != value or value == "":  # noqa: PLR0124
        return default  # type: ignore[return-value]
    return (
        value.date()
        if isinstance(value, pd.Timestamp)
        else value
        if isinstance(value, date)
        else date.fromisoformat(str(value)[:10])
    )
