"""One metric of the claims audit measured on made tables."""

import json

import pandas as pd

from tests.transforms.made_claims import AS_OF, claim, lags, models
from transforms.claims.audit import METRICS
from transforms.claims.measurement import View
from transforms.claims.prices import wanted

MONTH = 30.4375


DAY = pd.Timestamp("2026-04-24")


MODELS = models(
    ("lab/m", "CN", "2026-04-24", "major"),
    ("lab/old", "CN", "2025-01-20", "major"),
    ("lab/mid", "CN", "2025-06-01", "minor"),
    ("us/x", "US", "2026-01-01", "major"),
)


def measured(metric, marts, **arguments):
    """(value, lo90, hi90, whether judged) of each reading, by board or basis."""
    said = claim(metric=metric, arguments=arguments, said_on="2026-05-01")
    view = View(
        {"models": MODELS, **marts}, AS_OF, pd.Timestamp("2026-05-01"), {"wanted": wanted(said, AS_OF)}
    )
    found = METRICS[metric](view, **json.loads(said["arguments"].iloc[0]))
    assert all(r.rows for r in found)
    return {r.board_id or r.basis: r for r in found}


def records(*days_and_lags, **more):
    rows = [
        lags(("epoch_eci", "1", lag, None, None), model=f"lab/r{n}", day=day)
        for n, (day, lag) in enumerate(days_and_lags)
    ]
    return pd.concat(rows, ignore_index=True).assign(vintage_basis="as_of", vintage=AS_OF, **more)
