"""Small derived tables made for the tests of the page: two boards, three hostile names, prices that change, a
claim.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from tests.reports.made_boards import frontier, lags, revision
from tests.reports.made_changes import price_changes
from tests.reports.made_names import AS_OF, CHEAP, CN, FORMULA, NAMES, SCRIPT, US
from warehouse.mart_tables import mart_tables


def made(as_of: date = AS_OF) -> dict[str, pa.Table]:
    """Every table that the page reads."""
    boards = ("epoch_eci", "lmarena_text")
    return {
        name: table(name, rows)
        for name, rows in {
            "models": _models(as_of),
            "frontier": [row for board in boards for row in frontier(board, as_of)],
            "lag": [row for board in boards for row in lags(board, as_of)],
            "lag_trend": [
                {
                    "board_id": "epoch_eci",
                    "leader": "US",
                    "follower": "CN",
                    "since": date(2025, 1, 20),
                    "tolerance": 0.0,
                    "vintage_basis": "as_of",
                    "per_year_months": 2.9,
                    "per_year_lo90": -3.5,
                    "per_year_hi90": 5.0,
                    "points": 10,
                }
            ],
            "lag_revisions": [revision(as_of)],
            "price_ratio": _ratios(as_of),
            "price_intervals": _prices(as_of),
            "price_changes": price_changes(),
            "frontier_premium": [
                {
                    "country": c,
                    "day": as_of,
                    "basis": "blend_3_1",
                    "premium_kind": "efficient",
                    "slope_log10_per_10": 0.4,
                    "slope_lo90": 0.2,
                    "slope_hi90": 0.7,
                    "factor_per_10": 2.5,
                    "models_counted": 7,
                    "edge_model_id": m,
                }
                for c, m in (("US", US), ("CN", CN))
            ],
            "model_prices": [
                {
                    "day": as_of,
                    "model_id": f"{lab}/m{n}" if n else m,
                    "country": c,
                    "provider_id": lab,
                    "first_party": True,
                    "blend_3_1_usd": 1.0 + n,
                    "capability": 120.0 + 5 * n,
                    "lo90": 118.0 + 5 * n,
                    "hi90": 122.0 + 5 * n,
                    "fitted_blend_3_1_usd": 1.5 + n,
                }
                for lab, c, m in (("openai", "US", US), ("deepseek", "CN", CN))
                for n in range(6)
            ],
            "cadence": [
                _cadence("last_days", "major", 0, 459.0),
                _cadence("releases", "any", 456, 9.0),
                _cadence("releases", "flagship", 456, 5.0),
            ],
            "hosting_footprint": [
                {
                    "model_id": CN,
                    "home_country": "CN",
                    "hosts": 2,
                    "countries": 2,
                    "offshore_hosts": 1,
                    "unknown_country_hosts": 0,
                    "offshore_share": 0.5,
                    "first_hosted_on": as_of,
                }
            ],
            "claim_verdicts": [
                _claim("not established", as_of - timedelta(days=7)),
                _claim("contested", as_of),
            ],
            "freshness": [
                {
                    "source_id": "deepseek_en",
                    "title": SCRIPT,
                    "kind": "vendors",
                    "state": "failing",
                    "last_success": as_of,
                    "age_days": 0,
                    "rows": 3,
                    "failing_since": as_of,
                    "error": FORMULA,
                }
            ],
        }.items()
    }


def table(name: str, rows: list[dict]) -> pa.Table:
    """Rows as the declared table; a column that a row does not give is null where it may be, else 0, '' or
    false.
    """
    fields = mart_tables()[name].fields
    nothing = {pa.string(): "", pa.bool_(): False, pa.date32(): AS_OF, pa.float64(): 0.0, pa.int64(): 0}
    columns = [
        pa.array(
            [
                row.get(
                    f.name, AS_OF if f.name == "as_of" else None if f.nullable else nothing.get(f.column.type)
                )
                for row in rows
            ],
            f.column.type,
        )
        for f in fields
    ]
    return pa.table(columns, schema=pa.schema([pa.field(f.name, f.column.type) for f in fields]))


def _models(as_of: date) -> list[dict]:
    facts = ((US, "openai", "US", 200), (CN, "deepseek", "CN", 70), (CHEAP, "alibaba", "CN", 300))
    return [
        {
            "model_id": m,
            "lab_id": lab,
            "country": c,
            "name": NAMES[m],
            "released_on": as_of - timedelta(days=ago),
            "open_weights": c == "CN",
            "flagship": True,
            "tier": "major",
            "method": "seed",
        }
        for m, lab, c, ago in facts
    ]


def _ratios(as_of: date) -> list[dict]:
    return [
        {
            "day": as_of - timedelta(days=n),
            "comparison": "at_capability",
            "basis": basis,
            "level": None,
            "bound": "point",
            "us_model_id": US,
            "cn_model_id": CN,
            "us_provider_id": "openai",
            "cn_provider_id": "deepseek",
            "us_price_usd": 5.0,
            "cn_price_usd": 0.5,
            "ratio": 10.0,
            "ratio_lo90": 6.0,
            "ratio_hi90": 14.0,
        }
        for basis in ("blend_3_1", "output")
        for n in range(30)
    ]


def _prices(as_of: date) -> list[dict]:
    def price(model: str, amount: float, ago: int, until: int | None, **more: object) -> dict:
        at = datetime.combine(as_of, datetime.min.time(), UTC)
        return {
            "provider_id": model.split("/", maxsplit=1)[0],
            "model_id": model,
            "component": "output",
            "service_tier": "standard",
            "modality": "text",
            "thinking": "any",
            "currency": "USD",
            "per": "1e6 tokens",
            "time_band": "always",
            "price_kind": "list",
            "amount": amount,
            "amount_usd": amount,
            "valid_from": at - timedelta(days=ago),
            "valid_to": None if until is None else at - timedelta(days=until),
            "valid_from_basis": "stated",
            "last_seen_at": at,
            "source_id": "deepseek_en",
            "listed_model": NAMES[model],
            "own_page": True,
            "first_party": True,
            "sources_seen": 1,
            "sources_agree": 1,
            "capture_sha256": "0" * 64,
            **more,
        }

    hosts = [
        price(CN, 1.0, 60, None, provider_id=p, first_party=False, own_page=False)
        for p in ("together", "siliconflow")
    ]
    return [
        price(US, 30.0, 200, None),
        price(CN, 3.48, 70, 30),
        price(CN, 0.87, 30, None),
        price(CHEAP, 2.0, 300, None),
        *hosts,
    ]


def _cadence(measure: str, tier: str, window: int, value: float) -> dict:
    return {
        "lab_id": "deepseek",
        "country": "CN",
        "measure": measure,
        "release_tier": tier,
        "window_days": window,
        "value": value,
        "releases": 5,
        "last_model_id": CN,
        "last_released_on": AS_OF - timedelta(days=70),
    }


def _claim(verdict: str, as_of: date) -> dict:
    return {
        "as_of": as_of,
        "claim_id": "lag_3_to_6",
        "scope": "overall",
        "verdict": verdict,
        "value": 5.0,
        "lo90": 3.0,
        "hi90": 7.0,
        "unit": "months",
        "text": SCRIPT,
        "who": "the analyst",
        "said_on": as_of,
        "explanation": FORMULA,
    }
