"""What a source is, and how sources are found: one file each, `SOURCE = Source(...)` and `parse(capture)` in
it.
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from types import ModuleType
from typing import Literal, NamedTuple

from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.schema import Table
from warehouse.tables import UNREAD, Row

Kind = Literal["vendors", "feeds", "boards", "registries", "rates"]
KINDS: tuple[Kind, ...] = ("vendors", "feeds", "boards", "registries", "rates")


@dataclass(frozen=True, slots=True)
class EmbeddedBody:
    """A body that comes with an installed package or with the seeds: read with no network.

    `published_on` is the day from which its content was known, where that is recorded; None means that it
    counts from the run.
    """

    address: str
    body: bytes
    content_type: str
    published_on: date | None = None


class Line(NamedTuple):
    """A line of a page's visible text: the headings above it, its words, whether it is a table's row."""

    place: str
    text: str
    in_table: bool = True


@dataclass(frozen=True, slots=True)
class Ignored:
    """A rule for amounts on a page that are no prices of the tables: `pattern` (regular expression, searched
    without regard to case in `headings / line`) finds them, `reason` says why they are left out.
    """

    pattern: str
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a site lists what it has; the source's module reads a list with `addresses(capture)`.

    at: the lists' addresses, asked every night. leads: regular expressions of addresses that a list gives and
    that are lists themselves (a site's script), of which `most_leads` are asked. most: how many of the named
    addresses are asked in one night. again_after: the days after its first capture on which a named address
    is asked once more; None: every night. elsewhere: regular expressions of addresses of another registrable
    domain that may be named. replaces: a page of the source that is gone is looked for in the list. proven:
    False until a first live list was read.
    """

    at: tuple[str, ...]
    leads: tuple[str, ...] = ()
    most_leads: int = 1
    most: int = 10
    again_after: tuple[int, ...] | None = None
    elsewhere: tuple[str, ...] = ()
    replaces: bool = False
    proven: bool = False

    def leads_to(self, address: str) -> bool:
        """Whether a named address is a list itself."""
        return _any_match(self.leads, address)

    def abroad(self, address: str) -> bool:
        """Whether an address of another registrable domain may be named."""
        return _any_match(self.elsewhere, address)


@dataclass(frozen=True, slots=True)
class Source:
    """One source: its addresses, what it feeds, what it may say.

    id: the stem of the source's file. addresses: what a nightly run fetches, in order. matches: regular
    expressions (full match) of archived addresses that `parse` reads, live ones included; the importer finds
    the source of a record by them. Default: the addresses themselves.
    companions: regular expressions of addresses whose nearest capture goes along in `capture.companions`;
    they are not parsed by themselves.
    tables: the snapshot tables that `parse` feeds.
    licence: a key of warehouse/licences.py.
    first_party: the provider ids for which this source is the vendor's own word; empty for feeds and boards.
    key_env: the environment variable that holds the key without which the source rests.
    proven: False until a first live capture has been read.
    headline: a headline's lag, price or host rests on it; vendors' own pages and rates feed one anyway.
    required: `gapledger status` exits 1 when a required source is stale.
    partial: one capture is only one of several pages; models missing from it have not vanished.
    posts: a capture is a dated post, written once: nobody takes off it what is no longer sold.
    ignores: rules for the amounts of a vendor's page that are rightly not read (extractors/accounting.py); an
    amount that is neither read nor ignored is published in the table `unread`.
    listing: where the site lists its pages, for sources whose addresses move.
    forms: by address, the other forms of that page (Markdown, HTML, the data behind it, the same page of
    another host), in the order in which they are asked on a night on which the page fails or cannot be read.
    """

    id: str
    title: str
    kind: Kind
    addresses: tuple[str, ...]
    tables: tuple[Table, ...]
    licence: str
    matches: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    expects: Expects = field(default_factory=Expects)
    first_party: tuple[str, ...] = ()
    embedded: Callable[[], Iterable[EmbeddedBody]] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    key_env: str = ""
    proven: bool = True
    required: bool = False
    headline: bool = False
    partial: bool = False
    posts: bool = False
    ignores: tuple[Ignored, ...] = ()
    listing: Listing | None = None
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stale_after_days: int = 7
    max_bytes: int = 64 * 2**20

    @property
    def lacks_key(self) -> bool:
        """Whether the source rests for want of its key: somebody's choice, and no failure."""
        return bool(self.key_env) and not os.environ.get(self.key_env)

    @property
    def feeds_headline(self) -> bool:
        """Whether a headline rests on it, and it is still asked."""
        return bool(self.addresses) and (self.headline or self.kind == "rates" or bool(self.first_party))

    @property
    def snapshot_tables(self) -> tuple[Table, ...]:
        """The tables that `parse` may feed: those declared, and the leftovers."""
        return (*self.tables, UNREAD)

    def reads(self, address: str) -> bool:
        """Whether `parse` reads a capture of `address`."""
        return _any_match(self.matches or tuple(map(re.escape, self.addresses)), address)

    def page_of(self, address: str) -> str:
        """The address that stands for a page: its own, also where another form of the page was captured."""
        return next((page for page, forms in self.forms.items() if address in forms), address)

    def accompanies(self, address: str) -> bool:
        """Whether a capture of `address` goes along with another as a companion."""
        return _any_match(self.companions, address)

    def lists(self, address: str) -> bool:
        """Whether `address` is one of the source's lists."""
        listing = self.listing
        return listing is not None and (address in listing.at or listing.leads_to(address))


def _any_match(patterns: tuple[str, ...], address: str) -> bool:
    return any(re.fullmatch(pattern, address) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Reader:
    """A source together with the function that reads its captures.

    `lines` is the module's own `lines(capture)`, where it has one: the page's visible lines for the
    accounting, of a page whose prices stand in scripts (extractors/accounting.py). `addresses` is its
    `addresses(capture)`: what a list of the site names (extractors/following.py).
    """

    source: Source
    parse: Callable[[Capture], list[Row]]
    lines: Callable[[Capture], Iterable[Line]] | None = None
    addresses: Callable[[Capture], Iterable[str]] | None = None


@cache
def discover() -> Mapping[str, Reader]:
    """Every source by id, found by walking the folders of `extractors/`; a new file is a new source and
    nothing else is edited.
    """
    readers: dict[str, Reader] = {}
    for kind in KINDS:
        package = importlib.import_module(f"extractors.{kind}")
        for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda i: i.name):
            if info.name.startswith("_"):
                continue
            module = importlib.import_module(f"extractors.{kind}.{info.name}")
            reader = _reader_in(module, kind, info.name)
            if reader.source.id in readers:
                raise ValueError(f"two sources are called {reader.source.id}")
            readers[reader.source.id] = reader
    return readers


def _reader_in(module: ModuleType, kind: Kind, name: str) -> Reader:
    source = getattr(module, "SOURCE", None)
    parse = getattr(module, "parse", None)
    if not isinstance(source, Source) or not callable(parse):
        raise ValueError(
            f"{module.__name__}: a source's file has SOURCE = Source(...) and parse(capture); a helper's name"
            " starts with _"
        )
    if (source.id, source.kind) != (name, kind):
        raise ValueError(
            f"{module.__name__}: SOURCE is called {source.kind}/{source.id}, the file {kind}/{name}"
        )
    reader = Reader(source, parse, getattr(module, "lines", None), getattr(module, "addresses", None))
    if (source.listing is None) != (reader.addresses is None):
        raise ValueError(f"{module.__name__}: a source with a listing has addresses(capture), and no other")
    return reader


def source_of(address: str) -> Source | None:
    """The source that reads or needs a capture of `address`; None where no source knows it. ValueError where
    two claim it.
    """
    sources = [r.source for r in discover().values()]
    claims = [s for s in sources if s.reads(address) or s.accompanies(address)]
    # a list that is another source's page is that source's
    claims = claims or [s for s in sources if s.lists(address)][:1]
    if len(claims) > 1:
        raise ValueError(f"{address} is claimed by {[s.id for s in claims]}; narrow their `matches`")
    return claims[0] if claims else None
