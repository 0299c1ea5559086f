"""The audit of claims: each is measured on every board and basis that the derived tables have, and its
verdict follows from the values.

A reading (one board, one basis) supports a claim where its value, and its whole 90 % interval where it has
one, lies in what the claim says; contradicts it where all of it lies outside; and does not establish it where
the interval straddles an end. Over the readings that a claim is judged on: supported, contradicted, contested
(some support, some contradict), not established (most straddle), not computable (none). A claim that fails
where it is judged and holds on another basis is contested; one that holds where it is judged is supported,
and the explanation names where it does not hold. No verdict is written down anywhere: the same file on other
tables gives other verdicts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from transforms.claims import boards as claim_boards
from transforms.claims import facts as claim_facts
from transforms.claims import lag_records, markets
from transforms.claims import lags as claim_lags
from transforms.claims import prices as claim_prices
from transforms.claims.arguments import check
from transforms.claims.claim_pairs import equal_prices
from transforms.claims.judging import (
    BESIDE,
    CONTESTED,
    CONTRADICTED,
    JUDGED,
    NOT_COMPUTABLE,
    NOT_ESTABLISHED,
    OVERALL,
    SUPPORTED,
    Asked,
    _judged,
    asked,
    together,
    verdict_of,
)
from transforms.claims.measurement import NOTHING, Measurement, NotComputable, View, each

PERCENT = "per cent"

Measure = Callable[..., list[Measurement]]
METRICS: dict[str, Measure] = {
    f.__name__: f
    for f in (
        claim_facts.model_fact,
        claim_facts.release_on,
        claim_facts.launches,
        claim_facts.release_gap,
        claim_facts.capability_gap,
        claim_facts.best_open,
        claim_facts.hosting,
        claim_facts.host_premium,
        claim_facts.capacity,
        claim_lags.lag_event,
        claim_lags.lag_change,
        claim_lags.closest,
        lag_records.lag_records,
        claim_boards.lag_on,
        lag_records.lag_slope,
        claim_boards.gap,
        claim_boards.leads_group,
        claim_prices.price_ratio,
        markets.country_ratio,
        claim_prices.price_kept,
        claim_prices.price_step,
        claim_prices.list_price,
        markets.premium,
        markets.price_decline,
    )
}

COLUMNS = (
    "as_of",
    "claim_id",
    "scope",
    "board_id",
    "basis",
    "verdict",
    "value",
    "lo90",
    "hi90",
    "unit",
    "valid_on",
    "asked",
    "explanation",
    "remark",
    "text",
    "who",
    "said_on",
    "source",
    "metric",
    "arguments",
    "rows_behind",
)


def audit(claims: pd.DataFrame, marts: Mapping[str, pd.DataFrame], as_of: pd.Timestamp) -> pd.DataFrame:
    """`COLUMNS`: one row a claim (scope `overall`) and one a reading (`judged`, `beside`), as known on
    `as_of`.

    claims: `warehouse.claims_file.read_claims`; what was said after `as_of` takes no part. marts: the derived
    tables as known on that day, by name; a missing one makes its claims not computable. ValueError for an
    unknown metric, argument or unit, naming the claim.
    """
    known = claims[claims["said_on"] <= as_of]
    shared: dict[str, Any] = {"wanted": claim_prices.wanted(known, as_of)}
    rows: list[dict[str, Any]] = []
    for claim in each(known):
        rows += _claim_rows(claim, View(marts, as_of, pd.Timestamp(claim.said_on), shared))
    frame = pd.DataFrame(rows).reindex(columns=list(COLUMNS))
    frame = frame.assign(as_of=as_of, remark=frame["remark"].astype("str"))
    for name in ("value", "lo90", "hi90"):
        frame[name] = frame[name].astype("float64")
    frame["valid_on"] = pd.to_datetime(frame["valid_on"]).astype("datetime64[us]")
    remarks = equal_prices(known, View(marts, as_of, as_of, shared))
    if remarks:
        overall = frame["scope"] == OVERALL
        more = frame["claim_id"].map(remarks).fillna("").where(overall, "")
        frame["remark"] = [
            ". ".join(part for part in (a, b) if part) for a, b in zip(frame["remark"], more, strict=True)
        ]
    return frame


def _claim_rows(claim: Any, view: View) -> list[dict[str, Any]]:
    wanted = asked(claim)
    shown = {
        name: getattr(claim, name)
        for name in ("claim_id", "text", "who", "said_on", "source", "metric", "arguments")
    }
    shown |= {"asked": wanted.words, "remark": claim.remark}
    try:
        readings = measured(claim, view)
    except NotComputable as why:
        nothing = Measurement(NOTHING, str(claim.unit), "")
        return [_row(shown, OVERALL, nothing, NOT_COMPUTABLE, str(why))]
    if unsound := _unsound(claim, readings):
        readings = [r._replace(main=False) for r in readings]
        overall = _row(
            shown,
            OVERALL,
            Measurement(NOTHING, str(claim.unit), ""),
            NOT_COMPUTABLE,
            f"{unsound} Measured: {_list(readings)}",
        )
        return [overall, *(_row(shown, BESIDE, r, NOT_COMPUTABLE, r.note) for r in readings)]
    judged = _judged(readings, wanted, str(claim.comparator))
    verdict = together(v for r, v in judged if r.main)
    if verdict in {CONTRADICTED, NOT_ESTABLISHED} and any(
        v == SUPPORTED for r, v in judged if not (r.main or r.excluded)
    ):
        verdict = CONTESTED
    explanation = _explained(judged, wanted) + _corrected(judged, wanted, str(claim.comparator))
    overall = _row(shown, OVERALL, _summary([r for r, _ in judged if r.main]), verdict, explanation)
    return [overall, *(_row(shown, JUDGED if r.main else BESIDE, r, v, r.note) for r, v in judged)]


def _corrected(judged: list[tuple[Measurement, str]], wanted: Asked, comparator: str) -> str:
    """Names the boards whose own interval shows a change that the correction for their number takes back."""
    alone = [
        r
        for r, v in judged
        if r.main and v == SUPPORTED and verdict_of(r, wanted, comparator) == CONTRADICTED
    ]
    number = sum(r.main for r, _ in judged)
    return (
        f" The plain interval lies beyond on {_list(alone)}; corrected for {number} boards asked at once it"
        " does not."
        if alone
        else ""
    )


def measured(claim: Any, view: View) -> list[Measurement]:
    """The readings of one claim; ValueError where its metric, arguments or unit are not known."""
    where = f"claim {claim.claim_id}"
    if claim.metric not in METRICS:
        raise ValueError(
            f"{where}: no metric is called {claim.metric!r}; metrics: {', '.join(sorted(METRICS))}"
        )
    measure, arguments = METRICS[str(claim.metric)], json.loads(claim.arguments)
    try:
        check(measure, arguments)
        readings = measure(view, **arguments)
    except ValueError as wrong:
        raise ValueError(f"{where}: {claim.metric}: {wrong}") from None
    if not any(r.main for r in readings):
        beside = f"; beside it: {_list(readings)}" if readings else ""
        raise NotComputable(f"nothing that the claim is judged on is known on {view.as_of:%Y-%m-%d}{beside}")
    units = {r.unit for r in readings}
    if claim.unit not in units and not _in_percent(claim, units):
        raise ValueError(
            f"{where}: {claim.metric} is in {', '.join(sorted(units))}, the claim in {claim.unit}"
        )
    return readings


def _in_percent(claim: Any, units: set[str]) -> bool:
    return bool(claim.unit == PERCENT and units == {"board units"})


def _unsound(claim: Any, readings: list[Measurement]) -> str:
    if not _in_percent(claim, {r.unit for r in readings}):
        return ""
    return (
        "The unit is unsound: per cent of a score on an interval scale, which has no zero; the same gap on"
        " the same board is any percentage, by where its zero is put. A gap is stated in points, in standard"
        " errors, or as a chance of winning."
    )


def _summary(main: list[Measurement]) -> Measurement:
    """The one judged reading, or the median of several."""
    if len(main) == 1:
        return main[0]
    finite = [r.value for r in main if np.isfinite(r.value)]
    middle = float(np.median(finite)) if finite else NOTHING
    days = [r.valid_on for r in main if r.valid_on is not None]
    return Measurement(
        middle, main[0].unit, "; ".join(r.rows for r in main[:3]), valid_on=max(days) if days else None
    )


def _figure(reading: Measurement) -> str:
    where = ", ".join(part for part in (reading.board_id, reading.basis) if part)
    value = f"{reading.value:,.4g}" if abs(reading.value) < 1e5 else f"{reading.value:.4g}"
    ends = (
        ""
        if np.isnan(reading.lo90) or np.isnan(reading.hi90)
        else f" [{reading.lo90:.3g} to {reading.hi90:.3g}]"
    )
    return f"{where}: {value}{ends}"


def _list(readings: Iterable[Measurement]) -> str:
    return "; ".join(_figure(r) for r in readings)


def _explained(judged: list[tuple[Measurement, str]], wanted: Asked) -> str:
    """Asked for, and measured where and how: the judged readings by verdict, then those beside that say
    otherwise.
    """
    parts = [f"Asked: {wanted.words}."]
    main = [(r, v) for r, v in judged if r.main]
    for verdict in (SUPPORTED, CONTRADICTED, NOT_ESTABLISHED, NOT_COMPUTABLE):
        if found := [r for r, v in main if v == verdict]:
            note = f" ({found[0].note})" if len(found) == 1 and found[0].note else ""
            parts.append(f"{verdict.capitalize()} on {_list(found)}{note}.")
    own = {v for _, v in main}
    for verdict in (SUPPORTED, CONTRADICTED, NOT_ESTABLISHED):
        if verdict not in own and (found := [r for r, v in judged if not r.main and v == verdict]):
            parts.append(f"Beside it, {verdict} on {_list(found)}.")
    return " ".join(parts)


def _row(
    shown: Mapping[str, Any], scope: str, reading: Measurement, verdict: str, explanation: str
) -> dict[str, Any]:
    return {
        **shown,
        "scope": scope,
        "board_id": reading.board_id,
        "basis": reading.basis,
        "verdict": verdict,
        "value": reading.value,
        "lo90": reading.lo90,
        "hi90": reading.hi90,
        "unit": reading.unit,
        "valid_on": reading.valid_on,
        "explanation": explanation,
        "rows_behind": reading.rows,
    }
