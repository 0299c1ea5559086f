"""Which model a person means. Finding is by likeness and shows candidates; an answer is given only for a
name that is exactly one model: its id, its id without the lab, its name, or a name that sources print.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from reports.answers.published import rows
from warehouse.location import Location

SHOWN = 10
LEAST_LIKENESS = 60.0


class UnknownNameError(ValueError):
    """A name that is no model, or several; the message says which are nearest."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: the model, what matched, and how alike that is to what was asked (0 to 100)."""

    model_id: str
    name: str
    matched: str
    likeness: float


def folded(name: str) -> str:
    """A name in lower case, its runs of letters and digits joined by `-`: `GPT 5.5` and `gpt-5.5` are one."""
    return "-".join(re.findall(r"[a-z]+|[0-9]+", name.lower()))


def _spelt(location: Location, as_of: date | None) -> tuple[dict[str, str], dict[str, set[tuple[str, str]]]]:
    """Each model's printed name by id; and by folded spelling the (model_id, spelling) that have it. Ids and
    names come before what sources print, which counts only where nothing else is spelt so.
    """
    models = rows(location, "models", as_of, ["model_id", "name"]).to_pylist()
    names = {m["model_id"]: m["name"] or m["model_id"] for m in models}
    spelt: dict[str, set[tuple[str, str]]] = {}
    for model_id, name in names.items():
        for text in (model_id, model_id.split("/", 1)[-1], name):
            spelt.setdefault(folded(text), set()).add((model_id, text))
    aliases = rows(location, "model_aliases", as_of, ["model_id", "listed_model"])
    printed: dict[str, set[tuple[str, str]]] = {}
    # Arrow's group_by would import its datasets, and they pandas.
    for model_id, text in set(zip(*(column.to_pylist() for column in aliases.columns), strict=True)):
        printed.setdefault(folded(text), set()).add((model_id, text))
    return names, {**printed, **spelt}


def model_called(location: Location, name: str, as_of: date | None = None) -> str:
    """The id of the model that `name` is; UnknownNameError where it is none or several."""
    names, spelt = _spelt(location, as_of)
    if name in names:
        return name
    models = sorted({model_id for model_id, _ in spelt.get(folded(name), ())})
    if len(models) == 1:
        return models[0]
    if models:
        raise UnknownNameError(f"{name!r} is the name of {', '.join(models)}; give one of them")
    near = ", ".join(f.model_id for f in find(location, name, as_of, 5))
    raise UnknownNameError(
        f"no model is called {name!r}; " + (f"nearest: {near}" if near else "none is near")
    )


def find(location: Location, text: str, as_of: date | None = None, most: int = SHOWN) -> list[Found]:
    """The models whose ids, names or printed names are most like `text`, the likest first.

    Likeness: rapidfuzz's weighted ratio of the folded spellings. Nothing is joined by it.
    """
    from rapidfuzz import fuzz, process

    names, spelt = _spelt(location, as_of)
    best: dict[str, Found] = {}
    ranked = process.extract(
        folded(text), list(spelt), scorer=fuzz.WRatio, limit=most * 20, score_cutoff=LEAST_LIKENESS
    )
    for key, likeness, _ in ranked:
        for model_id, matched in sorted(spelt[key]):
            found = Found(model_id, names.get(model_id, model_id), matched, round(likeness, 1))
            if model_id not in best or best[model_id].likeness < likeness:
                best[model_id] = found
    return sorted(best.values(), key=lambda f: (-f.likeness, len(f.model_id), f.model_id))[:most]
