"""The frames that the transforms take, read once from the snapshots of a home: names counted, prices and
scores with their models.

Strings are categories, days naive datetime64, instants UTC, money float64. Nothing observed after `until` is
read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from extractors.source import discover
from transforms.boards.board_scores import dated_by_board
from transforms.identity.providers import sellers, with_providers
from transforms.identity.resolved_names import Names, names_of, re_pointed, with_meanings
from transforms.identity.tables import build_identity
from warehouse.reference import reference
from warehouse.schema import Table
from warehouse.seed_tables import seeds
from warehouse.snapshots import Snapshots
from warehouse.tables import CAPTURES, EXCHANGE_RATES, LIST_PRICES, OFFERS, RELEASES, SCORES

NAME_COLUMNS = [
    "source_id",
    "provider_id",
    "listed_model",
    "listed_setting",
    "listed_lab",
    "canonical_model",
    "table",
]
MODEL_FACTS = [
    "model_id",
    "lab_id",
    "country",
    "released_on",
    "withdrawn_on",
    "open_weights",
    "flagship",
    "family",
]


class Sightings(NamedTuple):
    """`names`: `NAME_COLUMNS`, one row a printed name; `printed`: name (its row), day and rows, by day."""

    names: pd.DataFrame
    printed: pd.DataFrame

    def until(self, day: pd.Timestamp) -> pd.DataFrame:
        """The names printed by the end of `day`, with first_seen, last_seen and rows."""
        printed = self.printed.iloc[: self.printed["day"].searchsorted(day, side="right")]
        seen = printed.groupby("name").agg(
            first_seen=("day", "min"), last_seen=("day", "max"), rows=("rows", "sum")
        )
        return self.names.join(seen, how="inner").reset_index(drop=True)


@dataclass(frozen=True)
class Frames:
    """What the snapshots of a home said up to and including `until`. Who asks for no price sets `prices` to
    False: of the rows of prices, by far the most, only the names are read then.
    """

    snapshots: Snapshots
    until: date
    prices: bool = True

    def _read(
        self, table: Table, columns: Sequence[str] | None = None, newest_only: bool = False
    ) -> pd.DataFrame:
        rows = self.snapshots.table(table, self.until, columns=columns, newest_only=newest_only)
        for number, f in enumerate(rows.schema):
            if pa.types.is_decimal(f.type):
                # Arrow's cast is not to the nearest double (0.435 becomes 0.43500000000000005); nine places
                # are what the column has.
                nearest = np.round(rows.column(f.name).cast(pa.float64()).to_numpy(), 9)
                rows = rows.set_column(number, f.name, pa.array(nearest))
        return rows.to_pandas(date_as_object=False)

    def forget(self, *names: str) -> None:
        """Lets go of frames that were read whole, once what is made of them is kept; asked for again, they
        are read again.
        """
        assert self.names is not None  # names are counted in all of them: first count, then forget
        for name in names:
            self.__dict__.pop(name, None)

    @cached_property
    def list_prices(self) -> pd.DataFrame:
        """list_prices rows with the address of their capture and own_page: the source is the provider's own
        page.
        """
        assert self.prices
        prices = self._read(LIST_PRICES)
        where = self._read(CAPTURES, ["source_id", "capture_sha256", "address"]).astype(
            {"source_id": "str", "capture_sha256": "str"}
        )
        where = where.drop_duplicates(["source_id", "capture_sha256"])
        address = where.set_index("capture_sha256")["address"]
        address = address[~address.index.duplicated()]
        own = {(source_id, p) for source_id, reader in discover().items() for p in reader.source.first_party}
        pair = prices["source_id"].astype("str") + "\x00" + prices["provider_id"].astype("str")
        own_pairs = {f"{s}\x00{p}" for s, p in own}
        return prices.assign(
            address=prices["capture_sha256"].map(address).astype("category"), own_page=pair.isin(own_pairs)
        )

    @cached_property
    def scores(self) -> pd.DataFrame:
        """scores rows."""
        return self._read(SCORES)

    @cached_property
    def releases(self) -> pd.DataFrame:
        """releases rows, each statement once, from the day it was first observed."""
        rows = self._read(RELEASES)
        said = [c for c in rows.columns if c not in {"observed_on", "observed_at", "capture_sha256"}]
        return (
            rows.sort_values("observed_on", kind="stable")
            .drop_duplicates(said)
            .astype(dict.fromkeys(_texts(rows), "object"))
        )

    @cached_property
    def board_releases(self) -> pd.DataFrame:
        """releases rows of the boards, of every capture: a board's own dates date its own models."""
        boards = [source_id for source_id, reader in discover().items() if reader.source.kind == "boards"]
        rows = self.snapshots.table(
            RELEASES, self.until, boards, ["source_id", "observed_on", "listed_model", "released_on"]
        )
        frame = rows.to_pandas(date_as_object=False)
        return frame.astype(dict.fromkeys(_texts(frame), "object"))

    @cached_property
    def offers(self) -> pd.DataFrame:
        """offers rows."""
        return self._read(OFFERS)

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Reference rates of the newest capture. A rate is public on its day and never revised, so that it is
        known from `rate_on` on, whenever its file was captured.
        """
        rows = (
            Snapshots(self.snapshots.location)
            .table(EXCHANGE_RATES, newest_only=True)
            .to_pandas(date_as_object=False)
        )
        rows = rows[rows["rate_on"] <= pd.Timestamp(self.until)].sort_values(
            ["rate_on", "quote", "observed_on"]
        )
        return rows.drop_duplicates(["rate_on", "base", "quote"], keep="last").reset_index(drop=True)

    @cached_property
    def sightings(self) -> Sightings:
        """Every printed name, and on which days it was printed how often."""
        labels, printed = [], []
        before = 0
        named = [c for c in LIST_PRICES.column_names if c in {*NAME_COLUMNS, "observed_on"}]
        for table, rows in (
            ("list_prices", self.list_prices if self.prices else self._read(LIST_PRICES, named)),
            ("scores", self.scores),
            ("releases", self.releases),
            ("offers", self.offers),
        ):
            renamed = rows.rename(columns={"lab": "listed_lab"})
            there = [c for c in NAME_COLUMNS if c in renamed.columns]
            number = (
                renamed.groupby(there, observed=True, dropna=False, sort=False)
                .ngroup()
                .to_numpy(dtype=np.int64)
            )
            first = np.unique(number, return_index=True)[1]
            labels.append(renamed[there].iloc[first].assign(table=table))
            days = pd.DataFrame({"name": number + before, "day": rows["observed_on"].to_numpy()})
            printed.append(days.groupby(["name", "day"]).size().rename("rows").reset_index())
            before += len(first)
        names = pd.concat([f.astype(dict.fromkeys(_texts(f), "object")) for f in labels], ignore_index=True)
        for column in ("provider_id", "listed_setting"):
            names[column] = names[column].fillna("")
        return Sightings(
            names, pd.concat(printed, ignore_index=True).sort_values("day", kind="stable", ignore_index=True)
        )

    @cached_property
    def names(self) -> pd.DataFrame:
        """Every printed name once: `NAME_COLUMNS`, first_seen, last_seen, rows."""
        return self.sightings.until(pd.Timestamp(self.until))

    @cached_property
    def _open_offers(self) -> pd.DataFrame:
        """What the offers say of open weights, each statement once, from the day it was first observed."""
        said = self.offers[["source_id", "listed_model", "open_weights", "observed_on"]]
        said = said[said["open_weights"].notna()].sort_values("observed_on", kind="stable")
        return said.drop_duplicates(["source_id", "listed_model", "open_weights"]).astype(
            {"source_id": "object", "listed_model": "object"}
        )

    def identity(self, as_of: date, *, near: bool = False) -> dict[str, pd.DataFrame]:
        """models, model_dates, model_aliases and unmatched as known on a date."""
        names = self.names if as_of == self.until else self.sightings.until(pd.Timestamp(as_of))
        return build_identity(seeds(), names, self.releases, self._open_offers, as_of, near=near)

    def named_prices(self, aliases: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
        """list_prices with model_id, revision, setting (empty where the name has no model), lab_id and what
        the providers' seed adds.
        """
        rows = self.list_prices.assign(listed_setting="")
        names = names_of(rows, re_pointed(aliases))
        meanings = names.meanings(aliases).fillna("")
        lab = models.drop_duplicates("model_id").set_index("model_id")["lab_id"]
        meanings["lab_id"] = meanings["model_id"].map(lab).fillna("")
        return with_providers(with_meanings(rows, names, meanings), reference("providers"))

    @cached_property
    def limited_offers(self) -> pd.DataFrame:
        """offers with stated limits, under our provider ids; `listed_provider` is the printed one."""
        offers = self.offers[self.offers["limits"].notna()].assign(listed_setting="").reset_index(drop=True)
        ours = sellers(offers[["source_id", "provider_id"]], reference("providers"))["our_provider_id"]
        return offers.assign(listed_provider=offers["provider_id"], provider_id=ours)

    def history(
        self, names: Names, meanings: pd.DataFrame, boards: Collection[str] | None = None
    ) -> pd.DataFrame:
        """scores (of some boards) with model_id, revision, revision_on, setting, vintage and flagged, one
        source a board and day.

        names: those of `scores`; meanings: one row a name.
        """
        rows = self.scores
        if boards is not None:
            wanted = rows["board_id"].isin(boards).to_numpy()
            rows, names = rows[wanted], Names(names.table, names.number[wanted])
        matched = with_meanings(rows, names, meanings).astype(
            {"model_id": "object", "revision": "object", "revision_on": "datetime64[us]"}
        )
        history = one_source(matched.rename(columns={"observed_on": "vintage"}).assign(flagged=False))
        return dated_by_board(
            history.astype(dict.fromkeys(["source_id", "listed_model"], "object")), self.board_releases
        )


def one_source(history: pd.DataFrame) -> pd.DataFrame:
    """Of several sources that carry one board version on one day, the one with the most rows (then by
    name).
    """
    key = ["board_id", "board_version", "vintage"]
    size = history.groupby([*key, "source_id"], observed=True).size().rename("size").reset_index()
    best = size.sort_values(["size", "source_id"], ascending=[False, True]).drop_duplicates(key)
    return history.merge(best[[*key, "source_id"]], on=[*key, "source_id"], how="inner")


def _texts(frame: pd.DataFrame) -> list[str]:
    return [c for c in frame.columns if isinstance(frame[c].dtype, pd.CategoricalDtype)]
