"""The models that no seed knows: what registries, boards and labs' own feeds state becomes a model by rule,
with its lab and its day.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from transforms.identity.index import Index, add_model
from transforms.identity.naming import key_of, read_name
from transforms.identity.resolve import resolve
from transforms.identity.spelling import shaped_id, slug_of
from transforms.identity.vocabulary import BRANDS

# Whose date of a model that only registries know is taken first.
REGISTRY_ORDER = ("artificial_analysis", "epoch", "metr", "openrouter", "models_dev")


def add_registries(index: Index, releases: pd.DataFrame) -> pd.DataFrame:
    """Adds the models that only registries state (a lab of ours, a release date) to the index; returns their
    rows.

    The id is the lab's id and the name as printed without its settings and dated builds; a host's statement
    (no lab) adds nothing unless the source gives a canonical id `lab/model`. Returns releases' columns with
    model_id and revision.
    """
    rank = pd.Series(len(REGISTRY_ORDER), index=releases.index)
    for place, name in reversed(list(enumerate(REGISTRY_ORDER))):
        rank[releases["source_id"].str.startswith(name)] = place
    unique = ["source_id", "listed_model", "lab", "canonical_model", "released_on", "date_kind"]
    ranked = _years_corrected(releases.assign(rank=rank)).sort_values(
        ["rank", "released_on", "listed_model", "observed_on"], kind="stable"
    )
    ranked = ranked.drop_duplicates(unique).reset_index(drop=True)
    text = [
        ranked[c].astype(object).where(ranked[c].notna(), "").tolist()
        for c in ("source_id", "listed_model", "lab", "canonical_model")
    ]
    places, matches = [], []
    for place, (source, model, lab, canonical, released) in enumerate(
        zip(*text, ranked["released_on"].dt.date.tolist(), strict=True)
    ):
        lab_id, printed = index.lab(lab), model
        if not lab_id and "/" in canonical:
            lab_id, printed = index.lab(canonical.split("/")[0]), canonical
        if not lab_id:
            continue
        match = resolve(index, source, printed, "", lab_id)
        if not match and generate(index, lab_id, printed, canonical, released):
            match = resolve(index, source, printed, "", lab_id)
        if match and match[0].method == "registry":
            places.append(place)
            matches.append(match[0])
    found = ranked.iloc[places].drop(columns="rank")
    return found.assign(model_id=[m.model_id for m in matches], revision=[m.revision for m in matches])


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
    name = read_name(printed)
    reading = next(r for r in reversed(name.readings) if r is name.readings[0] or _names_one(r.key))
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
