"""The recorded boards as the frames that the lag takes: every capture read by its own parser, names settled
by transforms.identity.tables.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from extractors.errors import ParseError
from tests import recordings
from transforms.boards.board_scores import dated_by_board
from transforms.identity.matching import match_models
from transforms.identity.tables import build_identity
from warehouse.seeds import seeds
from warehouse.tables import Release, Score

NO_OFFERS = pd.DataFrame(
    {"observed_on": pd.to_datetime([]), "source_id": [], "listed_model": [], "open_weights": []}
)


def read(folders: Iterable[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All scores and all releases of recorded files, with source_id and observed_on; captures that a parser
    refuses are left out.
    """
    scores, releases = [], []
    for folder in folders:
        for capture, rows in recordings.rows_of("boards", folder):
            for row in [] if isinstance(rows, ParseError) else rows:
                (scores if isinstance(row, Score) else releases).append(
                    (capture.source_id, capture.observed_on, capture.captured_at, *row)
                )
    return _frame(scores, Score._fields), _frame(releases, Release._fields)


def _frame(rows: list, names: tuple[str, ...]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "observed_on", "observed_at", *names])
    return frame.astype({"source_id": "str", "listed_model": "str"}).assign(
        **{name: pd.to_datetime(frame[name]) for name in ("observed_on", "released_on") if name in frame}
    )


def known(
    folders: Iterable[str], as_of: str, extra: Iterable[str] = ("epoch_eci",)
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(history, models) of recorded boards: the scored rows of all captures with their models, and the models
    as known on a day.

    `extra` names the recorded files whose releases help to date models.
    """
    folders = list(folders)
    scores, releases = read(folders)
    more = [] if set(extra) <= set(folders) else [read(extra)[1]]
    dated = pd.concat([f for f in (releases, *more) if len(f)], ignore_index=True)
    names = scores.assign(provider_id="", canonical_model=None, table="scores")
    keys = [
        "source_id",
        "provider_id",
        "listed_model",
        "listed_setting",
        "listed_lab",
        "canonical_model",
        "table",
    ]
    names = (
        names.groupby(keys, dropna=False).agg(
            first_seen=("observed_on", "min"), last_seen=("observed_on", "max"), rows=("score", "size")
        )
    ).reset_index()
    found = build_identity(seeds(), names, dated, NO_OFFERS, pd.Timestamp(as_of).date(), near=False)
    matched, _ = match_models(scores.assign(provider_id=""), found["model_aliases"])
    public = found["model_dates"]["date_kind"].isin(["weights", "api", "ga"])
    first = found["model_dates"][public].sort_values("released_on").drop_duplicates(["model_id", "revision"])
    first = first.rename(columns={"released_on": "revision_on"})[["model_id", "revision", "revision_on"]]
    matched = matched.merge(
        first[first["revision"] != ""], on=["model_id", "revision"], how="left", validate="m:1"
    )
    history = matched.rename(columns={"observed_on": "vintage"}).assign(flagged=False)
    history = dated_by_board(history, releases.assign(released_on=pd.to_datetime(releases["released_on"])))
    models = found["models"].assign(withdrawn_on=pd.NaT)
    return history, models[
        ["model_id", "lab_id", "country", "released_on", "withdrawn_on", "open_weights", "flagship", "family"]
    ]
