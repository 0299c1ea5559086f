"""Until when a statement of a price counts: what was sold earlier or later than a source's page can know.

A page shows what it shows; whether it still holds is a matter of other evidence. Each rule moves an end (or a
start) of `observed_intervals` and says so in `ended`; nothing is moved to a later end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.prices.carried import carried_over
from transforms.prices.presence import off_sale, pieces_on_sale
from transforms.prices.runs import micros
from transforms.prices.sightings import FOREVER, Ints

DAY = np.int64(86_400_000_000)
PROMOTION_UNSEEN = 45 * DAY
HOST_UNSEEN = 90 * DAY
POST_SPEAKS = 45 * DAY
BEFORE_RELEASE = 30 * DAY
NOT_TEXT = ("image", "audio", "video", "multimodal")


class InForce(NamedTuple):
    """`said`: the intervals that count, with `ended`: why each ends ("" while it is open). `excluded`: the
    rows of which nothing counts, with `reason`.
    """

    said: pd.DataFrame
    excluded: pd.DataFrame


def in_force(
    said: pd.DataFrame,
    as_of: pd.Timestamp,
    models: pd.DataFrame,
    dates: pd.DataFrame | None = None,
    captures: pd.DataFrame | None = None,
) -> InForce:
    """`said` (`date_changes`) as far as it counts at the end of `as_of`.

    models: model_id, released_on, open_weights; dates: `model_dates` (model_id, revision, date_kind,
    released_on), without which no build has a day of its own and nothing was withdrawn; captures:
    `History.captures`, for models that the lab announced in a post and lists on no page. A promotion without
    an end counts for 45 days after it was last seen, a host's price for 90; a post's word for 45 days after
    its start, or as long as the provider's page shows the model; nothing at first hand after the withdrawal,
    or from the first of two whole captures in a row of the provider's own page without the model.
    """
    known = np.int64((as_of + pd.Timedelta(days=1)).value // 1000 - 1)
    frame = said.reset_index(drop=True).assign(ended=_why_ended(said))
    frame, early = _from_release_on(frame, _first_days(frame, models, dates))
    frame, other = _without(frame, _not_text(frame), "the price of images or sound in the place of text")
    frame, kept = _without(frame, carried_over(frame), "the price of the model before under its name")
    frame = frame.assign(first_party=_first_hand(frame, models), by_its_lab=frame["first_party"])
    frame, given = _without(frame, _own_promotions(frame), "a promotion that no page of the provider prints")
    promo, host = frame["promo"].to_numpy(), ~frame["first_party"].to_numpy(dtype=bool)
    undated = promo & (frame["effective_to"].to_numpy() == FOREVER)
    seen = np.maximum(frame["last_seen"].to_numpy(), frame["start"].to_numpy())
    unseen = np.where(undated, seen + PROMOTION_UNSEEN, FOREVER)
    frame = _cut(frame, unseen, "promotion unseen for 45 days", known)
    frame = _cut(frame, np.where(host, seen + HOST_UNSEEN, FOREVER), "host unseen for 90 days", known)
    frame = pieces_on_sale(frame, off_sale(frame, captures, known))
    frame = _cut(_posts_end(frame, known), _name_moved_on(frame), "the name means the next model", known)
    if dates is not None:
        frame = _withdrawn(frame, dates, known)
    frame, gone = _without(
        frame, frame["end"].to_numpy() <= frame["start"].to_numpy(), "not on sale at any time"
    )
    return InForce(frame, pd.concat([early, other, kept, given, gone], ignore_index=True))


def _without(frame: pd.DataFrame, bad: np.ndarray, reason: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(the rows that are not `bad`, the others with the reason)."""
    return frame[~bad].reset_index(drop=True), frame[bad].assign(reason=reason)


def _why_ended(said: pd.DataFrame) -> np.ndarray:
    end = said["end"].to_numpy()
    stated = (end == said["effective_to"].to_numpy()) & (end < FOREVER)
    return np.where(end == FOREVER, "", np.where(stated, "stated", "no longer shown")).astype(object)


def _cut(frame: pd.DataFrame, limit: Ints, why: str, known: np.int64 = FOREVER) -> pd.DataFrame:
    """`frame` with no end after `limit`, where the limit has come by `known`: what may still be seen again is
    not ended.
    """
    end, limit = frame["end"].to_numpy(), np.where(limit <= known, limit, FOREVER)
    return frame.assign(
        end=np.minimum(end, limit), ended=np.where(limit < end, why, frame["ended"].to_numpy(dtype=object))
    )


def _first_days(frame: pd.DataFrame, models: pd.DataFrame, dates: pd.DataFrame | None) -> Ints:
    """The release of each row's build (its model's, where nobody dates the build), in microseconds; -1
    where no day is known.
    """
    day = (
        models.drop_duplicates("model_id")
        .set_index("model_id")["released_on"]
        .dropna()
        .astype("datetime64[us]")
    )
    release = micros(day.reindex(frame["model_id"].astype("object")).reset_index(drop=True), np.int64(-1))
    if dates is None or not len(dates):
        return release
    public = dates[(dates["date_kind"] != "withdrawn") & (dates["revision"] != "")].dropna(
        subset="released_on"
    )
    first = public.groupby(["model_id", "revision"])["released_on"].min().rename("built_on")
    built = (
        frame[["model_id", "revision"]].astype("object").join(first, on=["model_id", "revision"])["built_on"]
    )
    own = micros(pd.to_datetime(built), np.int64(-1))
    return np.where(own >= 0, own, release).astype(np.int64)


def _from_release_on(frame: pd.DataFrame, release: Ints) -> tuple[pd.DataFrame, pd.DataFrame]:
    """No price more than 30 days before its build's release: a feed dates a tier by the day the tier began,
    and a sighting so early is another model's. What starts so early starts at the release.
    """
    start, end = frame["start"].to_numpy(), frame["end"].to_numpy()
    early = (release >= 0) & (start < release - BEFORE_RELEASE)
    frame = frame.assign(
        start=np.where(early, release, start),
        basis=np.where(early, "release", frame["basis"].to_numpy(dtype=object)),
    )
    return _without(frame, early & (end <= release), "before the model's release")


def _not_text(frame: pd.DataFrame) -> np.ndarray:
    """Which rows print, as text output, what the same model's images or sound cost: feeds without a place for
    modalities print the dearer one. What the provider's own page calls text is text.
    """
    asked = ["our_provider_id", "model_id", "component", "currency", "per", "service_tier", "amount"]
    output = frame["component"].eq("output").to_numpy() & frame["per"].eq("1e6 tokens").to_numpy()
    other = frame.loc[output & frame["modality"].isin(NOT_TEXT).to_numpy(), asked].drop_duplicates()
    text = output & frame["modality"].eq("text").to_numpy()
    if not len(other) or not text.any():
        return np.zeros(len(frame), dtype=bool)
    keys = pd.concat([frame.loc[text, asked], other]).groupby(asked, observed=True).ngroup().to_numpy()
    mine, theirs = keys[: text.sum()], keys[text.sum() :]
    paged = mine[frame.loc[text, "own_page"].to_numpy(dtype=bool)]
    found = np.zeros(len(frame), dtype=bool)
    found[text] = np.isin(mine, theirs) & ~np.isin(mine, paged)
    return found


def _first_hand(frame: pd.DataFrame, models: pd.DataFrame) -> np.ndarray:
    """Open weights are sold at first hand only where their lab's own page lists the model or the very name,
    in any capture: a feed names the lab that made them as easily as the host that runs them. A home that has
    no vendor's page at all has nothing to go by but feeds.
    """
    first, own = frame["first_party"].to_numpy(dtype=bool), frame["own_page"].to_numpy(dtype=bool)
    if "open_weights" not in models or not own.any():
        return first
    free = models.loc[models["open_weights"].fillna(False).astype(bool), "model_id"]
    asked = first & frame["model_id"].isin(free).to_numpy()
    provider = frame["our_provider_id"].astype("str") + "\x00"
    name = frame["listed_model"].astype("str").str.rpartition("/")[2].str.lower()
    keys = (provider + frame["model_id"].astype("str"), provider + name)
    paged = np.logical_or.reduce([key.isin(key[own].unique()).to_numpy() for key in keys])
    return np.asarray(first & (~asked | paged))


def _own_promotions(frame: pd.DataFrame) -> np.ndarray:
    """Which rows are promotions at first hand of a model of which no page of the provider's prints one."""
    promo = frame["promo"].to_numpy(dtype=bool) & frame["first_party"].to_numpy(dtype=bool)
    sold = frame["our_provider_id"].astype("str") + "\x00" + frame["model_id"].astype("str")
    own = promo & frame["own_page"].to_numpy(dtype=bool)
    return np.asarray(promo & ~sold.isin(sold[own].unique()).to_numpy())


def _name_moved_on(frame: pd.DataFrame) -> Ints:
    """For each row the moment from which its printed name means another model of the provider, FOREVER where
    it does not: the next model's first sighting under the name by any source, after the last one of the row's
    model. A feed that is captured later has not kept the old meaning (`deepseek-reasoner`, 2025-12-01).
    """
    name = ["our_provider_id", "market", "listed_model"]
    said = frame[[*name, "model_id", "first_seen"]].astype({"model_id": str})
    # A feed that states its history is captured long after the days that it speaks of.
    said["last_seen"] = frame[["last_seen", "end"]].min(axis=1)
    times = said.groupby([*name, "model_id"], observed=True).agg(
        first=("first_seen", "min"), last=("last_seen", "max")
    )
    several = times[times.groupby(name, observed=True)["first"].transform("size") > 1].reset_index()
    pairs = several.merge(several[[*name, "first"]], on=name, suffixes=("", "_next"))
    pairs = pairs[pairs["first_next"] > pairs["last"]]
    moved = pairs.groupby([*name, "model_id"], observed=True)["first_next"].min().rename("moved")
    found = said.join(moved, on=[*name, "model_id"])["moved"].fillna(FOREVER)
    return np.asarray(found.astype("int64"), dtype=np.int64)


def _posts_end(frame: pd.DataFrame, known: np.int64) -> pd.DataFrame:
    """A post is written once: its price gives way to the first page of the provider that lists the same
    offer; where no page ever lists the model, it counts for 45 days.
    """
    post = frame["post"].to_numpy(dtype=bool)
    if not post.any():
        return frame
    page = frame[frame["own_page"].to_numpy(dtype=bool) & ~post]
    sold = ["our_provider_id", "market", "model_id"]
    listed = pd.MultiIndex.from_frame(frame[sold]).isin(
        pd.MultiIndex.from_frame(page[sold].drop_duplicates())
    )
    speaks = np.where(post & ~listed, frame["start"].to_numpy() + POST_SPEAKS, FOREVER)
    frame = _cut(frame, speaks, "a post, and no page lists the model", known)
    shown = page[["group", "promo", "first_seen"]].merge(
        frame.loc[post, ["group", "promo", "start"]].assign(row=np.flatnonzero(post)), on=["group", "promo"]
    )
    later = shown[shown["first_seen"] > shown["start"]].groupby("row")["first_seen"].min()
    limit = np.full(len(frame), FOREVER)
    limit[later.index.to_numpy(dtype=np.int64)] = later.to_numpy()
    return _cut(frame, limit, "the page lists the offer")


def _withdrawn(frame: pd.DataFrame, dates: pd.DataFrame, known: np.int64) -> pd.DataFrame:
    """At first hand nothing is sold from the day on which its build, or the whole model, was withdrawn."""
    gone = dates[dates["date_kind"] == "withdrawn"].dropna(subset="released_on")
    if not len(gone):
        return frame
    day = gone.groupby(["model_id", "revision"])["released_on"].min().rename("withdrawn_on")
    asked = frame[["model_id", "revision"]].astype("object")
    own = asked.join(day, on=["model_id", "revision"])["withdrawn_on"]
    model = asked.assign(revision="").join(day, on=["model_id", "revision"])["withdrawn_on"]
    limit = micros(pd.to_datetime(own.fillna(model)))
    at_hand = frame["first_party"].to_numpy(dtype=bool)
    return _cut(frame, np.where(at_hand, limit, FOREVER), "withdrawn", known)
