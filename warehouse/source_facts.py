"""What the other rooms need to know of a source. `extractors.source.Source` is one; the flows hand them down,
since neither the warehouse nor the transforms import the extractors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from warehouse.schema import Table


class SourceFacts(Protocol):
    """One source, e.g. id `deepseek_en`, kind `vendors`, first_party (`deepseek`,), stale_after_days 7."""

    @property
    def id(self) -> str:
        """The stem of the source's file."""

    @property
    def title(self) -> str:
        """Its name for a reader."""

    @property
    def kind(self) -> str:
        """vendors, feeds, boards, registries or rates."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """The snapshot tables that it feeds."""

    @property
    def licence(self) -> str:
        """A key of warehouse/licences.py."""

    @property
    def first_party(self) -> tuple[str, ...]:
        """The provider ids for which it is the vendor's own word."""

    @property
    def forms(self) -> Mapping[str, tuple[str, ...]]:
        """By the address of a page, those of its other forms: what they say is the page's."""

    @property
    def feeds_headline(self) -> bool:
        """Whether a headline rests on it: that it says nothing new for long is named."""

    def reads(self, address: str) -> bool:
        """Whether its parser reads a capture of an address."""

    @property
    def posts(self) -> bool:
        """Whether its captures are dated posts, from which nobody takes off what is no longer sold."""

    @property
    def stale_after_days(self) -> int:
        """The age in days above which its newest good snapshot is stale."""

    @property
    def required(self) -> bool:
        """Whether `gapledger status` exits 1 when it is stale."""

    @property
    def proven(self) -> bool:
        """False until a first live capture has been read."""


Sources = Mapping[str, SourceFacts]  # by id
