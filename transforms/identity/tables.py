"""One identity for every model: printed names to (model, revision, setting), by seeds, rules and registries;
never by likeness.

A name is looked up, reading by reading (`naming.read_name`: whole name first), in the aliases kept by hand
and then among the models' own keys. What no seed knows but a registry or a lab's own feed states with its lab
becomes a model by rule. All else is unmatched, with the nearest candidates for a person to settle.

As known on a day: names first seen later, registry rows observed later and seed models released later take no
part.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from transforms.identity.candidates import nearest
from transforms.identity.index import FIRST, LAST, Match, index_seeds
from transforms.identity.long_tail import add_registries
from transforms.identity.matching import NAME_KEY
from transforms.identity.model_facts import _date_frame, _model_frame, openness_said
from transforms.identity.owners import _match_all
from transforms.identity.shown import OPENNESS
from transforms.identity.withdrawals import stated_withdrawals


def build_identity(
    seeds: Mapping[str, pd.DataFrame],
    names: pd.DataFrame,
    releases: pd.DataFrame,
    offers: pd.DataFrame,
    as_of: date,
    *,
    near: bool = True,
    withdrawals: pd.DataFrame | None = None,
    own_pages: frozenset[str] = frozenset(),
) -> dict[str, pd.DataFrame]:
    """The frames models, model_dates, model_aliases and unmatched as known on `as_of`, and OPENNESS: what
    registries say with one voice, for the gates.

    `seeds` as `warehouse.seeds.seeds()`. `names`: unique (source_id, provider_id, listed_model,
    listed_setting, listed_lab, canonical_model, table) with first_seen, last_seen (days) and rows.
    `releases`, `offers`: rows of these snapshot tables with observed_on (unique statements are enough).
    `near` also looks for the candidates of the unmatched. `withdrawals`: what feeds state of every capture
    (source_id, listed_model, lab, released_on, observed_on); `own_pages`: the sources that can contradict it.
    """
    day = pd.Timestamp(as_of)
    index = index_seeds(seeds, as_of)
    public = releases[(releases["observed_on"] <= day) & (releases["date_kind"] != "withdrawn")]
    said = add_registries(index, public)
    stated = said[said["generated"].astype("bool")].drop(columns="generated")
    seen = names[names["first_seen"] <= day]
    rows, missing = _match_all(index, seen, as_of)
    aliases = _alias_frame(rows, day)
    told = withdrawals[withdrawals["observed_on"] <= day] if withdrawals is not None else releases.iloc[:0]
    gone = stated_withdrawals(index, told, seen, aliases, own_pages)
    dates = _date_frame(seeds["model_dates"], stated, index, aliases, day, gone)
    models = _model_frame(seeds, index, said, dates, offers, day)
    return {
        "models": models,
        "model_dates": dates,
        "model_aliases": aliases,
        "unmatched": _unmatched(missing, models, day, near),
        OPENNESS: openness_said(said, pd.concat([dates, seeds["model_dates"]])),
    }


def _alias_frame(rows: list[tuple[object, ...]], as_of: pd.Timestamp) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*NAME_KEY, *Match._fields])
    for column, unbounded in (("valid_from", FIRST), ("valid_to", LAST)):
        frame[column] = pd.to_datetime(
            pd.Series([None if d == unbounded else d for d in frame[column]], dtype="object")
        )
    frame.insert(0, "as_of", as_of)
    return frame


def _unmatched(
    rows: list[tuple[object, ...]], models: pd.DataFrame, as_of: pd.Timestamp, near: bool
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*NAME_KEY, "listed_lab", "first_seen", "last_seen", "rows"])
    frame["candidates"] = nearest(frame["listed_model"], models["model_id"]) if near else ""
    frame["last_seen"] = frame["last_seen"].where(frame["last_seen"] <= as_of, as_of)
    frame.insert(0, "as_of", as_of)
    return frame
