"""Where names are looked up: the seeds' models and aliases by key, and the models that
`transforms.identity.long_tail` adds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from transforms.identity.naming import read_name

FIRST, LAST = date(1970, 1, 1), date(9999, 12, 31)
# A stated lab that no seed knows: only a brand in the name can then say whose model it is.
UNKNOWN_LAB = "?"
# Feeds whose prefix names the lab that made the model, and whose ids name models.
PREFIX_STATES_LAB = frozenset({"openrouter", "openrouter_endpoints"})
# First public use: the first of these; an announcement counts only where nothing else is known.
PUBLIC = frozenset({"weights", "api", "ga"})


class Match(NamedTuple):
    """What a name means from `valid_from` until before `valid_to`; `method` is seed, rule or registry.
    `printed_means`: the model that the name by itself would mean, where the source's own id says another.
    """

    model_id: str
    revision: str
    setting: str
    method: str
    reviewed: bool
    valid_from: date = FIRST
    valid_to: date = LAST
    printed_means: str = ""


class Alias(NamedTuple):
    """A seed row: what a name means, where and when."""

    source_id: str
    listed_setting: str
    valid_from: date
    valid_to: date
    model_id: str
    revision: str
    setting: str


Words = tuple[tuple[str, ...], tuple[str, ...]]


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
    # The days on which the model itself came out by API, after its lab's app where that had it first.
    api_days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    generated: set[str] = field(default_factory=set)
    # Keys of models that were released apart for thinking though no seed knows them (see `apart`).
    apart: set[str] = field(default_factory=set)
    # Models by their words in any order and their numbers in order (`jamba-large-1.6`, `jamba-1.6-large`).
    by_words: dict[Words, list[str]] = field(default_factory=lambda: defaultdict(list))
    open_weights: frozenset[str] = frozenset()
    # The day on which a registry that dates releases (not listings) puts a name of its own.
    own_days: dict[tuple[str, str], date] = field(default_factory=dict)

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
    known = seeds["models"]
    index.open_weights = frozenset(
        known.loc[known["open_weights"].astype("boolean").fillna(False), "model_id"]
    )
    for lab in seeds["labs"].to_dict("records"):
        for printed in (lab["lab_id"], lab["name"], *_list(lab["aliases"]), *_list(lab["feed_ids"])):
            index.labs[printed.casefold()] = lab["lab_id"]
        index.countries.setdefault(lab["lab_id"], []).append(
            (_day(lab["valid_from"], FIRST), _day(lab["valid_to"], LAST), lab["country"])
        )
    first = _first_days(seeds["model_dates"])
    for row in seeds["model_dates"].to_dict("records"):
        on = _day(row["released_on"], LAST)
        if on > as_of or row["date_kind"] == "withdrawn":
            continue
        if row["revision"]:
            index.revisions[row["model_id"]].append((row["revision"], on))
        elif row["date_kind"] == "api":
            index.api_days[row["model_id"]].append(on)
    for model_id in seeds["models"]["model_id"]:
        released = first.get((model_id, ""))
        if released is None or released <= as_of:
            add_model(index, model_id, released)
    for row in seeds["aliases"].to_dict("records"):
        _add_alias(index, row, as_of)
    return index


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
    index.by_words[words_of(key or readings[0].key)].append(model_id)
    index.released[model_id] = released
    for reading in readings[1:]:
        if reading.revision and not reading.setting:
            index.builds[reading.key].append((reading.revision, model_id))


def words_of(key: str) -> Words:
    """The words of a key in alphabetical order, and its numbers and single letters (`o-4`) in their own."""
    tokens = key.split("-")
    return tuple(sorted(t for t in tokens if not _tells_order(t))), tuple(filter(_tells_order, tokens))


def _tells_order(token: str) -> bool:
    return token.isdigit() or len(token) == 1


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
