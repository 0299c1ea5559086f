"""The nearest known models of an unmatched name, for a person to settle. The one door to rapidfuzz; nothing
here joins.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from io import StringIO

import numpy as np
import pandas as pd

from transforms.identity.naming import key_of

ALIAS_COLUMNS = (
    "source_id",
    "listed_model",
    "listed_setting",
    "valid_from",
    "valid_to",
    "model_id",
    "revision",
    "setting",
    "evidence",
)


def nearest(names: pd.Series[str], models: pd.Series[str], k: int = 3) -> list[str]:
    """For each name its `candidates` as text: `lab/model 91; ...`."""
    found = candidates(list(names), list(models), k)
    return ["; ".join(f"{model} {likeness:.0f}" for model, likeness in found[name]) for name in names]


def candidates(names: Sequence[str], models: Sequence[str], k: int = 3) -> dict[str, list[tuple[str, float]]]:
    """For each printed name the `k` nearest model ids, best first, with the likeness of their keys (60 to
    100; none below). A hint, never a match.
    """
    from rapidfuzz import fuzz, process

    ids = list(models)
    if not ids:
        return {name: [] for name in names}
    keys = [key_of(name) for name in names]
    distinct = list(dict.fromkeys(keys))
    likeness = process.cdist(
        distinct, [key_of(model) for model in ids], scorer=fuzz.ratio, score_cutoff=60, dtype=np.float32
    )
    name, place = likeness.nonzero()
    order = np.lexsort((place, -likeness[name, place], name))
    best = pd.DataFrame({"name": name[order], "place": place[order]}).groupby("name").head(k)
    found: dict[str, list[tuple[str, float]]] = {key: [] for key in keys}
    for n, p in zip(best["name"].tolist(), best["place"].tolist(), strict=True):
        found[distinct[n]].append((ids[p], float(likeness[n, p])))
    return {name: found[key] for name, key in zip(names, keys, strict=True)}


def with_alias(text: str, decision: Mapping[str, str], known: Sequence[str]) -> str:
    """The aliases seed's text with one reviewed row appended; ValueError where the row says too little, or is
    there already.

    `decision` has the seed's columns (absent ones are empty); `known` are the model ids that exist.
    """
    strange = set(decision) - set(ALIAS_COLUMNS)
    row = {column: decision.get(column, "").strip() for column in ALIAS_COLUMNS}
    lacking = [column for column in ("source_id", "listed_model", "model_id", "evidence") if not row[column]]
    if strange or lacking:
        raise ValueError(
            f"an alias needs source_id, listed_model, model_id and evidence; lacking {lacking}, unknown"
            f" {sorted(strange)}"
        )
    if row["model_id"] not in known:
        near = ", ".join(model for model, _ in candidates([row["model_id"]], known)[row["model_id"]])
        raise ValueError(
            f"no model of models.csv is called {row['model_id']!r}{f'; near: {near}' if near else ''};"
            " a model that is missing is one row there, its days in model_dates.csv"
        )
    rows = list(csv.DictReader(StringIO(text)))
    key = ("source_id", "listed_model", "listed_setting", "valid_from")
    if any(all(old[column] == row[column] for column in key) for old in rows):
        raise ValueError(f"the seed already says what {row['listed_model']!r} means for {row['source_id']}")
    out = StringIO()
    csv.DictWriter(out, ALIAS_COLUMNS, lineterminator="\n").writerow(row)
    return text + ("" if text.endswith("\n") else "\n") + out.getvalue()
