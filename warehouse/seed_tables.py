"""The seeds of identity: small tables kept by hand, each row with its evidence, read strictly.

`seeds()` gives the frames: strings as str ('' where empty), days as datetime64 (NaT where empty), numbers as
float64, flags as boolean. An unknown or missing column, a value outside its choices, a broken day or a
reference to no row raises ValueError with file, line and value.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.resources import files
from io import StringIO

import pandas as pd

from warehouse.columns import DATE_KINDS, PRECISIONS

TIERS = ("major", "minor", "variant")
CONFIDENCES = ("high", "medium", "low")


def _one_of(*choices: str) -> Callable[[str], bool]:
    return lambda text: text in choices


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) is not None and len(text) == 10
    except ValueError:
        return False


def _like(pattern: str) -> Callable[[str], bool]:
    return lambda text: re.fullmatch(pattern, text) is not None


_LAB = _like(r"[a-z0-9_]+")
_MODEL = _like(r"[a-z0-9_]+/[a-z0-9][a-z0-9.+_-]*")
_NUMBER = _like(r"\d+(\.\d+)?(e\d+)?")
_ANY: Callable[[str], bool] = bool
# file -> column -> (what a value must be, whether it may be empty)
COLUMNS: dict[str, dict[str, tuple[Callable[[str], bool], bool]]] = {
    "labs": {
        "lab_id": (_LAB, False),
        "name": (_ANY, False),
        "country": (_like("[A-Z]{2}"), False),
        "parent": (_ANY, True),
        "valid_from": (_is_day, True),
        "valid_to": (_is_day, True),
        "aliases": (_ANY, True),
        "feed_ids": (_ANY, True),
        "evidence": (_ANY, False),
    },
    "models": {
        "model_id": (_MODEL, False),
        "lab_id": (_LAB, False),
        "family": (_ANY, True),
        "name": (_ANY, False),
        "open_weights": (_one_of("yes", "no"), True),
        "params_total": (_NUMBER, True),
        "params_active": (_NUMBER, True),
        "context_tokens": (_NUMBER, True),
        "flagship": (_one_of("yes", "no"), False),
        "tier": (_one_of(*TIERS), False),
        "base_model_id": (_MODEL, True),
        "evidence": (_ANY, False),
    },
    "model_dates": {
        "model_id": (_MODEL, False),
        "revision": (_ANY, True),
        "date_kind": (_one_of(*DATE_KINDS), False),
        "released_on": (_is_day, False),
        "precision": (_one_of(*PRECISIONS), False),
        "evidence": (_ANY, False),
        "confidence": (_one_of(*CONFIDENCES), False),
    },
    "aliases": {
        "source_id": (_like(r"\*|[a-z0-9_]+\*?"), False),
        "listed_model": (_ANY, False),
        "listed_setting": (_ANY, True),
        "valid_from": (_is_day, True),
        "valid_to": (_is_day, True),
        "model_id": (_MODEL, False),
        "revision": (_ANY, True),
        "setting": (_ANY, True),
        "evidence": (_ANY, False),
    },
}
KEYS = {
    "labs": ("lab_id", "valid_from"),
    "models": ("model_id",),
    "model_dates": ("model_id", "revision", "date_kind"),
    "aliases": ("source_id", "listed_model", "listed_setting", "valid_from"),
}
DAYS = frozenset({"valid_from", "valid_to", "released_on"})
NUMBERS = frozenset({"params_total", "params_active", "context_tokens"})
FLAGS = frozenset({"open_weights", "flagship"})


@lru_cache(maxsize=1)
def seeds() -> dict[str, pd.DataFrame]:
    """The four frames by name (labs, models, model_dates, aliases), checked against each other. Callers must
    not change them.
    """
    frames = {
        name: read_seed(name, files("warehouse").joinpath("seeds", f"{name}.csv").read_text(encoding="utf-8"))
        for name in COLUMNS
    }
    _refer(frames["models"], "lab_id", frames["labs"]["lab_id"], "models")
    known = frames["models"]["model_id"]
    _refer(frames["model_dates"], "model_id", known, "model_dates")
    _refer(frames["aliases"], "model_id", known, "aliases")
    _refer(frames["models"], "base_model_id", known, "models")
    return frames


def read_seed(name: str, text: str) -> pd.DataFrame:
    """One seed's frame from its CSV text; ValueError naming the line where a row is not what the table
    says.
    """
    expected = COLUMNS[name]
    reader = csv.DictReader(StringIO(text), strict=True)
    if list(reader.fieldnames or ()) != list(expected):
        raise ValueError(f"seeds/{name}.csv: columns are {reader.fieldnames}, expected {list(expected)}")
    rows = []
    seen: set[tuple[str, ...]] = set()
    for row in reader:
        _check(row, name, reader.line_num)
        key = tuple(row[column] for column in KEYS[name])
        if key in seen:
            raise ValueError(f"seeds/{name}.csv line {reader.line_num}: a second row for {key}")
        seen.add(key)
        rows.append(row)
    return _typed(pd.DataFrame(rows, columns=list(expected)))


def _check(row: dict[str, str], name: str, line: int) -> None:
    for column, (good, may_be_empty) in COLUMNS[name].items():
        value = row[column]
        if value is None or None in row:
            raise ValueError(f"seeds/{name}.csv line {line}: not {len(COLUMNS[name])} values")
        if value != value.strip() or not (good(value) if value else may_be_empty):
            raise ValueError(f"seeds/{name}.csv line {line}: {column} is {value!r}")
    if name == "models" and row["model_id"].split("/")[0] != row["lab_id"]:
        raise ValueError(f"seeds/models.csv line {line}: {row['model_id']} is not of lab {row['lab_id']}")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    for column in frame.columns:
        if column in DAYS:
            frame[column] = pd.to_datetime(frame[column].replace("", None), format="%Y-%m-%d")
        elif column in NUMBERS:
            frame[column] = pd.to_numeric(frame[column].replace("", None)).astype("float64")
        elif column in FLAGS:
            frame[column] = frame[column].map({"yes": True, "no": False, "": None}).astype("boolean")
        else:
            frame[column] = frame[column].astype("str")
    return frame


def _refer(frame: pd.DataFrame, column: str, known: pd.Series[str], name: str) -> None:
    values = frame[column]
    strange = sorted(set(values[~values.isin(known) & (values != "")]))
    if strange:
        raise ValueError(f"seeds/{name}.csv: {column} names no row: {strange[:5]}")
