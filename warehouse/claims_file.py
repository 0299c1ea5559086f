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
from typing import Any

import pandas as pd

from warehouse.seeds import seeds

REQUIRED = ("id", "text", "who", "said_on", "source", "metric", "arguments", "comparator", "unit")
OPTIONAL = ("value", "tolerance", "remark")
EXAMPLE = "warehouse/seeds/claims.yaml of the project is an example"
COMPARATORS = (
    "about",
    "between",
    "at_least",
    "at_most",
    "above",
    "below",
    "not_shown_below",
    "not_shown_above",
)
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


@cache
def seed_claims() -> pd.DataFrame:
    """The claims that come with the project: the analyst's note and others' public statements. Callers must
    not change the frame.
    """
    return read_claims(
        files("warehouse").joinpath("seeds", "claims.yaml").read_text(encoding="utf-8"), "claims.yaml"
    )


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
    unknown = sorted(set(entry) - {*REQUIRED, *OPTIONAL})
    missing = [key for key in REQUIRED if key not in entry]
    if unknown or missing:
        raise ValueError(f"{where}: unknown fields {unknown}, missing fields {missing}")
    if entry["comparator"] not in COMPARATORS:
        raise ValueError(
            f"{where}: comparator is {entry['comparator']!r}, expected one of {', '.join(COMPARATORS)}"
        )
    if not isinstance(entry["arguments"], dict):
        raise ValueError(f"{where}: arguments are {entry['arguments']!r}, expected key: value pairs")
    said_on = entry["said_on"] if isinstance(entry["said_on"], date) else _day(str(entry["said_on"]), where)
    low, high = _values(entry.get("value"), str(entry["comparator"]), where)
    return {
        "claim_id": str(entry["id"]),
        "text": str(entry["text"]).strip(),
        "who": str(entry["who"]),
        "said_on": said_on,
        "source": str(entry["source"]),
        "metric": str(entry["metric"]),
        "comparator": str(entry["comparator"]),
        "arguments": json.dumps({k: _argument(k, v) for k, v in entry["arguments"].items()}, sort_keys=True),
        "value_low": low,
        "value_high": high,
        "tolerance": _tolerance(entry.get("tolerance", "0"), where),
        "unit": str(entry["unit"]),
        "remark": _remark(entry),
    }


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{where}: said_on is {text!r}, expected YYYY-MM-DD") from None


def _values(value: Any, comparator: str, where: str) -> tuple[float, float]:
    pair = list(value) if isinstance(value, list) else [value, value]
    wanted = 2 if comparator == "between" else 1
    numbers = [v for v in pair if isinstance(v, int | float) and not isinstance(v, bool) and isfinite(v)]
    if len(set(pair)) > wanted or len(pair) != 2 or len(numbers) != 2:
        raise ValueError(
            f"{where}: value is {value!r}, expected {'two numbers' if wanted == 2 else 'a number'} for"
            f" {comparator}"
        )
    return float(min(pair)), float(max(pair))


def _tolerance(value: Any, where: str) -> str:
    """`5 %` (a factor of 1.05 to either side) or a number in the claim's unit."""
    text = str(value).strip()
    if re.fullmatch(r"\d+(\.\d+)?( ?%)?", text) is None:
        raise ValueError(
            f"{where}: tolerance is {value!r}, expected a number in the claim's unit, or per cent as in '5 %'"
        )
    return text


def _argument(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(key, v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return known_as().get(str(value), value) if key in MODEL_ARGUMENTS else value


def _remark(entry: Mapping[str, Any]) -> str:
    said = [
        f"'{v}' is {known_as()[str(v)]}"
        for k, v in entry["arguments"].items()
        if k in MODEL_ARGUMENTS and str(v) in known_as()
    ]
    return ". ".join([*([str(entry["remark"]).strip().rstrip(".")] if entry.get("remark") else []), *said])


@cache
def known_as() -> dict[str, str]:
    """What the press calls a model -> its model_id (aliases of source `press`)."""
    aliases = seeds()["aliases"]
    press = aliases[aliases["source_id"] == "press"]
    return dict(zip(press["listed_model"], press["model_id"], strict=True))
