"""The models and their days as known on a date, by hand, by registries and by rule."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from transforms.identity.builds import build_day
from transforms.identity.index import Index, first_public
from transforms.identity.kinds import kinds_of
from transforms.identity.resolve import resolve

NEW_DAYS = 60
VOICES = 2  # registries that must agree before they are believed against the table kept by hand
SIZES = ("params_total", "params_active", "context_tokens")


def _date_frame(
    seed: pd.DataFrame,
    stated: pd.DataFrame,
    index: Index,
    aliases: pd.DataFrame,
    as_of: pd.Timestamp,
    gone: pd.DataFrame,
) -> pd.DataFrame:
    """Dates by hand; else the first registry's; else, for a dated build, the day in its name. Withdrawals by
    hand, else those that feeds state (`gone`).
    """
    frames = [seed.rename(columns={"precision": "date_precision"}).assign(method="seed")]
    if len(stated):
        first = stated.drop_duplicates(["model_id", "revision"])
        evidence = first["source_id"] + " " + first["observed_on"].astype(str).str[:10]
        columns = ["model_id", "revision", "date_kind", "released_on", "date_precision"]
        frames.append(first[columns].assign(evidence=evidence, confidence="medium", method="registry"))
    by_hand = seed.loc[seed["date_kind"] == "withdrawn", ["model_id", "revision"]]
    told = pd.MultiIndex.from_frame(gone[["model_id", "revision"]]).isin(pd.MultiIndex.from_frame(by_hand))
    frames.append(gone[~told].assign(confidence="medium", method="registry"))
    dates = pd.concat(frames, ignore_index=True)
    dates["released_on"] = pd.to_datetime(dates["released_on"])
    rows = _named_days(dates, index, aliases)
    dates = (
        pd.concat([dates, pd.DataFrame(rows, columns=dates.columns)], ignore_index=True) if rows else dates
    )
    dates = dates[(dates["released_on"] <= as_of) & dates["model_id"].isin(list(index.released))].reset_index(
        drop=True
    )
    dates.insert(0, "as_of", as_of)
    return dates


def _named_days(dates: pd.DataFrame, index: Index, aliases: pd.DataFrame) -> list[tuple[object, ...]]:
    """The rows of the builds that nobody dates: the day in their names."""
    builds = aliases.loc[aliases["revision"] != "", ["model_id", "revision"]].drop_duplicates()
    public = dates[dates["date_kind"] != "withdrawn"]
    known = set(zip(public["model_id"], public["revision"], strict=True))
    return [
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


def _model_frame(
    seeds: Mapping[str, pd.DataFrame],
    index: Index,
    said: pd.DataFrame,
    dates: pd.DataFrame,
    offers: pd.DataFrame,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """The models with their facts. `said`: what registries state (`generated`: only they know the model)."""
    seed = seeds["models"]
    known = seed[seed["model_id"].isin(list(index.released))].drop(columns="evidence").assign(method="seed")
    made = _made_models(seed, index, said[said["generated"].astype("bool")])
    models = pd.concat([known, made], ignore_index=True)
    first = first_public(dates)
    day = first[first["revision"] == ""].set_index("model_id")["released_on"]
    models["released_on"] = models["model_id"].map(day)
    on = [d.date() if pd.notna(d) else as_of.date() for d in models["released_on"]]
    models["country"] = [index.country(lab, d) for lab, d in zip(models["lab_id"], on, strict=True)]
    weights = pd.concat([dates, seeds["model_dates"]])
    models = _with_openness(models, said, weights, _offered_open(index, offers, as_of), as_of)
    # What the table kept by hand leaves open, the first registry that states it says.
    stated = said[said["revision"] == ""].groupby("model_id")[list(SIZES)].first()
    for column in SIZES:
        own = pd.to_numeric(models[column]).astype("float64")
        models[column] = own.fillna(pd.to_numeric(models["model_id"].map(stated[column])).astype("float64"))
    models["flagship"] = models["flagship"].astype("bool")
    models["model_kind"] = kinds_of(models["model_id"])
    models.insert(0, "as_of", as_of)
    return models


def _made_models(seed: pd.DataFrame, index: Index, stated: pd.DataFrame) -> pd.DataFrame:
    """The models that no seed has. A feed lists some before the release day that a seed knows: the seed's row
    says more than the rule's, and there is one row.
    """
    made = pd.DataFrame({"model_id": sorted(index.generated - set(seed["model_id"]))}, dtype="str")
    made["lab_id"] = made["model_id"].str.split("/").str[0]
    made["name"] = made["model_id"].str.split("/").str[1]
    made = made.assign(
        family=made["name"].str.extract(r"^([a-z]+)", expand=False).fillna(""),
        tier="variant",
        base_model_id="",
        method="registry",
        flagship=False,
    )
    if not len(stated):
        return made
    columns = ["open_weights", *SIZES]
    return made.merge(stated.groupby("model_id")[columns].first(), on="model_id", how="left")


def _with_openness(
    models: pd.DataFrame,
    said: pd.DataFrame,
    dates: pd.DataFrame,
    offered: pd.Series[bool],
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """`models` with open_weights (the table kept by hand, unless registries contradict it with one voice and
    nobody dates the weights; else most registries, else most feeds) and opened_on: the day of the weights,
    else the one from which a registry called them open that had called them closed when the model was new,
    else the release. Weights still to come are none.
    """
    own = models["open_weights"].astype("boolean")
    known = own.where(models["method"] != "registry")
    for told in (_registries_open(said), offered):
        known = known.fillna(models["model_id"].map(told))
    known = known.fillna(own)
    weights = dates[(dates["date_kind"] == "weights") & (dates["revision"] == "")]
    agreed = openness_said(said, dates).set_index("model_id")["said_open"]
    known = models["model_id"].map(agreed).astype("boolean").fillna(known)
    first = pd.to_datetime(weights["released_on"]).groupby(weights["model_id"]).min()
    opened = pd.to_datetime(models["model_id"].map(first))
    known = known.mask(opened > as_of, False)
    later = _opened_later(said, models).reindex(models["model_id"]).set_axis(models.index)
    opened = opened.fillna(pd.to_datetime(later))
    opened = opened.fillna(models["released_on"]).where(known.fillna(False).astype(bool))
    return models.assign(open_weights=known, opened_on=opened)


def _opened_later(said: pd.DataFrame, models: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """The day on which a registry that dates releases first called a model open after it had called it closed
    within NEW_DAYS of its release, by model: a registry that changes its mind later corrects itself.
    """
    dated = said["source_id"].astype("str").str.startswith(("artificial", "epoch"))
    rows = said[dated & (said["revision"] == "") & said["open_weights"].notna()]
    released = models.set_index("model_id")["released_on"].reindex(rows["model_id"]).set_axis(rows.index)
    age = (rows["observed_on"] - pd.to_datetime(released)).dt.days
    is_open = rows["open_weights"].astype("bool")
    closed = rows[~is_open & age.between(0, NEW_DAYS)].groupby("model_id")["observed_on"].min()
    opened = rows[is_open].groupby("model_id")["observed_on"].min()
    both = opened.index.intersection(closed.index)
    return opened[both][(opened[both] > closed[both]).to_numpy(dtype=bool)]


def openness_said(said: pd.DataFrame, dates: pd.DataFrame) -> pd.DataFrame:
    """What registries say with one voice, VOICES of them at least, of weights that nobody dates: model_id,
    said_open. `dates`: with the days by hand, also those to come.
    """
    rows = _statements(said)
    by = rows.groupby("model_id").agg(
        voices=("family", "nunique"), lowest=("open_weights", "min"), highest=("open_weights", "max")
    )
    dated = by.index.isin(dates.loc[dates["date_kind"] == "weights", "model_id"])
    agreed = by[(by["voices"] >= VOICES) & (by["lowest"] == by["highest"]) & ~dated]
    return agreed["lowest"].astype("boolean").rename("said_open").reset_index()


def _statements(said: pd.DataFrame) -> pd.DataFrame:
    """What each registry (`family` of sources) stated last of each name of a model."""
    rows = said[(said["revision"] == "") & said["open_weights"].notna()]
    rows = rows.assign(
        family=rows["source_id"].astype("str").str.split("_").str[0],
        open_weights=rows["open_weights"].astype("bool"),
    )
    return rows.sort_values("observed_on", kind="stable").drop_duplicates(
        ["model_id", "family", "source_id", "listed_model"], keep="last"
    )


def _registries_open(said: pd.DataFrame) -> pd.Series[bool]:
    """Whether registries call a model's weights open, by model: most of those that date releases, else of
    all; one registry has one voice, by what it stated last.
    """
    votes = _statements(said)
    votes["dates"] = votes["family"].isin(["artificial", "epoch"])
    voice = votes.groupby(["model_id", "dates", "family"])["open_weights"].mean().reset_index()
    share = voice.groupby(["model_id", "dates"])["open_weights"].mean().reset_index()
    best = share.sort_values("dates", kind="stable").drop_duplicates("model_id", keep="last")
    return (best.set_index("model_id")["open_weights"].astype("float64") > 0.5).astype("boolean")


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
