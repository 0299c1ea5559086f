"""Small made tables for the audit of claims, and a claim that every test changes a little."""

import json

import pandas as pd

from transforms.claims.audit import audit
from warehouse.claims_file import read_claims

AS_OF = pd.Timestamp("2026-07-01")


def lags(
    *rows: tuple[str, str, float, float | None, float | None], model: str = "lab/m", day: str = "2026-04-24"
) -> pd.DataFrame:
    """`event` rows on (board, version, lag days, lo90, hi90), for one model."""
    frame = pd.DataFrame(rows, columns=["board_id", "board_version", "lag_days", "lo90_days", "hi90_days"])
    return frame.assign(
        definition="event",
        kind="released",
        tolerance=0.0,
        leader="US",
        follower="CN",
        vintage_basis="launch",
        window_days=0,
        valid_on=pd.Timestamp(day),
        vintage=pd.Timestamp(day),
        left_truncated=False,
        leader_models=20,
        is_record=True,
        leader_model_id="us/x",
        follower_model_id=model,
        follower_revision="",
    ).astype({"lo90_days": "float64", "hi90_days": "float64"})


def models(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """(model_id, country, day, tier) with round facts."""
    frame = pd.DataFrame(rows, columns=["model_id", "country", "released_on", "tier"])
    return frame.assign(
        lab_id=frame["model_id"].str.split("/").str[0],
        released_on=pd.to_datetime(frame["released_on"]),
        params_total=1e12,
        params_active=4e10,
        context_tokens=128000,
        open_weights=True,
        flagship=frame["tier"] != "variant",
    )


def prices(*rows: tuple[str, float, float]) -> pd.DataFrame:
    """(model_id, input, output) in US dollars at the model's own lab, on list since 2026-01-01."""
    tall = [
        (m, c, amount) for m, *amounts in rows for c, amount in zip(("input", "output"), amounts, strict=True)
    ]
    frame = pd.DataFrame(tall, columns=["model_id", "component", "amount"])
    return frame.assign(
        provider_id=frame["model_id"].str.split("/").str[0],
        market="",
        revision="",
        setting="",
        service_tier="standard",
        modality="text",
        thinking="any",
        context_from_tokens=0,
        output_from_tokens=0,
        region="",
        time_band="always",
        price_kind="list",
        currency="USD",
        per="1e6 tokens",
        amount_usd=frame["amount"],
        valid_from=pd.Timestamp("2026-01-01", tz="UTC"),
        valid_to=pd.Series(pd.NaT, index=frame.index).dt.tz_localize("UTC"),
        first_party=True,
        own_page=True,
    )


def claim(**changes):
    """One claim (a lag of about 5 months) with `changes`, as a frame."""
    plain = {
        "id": "c",
        "text": "five months behind",
        "who": "somebody",
        "said_on": "2026-05-01",
        "source": "a page",
        "metric": "lag_event",
        "arguments": {"model": "lab/m"},
        "comparator": "between",
        "value": [3, 6],
        "unit": "months",
    }
    return read_claims(json.dumps([plain | changes], default=str), "made.yaml")


MONTH = 30.4375


MODELS = models(
    ("lab/m", "CN", "2026-04-24", "major"),
    ("lab/old", "CN", "2025-01-24", "major"),
    ("us/x", "US", "2026-01-01", "major"),
)


def overall(claims, marts):
    found = audit(claims, marts, AS_OF)
    rows = found[found["scope"] == "overall"]
    return rows.iloc[0] if len(rows) == 1 else rows.set_index("claim_id")
