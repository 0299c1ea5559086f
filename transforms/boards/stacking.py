"""Arrays of many boards, pairs and definitions as one `lag` table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards.frontier import split_entry
from transforms.boards.lag_columns import Rows

Part = tuple[Rows, int, str, tuple[str, str], tuple[str, str]]


def stacked(parts: list[Part]) -> pd.DataFrame:
    """The `lag` table of parts: rows, vintage, vintage basis, (board, version), (leader, follower). Its text
    is categories: half a million rows hold a few hundred words.
    """
    parts = [p for p in parts if len(p[0]["valid_on"])]
    if not parts:
        return pd.DataFrame()
    lengths = np.array([len(p[0]["valid_on"]) for p in parts])

    def spread(values: Iterable[Any]) -> Any:
        code, known = pd.factorize(np.array(list(values), dtype=object))
        return pd.Categorical(known).take(np.repeat(code, lengths))

    columns: dict[str, Any] = {
        "board_id": spread(p[3][0] for p in parts), "board_version": spread(p[3][1] for p in parts),
        "leader": spread(p[4][0] for p in parts), "follower": spread(p[4][1] for p in parts),
    }  # fmt: skip
    for name, some in parts[0][0].items():
        text = some.dtype.kind in "OU"
        values = np.concatenate([_words(p[0][name]) if text else p[0][name] for p in parts])
        if name in ("leader_model_id", "follower_model_id"):
            columns[name], columns[name.replace("model_id", "revision")] = split_entry(pd.Series(values))
        else:
            columns[name] = pd.Categorical(values) if text else values
    columns["vintage"] = np.repeat(np.array([p[1] for p in parts]), lengths)
    columns["vintage_basis"] = spread(p[2] for p in parts)
    for name in ("valid_on", "vintage"):
        columns[name] = columns[name].astype("datetime64[D]").astype("datetime64[us]")
    return pd.DataFrame(columns, copy=False)  # column by column: half a million rows need not be there twice


def _words(values: np.ndarray) -> np.ndarray:
    """Text as objects: one object where one word was spread over all rows."""
    return (
        np.full(len(values), values[0].item(), dtype=object)
        if values.dtype.kind == "U" and values.strides == (0,)
        else values.astype(object)
    )
