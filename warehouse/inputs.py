"""The frames that the transforms take, read once from the snapshots of a home.

Strings are categories, days naive datetime64, instants UTC, money float64. Nothing observed after `until` is
read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from warehouse.bookkeeping import CAPTURES
from warehouse.content_age import captured
from warehouse.freshness import address_freshness, freshness
from warehouse.kept_said import said_in
from warehouse.modalities import with_embeddings
from warehouse.said_frames import SaidFrame, as_frame, texts
from warehouse.schema import Table
from warehouse.seeds import OWN_ALIASES
from warehouse.snapshots import Snapshots
from warehouse.source_facts import Sources
from warehouse.tables import EXCHANGE_RATES, LIST_PRICES, OFFERS, RELEASES, SCORES, UNREAD

NAME_COLUMNS = [
    "source_id",
    "provider_id",
    "listed_model",
    "listed_setting",
    "listed_lab",
    "canonical_model",
    "table",
]


class Sightings(NamedTuple):
    """Every printed name, and how often it was printed on each day.

    names: `NAME_COLUMNS`, one row a name. printed: name (its row number in `names`), day and rows, in order
    of days.
    """

    names: pd.DataFrame
    printed: pd.DataFrame

    def until(self, day: pd.Timestamp) -> pd.DataFrame:
        """The names printed by the end of `day`: `NAME_COLUMNS`, first_seen, last_seen and rows."""
        printed = self.printed.iloc[: self.printed["day"].searchsorted(day, side="right")]
        seen = printed.groupby("name").agg(
            first_seen=("day", "min"), last_seen=("day", "max"), rows=("rows", "sum")
        )
        return self.names.join(seen, how="inner").reset_index(drop=True)


@dataclass(frozen=True)
class Inputs:
    """The snapshots of a home up to and including `until`, as frames.

    prices: False: only the names of list_prices are asked for. keep: what old days say is written down for
    the next night (warehouse/kept_said.py); only where the home is held for writing.
    """

    snapshots: Snapshots
    until: date
    sources: Sources
    prices: bool = True
    keep: bool = False

    def _read(
        self, table: Table, columns: Sequence[str] | None = None, newest_only: bool = False
    ) -> pd.DataFrame:
        rows = self.snapshots.table(table, self.until, columns=columns, newest_only=newest_only)
        return as_frame(rows)

    def release(self, *names: str) -> None:
        """Drops frames whose results are kept from memory; the next access reads them again."""
        assert self.names is not None  # names are counted over all tables, so count before dropping one
        for name in names:
            self.__dict__.pop(name, None)

    @cached_property
    def own_aliases(self) -> str:
        """The text of the aliases that were settled beside this home; '' where there are none."""
        location = self.snapshots.location
        return location.read(OWN_ALIASES).decode() if location.exists(OWN_ALIASES) else ""

    def _said(self, table: Table, columns: Sequence[str] | None = None) -> SaidFrame:
        return SaidFrame.of(said_in(self.snapshots, table, self.until, self.keep, columns), table)

    @cached_property
    def list_prices(self) -> SaidFrame:
        """list_prices; each distinct row with own_page (the source is the provider's own page) and post (it
        is a dated post), each capture with the address of its page.
        """
        assert self.prices
        said = self._said(LIST_PRICES)
        prices = with_embeddings(said.rows)
        where = self._read(CAPTURES, ["source_id", "capture_sha256", "address"]).astype(
            {"source_id": "str", "capture_sha256": "str"}
        )
        where = where.drop_duplicates(["source_id", "capture_sha256"])
        address = where.set_index("capture_sha256")["address"]
        address = self._of_pages(address[~address.index.duplicated()])
        pair = prices["source_id"].astype("str") + "\x00" + prices["provider_id"].astype("str")
        own_pairs = {f"{source_id}\x00{p}" for source_id, s in self.sources.items() for p in s.first_party}
        posts = [source_id for source_id, s in self.sources.items() if s.posts]
        spoke = said.captures["capture_sha256"].map(address).astype("category")
        return replace(
            said,
            rows=prices.assign(own_page=pair.isin(own_pairs), post=prices["source_id"].isin(posts)),
            captures=said.captures.assign(address=spoke),
        )

    @cached_property
    def unread(self) -> pd.DataFrame:
        """Known models that a capture left unread: source_id, address, listed_model and observed_at."""
        columns = ["source_id", "known_model", "observed_at", "capture_sha256"]
        left = self._read(UNREAD, columns).astype({"known_model": "str", "source_id": "str"})
        left = left[left["known_model"] != ""].rename(columns={"known_model": "listed_model"})
        where = self._read(CAPTURES, ["capture_sha256", "address"]).drop_duplicates("capture_sha256")
        address = where.set_index("capture_sha256")["address"].astype("str")
        address = self._of_pages(address)
        return left.assign(address=left["capture_sha256"].astype("str").map(address)).drop_duplicates()

    def _of_pages(self, addresses: pd.Series) -> pd.Series:
        """The addresses, that of another form of a page as the page's own."""
        forms = {
            form: page for s in self.sources.values() for page, others in s.forms.items() for form in others
        }
        return addresses.map(lambda address: forms.get(address, address))

    @cached_property
    def scores(self) -> pd.DataFrame:
        """scores rows."""
        return self._said(SCORES).written_out()

    @cached_property
    def _said_releases(self) -> SaidFrame:
        return self._said(RELEASES)

    @cached_property
    def releases(self) -> pd.DataFrame:
        """releases rows, each statement once, from the day it was first observed."""
        rows = self._said_releases.first_by_day()
        return rows.astype(dict.fromkeys(texts(rows), "object"))

    @cached_property
    def withdrawals(self) -> pd.DataFrame:
        """releases rows of kind withdrawn, of every capture: a day can be taken back."""
        said = self._said_releases
        columns = ["source_id", "observed_on", "listed_model", "lab", "released_on"]
        gone = said.written_out(said.of_rows(said.rows["date_kind"] == "withdrawn"), columns)
        return gone.astype(dict.fromkeys(texts(gone), "object"))

    @cached_property
    def own_pages(self) -> frozenset[str]:
        """The sources that are a vendor's own page, dated posts apart."""
        return frozenset(name for name, s in self.sources.items() if s.kind == "vendors" and not s.posts)

    @cached_property
    def board_releases(self) -> pd.DataFrame:
        """releases rows of the boards, of every capture: a board's own dates date its own models."""
        said = self._said_releases
        boards = [source_id for source_id, s in self.sources.items() if s.kind == "boards"]
        columns = ["source_id", "observed_on", "listed_model", "released_on"]
        rows = said.written_out(said.of_rows(said.rows["source_id"].isin(boards)), columns)
        return rows.reset_index(drop=True).astype(dict.fromkeys(texts(rows), "object"))

    @cached_property
    def offers(self) -> SaidFrame:
        """offers."""
        return self._said(OFFERS)

    @cached_property
    def open_offers(self) -> pd.DataFrame:
        """What offers say of open weights, each statement once, from the day it was first observed."""
        said = self.offers.first_by_day()[["source_id", "listed_model", "open_weights", "observed_on"]]
        said = said[said["open_weights"].notna()]
        return said.drop_duplicates(["source_id", "listed_model", "open_weights"]).astype(
            {"source_id": "object", "listed_model": "object"}
        )

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Reference rates of the newest capture, one row a day and currency, up to `until`.

        A rate is public on its day and never revised: it is known from `rate_on` on, whenever it was
        captured.
        """
        rows = self.snapshots.table(EXCHANGE_RATES, newest_only=True).to_pandas(date_as_object=False)
        rows = rows[rows["rate_on"] <= pd.Timestamp(self.until)].sort_values(
            ["rate_on", "quote", "observed_on"]
        )
        return rows.drop_duplicates(["rate_on", "base", "quote"], keep="last").reset_index(drop=True)

    @cached_property
    def sightings(self) -> Sightings:
        """Every printed name and its rows a day, over all four tables."""
        named = [*NAME_COLUMNS, "observed_on"]
        prices = self.list_prices if self.prices else self._said(LIST_PRICES, named)
        released = self.releases[self.releases["date_kind"] != "withdrawn"]
        return _sightings(
            (
                ("list_prices", prices),
                ("scores", SaidFrame.each_row(self.scores)),
                ("releases", SaidFrame.each_row(released)),
                ("offers", self.offers),
            )
        )

    @cached_property
    def names(self) -> pd.DataFrame:
        """The names printed by `until`: see `Sightings.until`."""
        return self.sightings.until(pd.Timestamp(self.until))

    def freshness(self, day: date) -> pd.DataFrame:
        """The state of every source as of `day`: see `warehouse.freshness.freshness`."""
        return freshness(self.snapshots.location, day, self.sources, self._captured)

    def address_freshness(self, day: date) -> pd.DataFrame:
        """The state of every address as of `day`: see `warehouse.freshness.address_freshness`."""
        return address_freshness(self._captured, day, self.sources)

    @cached_property
    def _captured(self) -> list[dict[str, Any]]:
        return captured(self.snapshots, self.until)

    def known_on(self, day: date) -> bool:
        """Whether anything was captured by `day`."""
        return bool((self.names["first_seen"] <= pd.Timestamp(day)).any())


def _sightings(tables: Iterable[tuple[str, SaidFrame]]) -> Sightings:
    labels, printed = [], []
    before = 0
    for table, said in tables:
        renamed = said.rows.rename(columns={"lab": "listed_lab"})
        there = [c for c in NAME_COLUMNS if c in renamed.columns]
        number = renamed.groupby(there, observed=True, dropna=False, sort=False).ngroup()
        of_row = number.to_numpy(dtype=np.int64)
        first = np.unique(of_row, return_index=True)[1]
        labels.append(renamed[there].iloc[first].assign(table=table))
        days, day = np.unique(said.captures["observed_on"].to_numpy(), return_inverse=True)
        pairs = of_row[said.number] * len(days) + day[said.capture]
        found, rows = np.unique(pairs, return_counts=True)
        name, on = np.divmod(found, max(len(days), 1))
        printed.append(pd.DataFrame({"name": name + before, "day": days[on], "rows": rows}))
        before += len(first)
    names = pd.concat([f.astype(dict.fromkeys(texts(f), "object")) for f in labels], ignore_index=True)
    for column in ("provider_id", "listed_setting"):
        names[column] = names[column].fillna("")
    by_day = pd.concat(printed, ignore_index=True).sort_values("day", kind="stable", ignore_index=True)
    return Sightings(names, by_day)
