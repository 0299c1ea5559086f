"""One identity for every model: printed names to (model, revision, setting), by seeds, rules and registries;
never by likeness.

A name is looked up, reading by reading (`naming.read_name`: whole name first), in the aliases kept by hand
and then among the models' own keys. What no seed knows but a registry or a lab's own feed states with its lab
becomes a model by rule. All else is unmatched, with the nearest candidates for a person to settle.

As known on a day: names first seen later, registry rows observed later and seed models released later take no
part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pandas as pd

from transforms.identity.candidates import nearest
from transforms.identity.index import (
    FIRST,
    LAST,
    UNKNOWN_LAB,
    Index,
    Match,
    first_public,
    index_seeds,
    resolve,
)
from transforms.identity.long_tail import add_registries, generate
from transforms.identity.naming import build_day, read_name
from transforms.identity.spelling import shaped_id

Key = tuple[str, str, str, str]
Seen = tuple[list[tuple[str, str]], date, date, int, bool]
_NO_MODEL = re.compile(r"^[a-z]+$|^claude-\d+(?:-\d+)?$|(?:^|-)20\d\d(?:-|$)|-\d+-k(?:-|$)|-refine$")
NAME_KEY = ["source_id", "provider_id", "listed_model", "listed_setting"]
# Labs whose own API also sells other labs' models: a name there is theirs only where its brand says so.
HOSTING_LABS = frozenset(
    {
        "alibaba",
        "tencent",
        "bytedance",
        "baidu",
        "nvidia",
        "microsoft",
        "google",
        "amazon",
        "perplexity",
        "ibm",
        "databricks",
    }
)
# Feeds whose prefix names the lab that made the model.
PREFIX_STATES_LAB = frozenset({"openrouter", "openrouter_endpoints"})


def build_identity(
    seeds: Mapping[str, pd.DataFrame],
    names: pd.DataFrame,
    releases: pd.DataFrame,
    offers: pd.DataFrame,
    as_of: date,
    *,
    near: bool = True,
) -> dict[str, pd.DataFrame]:
    """The frames models, model_dates, model_aliases and unmatched as known on `as_of`.

    `seeds` as `warehouse.seeds.seeds()`. `names`: unique (source_id, provider_id, listed_model,
    listed_setting, listed_lab, canonical_model, table) with first_seen, last_seen (days) and rows.
    `releases`, `offers`: rows of these snapshot tables with observed_on (unique statements are enough).
    `near` also looks for the candidates of the unmatched.
    """
    day = pd.Timestamp(as_of)
    index = index_seeds(seeds, as_of)
    stated = add_registries(index, releases[releases["observed_on"] <= day])
    seen = names[names["first_seen"] <= day]
    rows, missing = _match_all(index, seen, as_of)
    aliases = _alias_frame(rows, day)
    dates = _date_frame(seeds["model_dates"], stated, index, aliases, day)
    models = _model_frame(seeds["models"], index, stated, dates, offers, day)
    return {
        "models": models,
        "model_dates": dates,
        "model_aliases": aliases,
        "unmatched": _unmatched(missing, models, day, near),
    }


def revision_ids(model_ids: pd.Series[str], revisions: pd.Series[str]) -> pd.Series[str]:
    """`lab/model`, or `lab/model@revision` for a dated build: what has a release day of its own."""
    return model_ids.where(revisions == "", model_ids + "@" + revisions).astype("str")


def dated_models(models: pd.DataFrame, model_dates: pd.DataFrame) -> pd.DataFrame:
    """One row a model and a row each of its dated builds, for frontiers and lags: a later build must not
    count from the first's day.

    The columns of `models` with `model_id` as `revision_ids` gives it, `released_on` of that build (its
    model's where nobody dates the build), `withdrawn_on` (NaT while it is offered), `base_id` and `revision`.
    """
    first = first_public(model_dates).rename(columns={"released_on": "built_on"})
    gone = (
        model_dates[model_dates["date_kind"] == "withdrawn"]
        .set_index(["model_id", "revision"])["released_on"]
        .rename("withdrawn_on")
    )
    builds = first[first["revision"] != ""]
    rows = pd.concat(
        [models.assign(revision=""), models.merge(builds[["model_id", "revision"]], on="model_id")],
        ignore_index=True,
    )
    rows = rows.merge(first, on=["model_id", "revision"], how="left", validate="1:1").join(
        gone, on=["model_id", "revision"]
    )
    rows["released_on"] = rows.pop("built_on").fillna(rows["released_on"])
    rows["base_id"] = rows["model_id"]
    rows["model_id"] = revision_ids(rows["base_id"], rows["revision"])
    return rows


def _match_all(
    index: Index, names: pd.DataFrame, as_of: date
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Every name's matches as alias rows, and the names that have none."""
    found: list[tuple[object, ...]] = []
    none: list[tuple[object, ...]] = []
    for key, (said, first, last, count, scored) in _seen(names).items():
        matches = next(
            (m for lab, canonical in said if (m := match_name(index, *key, lab, canonical, scored=scored))),
            [],
        )
        if matches:
            end = min(last, as_of)
            found.extend(
                (*key, *m)
                for m in ([m for m in matches if m.valid_from <= end and first < m.valid_to] or matches[-1:])
            )
        else:
            none.append((*key, said[0][0], pd.Timestamp(first), pd.Timestamp(last), count))
    return found, none


def _seen(names: pd.DataFrame) -> dict[Key, Seen]:
    """Each name with the (lab, canonical id) said of it, its first and last day, its rows, and whether a
    board scores it.
    """
    text = [
        names[c].astype(object).where(names[c].notna(), "").tolist()
        for c in (*NAME_KEY, "listed_lab", "canonical_model")
    ]
    days = [names[c].dt.date.tolist() for c in ("first_seen", "last_seen")]
    counted = names["rows"].tolist(), (names["table"] == "scores").tolist()
    seen: dict[Key, Seen] = {}
    for source, provider, model, setting, lab, canonical, first, last, count, score in zip(
        *text, *days, *counted, strict=True
    ):
        key = (source, provider, model, setting)
        said, start, end, rows, scored = seen.get(key, ([], first, last, 0, False))
        if (lab, canonical) not in said:
            said.append((lab, canonical))
        seen[key] = said, min(start, first), max(end, last), rows + count, scored or score
    return seen


def match_name(
    index: Index,
    source: str,
    provider: str,
    model: str,
    setting: str,
    lab: str,
    canonical: str,
    *,
    scored: bool = False,
) -> list[Match]:
    """What one name means: itself, else its canonical id, else a new model where a board, its own API or a
    prefix states its lab.

    `scored`: whether a board prints the name.
    """
    lab_id = index.lab(lab) or (UNKNOWN_LAB if lab else "")
    matches = resolve(index, source, model, setting, lab_id)
    if matches:
        return matches
    if "/" in canonical and (matches := resolve(index, source, canonical, setting)):
        return matches
    owner = (_boards_owner(model, lab_id) if scored else "") or _feed_owner(
        index, source, provider, model, lab_id
    )
    return (
        resolve(index, source, model, setting, owner)
        if owner and generate(index, owner, model, "", None)
        else []
    )


def _boards_owner(model: str, lab_id: str) -> str:
    """The lab of a new model that a board prints: the lab stated beside it, else the one that its name's
    make-up says; or nobody's.

    Without the lab's brand only an id (`inkling-small`) counts: words for people (`Opus 4.5 (Thinking, 16K)`)
    leave the brand out. Systems of several models, a bare brand, a Claude of no size, and names with a year
    or a context length left in them are no model's.
    """
    name = read_name(model)
    key = name.readings[-1].key
    if name.publishers or " + " in model or "&" in model or _NO_MODEL.search(key):
        return ""
    if lab_id in {"", UNKNOWN_LAB}:
        return name.brand_lab if not lab_id and shaped_id(key) else ""
    if name.brand_lab == lab_id or (
        not name.brand_lab and re.fullmatch(r"[a-z][a-z0-9]*(?:[-._][a-z0-9]+)+", model)
    ):
        return lab_id
    return ""


def _feed_owner(index: Index, source: str, provider: str, model: str, lab_id: str) -> str:
    """The lab of a new model that its own API sells, or that a feed's prefix states."""
    name = read_name(model)
    prefix = next((found for p in reversed(name.publishers) if (found := index.lab(p))), "")
    own = index.lab(provider)
    if prefix and (source in PREFIX_STATES_LAB or prefix == own) and name.brand_lab in {"", prefix}:
        return prefix
    if (
        own
        and not prefix
        and not lab_id
        and (name.brand_lab == own or (not name.brand_lab and own not in HOSTING_LABS))
    ):
        return own
    return ""


def _alias_frame(rows: list[tuple[object, ...]], as_of: pd.Timestamp) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*NAME_KEY, *Match._fields])
    for column, unbounded in (("valid_from", FIRST), ("valid_to", LAST)):
        frame[column] = pd.to_datetime(
            pd.Series([None if d == unbounded else d for d in frame[column]], dtype="object")
        )
    frame.insert(0, "as_of", as_of)
    return frame


def _date_frame(
    seed: pd.DataFrame, stated: pd.DataFrame, index: Index, aliases: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Dates by hand; else the first registry's; else, for a dated build, the day in its name."""
    frames = [seed.rename(columns={"precision": "date_precision"}).assign(method="seed")]
    if len(stated):
        first = stated.drop_duplicates(["model_id", "revision"])
        evidence = first["source_id"] + " " + first["observed_on"].astype(str).str[:10]
        columns = ["model_id", "revision", "date_kind", "released_on", "date_precision"]
        frames.append(first[columns].assign(evidence=evidence, confidence="medium", method="registry"))
    dates = pd.concat(frames, ignore_index=True)
    dates["released_on"] = pd.to_datetime(dates["released_on"])
    builds = aliases.loc[aliases["revision"] != "", ["model_id", "revision"]].drop_duplicates()
    known = set(zip(dates["model_id"], dates["revision"], strict=True))
    rows = [
        (
            m,
            r,
            "api",
            pd.Timestamp(on),
            "month" if len(r) == 7 else "day",
            "the day in the build's name",
            "low",
            "rule",
        )
        for m, r in zip(builds["model_id"], builds["revision"], strict=True)
        if (m, r) not in known and (on := build_day(r, index.released.get(m)))
    ]
    dates = (
        pd.concat([dates, pd.DataFrame(rows, columns=dates.columns)], ignore_index=True) if rows else dates
    )
    dates = dates[(dates["released_on"] <= as_of) & dates["model_id"].isin(list(index.released))].reset_index(
        drop=True
    )
    dates.insert(0, "as_of", as_of)
    return dates


def _model_frame(
    seed: pd.DataFrame,
    index: Index,
    stated: pd.DataFrame,
    dates: pd.DataFrame,
    offers: pd.DataFrame,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    # A feed lists some models before the release day that a seed knows: the seed's row says more than the
    # rule's, and there is one row.
    made = pd.DataFrame({"model_id": sorted(index.generated - set(seed["model_id"]))}, dtype="str")
    made["lab_id"] = made["model_id"].str.split("/").str[0]
    made["name"] = made["model_id"].str.split("/").str[1]
    made = made.assign(
        family=made["name"].str.extract(r"^([a-z]+)", expand=False).fillna(""),
        tier="variant",
        base_model_id="",
        method="registry",
    )
    if len(stated):
        facts = stated.groupby("model_id")[
            ["open_weights", "params_total", "params_active", "context_tokens"]
        ].first()
        made = made.merge(facts, left_on="model_id", right_index=True, how="left")
    made["flagship"] = False
    models = pd.concat(
        [
            seed[seed["model_id"].isin(list(index.released))].drop(columns="evidence").assign(method="seed"),
            made,
        ],
        ignore_index=True,
    )
    first = first_public(dates)
    day = first[first["revision"] == ""].set_index("model_id")["released_on"]
    models["released_on"] = models["model_id"].map(day)
    known = [d.date() if pd.notna(d) else as_of.date() for d in models["released_on"]]
    models["country"] = [index.country(lab, d) for lab, d in zip(models["lab_id"], known, strict=True)]
    models["open_weights"] = (
        models["open_weights"]
        .astype("boolean")
        .fillna(models["model_id"].map(_offered_open(index, offers, as_of)))
    )
    for column in ("params_total", "params_active", "context_tokens"):
        models[column] = pd.to_numeric(models[column]).astype("float64")
    models["flagship"] = models["flagship"].astype("bool")
    models.insert(0, "as_of", as_of)
    return models


def _offered_open(index: Index, offers: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series[bool]:
    """Whether feeds call a model open, by model: the majority of the offers that say."""
    said = (
        offers[(offers["observed_on"] <= as_of) & offers["open_weights"].notna()]
        if "open_weights" in offers
        else offers.iloc[:0]
    )
    unique = said[["source_id", "listed_model", "open_weights"]].drop_duplicates() if len(said) else said
    rows = (
        [
            (m[0].model_id, bool(o))
            for s, n, o in zip(
                *(unique[c] for c in ("source_id", "listed_model", "open_weights")), strict=True
            )
            if (m := resolve(index, s, n))
        ]
        if len(unique)
        else []
    )
    frame = pd.DataFrame(rows, columns=["model_id", "open_weights"]).astype({"open_weights": "float64"})
    return (frame.groupby("model_id")["open_weights"].mean() > 0.5).astype("boolean")


def _unmatched(
    rows: list[tuple[object, ...]], models: pd.DataFrame, as_of: pd.Timestamp, near: bool
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*NAME_KEY, "listed_lab", "first_seen", "last_seen", "rows"])
    frame["candidates"] = nearest(frame["listed_model"], models["model_id"]) if near else ""
    frame["last_seen"] = frame["last_seen"].where(frame["last_seen"] <= as_of, as_of)
    frame.insert(0, "as_of", as_of)
    return frame


def match_models(names: pd.DataFrame, aliases: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Splits rows with (source_id, listed_model, ...) into those with a model and those without.

    `names` needs source_id and listed_model, and may have provider_id, listed_setting and observed_on;
    `aliases` is the
    `model_aliases` frame. The matched rows gain model_id, revision and setting; their index is that of
    `names`. ValueError (pandas' MergeError) where aliases say two things of one name on one day.
    """
    on = [k for k in NAME_KEY if k in names.columns]
    plain = aliases.duplicated(NAME_KEY, keep=False)
    columns = [*on, "model_id", "revision", "setting"]
    once = aliases.loc[~plain, columns].drop_duplicates()
    merged = names.reset_index(names="_row").merge(once, on=on, how="left", validate="m:1")
    if plain.any() and "observed_on" in names.columns:
        dated = aliases.loc[plain, [*columns, "valid_from", "valid_to"]]
        hits = merged.loc[merged["model_id"].isna(), ["_row", *on, "observed_on"]].merge(dated, on=on)
        begun = hits["valid_from"].isna() | (hits["observed_on"] >= hits["valid_from"])
        hits = hits[begun & (hits["valid_to"].isna() | (hits["observed_on"] < hits["valid_to"]))]
        found = merged[["_row"]].merge(hits.drop_duplicates(), on="_row", how="left", validate="1:1")
        for column in ("model_id", "revision", "setting"):
            merged[column] = merged[column].where(merged[column].notna(), found[column])
    merged = merged.set_index("_row")
    merged.index.name = names.index.name
    known = merged["model_id"].notna()
    return merged[known], merged.loc[~known, list(names.columns)]
