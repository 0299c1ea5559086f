"""The rules about boards, lags and claims: no model before it was public, no lag without a measurement."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from warehouse.checks.marts.rule import Rule, Tables, days, keys, limits, looked_up, never, released, text

BEFORE_PUBLIC = 7
DAILY = ("parity", "trailing12", "gap", "significant", "regression")


def _before_public(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    rows = tables["frontier"]
    first = released(tables, rows["model_id"], rows["revision"])
    return limits(days(rows["valid_on"]), 0.0).assign(smaller=first - BEFORE_PUBLIC)


def _without_evidence(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A daily lag after the newest capture of its board that shows a model for the first time."""
    rows, content = tables["lag"], tables["boards_content"]
    newest = pd.Series(days(content["content_on"]), index=keys(content, "board_id", "board_version"))
    last = looked_up(keys(rows, "board_id", "board_version"), newest)
    daily = text(rows["definition"]).isin(DAILY).to_numpy()
    return limits(np.where(daily, last, np.nan), 0.0).assign(smaller=days(rows["valid_on"]))


def _before_weights(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    rows, dates = tables["frontier"], tables["model_dates"]
    weights = dates[(text(dates["date_kind"]) == "weights").to_numpy()]
    known = pd.Series(days(weights["released_on"]), index=text(weights["model_id"])).groupby(level=0).min()
    open_ = (text(rows["group"]) == "open_weights").to_numpy()
    return limits(np.where(open_, days(rows["valid_on"]), np.nan), 0.0).assign(
        smaller=looked_up(text(rows["model_id"]), known)
    )


def _not_listed(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A claim about models, computed on a board that never listed one of them."""
    rows, listed = tables["claim_verdicts"], tables["boards_listed"]
    pairs = set(text(listed["board_id"]) + "\x00" + text(listed["model_id"]))
    boards = set(text(listed["board_id"]))
    bad = []
    for board, verdict, arguments in zip(
        text(rows["board_id"]), text(rows["verdict"]), text(rows["arguments"]), strict=True
    ):
        asked = verdict != "not computable" and board in boards
        models = _spoken_of(json.loads(arguments or "{}")) if asked else []
        bad.append(any(f"{board}\x00{model}" not in pairs for model in models))
    return never(np.array(bad, dtype=bool))


def _spoken_of(arguments: dict[str, object]) -> list[str]:
    """The models that a claim names, under whatever argument: ids `lab/model`, alone or in a list."""
    values = [v for value in arguments.values() for v in (value if isinstance(value, list) else [value])]
    return [v for v in values if isinstance(v, str) and "/" in v]


def _undefined(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A lag that is not defined and yet names a model or a number of days."""
    rows = tables["lag"]
    named = (text(rows["leader_model_id"]) != "") | (text(rows["follower_model_id"]) != "")
    said = named.to_numpy() | rows["lag_days"].notna().to_numpy()
    return never((text(rows["state"]) == "undefined").to_numpy() & said)


WITHOUT_EVIDENCE = Rule(
    7,
    "a daily lag after the last capture that added a model to its board",
    "lag",
    ("boards_content",),
    _without_evidence,
)
BOARD_RULES = (
    Rule(17, "an undefined lag that names a model or days", "lag", (), _undefined),
    Rule(
        6,
        "a model on a frontier more than 7 days before its first public day",
        "frontier",
        ("models",),
        _before_public,
    ),
    WITHOUT_EVIDENCE,
    Rule(13, "an open model before the day of its weights", "frontier", ("model_dates",), _before_weights),
)
CLAIM_RULES = (
    Rule(
        12,
        "a claim about a model judged on a board without it",
        "claim_verdicts",
        ("boards_listed",),
        _not_listed,
    ),
)
