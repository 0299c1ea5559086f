"""The files of `report/api/v1/`. Their addresses are frozen: a file may gain fields, and none goes.

latest.json                      what the newest numbers are, and which files there are
prices/current.json              every model's first-party prices in force
prices/<lab>/<model>.json        every first-party price that a model ever had
lag/<board>.csv                  the lag of every day, US against China
changes.json                     changes of first-party prices, without artefacts
litellm.json models-dev.json llm-prices.json     the current list prices in others' forms
feed.xml feed/<lab>.xml          events as Atom: all, and those of one lab's models
gapledger.duckdb                 the newest tables with price_on(model, day) (warehouse/duckdb_file.py)
schema/<name>.json               a JSON Schema for each kind of JSON file
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from itertools import groupby
from typing import Any

from reports.api.current import first_party, in_force, model_facts, price_record
from reports.api.maps import Made, all_maps
from reports.feed import feed, lab_feeds
from reports.price_changes import confirmed
from reports.selectors import Tables, board_names, picked, records
from warehouse.addresses import API
from warehouse.conventions import DAYS_PER_MONTH, PLAIN_LAG, US_CN

ROOT = API
DUCKDB = "gapledger.duckdb"  # made of the same tables and written beside these (warehouse/duckdb_file.py)
MOST_CHANGES = 1000
HISTORY_ORDER = ("valid_from", "component", "service_tier", "currency")
LAG_WINDOWS = {"parity": 0, "trailing12": 365}
LAG_COLUMNS = (
    "board_version", "definition", "valid_on", "lag_days", "lo90_days", "hi90_days", "lag_months", "state",
    "leader_model_id", "follower_model_id",
)  # fmt: skip
CHANGE_COLUMNS = (
    "model_id", "provider_id", "component", "service_tier", "modality", "context_from_tokens", "region",
    "time_band", "currency", "per", "amount_before", "amount", "change", "change_verdict", "source_id",
    "capture_sha256",
)  # fmt: skip


def api_files(tables: Tables, as_of: date) -> dict[str, bytes]:
    """The files by name below the home. Tables hold the rows of `as_of`; each of them may be missing."""
    facts = model_facts(tables)
    ever = first_party(tables)
    now = records(in_force(ever, as_of))
    maps = all_maps(now, facts, as_of.isoformat())
    out: dict[str, Any] = {"prices/current.json": _current(now, facts, as_of)}
    ordered = records(ever.sort_values(["model_id", *HISTORY_ORDER], kind="stable"))
    for model_id, rows in groupby(ordered, key=lambda row: str(row["model_id"])):
        out[f"prices/{_path(model_id)}.json"] = _history(model_id, rows, facts, as_of)
    out |= {name: made.body for name, made in maps.items()}
    out["changes.json"] = _changes(tables, as_of)
    made = {f"{ROOT}/{name}": _json(body) for name, body in out.items()}
    made |= {f"{ROOT}/lag/{board}.csv": body for board, body in _lags(tables).items()}
    made |= {f"{ROOT}/schema/{name}": body for name, body in schemas().items()}
    made |= {f"{ROOT}/feed/{_path_part(lab)}.xml": body for lab, body in lab_feeds(tables, as_of).items()}
    made[f"{ROOT}/feed.xml"] = feed(tables, as_of, page="../../index.html")
    made[f"{ROOT}/latest.json"] = _json(_latest(tables, as_of, maps, made))
    made["report/llms.txt"] = _llms(as_of)
    return made


def _llms(as_of: date) -> bytes:
    """`report/llms.txt`: what is here, for language models that read for somebody."""
    body = files("reports").joinpath("api", "llms.txt").read_text("utf-8")
    return body.replace("AS_OF", as_of.isoformat()).encode()


def schemas() -> dict[str, bytes]:
    """The JSON Schemas by file name."""
    folder = files("reports").joinpath("api", "schemas")
    return {
        f.name: f.read_bytes()
        for f in sorted(folder.iterdir(), key=lambda f: f.name)
        if f.name.endswith(".json")
    }


def _path(model_id: str) -> str:
    """`lab/model` as two parts of an address; whatever is no plain character becomes a hyphen."""
    lab, _, model = str(model_id).partition("/")
    return f"{_path_part(lab)}/{_path_part(model)}"


def _path_part(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip(".") or "-"


def _current(now: list[dict[str, Any]], facts: dict[str, Any], as_of: date) -> dict[str, Any]:
    by_model: dict[str, list[dict[str, Any]]] = {}
    for row in now:
        by_model.setdefault(row["model_id"], []).append(price_record(row))
    models = [{**facts.get(m, {"id": m}), "prices": prices} for m, prices in sorted(by_model.items())]
    return {"as_of": as_of.isoformat(), "per": "1e6 tokens unless a price says otherwise", "models": models}


def _history(model_id: str, rows: Iterable[Any], facts: dict[str, Any], as_of: date) -> dict[str, Any]:
    prices = [price_record(row) for row in rows]
    return {"as_of": as_of.isoformat(), **facts.get(model_id, {"id": model_id}), "prices": prices}


def _changes(tables: Tables, as_of: date) -> dict[str, Any]:
    rows = confirmed(tables)
    changes = [
        {"valid_from": r["valid_from"].isoformat(), **{c: r[c] for c in CHANGE_COLUMNS}}
        for r in records(rows.head(MOST_CHANGES))
    ]
    return {"as_of": as_of.isoformat(), "changes": changes}


def _lags(tables: Tables) -> dict[str, bytes]:
    """Of every board its daily lag and the mean of the year before, as CSV; days without one are left out."""
    rows = picked(tables, "lag", definition=list(LAG_WINDOWS), **US_CN, **PLAIN_LAG)
    rows = rows[rows["lag_days"].notna() & (rows["window_days"] == rows["definition"].map(LAG_WINDOWS))]
    rows = rows.assign(lag_months=(rows["lag_days"] / DAYS_PER_MONTH).round(3))
    rows = rows.sort_values(["board_id", "board_version", "definition", "valid_on"], kind="stable")
    return {
        str(board): some[list(LAG_COLUMNS)].to_csv(index=False, lineterminator="\n").encode()
        for board, some in rows.groupby("board_id", observed=True)
    }


def _latest(tables: Tables, as_of: date, maps: dict[str, Made], made: dict[str, bytes]) -> dict[str, Any]:
    """Of every board the newest trailing12, what the maps hold, and the files that there are."""
    rows = picked(tables, "lag", definition="trailing12", **US_CN, **PLAIN_LAG)
    rows = rows[rows["lag_days"].notna()].sort_values("valid_on", kind="stable")
    names = board_names()
    boards = [
        {
            "board": r["board_id"],
            "name": names.get(r["board_id"], r["board_id"]),
            "version": r["board_version"],
            "months_behind": round(r["lag_days"] / DAYS_PER_MONTH, 2),
            "lo90_months": None if r["lo90_days"] is None else round(r["lo90_days"] / DAYS_PER_MONTH, 2),
            "hi90_months": None if r["hi90_days"] is None else round(r["hi90_days"] / DAYS_PER_MONTH, 2),
            "valid_on": f"{r['valid_on']:%Y-%m-%d}",
        }
        for r in records(rows.drop_duplicates("board_id", keep="last").sort_values("board_id"))
    ]
    return {
        "as_of": as_of.isoformat(),
        "api": "v1",
        "boards": boards,
        "maps": {
            n: {"models": m.models, "prices_left_out": dict(sorted(m.left_out.items()))}
            for n, m in maps.items()
        },
        "files": sorted([DUCKDB, *(name.removeprefix(f"{ROOT}/") for name in made)]),
    }


def _json(body: Any) -> bytes:
    return (json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()
