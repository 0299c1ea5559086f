"""Which model a person means. Finding is by likeness and shows candidates; an answer is given only for a
name that is exactly one model: its id, its id without the lab, its name, or a name that sources print, each
in any spelling (spelling.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from reports.answers.published import as_of_dates, rows
from reports.answers.spelling import folded, peeled, squeezed
from warehouse.location import Location

SHOWN = 10
LEAST_LIKENESS = 60.0
LONGEST_SHOWN = 80


class UnknownNameError(ValueError):
    """A name that is no model, or several; the message says which are nearest."""


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate: the model, what matched, and how alike that is to what was asked (0 to 100)."""

    model_id: str
    name: str
    matched: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Called:
    """What a name means: the model, its build where the name says one, and what was left out of the name to
    find it (`:free, -latest`).
    """

    model_id: str
    revision: str = ""
    left_out: str = ""


class Spelling(NamedTuple):
    """A spelling of a model, the build that it says, whether the model's own lab sells it under this name,
    and whether it means that on the day.
    """

    model_id: str
    text: str
    revision: str = ""
    own: bool = False
    holds: bool = True
    rank: int = 2  # 0: its id, with or without the lab; 1: its name; 2: what sources print


Spelt = dict[str, set[Spelling]]


def _of_models(location: Location, as_of: date | None) -> tuple[dict[str, str], Spelt]:
    """Each model's printed name by id; and by folded spelling the ids and names that have it."""
    models = rows(location, "models", as_of, ["model_id", "name"]).to_pylist()
    names = {m["model_id"]: m["name"] or m["model_id"] for m in models}
    spelt: Spelt = {}
    for model_id, name in names.items():
        for rank, text in ((0, model_id), (0, model_id.split("/", 1)[-1]), (1, name)):
            spelt.setdefault(folded(text), set()).add(Spelling(model_id, text, rank=rank))
    return names, spelt


def _printed(location: Location, as_of: date | None, on: date | None = None) -> Spelt:
    """By folded spelling what sources print, which counts only where no id or name is spelt so. `on`: the day
    of which a printed name is asked (`deepseek-chat` has been ten models); default: the newest.
    """
    said = ["model_id", "listed_model", "revision", "provider_id"]
    aliases = rows(location, "model_aliases", as_of, [*said, "valid_from", "valid_to"])
    day = on or as_of or max(as_of_dates(location))
    columns = [*(aliases.column(n) for n in said), _holds(aliases, day)]
    printed: Spelt = {}
    # Arrow's group_by would import its datasets, and they pandas.
    for model, text, build, seller, holds in set(zip(*(c.to_pylist() for c in columns), strict=True)):
        own = model.partition("/")[0] == seller
        printed.setdefault(folded(text), set()).add(Spelling(model, text, build, own, holds))
    return printed


def _holds(aliases: pa.Table, day: date) -> pa.ChunkedArray:
    """Of each printed name whether it means its model on the day."""
    wanted = pa.scalar(day, pa.date32())
    begun = pc.fill_null(pc.less_equal(aliases.column("valid_from"), wanted), True)
    return pc.and_(begun, pc.fill_null(pc.greater(aliases.column("valid_to"), wanted), True))


def called(location: Location, name: str, as_of: date | None = None, on: date | None = None) -> Called:
    """What `name` means on the day `on` (default: the newest): a spelling of one model, with or without what
    says nothing of the model. UnknownNameError where it is none or several.
    """
    if not name.strip():
        raise UnknownNameError("give a model's name: its id, its name, or what sources print")
    names, own = _of_models(location, as_of)
    if name in names:
        return Called(name)
    if found := own.get(folded(name)):
        return _one(name, found, "")
    spelt = _printed(location, as_of, on) | own
    close: dict[str, str] = {}
    for text, left_out in (("", ""), *peeled(name)):
        key = folded(text or name)
        found = spelt.get(key)
        if found is None:
            close = close or {squeezed(k): k for k in spelt}
            found = spelt.get(close.get(squeezed(key), ""))
        if found:
            return _one(name, found, left_out)
    near = ", ".join(f.model_id for f in find(location, name, as_of, 5)) if folded(name) else ""
    raise UnknownNameError(
        f"no model is called {_quoted(name)}; "
        + (f"nearest: {near}" if near else "none is near; gapledger find TEXT looks for a part of a name")
    )


def _one(name: str, found: Collection[Spelling], left_out: str) -> Called:
    """The one model of some spellings: an id is before a name, and of several the one whose own lab sells it
    so. UnknownNameError where they are several models'.
    """
    found = [s for s in found if s.holds] or list(found)
    found = [s for s in found if s.rank == min(s.rank for s in found)]
    if len({s.model_id for s in found}) > 1:
        found = [s for s in found if s.own] or found
    models = sorted({s.model_id for s in found})
    if len(models) > 1:
        raise UnknownNameError(f"{_quoted(name)} is the name of {', '.join(models)}; give one of them")
    builds = {s.revision for s in found if s.revision}
    return Called(models[0], builds.pop() if len(builds) == 1 else "", left_out)


def _quoted(name: str) -> str:
    """A name as an error tells it: however long, in a line."""
    return repr(name if len(name) <= LONGEST_SHOWN else f"{name[: LONGEST_SHOWN - 1]}…")


def model_called(location: Location, name: str, as_of: date | None = None) -> str:
    """The id of the model that `name` is; UnknownNameError where it is none or several."""
    return called(location, name, as_of).model_id


def find(location: Location, text: str, as_of: date | None = None, most: int = SHOWN) -> list[Found]:
    """The models whose ids, names or printed names are most like `text`, the likest first.

    Likeness: rapidfuzz's weighted ratio of the folded spellings. Nothing is joined by it.
    """
    from rapidfuzz import fuzz, process

    if not folded(text):
        raise ValueError("give a part of a name")
    names, own = _of_models(location, as_of)
    spelt = _printed(location, as_of) | own
    best: dict[str, Found] = {}
    ranked = process.extract(
        folded(text), list(spelt), scorer=fuzz.WRatio, limit=most * 20, score_cutoff=LEAST_LIKENESS
    )
    for key, likeness, _ in ranked:
        for one in sorted(spelt[key]):
            found = Found(one.model_id, names.get(one.model_id, one.model_id), one.text, round(likeness, 1))
            if one.model_id not in best or best[one.model_id].likeness < likeness:
                best[one.model_id] = found
    return sorted(best.values(), key=lambda f: (-f.likeness, len(f.model_id), f.model_id))[:most]
