"""Which names are priced as another model or build than the one that they are read as: rolling names
(`large-latest`) and bare ones (`medium-3` where `medium-3.5` is sold), told by their prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.prices.reconcile import ROLLING
from transforms.prices.statements import ROUTERS
from transforms.prices.verdict_reasons import DAY, SAME

FEWEST = 2  # prices that must be another model's: one alone is equal by chance
SLACK = 7 * DAY
PRICED = ["component", "service_tier", "context_from_tokens", "currency"]
KEPT = [*PRICED, "source_id", "our_provider_id", "listed_model", "model_id", "revision", "first_party"]

MODEL = ["model_id", "revision"]


class Listing(NamedTuple):
    """A name at a source and provider, and the model and build that it is read as."""

    source_id: str
    our_provider_id: str
    listed_model: str
    model_id: str
    revision: str


def renamed(said: pd.DataFrame, dissent: pd.DataFrame, moment: int) -> pd.DataFrame:
    """`dissent` with `renamed` and `believed_renamed`: what shows that the dissenting name, or the believed
    one, has another meaning by then; "" where nothing does.

    A name shows it that costs what another model or build of the lab costs at the provider, in every price
    that both have, FEWEST at least, one of them never printed for its own model under another name: a rolling
    name; or a bare one that took such prices up after a model with a further number came. And a name whose
    every price went to another model's on one day, one more than FEWEST, when its own was retired.
    """
    pairs = [*_pairs(dissent)]
    found = dict.fromkeys((listing for pair in pairs for listing in pair), "")
    sold = said.loc[~said["promo"].to_numpy(dtype=bool), [*KEPT, "amount", "start", "end"]]
    sold = sold.assign(key=_keys(sold["listed_model"]))
    by_lab = dict(iter(sold.groupby(sold["model_id"].astype("str").str.partition("/")[0])))
    changed = {
        listing
        for pair, *moved in zip(pairs, dissent["moved"], dissent["chosen_moved"], strict=True)
        for listing, went in zip(pair, moved, strict=True)
        if went and listing.our_provider_id not in ROUTERS  # whose ids are ids of models
    }
    for listing in found:
        if listing in changed or _may_move(listing, by_lab[_lab(listing)]):
            found[listing] = _priced_as(listing, by_lab[_lab(listing)], moment)
    return dissent.assign(
        renamed=[found[own] for own, _ in pairs], believed_renamed=[found[believed] for _, believed in pairs]
    )


def _pairs(dissent: pd.DataFrame) -> Iterator[tuple[Listing, Listing]]:
    """The dissenting name of each row and the believed one."""
    for row in dissent.itertuples():
        place = str(row.our_provider_id)
        model = str(row.model_id), str(row.revision)
        yield (
            Listing(str(row.source_id), place, str(row.listed_model), *model),
            Listing(str(row.chosen_source_id), place, str(row.chosen_listed_model), *model),
        )


def _key(name: str) -> str:
    """A printed name without the publishers before it."""
    return name.rpartition("/")[2].removeprefix("~").casefold()


def _lab(listing: Listing) -> str:
    return listing.model_id.partition("/")[0]


def _keys(names: pd.Series) -> pd.Series:
    words = names.astype("category")
    return words.map({name: _key(str(name)) for name in words.cat.categories}).astype("object")


def _may_move(listing: Listing, sold: pd.DataFrame) -> bool:
    """Whether a name is a rolling one, or one to which a model of its lab adds a number."""
    name = listing.listed_model
    return name.endswith(ROLLING) or any(_newer(_key(name), str(m)) for m in sold["model_id"].unique())


def _newer(key: str, model_id: str) -> bool:
    """Whether a model's name is this one with a further number: `medium-3.5` beside `medium-3`, `medium`."""
    return bool(re.fullmatch(re.escape(key) + r"[.-]\d[\d.]*", _key(model_id)))


def _priced_as(listing: Listing, sold: pd.DataFrame, moment: int) -> str:
    """What shows that the name means something else; `sold`: the list prices of its lab's models."""
    mine = _rows(sold, listing)
    now = mine[(mine["start"] <= moment) & (mine["end"] > moment)]
    handed = _handed_on(listing, mine, now, sold)
    if not handed and not _may_move(listing, sold):
        return ""
    odd = _odd(listing, now, sold)
    rolling = listing.listed_model.endswith(ROLLING) and len(odd) > 0
    others = sold[
        (sold["our_provider_id"] == listing.our_provider_id)
        & (sold["key"] != _key(listing.listed_model))
        & ((sold["model_id"] != listing.model_id) | (sold["revision"] != listing.revision))
    ]
    shown = [
        (str(model), str(build), int(sources))
        for (model, build), first, sources in _alike(now, others, FEWEST + handed)
        if rolling or handed or (len(odd) and _came_before(listing, str(model), first, odd, sold))
    ]
    if not shown:
        return ""
    model, build, _ = min(shown, key=lambda other: (-_shared(listing, other[0]), -other[2], other[:2]))
    return f"{listing.listed_model} has the prices of {model}{'@' + build if build else ''}"


def _alike(
    now: pd.DataFrame, others: pd.DataFrame, fewest: int
) -> Iterator[tuple[tuple[object, object], int, int]]:
    """(model, build), when it was first sold so and by how many sources, of those in `others` of which every
    price that `now` has too is the same, of so many at least.
    """
    both = others.merge(now[[*PRICED, "amount"]], on=PRICED, suffixes=("", "_mine"))
    both["same"] = np.isclose(both["amount"], both["amount_mine"], rtol=SAME, atol=0)
    same = both.groupby([*MODEL, *PRICED], observed=True)["same"].any().groupby(level=MODEL, observed=True)
    found = both.groupby(MODEL, observed=True).agg(first=("start", "min"), sources=("source_id", "nunique"))
    found = found[same.all() & (same.size() >= fewest)]
    return zip(found.index, found["first"], found["sources"], strict=True)


def _handed_on(listing: Listing, mine: pd.DataFrame, now: pd.DataFrame, sold: pd.DataFrame) -> bool:
    """Whether a name may have been handed on to another model when its own was retired: every price that the
    name had went on one day, to an amount that no other source prints for the model, after a source had
    stopped listing the model there.
    """
    began = now["start"].min()
    had, has = mine[mine["start"] < began], now[now["start"] == began]
    left = had[had["end"] <= began]
    if not len(left) or len(left) != len(had) or not {*_places(left)} <= {*_places(has)}:
        return False
    own = sold[(sold["model_id"] == listing.model_id) & (sold["our_provider_id"] == listing.our_provider_id)]
    ends = own[own["source_id"] != listing.source_id].groupby("source_id", observed=True)["end"].max()
    dear = _as_dear(listing, has, sold)
    return bool((ends <= began).any()) and bool((dear["source_id"] == listing.source_id).all())


def _came_before(listing: Listing, model: str, first: int, odd: pd.DataFrame, sold: pd.DataFrame) -> bool:
    """Whether a bare name may have moved on to the model: nobody took the name's prices up before it came."""
    if model == listing.model_id or not _newer(_key(listing.listed_model), model):
        return False
    alike = _as_dear(listing, odd, sold)
    return int(alike["start"].min()) >= first - SLACK


def _shared(listing: Listing, model: str) -> int:
    """How many words of a printed name a model's name has too."""
    return len({*_key(listing.listed_model).split("-")} & {*_key(model).split("-")})


def _rows(sold: pd.DataFrame, listing: Listing) -> pd.DataFrame:
    return sold[
        (sold["source_id"] == listing.source_id)
        & (sold["our_provider_id"] == listing.our_provider_id)
        & (sold["listed_model"] == listing.listed_model)
        & (sold["model_id"] == listing.model_id)
        & (sold["revision"] == listing.revision)
    ]


def _places(rows: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    return rows[PRICED].itertuples(index=False, name=None)


def _odd(listing: Listing, now: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """The prices of `now` that nobody has printed for the same model and build under another name."""
    same = _as_dear(listing, now, sold)
    named = same.loc[same["key"] != _key(listing.listed_model), PRICED]
    return now[~pd.MultiIndex.from_frame(now[PRICED]).isin(pd.MultiIndex.from_frame(named))]


def _as_dear(listing: Listing, now: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """The rows, of any day, with an amount of `now` for the same model and build, there or at its lab."""
    own = sold[
        (sold["model_id"] == listing.model_id)
        & (sold["revision"] == listing.revision)
        & (sold["first_party"].astype(bool) | (sold["our_provider_id"] == listing.our_provider_id))
    ]
    both = own.merge(now[[*PRICED, "amount"]], on=PRICED, suffixes=("", "_mine"))
    return both[np.isclose(both["amount"], both["amount_mine"], rtol=SAME, atol=0)]
