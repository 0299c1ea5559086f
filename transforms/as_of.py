"""What was known on each as-of date: names, models, prices and boards by what had been captured, released or
stated by then.

Each distinct name is resolved once per date, then broadcast to the rows (millions): prices are the same runs
with the date's models; of the boards only those captures are prepared again on which a name or a model's
facts changed. A date of a backfill has the tables that it has by itself (a test holds it to that).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards.captures import BoardCaptures
from transforms.identity.providers import sellers, sold_by_its_lab, with_providers
from transforms.identity.resolved_names import RESOLVED, Names, names_of, re_pointed, with_resolved
from transforms.identity.shown import Identity
from transforms.identity.stated_days import about
from transforms.identity.tables import build_identity
from transforms.prices.runs import History, instants, price_runs, with_identity
from transforms.prices.seen import Seen, about_their_days
from warehouse.inputs import Inputs
from warehouse.said_frames import SaidFrame
from warehouse.seeds import providers, seeds


@dataclass
class AsOf:
    """The inputs of a home, cut at one as-of date after another; what dates share is computed once."""

    inputs: Inputs
    _day: date | None = None
    _identity: Identity = field(default_factory=dict)
    draws: dict[Any, Any] = field(
        default_factory=dict
    )  # the last posterior: dates without a new score share it

    def identity(self, day: date) -> Identity:
        """models, model_dates, model_aliases and unmatched as known on `day`."""
        if day == self.inputs.until:
            return self.newest_identity
        if day != self._day:
            self._identity = self._build_identity(day)
            self._day = day
        return self._identity

    @cached_property
    def newest_identity(self) -> Identity:
        """The identity at the end of the inputs."""
        return self._build_identity(self.inputs.until)

    def _build_identity(self, day: date) -> Identity:
        last = day == self.inputs.until
        names = self.inputs.names if last else self.inputs.sightings.until(pd.Timestamp(day))
        return build_identity(
            seeds(self.inputs.own_aliases),
            names,
            self.inputs.releases,
            self.inputs.open_offers,
            day,
            near=True,
            withdrawals=self.inputs.withdrawals,
            own_pages=self.inputs.own_pages,
        )

    @cached_property
    def _re_pointed(self) -> frozenset[str]:
        return re_pointed(self.newest_identity["model_aliases"])

    @cached_property
    def _runs(self) -> History:
        prices, seen = named_prices(self.inputs.list_prices, self.newest_identity)
        runs = price_runs(prices, self.inputs.unread, seen)
        self.inputs.release("list_prices")
        return runs

    @cached_property
    def _price_names(self) -> tuple[Names, pd.Series]:
        """The names of the statements of prices, and the lab (or none) whose own shop each stands in."""
        said = self._runs.statements
        first = self._runs.runs.groupby("statement")["first_seen"].min().reindex(np.arange(len(said)))
        day = instants(first.to_numpy()).dt.tz_localize(None).dt.normalize()
        about_on = about(said.assign(observed_on=day.to_numpy()))
        names = names_of(said.assign(listed_setting="", observed_on=about_on), self._re_pointed)
        pairs = said[["source_id", "provider_id"]].drop_duplicates()
        lab = pd.Series(
            sellers(pairs, providers())["own_lab"].to_numpy(), index=pd.MultiIndex.from_frame(pairs)
        )
        own = lab.reindex(pd.MultiIndex.from_frame(said[["source_id", "provider_id"]]))
        return names, own.reset_index(drop=True)

    def prices(self, day: date) -> History:
        """The runs of prices with the models that their names had on `day`; runs of later days are among them
        (`runs_as_of` cuts them).
        """
        if day == self.inputs.until:
            return self._runs
        names, own = self._price_names
        identity = self.identity(day)
        resolved = names.resolve(identity["model_aliases"]).fillna("")
        lab = resolved["model_id"].map(_lab_of(identity)).fillna("")
        by_row = {c: resolved[c].to_numpy(dtype=object)[names.number] for c in RESOLVED}
        first_party = sold_by_its_lab(lab.to_numpy(dtype=object)[names.number], own.to_numpy(dtype=object))
        return with_identity(self._runs, pd.DataFrame(by_row).astype("str").assign(first_party=first_party))

    @cached_property
    def _limited_offers(self) -> tuple[pd.DataFrame, Names]:
        """offers with stated limits, under our provider ids (`listed_provider` is the printed one), and their
        names.
        """
        said = self.inputs.offers
        offers = said.written_out(said.of_rows(said.rows["limits"].notna()))
        offers = offers.assign(listed_setting="").reset_index(drop=True)
        ours = sellers(offers[["source_id", "provider_id"]], providers())["our_provider_id"]
        return (
            offers.assign(listed_provider=offers["provider_id"], provider_id=ours),
            names_of(offers, self._re_pointed),
        )

    def offers(self, day: date) -> pd.DataFrame:
        """The offers with stated limits captured by `day`, with model_id and our provider_id."""
        offers, names = self._limited_offers
        matched = with_resolved(offers, names, names.resolve(self.identity(day)["model_aliases"]))
        return matched[matched["observed_on"] <= pd.Timestamp(day)]

    @cached_property
    def _captures(self) -> BoardCaptures:
        return BoardCaptures(self.inputs, self.newest_identity, self._re_pointed)

    def boards(self, day: date) -> BoardCaptures:
        """The boards' captures with the models that their names had on `day`."""
        self._captures.move_to(day, self.identity(day))
        return self._captures


def named_prices(listed: SaidFrame, identity: Identity) -> tuple[pd.DataFrame, Seen]:
    """list_prices, each distinct row once, with model_id, revision, setting (a row whose name has no model is
    left out), lab_id and what the providers' seed adds (`with_providers`), and where each was seen.
    """
    aliases = identity["model_aliases"]
    rows, seen = about_their_days(listed, aliases, re_pointed(aliases))
    rows = rows.assign(listed_setting="")
    names = names_of(rows.assign(observed_on=rows.pop("about_on")), re_pointed(aliases))
    resolved = names.resolve(aliases).fillna("")
    resolved["lab_id"] = resolved["model_id"].map(_lab_of(identity)).fillna("")
    placed = rows.assign(_place=np.arange(len(rows)))
    prices = with_providers(with_resolved(placed, names, resolved), providers())
    return prices, seen.of(prices.pop("_place").to_numpy(), len(rows))


def _lab_of(identity: Identity) -> pd.Series:
    """lab_id by model_id."""
    return identity["models"].drop_duplicates("model_id").set_index("model_id")["lab_id"]
