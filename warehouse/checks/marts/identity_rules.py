"""The rules about names and models: one model once, and no name outside its days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from warehouse.checks.marts.rule import Rule, Tables, days, keys, limits, looked_up, never, text
from warehouse.conventions import LANES

BRAND_SHARE = 0.4


def _outside_alias(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """Of a price whose name is dated for its model: the start lies in one of the name's spans for it."""
    said, aliases = tables["source_price_intervals"], tables["model_aliases"]
    dated = aliases[aliases["valid_from"].notna() | aliases["valid_to"].notna()]
    names = ("source_id", "listed_model", "model_id", "revision")
    spans = pd.DataFrame(
        {"name": keys(dated, *names), "opens": days(dated["valid_from"]), "closes": days(dated["valid_to"])}
    )
    spans = spans.drop_duplicates()
    free = set(keys(aliases[aliases["valid_from"].isna() & aliases["valid_to"].isna()], *names))
    rows = pd.DataFrame({"name": keys(said, *names), "start": days(said["valid_from"])})
    rows["row"] = np.arange(len(rows))
    rows = rows[rows["name"].isin(spans["name"]) & ~rows["name"].isin(free)]
    both = rows.merge(spans, on="name")
    inside = (both["opens"].isna() | (both["start"] >= both["opens"])) & (
        both["closes"].isna() | (both["start"] < both["closes"])
    )
    held = inside.groupby(both["row"]).any()
    return limits(held.to_numpy(dtype=float), 1.0, held.index)


def _one_model_twice(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """Of two ids of one lab that differ by a brand word, or by a way of serving on one release day, one is
    too many.
    """
    models = tables["models"]
    ids = text(models["model_id"])
    lab, name = ids.str.partition("/")[0], ids.str.partition("/")[2]
    day = pd.Series(days(models["released_on"])).fillna(-1)
    first = name.str.partition("-")[0]
    common = first.groupby([lab, first]).transform("size") >= BRAND_SHARE * lab.groupby(lab).transform("size")
    bare = name.where(~common, name.str.partition("-")[2])
    served = name.str.replace(rf"-(?:{'|'.join(sorted(LANES))})$", "", regex=True)
    known = set(ids)
    dates = dict(zip(ids, day, strict=True))
    brand = common & (bare != "") & (lab + "/" + bare).isin(known)
    base = lab + "/" + served
    same = pd.Series([dates.get(b, np.nan) for b in base]) == day
    # A distilled model of pictures or speech is one, and so is a turbo beside sizes called plus or max.
    kind = text(models["model_kind"]) if "model_kind" in models else pd.Series("text", index=ids.index)
    size = ids.str.endswith("-turbo") & ((base + "-plus").isin(known) | (base + "-max").isin(known))
    lane = (served != name) & (kind == "text") & ~size
    return never((brand | (lane & base.isin(known) & (same | (day < 0)))).to_numpy())


def _canonical(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A price under a name for which its source states a canonical id that means another model."""
    said, aliases, listed = (
        tables[name] for name in ("source_price_intervals", "model_aliases", "names_listed")
    )
    by_name = pd.Series(
        text(aliases["model_id"]).to_numpy(), index=keys(aliases, "source_id", "listed_model")
    )
    once = by_name[~by_name.index.duplicated(keep=False)]
    stated = pd.Series(
        keys(listed, "source_id", "canonical_model").to_numpy(),
        index=keys(listed, "source_id", "listed_model"),
    )
    canonical = stated[~stated.index.duplicated(keep=False)].reindex(keys(said, "source_id", "listed_model"))
    means = once.reindex(canonical.fillna("").to_numpy())
    return never(
        means.notna().to_numpy() & (means.to_numpy(dtype=object) != text(said["model_id"]).to_numpy())
    )


def _previews(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A name of a preview as a setting of the released model, where the preview has days of its own."""
    aliases, dates = tables["model_aliases"], tables["model_dates"]
    own = set(text(dates.loc[(text(dates["revision"]) == "preview").to_numpy(), "model_id"]))
    shown = text(aliases["setting"]).str.contains(r"\bpreview\b") & (text(aliases["revision"]) == "")
    return never((shown & text(aliases["model_id"]).isin(own)).to_numpy())


def _openness(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A model open where the registries agree that it is closed, or the other way round."""
    models, agreed = tables["models"], tables["openness_said"]
    said = pd.Series(agreed["said_open"].to_numpy(dtype=float), index=text(agreed["model_id"]))
    told = models["open_weights"].astype("boolean").fillna(False).to_numpy(dtype=float)
    return never(np.abs(looked_up(text(models["model_id"]), said) - told) > 0)


IDENTITY_RULES = (
    Rule(
        13,
        "a model on whose openness all registries agree against the table",
        "models",
        ("openness_said",),
        _openness,
    ),
    Rule(
        2,
        "a price read under a name outside its days",
        "source_price_intervals",
        ("model_aliases",),
        _outside_alias,
    ),
    Rule(
        4,
        "two ids of one lab that differ by a brand word or a way of serving",
        "models",
        (),
        _one_model_twice,
    ),
    Rule(
        5,
        "a price under a name whose source's canonical id is another model's",
        "source_price_intervals",
        ("model_aliases", "names_listed"),
        _canonical,
    ),
    Rule(
        6, "a preview as a setting of what was released later", "model_aliases", ("model_dates",), _previews
    ),
)
