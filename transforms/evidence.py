"""What the gates ask for and nobody publishes: captures, printed names, and what boards listed when."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from transforms.boards import speaks
from transforms.boards.board_versions import Version
from transforms.boards.frontier import epoch_days
from transforms.capability.table import BOARD as INDEX
from transforms.prices.runs import History, instants
from transforms.prices.table import end_of_days

LISTED = "boards_listed"
Frames = dict[str, pd.DataFrame]


def of_boards(versions: Sequence[Version], as_of: pd.Timestamp) -> Frames:
    """boards_content (board_id, board_version, content_on: the newest capture that shows a model for the
    first time) and boards_listed (board_id, model_id), as known on `as_of`.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    content, listed = [], [pd.DataFrame({"board_id": [], "model_id": []}, dtype="object")]
    for version in versions:
        newest = speaks.newest(version.content, today)
        if newest is None:
            continue
        content.append((version.board_id, version.board_version, pd.Timestamp(newest, unit="D")))
        models = version.rows.loc[version.captured <= today, "model_id"].astype("str").unique()
        base = pd.Series(models, dtype="object").str.partition("@")[0].drop_duplicates()
        listed.append(pd.DataFrame({"board_id": version.board_id, "model_id": base}))
    return {
        "boards_content": pd.DataFrame(content, columns=["board_id", "board_version", "content_on"]),
        LISTED: pd.concat(listed, ignore_index=True).drop_duplicates(),
    }


def of_index(content_on: int) -> Frames:
    """boards_content of our own index: that of its boards, in days since 1970."""
    row = {"board_id": INDEX, "board_version": "1", "content_on": pd.Timestamp(content_on, unit="D")}
    return {"boards_content": pd.DataFrame([row])}


def of_prices(history: History, names: pd.DataFrame, as_of: pd.Timestamp) -> Frames:
    """captures_read (source_id, address, captured_at, offers, had, whole, post) until the end of `as_of`, and
    names_listed: the printed names with the canonical id that their source states.
    """
    until = end_of_days(pd.DatetimeIndex([as_of]))[0]
    read = history.captures[history.captures["at"] <= until].reset_index(drop=True)
    posts = history.statements.loc[history.statements["post"].astype(bool), "source_id"].unique()
    at = instants(read["at"].to_numpy())
    stated = names.loc[
        names["canonical_model"].fillna("") != "", ["source_id", "listed_model", "canonical_model"]
    ]
    return {
        "captures_read": read.assign(captured_at=at, post=read["source_id"].isin(posts)),
        "names_listed": stated.drop_duplicates(ignore_index=True),
    }
