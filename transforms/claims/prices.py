"""Claims about prices: US dollars per 1e6 tokens of plain text at first parties, on list and with promotions,
under every basis.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from transforms.claims.measurement import Measurement, NotComputable, View, each, key, listed, plain
from transforms.prices.cost_per_task import task_ratio
from transforms.prices.panel import price_panel
from transforms.prices.runs import micros
from transforms.prices.statements import PROMOTIONS

BASES = ("output", "input", "cache_read", "blend_3_1", "blend_agentic")
COMPONENTS = ("input", "output", "cache_read")
_NO_RATES = pd.DataFrame({"rate_on": [], "base": [], "quote": [], "rate": []})


def wanted(claims: pd.DataFrame, as_of: pd.Timestamp) -> tuple[frozenset[str], tuple[pd.Timestamp, ...]]:
    """The models whose prices the claims need, and the days: so that the prices of all claims are worked out
    at once.
    """
    models: set[str] = set()
    days = {as_of}
    for claim in each(claims[claims["metric"].str.startswith(("price_", "list_"))]):
        arguments = json.loads(claim.arguments)
        models |= {str(arguments[name]) for name in ("model", "than", "dear", "cheap") if name in arguments}
        days |= {pd.Timestamp(arguments[name]) for name in ("day", "before") if name in arguments} | {
            pd.Timestamp(claim.said_on)
        }
    return frozenset(models), tuple(sorted(d for d in days if d <= as_of))


def _panel(view: View, kind: str) -> pd.DataFrame:
    """`price_panel` of the wanted models on the wanted days, by model, day and provider. Yuan are taken at
    the reference rate.
    """

    def made() -> pd.DataFrame:
        models, days = view.shared["wanted"]
        rows = view.table("price_intervals")
        rows = rows[
            rows["model_id"].isin(models) & rows["component"].isin(COMPONENTS) & rows["amount_usd"].notna()
        ]
        yuan = (rows["currency"] != "USD").to_numpy()
        rows = rows.assign(
            our_provider_id=rows["provider_id"],
            start=micros(rows["valid_from"]),
            end=micros(rows["valid_to"]),
            market=np.where(yuan, "CN", rows["market"].astype("str")),
            currency="USD",
            amount=rows["amount_usd"].astype("float64"),
            promo=rows["price_kind"].isin(PROMOTIONS).astype(int),
        ).reset_index(drop=True)
        made = (
            price_panel(
                rows, pd.DatetimeIndex(days, dtype="datetime64[us]"), _NO_RATES, charged=kind == "charged"
            )
            if len(rows)
            else rows
        )
        return (
            plain(made.astype({"model_id": object, "provider_id": object}))
            .set_index("model_id", drop=False)
            .sort_index()
        )

    return view.kept(f"prices {kind}", made)


def price_on(view: View, model: str, day: pd.Timestamp, kind: str, provider: str = "") -> pd.Series:
    """What the model costs as the day ends: input, output, cache_read and the blends; `kind` list or charged
    (a promotion in force).

    At its lab, or at `provider`. In dollars as the provider lists them; yuan only where it lists nothing
    else, at the reference rate. NotComputable where it has no price that day.
    """
    if day > view.as_of:
        raise NotComputable(f"{day:%Y-%m-%d} is still to come")
    found = _panel(view, kind).loc[model:model]  # of a sorted index: its end is included
    if len(found):
        found = found[
            (found["day"] == day)
            & ((found["provider_id"] == provider) if provider else found["first_party"].astype(bool))
        ]
    if not len(found):
        where = f"at {provider}" if provider else "at its lab"
        raise NotComputable(
            f"{model} has no {kind} price {where} on {day:%Y-%m-%d} that was known on {view.as_of:%Y-%m-%d}"
        )
    return found.iloc[0]


def _source(model: str, day: pd.Timestamp, price: pd.Series) -> str:
    return key(
        "price_intervals", provider_id=price["provider_id"], model_id=model, service_tier="standard", day=day
    )


def price_ratio(
    view: View,
    *,
    dear: str,
    cheap: str,
    day: str = "",
    basis: str = "output",
    kind: str = "list",
    host: str = "",
) -> list[Measurement]:
    """How many times `dear` costs what `cheap` does, each at its own lab (`cheap` at `host`, where named), on
    `day` (default: said).

    Judged on `basis` and `kind`; shown beside: every other basis, on list and as charged, on that day and on
    the as-of day, and the measured cost of a task on each board that states it.
    """
    when = pd.Timestamp(day) if day else view.said_on
    out: dict[str, Measurement] = {}
    for moment in dict.fromkeys((when, view.as_of)):
        for how in dict.fromkeys((kind, "list", "charged")):
            try:
                first, second = price_on(view, dear, moment, how), price_on(view, cheap, moment, how, host)
            except NotComputable:
                if moment == when and how == kind:
                    raise
                continue
            for name in dict.fromkeys((basis, *BASES)):
                label = f"{name}, {how}, {moment:%Y-%m-%d}"
                if np.isfinite(first[name]) and np.isfinite(second[name]) and second[name] > 0:
                    out[label] = Measurement(
                        first[name] / second[name],
                        "times",
                        f"{_source(dear, moment, first)}; {_source(cheap, moment, second)}",
                        basis=label,
                        valid_on=moment,
                        main=name == basis and how == kind and moment == when,
                        note=f"{first[name]:.4g} over {second[name]:.4g}",
                    )
    return [*_distinct(list(out.values())), *_task_readings(view, dear, cheap)]


def _distinct(readings: list[Measurement]) -> list[Measurement]:
    """Without the readings as charged, and of the as-of day, that say what one before them says of that
    basis.
    """
    seen: set[tuple[str, float]] = set()
    kept = []
    for r in readings:
        mark = (r.basis.split(",")[0], round(r.value, 6))
        if r.main or mark not in seen:
            kept.append(r)
        seen.add(mark)
    return kept


def _task_readings(view: View, dear: str, cheap: str) -> list[Measurement]:
    if "cost_per_task" not in view.marts:
        return []
    found = task_ratio(view.table("cost_per_task"), dear, cheap)
    return [
        Measurement(
            float(r.ratio),
            "times",
            f"{key('cost_per_task', board_id=r.board_id, board_version=r.board_version, metric=r.metric)} "
            f"model_id={dear},{cheap}",
            board_id=r.board_id,
            basis=f"task, {r.board_version} {r.metric}".strip(),
            main=False,
            valid_on=view.as_of,
            note=f"{r.price_first:.4g} over {r.price_second:.4g} a task",
        )
        for r in each(found)
        if r.price_second > 0
    ]


def price_kept(
    view: View, *, model: str, day: str, component: Any = COMPONENTS, provider: str = ""
) -> list[Measurement]:
    """List price now over the list price of `day`, for each component: 1 where it was kept. Time bands enter
    as the mean over a week.
    """
    when = pd.Timestamp(day)
    then, now = (
        price_on(view, model, when, "list", provider),
        price_on(view, model, view.as_of, "list", provider),
    )
    return [
        Measurement(
            now[name] / then[name],
            "times",
            f"{_source(model, when, then)}; {_source(model, view.as_of, now)}",
            basis=f"{name}, list",
            valid_on=view.as_of,
            note=f"{then[name]:.4g} on {when:%Y-%m-%d}, {now[name]:.4g} now",
        )
        for name in listed(component)
        if np.isfinite(then[name]) and np.isfinite(now[name])
    ]


def price_step(
    view: View,
    *,
    model: str,
    day: str,
    before: str,
    than: str = "",
    component: Any = ("input", "output"),
    kind: str = "list",
    provider: str = "",
) -> list[Measurement]:
    """Price on `day` over the price of `before` (of the model `than`, where it replaced another), for each
    component.
    """
    old = price_on(view, than or model, pd.Timestamp(before), kind, provider)
    new = price_on(view, model, pd.Timestamp(day), kind, provider)
    behind = f"{_source(than or model, pd.Timestamp(before), old)}; {_source(model, pd.Timestamp(day), new)}"
    return [
        Measurement(
            new[name] / old[name],
            "times",
            behind,
            basis=f"{name}, {kind}",
            valid_on=pd.Timestamp(day),
            note=f"{old[name]:.4g} before, {new[name]:.4g} after",
        )
        for name in listed(component)
        if np.isfinite(old[name]) and np.isfinite(new[name])
    ]


def list_price(
    view: View, *, model: str, day: str, component: str = "output", kind: str = "list", provider: str = ""
) -> list[Measurement]:
    """One price in US dollars per 1e6 tokens."""
    when = pd.Timestamp(day)
    price = price_on(view, model, when, kind, provider)
    if not np.isfinite(price[component]):
        raise NotComputable(f"{model} has no {component} price on {when:%Y-%m-%d}")
    return [
        Measurement(
            float(price[component]),
            "USD/1e6 tokens",
            _source(model, when, price),
            basis=f"{component}, {kind}",
            valid_on=when,
        )
    ]
