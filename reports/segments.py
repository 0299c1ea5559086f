"""What each definition of the lag measures, as segments between the two frontiers and as a sentence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pandas as pd

from reports import marks as layers
from reports.board_data import DEFINITIONS, MEANINGS, Board, Names
from reports.board_lags import lag_interval
from reports.drawing import PALETTE, Spec
from reports.selectors import records
from reports.wording import behind, day, months, months_interval, number
from warehouse.conventions import LEAST_LEADERS


def segments(
    lags: pd.DataFrame, steps: pd.DataFrame, board: Board, names: Names, x: Spec, y: Spec, first: str
) -> list[Spec]:
    """A layer for each definition: the time (or the height) that it measures."""
    scores = {(r["model_id"], r["revision"]): r["score"] for r in records(steps)}
    until, out = pd.Timestamp(board.until), []
    for name in DEFINITIONS:
        rows = lags[
            (lags["definition"] == ("parity" if name == "trailing12" else name)) & lags["lag_days"].notna()
        ]
        rows = _chosen(rows, name, until)
        found = [
            s
            for r in records(rows)
            if (s := _segment(r, name, scores, names)) is not None and s["d"] >= first
        ]
        found = [{**s, "d0": max(s["d0"], first)} for s in found]
        out += [*_drawn(f"def_{name}", found, x, y), *_months(f"def_{name}", found, steps, until, x, y)]
    gap = _gap(steps, until)
    if gap:
        mark: Spec = {"type": "rule", "color": PALETTE["ink"], "strokeWidth": 2.4}
        out.append(layers.layer("def_gap", gap, mark, x=x, y={**y, "field": "v"}, y2={"field": "v2"}))
    return out


def _drawn(kind: str, found: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """Earlier segments thin, the newest thick with its months on it."""
    if not found:
        return []
    newest = max(found, key=lambda s: (s["d"], s["d0"]))
    earlier = [s for s in found if s is not newest]
    thin = layers.spans(kind, earlier, x, y, PALETTE["faint"], 1.2, (1, 0))
    dash = (3, 2) if newest["running"] else (1, 0)
    return [*([thin] if earlier else []), layers.spans(kind, [newest], x, y, PALETTE["ink"], 4.5, dash)]


def _months(
    kind: str, found: list[dict[str, Any]], steps: pd.DataFrame, until: pd.Timestamp, x: Spec, y: Spec
) -> list[Spec]:
    """The newest segment's months, behind the ends of the lines and below China's name, where nothing is
    drawn.
    """
    last = steps[(steps["group"] == "CN") & (steps["valid_on"] <= until)]
    if not found or not len(last):
        return []
    newest = max(found, key=lambda s: (s["d"], s["d0"]))
    words = [{"d": day(until), "v": float(last["score"].iloc[-1]), "name": f"↔ {newest['months']}"}]
    style: Spec = {"dx": 5, "dy": 40, "fontWeight": "bold", "fontSize": 13}
    return [layers.labels(kind, words, x, y, **style)]


def _chosen(rows: pd.DataFrame, name: str, until: pd.Timestamp) -> pd.DataFrame:
    if name == "event":
        return rows[rows["is_record"]]
    if name in ("catchup", "threshold"):
        return rows
    if name == "trailing12":
        ends = rows[(rows["window_days"] == 0) & (rows["valid_on"] > until - timedelta(days=365))]
        return ends[(until - ends["valid_on"]).dt.days % 30 == 0]
    return rows[(rows["valid_on"] == until) & (rows["window_days"].isin([0, 730]))]


def _segment(
    row: dict[str, Any], name: str, scores: dict[tuple[str, str], float], names: Names
) -> dict[str, Any] | None:
    """From the day on which the leader had the score to the day of the statement, at the score."""
    model = ("leader" if name == "catchup" else "follower") + "_model_id"
    score = (
        row["level"]
        if name == "threshold"
        else scores.get((row[model], row[model.replace("model_id", "revision")]))
    )
    if score is None:
        return None
    start = row["valid_on"] if name == "catchup" else row["valid_on"] - timedelta(days=row["lag_days"])
    end = row["valid_on"] + timedelta(days=row["lag_days"]) if name == "catchup" else row["valid_on"]
    who = (
        f"{names(row['leader_model_id'])} and {names(row['follower_model_id'])}"
        if row["leader_model_id"]
        else names(row[model])
    )
    tip = layers.words(
        who,
        f"{day(row['valid_on'])}: {months(row['lag_days'])} months"
        f" ({months_interval(row['lo90_days'], row['hi90_days'])})",
        DEFINITIONS[name],
    )
    first, last = sorted((day(start), day(end)))
    return {
        "d0": first, "d": last, "v": score, "tip": tip, "running": bool(row["censored"]),
        "months": f"{months(row['lag_days'])} months",
    }  # fmt: skip


def _gap(steps: pd.DataFrame, until: pd.Timestamp) -> list[dict[str, Any]]:
    last = steps.drop_duplicates("group", keep="last").set_index("group")["score"]
    if not {"US", "CN"} <= set(last.index):
        return []
    return [{"d": day(until), "v": float(last["US"]), "v2": float(last["CN"]), "tip": "the gap in score"}]


def said(board: Board, name: str, lags: dict[str, pd.DataFrame], names: Names) -> str:
    """One sentence on the definition's newest value on the board."""
    rows = lags.get("catchup_median" if name == "catchup" else name)
    value = "gap" if name == "gap" else "lag_days"
    if rows is not None:
        rows = (
            rows[rows["window_days"] == 0]
            if name == "parity"
            else rows[rows["is_record"]]
            if name == "event"
            else rows
        )
    known = None if rows is None else rows[rows[value].notna()]
    if known is None or not len(known):
        return (
            f"{board.name}. {DEFINITIONS[name]}: not established on this board. That would be:"
            f" {MEANINGS[name]}."
        )
    r = records(known.tail(1))[0]
    if name == "gap":
        share = (
            f"; the US model would win {number(100 * r['win_probability'], 2)} % of comparisons"
            if r["win_probability"]
            else ""
        )
        size = f"{number(r['gap'])} {board.unit}{share}"
    else:
        sure = lag_interval(r) if name == "trailing12" else months_interval(r["lo90_days"], r["hi90_days"])
        size = f"{behind(r['lag_days'])} ({sure})"
        size += ", or longer: it reaches back to the board's start" if r["left_truncated"] else ""
    who = f"{names(r['follower_model_id'])} on " if name == "event" else ""
    few = f" Fewer than {LEAST_LEADERS} US models are on the board: it says little."
    few = few if r["leader_models"] < LEAST_LEADERS else ""
    return f"{board.name}, {who}{day(r['valid_on'])}: {size}. That is: {MEANINGS[name]}.{few}"
