"""Made names that sources print, and what is built of them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from transforms.identity.tables import build_identity
from warehouse.seeds import seeds

OFFERS = pd.DataFrame(
    {"source_id": [], "observed_on": pd.to_datetime([]), "listed_model": [], "open_weights": []}
)


def names(*rows: tuple[str, str, str, str], **more: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "listed_model", "first_seen", "last_seen"])
    frame = frame.assign(
        provider_id="", listed_setting="", listed_lab="", canonical_model="", table="scores", rows=1
    ).assign(**more)
    return frame.assign(
        first_seen=pd.to_datetime(frame["first_seen"]), last_seen=pd.to_datetime(frame["last_seen"])
    )


def releases(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "listed_model", "released_on", "lab", "observed_on"])
    frame = frame.assign(
        date_kind="api", date_precision="day", canonical_model=None, open_weights=True, params_total=None
    )
    frame = frame.assign(params_active=None, context_tokens=None)
    return frame.assign(
        released_on=pd.to_datetime(frame["released_on"]), observed_on=pd.to_datetime(frame["observed_on"])
    )


def built(
    frame: pd.DataFrame, dated: pd.DataFrame | None = None, as_of: date = date(2026, 11, 20)
) -> dict[str, pd.DataFrame]:
    return build_identity(seeds(), frame, releases() if dated is None else dated, OFFERS, as_of)


def joined(found: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    rows = found["model_aliases"]
    return dict(zip(rows["listed_model"], zip(rows["model_id"], rows["revision"], strict=True), strict=True))
