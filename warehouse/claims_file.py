"""Claims: what somebody said in public about the gap, in a plain file of YAML or CSV, read strictly.

One claim: `id`, `text` (what was said, in few words), `who`, `said_on`, `source` (a public document or
address), `metric` with
`arguments`, `comparator` with `value` (a number, or two for `between`) and `tolerance`, `unit`, and
optionally `remark`. In CSV the same columns; arguments as `key=value; key=value`, two values as `3; 6`. A
model may be named as the press names it: the aliases of source
`press` say which it is. The metrics and their arguments: transforms/claims/audit.py.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from warehouse.seeds import said, seeds

EXAMPLE = "warehouse/seeds/claims.yaml of the project is an example"
MODEL_ARGUMENTS = ("model", "than", "dear", "cheap")
COLUMNS = (
    "claim_id",
    "text",
    "who",
    "said_on",
    "source",
    "metric",
    "arguments",
    "comparator",
    "value_low",
    "value_high",
    "tolerance",
    "unit",
    "remark",
)


def _words(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        raise ValueError("text")
    return str(value).strip()


def _day(value: Any) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("YYYY-MM-DD") from None


def _pairs(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("key: value pairs")
    return {str(key): one for key, one in value.items()}


def _tolerance(value: Any) -> str:
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?( ?%)?", text) is None:
        raise ValueError("a number in the claim's unit, or per cent as in '5 %'")
    return text


Words = Annotated[str, BeforeValidator(_words)]


class Claim(BaseModel):
    """One claim as the file states it. tolerance: `5 %` is a factor of 1.05 to either side."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Words
    text: Words
    who: Words
    said_on: Annotated[date, BeforeValidator(_day)]
    source: Words
    metric: Words
    arguments: Annotated[dict[str, Any], BeforeValidator(_pairs)]
    comparator: Literal[
        "about", "between", "at_least", "at_most", "above", "below", "not_shown_below", "not_shown_above"
    ]
    value: Any = None
    tolerance: Annotated[str, BeforeValidator(_tolerance)] = "0"
    unit: Words
    remark: Words = ""

    @property
    def ends(self) -> tuple[float, float]:
        """The value's two ends, equal where it is one number."""
        pair = self.value if isinstance(self.value, list) else [self.value, self.value]
        return float(min(pair)), float(max(pair))

    @model_validator(mode="after")
    def _numbers(self) -> Claim:
        wanted = 2 if self.comparator == "between" else 1
        pair = self.value if isinstance(self.value, list) else [self.value, self.value]
        numbers = [v for v in pair if isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v)]
        if len(pair) != 2 or len(numbers) != 2 or len(set(pair)) > wanted:
            words = "two numbers" if wanted == 2 else "a number"
            raise ValueError(f"value is {self.value!r}, expected {words} for {self.comparator}")
        return self


REQUIRED = tuple(name for name, field in Claim.model_fields.items() if field.is_required())


@cache
def seed_claims() -> pd.DataFrame:
    """The claims that come with the project: the analyst's note and others' public statements. Callers must
    not change the frame.
    """
    return read_claims(
        files("warehouse").joinpath("seeds", "claims.yaml").read_text(encoding="utf-8"), "claims.yaml"
    )


def claims_in(path: Path) -> pd.DataFrame:
    """The claims of a user's file (`read_claims`); ValueError where there is none, or it is no such file."""
    try:
        return read_claims(path.read_text(encoding="utf-8-sig"), path.name)
    except OSError as problem:
        raise ValueError(f"no claims file can be read at {path}: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise ValueError(f"{path.name} is no text in UTF-8: {problem.reason}") from problem


def read_claims(text: str, name: str) -> pd.DataFrame:
    """The claims of a file, `COLUMNS`: said_on datetime64, values float64 (equal where there is one),
    arguments as JSON.

    `name` ends in .csv, .yaml or .yml. ValueError names file, claim and field of whatever is not as the
    module's docstring says.
    """
    entries = _from_csv(text, name) if name.lower().endswith(".csv") else _from_yaml(text, name)
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        where = f"{name}: claim {entry.get('id') or number}"
        row = _row(entry, where)
        if row["claim_id"] in seen:
            raise ValueError(f"{where}: a second claim of that id")
        seen.add(row["claim_id"])
        rows.append(row)
    if not rows:
        raise ValueError(f"{name}: no claim; {EXAMPLE}")
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(said_on=pd.to_datetime(frame["said_on"]).astype("datetime64[us]"))


def _from_yaml(text: str, name: str) -> list[dict[str, Any]]:
    import yaml

    try:
        entries = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise ValueError(f"{name} is no YAML: {broken}") from broken
    except ValueError as wrong:  # a date such as 2025-13-40, which YAML takes for one
        raise ValueError(f"{name}: a day is no day ({wrong}); days are YYYY-MM-DD") from wrong
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        found = "nothing" if entries is None else type(entries).__name__
        raise ValueError(
            f"{name}: expected a list of claims (each with {', '.join(REQUIRED)}), found {found}; {EXAMPLE}"
        )
    return entries


def _from_csv(text: str, name: str) -> list[dict[str, Any]]:
    reader = csv.DictReader(StringIO(text))
    entries: list[dict[str, Any]] = []
    for row in reader:
        if None in row or None in row.values():
            raise ValueError(f"{name} line {reader.line_num}: not {len(reader.fieldnames or ())} values")
        entry: dict[str, Any] = {key: value.strip() for key, value in row.items() if value.strip()}
        pairs = [part.split("=", 1) for part in entry.get("arguments", "").split(";") if part.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(
                f"{name} line {reader.line_num}: arguments are {entry['arguments']!r}, expected key=value;"
                " key=value"
            )
        entry["arguments"] = {key.strip(): _typed(value.strip()) for key, value in pairs}
        if "value" in entry:
            values = [_typed(part.strip()) for part in entry["value"].split(";")]
            entry["value"] = values[0] if len(values) == 1 else values
        entries.append(entry)
    return entries


def _typed(text: str) -> Any:
    """A number where the text is one, a list where it holds commas, else the text."""
    if "," in text:
        return [_typed(part.strip()) for part in text.split(",")]
    try:
        return float(text) if re.search(r"[.e]", text) else int(text)
    except ValueError:
        return text


def _row(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    try:
        claim = Claim.model_validate(entry)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False)
        by = {
            kind: sorted(str(e["loc"][0]) for e in found if e["type"] == kind)
            for kind in ("extra_forbidden", "missing")
        }
        if by["extra_forbidden"] or by["missing"]:
            unknown, missing = by["extra_forbidden"], by["missing"]
            raise ValueError(f"{where}: unknown fields {unknown}, missing fields {missing}") from None
        raise ValueError(f"{where}: {said(found[0])}") from None
    low, high = claim.ends
    return {
        "claim_id": claim.id,
        **claim.model_dump(
            include={"text", "who", "said_on", "source", "metric", "comparator", "tolerance", "unit"}
        ),
        "arguments": json.dumps({k: _argument(k, v) for k, v in claim.arguments.items()}, sort_keys=True),
        "value_low": low,
        "value_high": high,
        "remark": _remark(claim),
    }


def _argument(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(key, v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return known_as().get(str(value), value) if key in MODEL_ARGUMENTS else value


def _remark(claim: Claim) -> str:
    meant = [
        f"'{v}' is {known_as()[str(v)]}"
        for k, v in claim.arguments.items()
        if k in MODEL_ARGUMENTS and str(v) in known_as()
    ]
    return ". ".join([*([claim.remark.rstrip(".")] if claim.remark else []), *meant])


@cache
def known_as() -> dict[str, str]:
    """What the press calls a model -> its model_id (aliases of source `press`)."""
    aliases = seeds()["aliases"]
    press = aliases[aliases["source_id"] == "press"]
    return dict(zip(press["listed_model"], press["model_id"], strict=True))
