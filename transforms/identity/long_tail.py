"""The models that no seed knows: what registries, boards and labs' own feeds state becomes a model by rule,
with its lab and its day.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from transforms.identity.apart import mark_apart
from transforms.identity.index import Index, add_model
from transforms.identity.naming import key_of, read_name
from transforms.identity.resolve import resolve, split_lane
from transforms.identity.spelling import shaped_id, slug_of
from transforms.identity.vocabulary import BRANDS
from warehouse.conventions import LANES

# Whose date of a model that only registries know is taken first.
REGISTRY_ORDER = ("artificial_analysis", "epoch", "metr", "openrouter", "models_dev")

# Registries that date releases; feeds date when they listed a name.
DATES_RELEASES = ("artificial_analysis", "epoch", "metr")


def add_registries(index: Index, releases: pd.DataFrame) -> pd.DataFrame:
    """Adds the models that only registries state (a lab of ours, a release date) to the index; returns their
    rows.

    A name is read by what it meant on the day on which the registry printed it. The id is the lab's id and
    the name as printed without its settings and dated builds; a host's statement (no lab) adds nothing unless
    the source gives a canonical id `lab/model`. Returns releases' columns with model_id, revision and
    generated (whether only registries know the model).
    """
    ranked = _ranked(releases)
    text = [
        ranked[c].astype(object).where(ranked[c].notna(), "").tolist()
        for c in ("source_id", "listed_model", "lab", "canonical_model")
    ]
    rows = [
        (place, source, *_named(index, model, lab, canonical), canonical, released)
        for place, (source, model, lab, canonical, released) in enumerate(
            zip(*text, ranked["released_on"].dt.date.tolist(), strict=True)
        )
    ]
    rows = [row for row in rows if row[2]]
    mark_apart(index, dict.fromkeys((row[1], row[3]) for row in rows))
    for _, source, lab_id, printed, _, released in rows:
        if source.startswith(DATES_RELEASES) and released is not pd.NaT:
            index.own_days.setdefault((lab_id, key_of(printed)), released)
    matches, seen = {}, ranked["observed_on"].dt.date.tolist()
    # Whole names first: `swe-1.7-lightning` and `Opus 4.5` are read by the models that others state.
    for place, source, lab_id, printed, canonical, released in sorted(rows, key=_leans_on_others):
        match = resolve(index, source, printed, "", lab_id)
        if not match and generate(index, lab_id, printed, canonical, released):
            match = resolve(index, source, printed, "", lab_id)
        if meant := [m for m in match if m.valid_from <= seen[place] < m.valid_to]:
            matches[place] = meant[0]
    found = ranked.iloc[sorted(matches)]
    which = [matches[place] for place in sorted(matches)]
    return found.assign(
        model_id=[m.model_id for m in which],
        revision=[m.revision for m in which],
        generated=[m.method == "registry" for m in which],
    )


Row = tuple[int, str, str, str, str, date]


def _ranked(releases: pd.DataFrame) -> pd.DataFrame:
    """Each statement once, those of the registries that are believed first before the others."""
    rank = pd.Series(len(REGISTRY_ORDER), index=releases.index)
    for place, name in reversed(list(enumerate(REGISTRY_ORDER))):
        rank[releases["source_id"].str.startswith(name)] = place
    unique = ["source_id", "listed_model", "lab", "canonical_model", "released_on", "date_kind"]
    unique += ["open_weights"] if "open_weights" in releases else []
    ranked = _years_corrected(releases.assign(rank=rank)).sort_values(
        ["rank", "released_on", "listed_model", "observed_on"], kind="stable"
    )
    return ranked.drop_duplicates(unique).drop(columns="rank").reset_index(drop=True)


def _named(index: Index, model: str, lab: str, canonical: str) -> tuple[str, str]:
    """The lab and the name of a statement; a host's counts by its canonical id `lab/model`."""
    if lab_id := index.lab(lab):
        return lab_id, model
    prefix, slash, _ = canonical.partition("/")
    return (index.lab(prefix), canonical) if slash else ("", "")


def _leans_on_others(row: Row) -> bool:
    name = read_name(row[3])
    return not name.brand_lab or any(r.key.rpartition("-")[2] in LANES for r in name.readings)


def _years_corrected(releases: pd.DataFrame) -> pd.DataFrame:
    """Releases without the days that their source later printed with another year: Epoch's index once had
    GPT-5.3-Codex a year early.
    """
    if releases.empty:
        return releases
    day = releases["released_on"].dt.strftime("%m-%d")
    newest = releases.sort_values("observed_on", kind="stable").groupby(
        ["source_id", "listed_model", day], sort=False
    )["released_on"]
    return releases[releases["released_on"] == newest.transform("last").reindex(releases.index)]


def generate(index: Index, lab_id: str, printed: str, canonical: str, released: date | None) -> str:
    """Adds a model by rule, spelt as `canonical` where that prints more dots, and returns its id (empty for a
    rolling name).
    """
    printed, _ = split_lane(printed)
    name = read_name(printed)
    # What was released apart for thinking keeps the word; nothing behind it is peeled.
    stages = list(name.readings)
    apart = next((n for n, r in enumerate(stages) if r.key in index.apart), len(stages) - 1)
    reading = next(r for r in reversed(stages[: apart + 1]) if r is name.readings[0] or _names_one(r.key))
    if reading.key.endswith("-latest"):  # a rolling name is no model
        return ""
    spelt = printed
    if canonical.count(".") > printed.count(".") and any(
        r.key == reading.key for r in read_name(canonical).readings
    ):
        spelt = canonical
    model_id = f"{lab_id}/{shaped_id(reading.key) or slug_of(spelt, reading.key)}"
    if key_of(model_id) != reading.key:
        model_id = f"{lab_id}/{reading.key}"
    if model_id in index.released:
        return model_id
    add_model(index, model_id, released, reading.key)
    index.generated.add(model_id)
    return model_id


def _names_one(key: str) -> bool:
    """Whether a key still names one model: more than a brand and stage words."""
    rest = [
        t
        for t in key.split("-")[1:]
        if t not in {"exp", "preview", "beta", "experimental", "latest", "chat", "instruct"}
    ]
    return bool(rest) or (key not in BRANDS and "-" not in key and len(key) > 4)
