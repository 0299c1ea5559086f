"""The seeds: small tables kept by hand in `warehouse/seeds/`, read strictly by the models of seed_rows.py.

`seed(name)` is a seed as a frame: text as str ('' where empty), days as datetime64 (NaT where empty), numbers
as float64, flags (yes, no) as boolean. ValueError names file, line, column, what was found and what is
allowed; so for an unknown or missing column, a second row of one key, and a reference to no row. The tenth
seed, claims.yaml, is read by claims_file.py.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any, NamedTuple, get_args

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from warehouse.nearest import did_you_mean
from warehouse.seed_rows import SEEDS, Row

IDENTITY = ("labs", "models", "model_dates", "aliases")
OWN_ALIASES = "aliases.csv"  # of a home: what was settled where the package is installed
MOST_TOLD = 5  # faults of one file


@cache
def seed(name: str) -> pd.DataFrame:
    """The seed `warehouse/seeds/<name>.csv`. Callers must not change it. KeyError where there is none."""
    frame = read_seed(name, files("warehouse").joinpath("seeds", f"{name}.csv").read_text(encoding="utf-8"))
    check_references(name, frame)
    return frame


def seeds(more_aliases: str = "") -> dict[str, pd.DataFrame]:
    """The seeds of identity by name: labs, models, model_dates, aliases. `more_aliases`: the text of a home's
    own aliases, which take the place of the project's where they say the same name.
    """
    return {**_identity(), "aliases": _aliases(more_aliases)} if more_aliases else _identity()


def _identity() -> dict[str, pd.DataFrame]:
    return {name: seed(name) for name in IDENTITY}


@cache
def _aliases(more: str) -> pd.DataFrame:
    frame = read_seed("aliases", more)
    check_references("aliases", frame)
    both = pd.concat([seed("aliases"), frame], ignore_index=True)
    return both.drop_duplicates(list(SEEDS["aliases"].key), keep="last", ignore_index=True)


@cache
def boards() -> pd.DataFrame:
    """The boards, one row a board_id, in the order in which they are listed; flags as bool."""
    frame = seed("boards")
    return frame.astype({column: "bool" for column, kind in _kinds(SEEDS["boards"]).items() if kind is bool})


class Providers(NamedTuple):
    """The facts of each provider (providers.csv), and what each source calls it (provider_names.csv)."""

    facts: pd.DataFrame
    names: pd.DataFrame


def providers() -> Providers:
    """Who sells calls, and under which names."""
    return Providers(seed("providers"), seed("provider_names"))


def board_ids(column: str, value: object) -> frozenset[str]:
    """The boards whose `column` is `value`: `board_ids("role", "unranked")`."""
    frame = boards()
    return frozenset(frame.loc[frame[column] == value, "board_id"])


def read_seed(name: str, text: str) -> pd.DataFrame:
    """A seed's frame from its CSV text, without a look at other seeds; ValueError as the module says."""
    model = SEEDS[name]
    columns = columns_of(name)
    reader = csv.reader(StringIO(text), strict=True)
    header = next(reader, [])
    if header != list(columns):
        raise ValueError(f"seeds/{name}.csv: columns are {header}, allowed: {list(columns)}")
    rows: list[dict[str, str]] = []
    places: list[str] = []
    for values in reader:
        place = f"seeds/{name}.csv line {reader.line_num}"
        if len(values) != len(columns):
            raise ValueError(f"{place}: not {len(columns)} values but {len(values)}")
        rows.append(dict(zip(columns, values, strict=True)))
        places.append(f"{place} ({', '.join(_key(model, rows[-1]))})")
    _validate(model, rows, places)
    return _frame(model, rows)


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a seed, in order."""
    return tuple(field.alias or column for column, field in SEEDS[name].model_fields.items())


def check_references(name: str, frame: pd.DataFrame) -> None:
    """ValueError where a value names no row of the seed that its column refers to."""
    for column, target, named in SEEDS[name].refers:
        there = set((frame if target == name else seed(target))[named])
        strange = sorted(set(frame[column]) - there - {""})
        if strange:
            raise ValueError(
                f"seeds/{name}.csv: {column} names no row of seeds/{target}.csv: "
                + "; ".join(f"{value!r}{did_you_mean(value, there)}" for value in strange[:MOST_TOLD])
            )


def _key(model: type[Row], row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row[column] for column in model.key)


def _validate(model: type[Row], rows: list[dict[str, str]], places: list[str]) -> None:
    try:
        TypeAdapter(list[model]).validate_python(rows)  # type: ignore[valid-type]
    except ValidationError as wrong:
        found = wrong.errors(include_url=False)
        told = [f"{places[error['loc'][0]]}: {said(error, 1)}" for error in found[:MOST_TOLD]]  # type: ignore[index]
        more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        raise ValueError("; ".join(told) + more) from None
    seen: set[tuple[str, ...]] = set()
    for row, place in zip(rows, places, strict=True):
        key = _key(model, row)
        if key in seen:
            raise ValueError(f"{place}: a second row for {key}")
        seen.add(key)


def said(error: Any, skip: int = 0) -> str:
    """One fault that pydantic found, without the first `skip` parts of its place: `unit is 'percent',
    allowed: 'fraction' or 'per cent'; did you mean 'per cent'?`, or what a validator of the whole row says.
    """
    context = error.get("ctx", {})
    place = ".".join(str(part) for part in error["loc"][skip:])
    allowed = str(context.get("expected") or context.get("error") or error["msg"])
    if not place:
        return allowed
    choices = [part for part in allowed.split("'")[1::2] if part]
    found = error["input"]
    return f"{place} is {found!r}, allowed: {allowed}{did_you_mean(str(found), choices)}"


def _kinds(model: type[Row]) -> dict[str, type]:
    """Column -> date, float, bool or str."""
    kinds: dict[str, type] = {}
    for column, field in model.model_fields.items():
        types = {field.annotation, *get_args(field.annotation)}
        kinds[field.alias or column] = next((kind for kind in (date, float, bool) if kind in types), str)
    return kinds


def _frame(model: type[Row], rows: list[dict[str, str]]) -> pd.DataFrame:
    kinds = _kinds(model)
    frame = pd.DataFrame(rows, columns=list(kinds))
    for column, kind in kinds.items():
        if kind is date:
            frame[column] = pd.to_datetime(frame[column].replace("", None), format="%Y-%m-%d")
        elif kind is float:
            frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("float64")
        elif kind is bool:
            frame[column] = frame[column].map({"yes": True, "no": False, "": None}).astype("boolean")
        else:
            frame[column] = frame[column].astype("str")
    return frame
