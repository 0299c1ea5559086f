"""Made rows of two boards: frontiers, lags by every definition, one revision."""

from __future__ import annotations

from datetime import date, timedelta

from tests.reports.made_names import CHEAP, CN, US

DAYS_BACK = 400


def frontier(board: str, as_of: date) -> list[dict]:
    steps = (("US", US, 200, 150.0), ("CN", CHEAP, 300, 130.0), ("CN", CN, 70, 145.0))
    return [
        {
            "board_id": board,
            "board_version": "1",
            "group": g,
            "kind": "released",
            "valid_on": as_of - timedelta(days=ago),
            "model_id": m,
            "score": score,
            "vintage": as_of,
        }
        for g, m, ago, score in steps
    ]


def lags(board: str, as_of: date) -> list[dict]:
    def row(definition: str, on: date, days: float | None, **more: object) -> dict:
        bounds = (
            {} if board == "epoch_eci" or days is None else {"lo90_days": days - 20, "hi90_days": days + 30}
        )
        return {
            "board_id": board,
            "board_version": "1",
            "definition": definition,
            "leader": "US",
            "follower": "CN",
            "kind": "released",
            "valid_on": on,
            "tolerance": 0.0,
            "vintage_basis": "as_of",
            "leader_model_id": US,
            "follower_model_id": CN,
            "lag_days": days,
            "state": "lags",
            "leader_models": 20,
            "vintage": as_of,
            **bounds,
            **more,
        }

    days = [as_of - timedelta(days=n) for n in range(DAYS_BACK)]
    rows = [row("parity", d, 100.0 + d.toordinal() % 90) for d in days] + [
        row("trailing12", d, 150.0, window_days=365) for d in days[:60]
    ]
    rows += [row("gap", d, None, gap=5.0, window_days=0) for d in days]
    rows += [
        row(name, as_of, 120.0, window_days=w)
        for name, w in (("significant", 0), ("regression", 730), ("catchup_median", 0))
    ]
    launched = as_of - timedelta(days=70)
    rows += [
        row("event", launched, 130.0, is_record=True, left_truncated=True),
        row("threshold", launched, 90.0, level=140.0),
    ]
    rows += [
        row("event", launched, 95.0, is_record=True, vintage_basis="launch"),
        row("catchup", days[200], 200.0, censored=True, is_record=True),
    ]
    return rows


def revision(as_of: date) -> dict:
    return {
        "board_id": "epoch_eci",
        "board_version": "1",
        "definition": "trailing12",
        "leader": "US",
        "follower": "CN",
        "kind": "released",
        "valid_on": as_of,
        "as_of_old": as_of - timedelta(days=30),
        "as_of_new": as_of,
        "lag_days_old": 120.0,
        "lag_days_new": 150.0,
        "delta_days": 30.0,
        "cause_model_id": US,
        "cause": "leader rescored",
        "vintage_old": as_of,
        "vintage_new": as_of,
    }
