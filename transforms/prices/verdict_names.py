"""Which names are priced as another model or build than the one that they are read as: rolling names
(`large-latest`) and bare ones (`medium-3` where `medium-3.5` is sold), told by their prices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from transforms.prices.reconcile import ROLLING
from transforms.prices.verdict_reasons import DAY, SAME

FEWEST = 2  # prices that must be another model's: one alone is equal by chance
SLACK = 7 * DAY
PRICED = ["component", "service_tier", "context_from_tokens", "currency"]
KEPT = [*PRICED, "source_id", "our_provider_id", "listed_model", "model_id", "revision", "first_party"]

Prices = dict[tuple[Any, ...], set[float]]  # amounts by PRICED


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
    name; or a bare one that took such prices up after a model with a further number came.
    """
    pairs = [*_pairs(dissent)]
    found = dict.fromkeys((listing for pair in pairs for listing in pair), "")
    asked = [listing for listing in found if _may_move(listing, said)]
    sold = said.loc[~said["promo"].to_numpy(dtype=bool), [*KEPT, "amount", "start", "end"]]
    labs = sold["model_id"].astype("str").str.partition("/")[0]
    by_lab = dict(iter(sold.groupby(labs)))
    for listing in asked:
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


def _newer(key: str, model_id: str) -> bool:
    """Whether a model's name is this one with a further number: `medium-3.5` beside `medium-3`, `medium`."""
    return bool(re.fullmatch(re.escape(key) + r"[.-]\d[\d.]*", _key(model_id)))


def _may_move(listing: Listing, said: pd.DataFrame) -> bool:
    if listing.listed_model.endswith(ROLLING):
        return True
    return any(
        _newer(_key(listing.listed_model), model)
        for model in map(str, said["model_id"].unique())
        if model.startswith(f"{_lab(listing)}/") and model != listing.model_id
    )


def _priced_as(listing: Listing, sold: pd.DataFrame, moment: int) -> str:
    """What shows that the name means something else; `sold`: the list prices of its lab's models."""
    mine = _rows(sold, listing)
    now = mine[(mine["start"] <= moment) & (mine["end"] > moment)]
    odd = _odd(listing, now, sold)
    if not len(odd):
        return ""
    rolling = listing.listed_model.endswith(ROLLING)
    others = sold[
        (sold["our_provider_id"] == listing.our_provider_id)
        & (sold["listed_model"].astype("str").map(_key) != _key(listing.listed_model))
        & ((sold["model_id"] != listing.model_id) | (sold["revision"] != listing.revision))
    ]
    shown = [
        (str(model), str(build), rows["source_id"].nunique())
        for (model, build), rows in others.groupby(["model_id", "revision"], observed=True)
        if (rolling or _came_before(listing, str(model), rows, odd, sold))
        and _alike(_prices(now), _prices(rows))
    ]
    if not shown:
        return ""
    model, build, _ = min(shown, key=lambda other: (-_shared(listing, other[0]), -other[2], other[:2]))
    return f"{listing.listed_model} has the prices of {model}{'@' + build if build else ''}"


def _came_before(
    listing: Listing, model: str, rows: pd.DataFrame, odd: pd.DataFrame, sold: pd.DataFrame
) -> bool:
    """Whether a bare name may have moved on to the model: nobody took the name's prices up before it came."""
    if model == listing.model_id or not _newer(_key(listing.listed_model), model):
        return False
    alike = _as_dear(listing, odd, sold)
    return int(alike["start"].min()) >= int(rows["start"].min()) - SLACK


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


def _prices(rows: pd.DataFrame) -> Prices:
    found: Prices = {}
    for *place, amount in rows[[*PRICED, "amount"]].itertuples(index=False):
        found.setdefault(tuple(place), set()).add(float(amount))
    return found


def _alike(mine: Prices, other: Prices) -> bool:
    """Whether every price that both have is one, of FEWEST at least."""
    both = mine.keys() & other.keys()
    return len(both) >= FEWEST and all(
        any(np.isclose(a, b, rtol=SAME, atol=0) for a in mine[place] for b in other[place]) for place in both
    )


def _odd(listing: Listing, now: pd.DataFrame, sold: pd.DataFrame) -> pd.DataFrame:
    """The prices of `now` that nobody has printed for the same model and build under another name."""
    same = _as_dear(listing, now, sold)
    named = same.loc[same["listed_model"].astype("str").map(_key) != _key(listing.listed_model), PRICED]
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
