"""Judges the tables of a date by the rules in one batch of Great Expectations; does what each rule says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from warehouse.checks.marts.rule import Rule, Tables
from warehouse.checks.suites import run_suite

MODEL_COLUMNS = ("model_id", "us_model_id", "cn_model_id", "edge_model_id")
KEPT = 2000  # rows set aside a rule and date that are written out; all are counted
GATES = ["rule", "judged_table", "says", "rows_judged", "rows_failed", "act", "held"]
GATES += ["last_good_on", "last_good"]  # filled in reports/last_good.py, which knows the dates before
SET_ASIDE = ["rule", "judged_table", "set_aside_reason", "printed_row"]


class Judged(NamedTuple):
    """`tables` without what was set aside and without the tables that are held; `gates`: GATES, one row a
    rule; `set_aside`: SET_ASIDE, the rows that failed.
    """

    tables: dict[str, pd.DataFrame]
    gates: pd.DataFrame
    set_aside: pd.DataFrame


def judge(
    tables: Tables, rules: Sequence[Rule], as_of: pd.Timestamp, evidence: Tables | None = None
) -> Judged:
    """The tables of `as_of` after the rules. `evidence`: frames that rules ask for and nobody publishes."""
    there = {**(evidence or {}), **tables}
    asked = [rule for rule in rules if _can(rule, there)]
    failed = _failing([rule.limits(there, as_of) for rule in asked])
    made = dict(tables)
    gates = [_line(rule, len(there[rule.judges]), rows) for rule, rows in zip(asked, failed, strict=True)]
    aside = [
        _printed(rule, there[rule.judges].iloc[rows[:KEPT]])
        for rule, rows in zip(asked, failed, strict=True)
        if len(rows)
    ]
    by_table = _by_table(asked, failed)
    for name in sorted(
        by_table, key=lambda name: name == "models"
    ):  # last: it takes rows of the others along
        rows = by_table[name]
        gone = made[name].iloc[rows]
        made[name] = made[name].drop(made[name].index[rows]).reset_index(drop=True)
        if name == "models":
            made = _without_models(made, set(gone["model_id"].astype("str")))
    for rule, rows in zip(asked, failed, strict=True):
        for name in rule.holds if rule.act == "hold" and len(rows) else ():
            made.pop(name, None)
    return Judged(
        made,
        pd.DataFrame(gates, columns=GATES),
        pd.concat([pd.DataFrame(columns=SET_ASIDE), *aside], ignore_index=True),
    )


def _without_models(tables: dict[str, pd.DataFrame], gone: set[str]) -> dict[str, pd.DataFrame]:
    """The tables without the rows of models that are no longer among the models."""
    found = {}
    for name, frame in tables.items():
        named = [frame[c].astype("object").isin(gone).to_numpy() for c in MODEL_COLUMNS if c in frame]
        bad = np.logical_or.reduce(named) if named else np.zeros(len(frame), dtype=bool)
        found[name] = frame[~bad].reset_index(drop=True) if bad.any() else frame
    return found


def _can(rule: Rule, there: Tables) -> bool:
    return all(name in there and len(there[name]) for name in (rule.judges, *rule.needs))


def _failing(parts: Sequence[pd.DataFrame]) -> list[np.ndarray]:
    """The rows that fail, rule by rule: one expectation over all rules, for a batch costs more than rows; and
    equal checks once, for the days of a series ask much the same.
    """
    import great_expectations.expectations as gxe

    if not parts:
        return []
    sides = ["larger", "smaller"]
    asked = [part.dropna(subset=sides) for part in parts]
    once = [part[sides].drop_duplicates() for part in asked]
    at_least = gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="larger", column_B="smaller", or_equal=True, ignore_row_if="either_value_is_missing"
    )
    frame = pd.concat(once, ignore_index=True)
    bad = np.zeros(len(frame), dtype=bool)
    bad[list(run_suite("derived tables", [at_least], frame))] = True
    found, start = [], 0
    for part, checks in zip(asked, once, strict=True):
        failed = checks[bad[start : start + len(checks)]]
        start += len(checks)
        rows = part.merge(failed, on=sides)["row"] if len(failed) else part["row"].iloc[:0]
        found.append(np.unique(rows.to_numpy(dtype=np.int64)))
    return found


def _by_table(rules: Sequence[Rule], failed: Sequence[np.ndarray]) -> Mapping[str, np.ndarray]:
    """The rows to set aside, by table."""
    found: dict[str, np.ndarray] = {}
    for rule, rows in zip(rules, failed, strict=True):
        if rule.act == "set aside" and len(rows):
            found[rule.judges] = np.union1d(found.get(rule.judges, np.empty(0, dtype=np.int64)), rows).astype(
                np.int64
            )
    return found


def _line(rule: Rule, judged: int, rows: np.ndarray) -> tuple[object, ...]:
    held = ", ".join(rule.holds) if rule.act == "hold" and len(rows) else ""
    return rule.number, rule.judges, rule.says, judged, len(rows), rule.act, held, None, ""


def _printed(rule: Rule, rows: pd.DataFrame) -> pd.DataFrame:
    """The failing rows as JSON, their empty cells left out."""
    cells = rows.drop(columns="as_of", errors="ignore").astype("object")
    told = [
        json.dumps({str(k): str(v) for k, v in row.items() if pd.notna(v) and v != ""}, ensure_ascii=False)
        for row in cells.to_dict("records")
    ]
    return pd.DataFrame(
        {"rule": rule.number, "judged_table": rule.judges, "set_aside_reason": rule.says, "printed_row": told}
    )
