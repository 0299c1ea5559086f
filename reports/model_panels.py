"""What the page's search shows of a model: its prices, scores, lags, hosts and the history of its prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from reports.api.current import first_party, in_force
from reports.selectors import Tables, board_names, model_names, picked, records
from reports.wording import NOTHING, band_words, day, dollars, months, named, number
from warehouse.conventions import PLAIN_LAG
from warehouse.seeds import seed

HEADS = {
    "prices": ("price of", "USD", "as printed", "kind", "when", "since", "source"),
    "scores": ("board", "score", "90 % interval or error", "since"),
    "lags": ("board", "against", "months behind", "90 % interval", "behind whom", "day"),
    "hosts": ("host", "country", "input", "output", "seen last", "source"),
    "history": ("from", "to", "price of", "USD", "as printed", "kind", "when", "source"),
}
PLAIN = {
    "service_tier": "standard",
    "modality": "text",
    "context_from_tokens": 0,
    "output_from_tokens": 0,
    "per": "1e6 tokens",
}
COMPONENTS = ("input", "cache_read", "output")
MOST_HOSTS, MOST_HISTORY = 8, 16
Rows = dict[str, list[list[str]]]


def model_panels(tables: Tables, as_of: date) -> list[dict[str, Any]]:
    """One object a model, in the order of ids: what it is, and its rows as text under the keys of `HEADS`;
    a key that has no rows is left out. `weight` says which of two matches is shown first.
    """
    names = model_names(tables)
    own = _plain(first_party(tables))
    parts: dict[str, Rows] = {
        "prices": _prices(in_force(own, as_of)),
        "scores": _scores(tables),
        "lags": _lags(tables, names),
        "hosts": _hosts(tables, as_of),
        "history": _history(own),
    }
    labs = dict(zip(seed("labs")["lab_id"], seed("labs")["name"], strict=True))
    out = []
    for r in records(picked(tables, "models").sort_values("model_id", kind="stable")):
        rows = {key: found[r["model_id"]] for key, found in parts.items() if r["model_id"] in found}
        lab = named(labs.get(r["lab_id"], r["lab_id"]))
        weight = len(rows) + 2 * bool(r["flagship"])
        out.append(
            {
                "id": named(r["model_id"], 200), "name": named(r["name"]), "lab": lab, "weight": weight,
                "released": "" if r["released_on"] is None else day(r["released_on"]),
                "facts": _facts(r), **rows,
            }
        )  # fmt: skip
    return out


def _facts(r: dict[str, Any]) -> list[str]:
    more = ["open weights" if r["open_weights"] else "closed weights"]
    more += ["flagship"] if r["flagship"] else []
    more += [f"{number(r['params_total'] / 1e9)} billion parameters"] if r["params_total"] else []
    return more + ([f"context {number(r['context_tokens'], 7)} tokens"] if r["context_tokens"] else [])


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    fits = rows["component"].isin(COMPONENTS)
    for column, value in PLAIN.items():
        fits &= rows[column] == value
    place = rows["component"].map({name: n for n, name in enumerate(COMPONENTS)})
    return rows[fits].assign(_place=place).sort_values(["model_id", "valid_from", "_place"], kind="stable")


def _printed(r: dict[str, Any]) -> str:
    """The amount in its own currency, where that is not the dollar."""
    if r["currency"] == "USD" and not r["market"]:
        return ""
    more = f" {r['market']}" if r["market"] else ""
    return f"{number(r['amount'], 6)} {r['currency']}{more}"


def _what(r: dict[str, Any]) -> str:
    """The component with what is not plain about its offer."""
    more = [str(r[name]) for name in ("revision", "setting", "region") if r[name]]
    more += [f"thinking {r['thinking']}"] if r["thinking"] != "any" else []
    return named(", ".join([str(r["component"]).replace("_", " "), *more]))


def _kind(r: dict[str, Any]) -> str:
    return "" if r["price_kind"] == "list" else str(r["price_kind"])


def _grouped(rows: Iterable[tuple[str, list[str]]], most: int = 1000) -> Rows:
    out: Rows = defaultdict(list)
    for model, row in rows:
        if len(out[model]) < most:
            out[model].append(row)
    return dict(out)


def _prices(rows: pd.DataFrame) -> Rows:
    return _grouped(
        (
            r["model_id"],
            [_what(r), dollars(r["amount_usd"]), _printed(r), _kind(r), band_words(r["time_band"]),
             day(r["valid_from"]), str(r["source_id"])],
        )
        for r in records(rows)
    )  # fmt: skip


def _history(rows: pd.DataFrame) -> Rows:
    """Prices that have ended, the last first: those in force stand above."""
    ended = rows[rows["valid_to"].notna()]
    return _grouped(
        (
            (
                r["model_id"],
                [day(r["valid_from"]), day(r["valid_to"]), _what(r), dollars(r["amount_usd"]), _printed(r),
                 _kind(r),                  band_words(r["time_band"]), str(r["source_id"])],
            )
            for r in records(ended.iloc[::-1])
        ),
        MOST_HISTORY,
    )  # fmt: skip


def _hosts(tables: Tables, as_of: date) -> Rows:
    """By model the hosts that sell it now, cheapest output first, at their plain price in dollars."""
    rows = _plain(in_force(picked(tables, "price_intervals", first_party=False), as_of))
    rows = rows[rows["component"].isin(["input", "output"]) & (rows["price_kind"] == "list")]
    rows = rows[rows["amount_usd"].notna()].drop_duplicates(
        ["model_id", "provider_id", "component"], keep="last"
    )
    providers = {r["provider_id"]: r for r in records(seed("providers"))}
    by: dict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    for r in records(rows):
        by[r["model_id"], r["provider_id"]][r["component"]] = r
    order = sorted(by.items(), key=lambda item: (item[0][0], _cost(item[1]), item[0][1]))
    return _grouped(((model, _host(host, prices, providers)) for (model, host), prices in order), MOST_HOSTS)


def _cost(prices: dict[str, Any]) -> float:
    return float(prices["output"]["amount_usd"]) if "output" in prices else float("inf")


def _host(host: str, prices: dict[str, Any], providers: dict[str, dict[str, Any]]) -> list[str]:
    known = providers.get(host, {})
    country = str(known.get("country") or NOTHING)
    each = [dollars(prices[c]["amount_usd"]) if c in prices else NOTHING for c in ("input", "output")]
    last = max(prices.values(), key=lambda r: r["last_seen_at"])
    return [
        named(known.get("name") or host),
        country,
        *each,
        day(last["last_seen_at"]),
        str(last["source_id"]),
    ]


def _scores(tables: Tables) -> Rows:
    boards = board_names()
    said: list[tuple[str, list[str]]] = [
        (
            r["model_id"],
            ["capability index, all boards", number(r["capability"], 4),
             f"{number(r['lo90'], 4)} to {number(r['hi90'], 4)}", NOTHING],
        )
        for r in records(picked(tables, "capability"))
    ]  # fmt: skip
    held = picked(tables, "frontier", kind="released", group=["US", "CN"])
    held = held.sort_values(["board_id", "valid_on"], kind="stable")
    held = held.drop_duplicates(["board_id", "model_id", "revision"], keep="last")
    said += [
        (
            r["model_id"],
            [f"{_board(boards, r)}, record of its country", number(r["score"], 4),
             NOTHING if r["score_se"] is None else f"± {number(r['score_se'], 2)}", day(r["valid_on"])],
        )
        for r in records(held)
    ]  # fmt: skip
    return _grouped(said)


def _board(boards: dict[str, str], r: dict[str, Any]) -> str:
    """The board's name, with its version where it has had others."""
    name, version = boards.get(r["board_id"], r["board_id"]), r["board_version"]
    return name if version in ("", "1", r["board_id"]) else named(f"{name}, {version}", 120)


def _lags(tables: Tables, names: dict[str, str]) -> Rows:
    boards = board_names()
    rows = picked(tables, "lag", **PLAIN_LAG, definition="event", leader="US", follower="CN")
    rows = rows[rows["lag_days"].notna()].sort_values(["board_id", "valid_on"], kind="stable")
    return _grouped(
        (
            r["follower_model_id"],
            [_board(boards, r), "US", months(r["lag_days"]),
             NOTHING if r["lo90_days"] is None else f"{months(r['lo90_days'])} to {months(r['hi90_days'])}",
             named(names.get(r["leader_model_id"], r["leader_model_id"]) or NOTHING), day(r["valid_on"])],
        )
        for r in records(rows)
    )  # fmt: skip
