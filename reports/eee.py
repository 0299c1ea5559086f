"""Scores in the form that Every Eval Ever gathers evaluation results in: its schema of aggregate results,
version 0.2.2. A file is one model on one board, with every setting and version that the board printed.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pyarrow as pa

VERSION = "0.2.2"
# The same file for the same board, model and capture: ids made from their names.
SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "gapledger:eee")


def aggregates(
    scores: pa.Table, aliases: pa.Table, captures: pa.Table, boards: Sequence[Mapping[Any, Any]]
) -> dict[str, dict[str, Any]]:
    """The records by the name of their file, `data/<board>/<lab>/<model>/<uuid>.json`.

    scores: rows of the snapshots; of each board only its own metric counts, under a name that an alias
    without an end makes a model. captures: capture_sha256 and address. boards: rows of boards.csv, those that
    may be given on.
    """
    about = {str(b["board_id"]): b for b in boards}
    rows = _plain(scores).merge(_named(aliases), on=["source_id", "listed_model"])
    own = rows["metric"] == rows["board_id"].map({k: b["metric"] for k, b in about.items()})
    where = _plain(captures).drop_duplicates("capture_sha256")
    rows = rows[own].merge(where, on="capture_sha256", how="left")
    made = {}
    for (board_id, model_id), some in rows.groupby(["board_id", "model_id"], sort=True):
        once = some.drop_duplicates(["board_version", "listed_model", "listed_setting"])
        record = _record(about[str(board_id)], str(model_id), once.to_dict("records"))
        name = uuid.uuid5(SPACE, record["evaluation_id"])
        made[f"data/{board_id}/{model_id}/{name}.json"] = record
    return made


def _plain(rows: pa.Table) -> pd.DataFrame:
    frame = rows.to_pandas()
    return frame.astype({c: "str" for c in frame if isinstance(frame[c].dtype, pd.CategoricalDtype)})


def _named(aliases: pa.Table) -> pd.DataFrame:
    """What each printed name of a source means now; names that mean several models are left out."""
    frame = _plain(aliases)
    frame = frame[frame["valid_to"].isna()][["source_id", "listed_model", "model_id"]].drop_duplicates()
    return frame[~frame.duplicated(["source_id", "listed_model"], keep=False)]


def _record(board: Mapping[Any, Any], model_id: str, rows: Sequence[Mapping[Any, Any]]) -> dict[str, Any]:
    retrieved = max(pd.Timestamp(r["observed_at"]) for r in rows)
    seconds = f"{retrieved.timestamp():.0f}"
    lab = model_id.split("/", 1)[0]
    own = all(r["reporter"] == "lab" for r in rows)
    return {
        "schema_version": VERSION,
        "evaluation_id": f"{board['board_id']}/{model_id.replace('/', '_')}/{seconds}",
        "retrieved_timestamp": seconds,
        "source_metadata": {
            "source_name": str(board["name"]),
            "source_type": "documentation",
            "source_organization_name": urlsplit(str(board["url"])).hostname or str(board["name"]),
            "source_organization_url": str(board["url"]),
            "evaluator_relationship": "first_party" if own else "third_party",
            "additional_details": {"read_by": "gapledger", "licence": str(board["licence"])},
        },
        "eval_library": {"name": "unknown", "version": "unknown"},
        "model_info": {"name": str(rows[0]["listed_model"]), "id": model_id, "developer": lab},
        "evaluation_results": [_result(board, row) for row in rows],
    }


def _result(board: Mapping[Any, Any], row: Mapping[Any, Any]) -> dict[str, Any]:
    metric: dict[str, Any] = {
        "evaluation_description": str(board["coverage_note"]),
        "metric_id": f"{board['board_id']}.{board['metric']}",
        "metric_name": str(board["metric"]),
        "metric_unit": str(board["unit"]),
        "lower_is_better": str(board["higher_is_better"]) not in {"yes", "True"},
    }
    low, high = _number(board["scale_min"]), _number(board["scale_max"])
    if low is not None and high is not None:
        metric |= {"score_type": "continuous", "min_score": low, "max_score": high}
    known = ("board_version", "listed_model", "listed_setting", "observed_on", "capture_sha256")
    details = {n: str(row[n]) for n in known if row[n] is not None and str(row[n])}
    score: dict[str, Any] = {"score": float(row["score"]), "details": details}
    below, above = _number(row["score_low"]), _number(row["score_high"])
    if below is not None and above is not None:
        interval: dict[str, Any] = {"lower": below, "upper": above, "method": str(board["interval_kind"])}
        level = _number(board["interval_level"])
        score["uncertainty"] = {
            "confidence_interval": interval | ({"confidence_level": level} if level else {})
        }
    return {
        "evaluation_name": str(board["board_id"]),
        "source_data": {
            "dataset_name": str(board["name"]),
            "source_type": "url",
            "url": [str(row["address"] if isinstance(row["address"], str) else board["url"])],
        },
        "metric_config": metric,
        "score_details": score,
    }


def _number(value: object) -> float | None:
    """A number of a cell; None of an empty one."""
    found = pd.to_numeric(pd.Series([value]), errors="coerce").iloc[0]
    return None if pd.isna(found) else float(found)
