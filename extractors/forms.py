"""More than one way to a price: a page that fails, or that its parser refuses, is asked the same night in its
other forms (`Source.forms`), in order, until one speaks. Each form is captured under its own address, so that
a row's capture says which form spoke.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from extractors.errors import FetchError
from extractors.reading import Failure
from extractors.source import Source
from warehouse.archive.warc import Response

if TYPE_CHECKING:
    from extractors.fetch import Fetcher, Known


@dataclass
class Asked:
    """The forms of a source's pages on one night: what was asked for, and what is to be said of it."""

    source: Source
    client: Fetcher
    known: Mapping[str, Known]
    addresses: set[str] = field(default_factory=set)
    news: list[str] = field(default_factory=list)

    def pages(self) -> list[Response]:
        """The source's pages, in order; one that fails in its first other form that answers. FetchError, the
        page's own, where none does.
        """
        if not self.source.forms:
            return self.client.fetch(self.source, self.known)
        return [response for page in self.source.addresses for response in self._page(page)]

    def _page(self, page: str) -> list[Response]:
        self.addresses.add(page)
        try:
            return self._fetched(page)
        except FetchError as failed:
            response = self._other_form(page, str(failed))
            if response is None:
                raise
            return [response]

    def refused(self, failures: Iterable[Failure]) -> list[Response]:
        """Of each page of this night that its parser refuses, the next other form that answers."""
        there = []
        for failure in failures:
            page = self.source.page_of(failure.address)
            if failure.address in self.addresses and page in self.source.forms:
                response = self._other_form(page, failure.error)
                there += [] if response is None else [response]
        return there

    def _other_form(self, page: str, why: str) -> Response | None:
        """The next form of a page that was not asked for tonight and that answers."""
        for form in self.source.forms.get(page, ()):
            if form in self.addresses:
                continue
            self.addresses.add(form)
            try:
                [response] = self._fetched(form)
            except FetchError:
                continue
            self.news.append(f"{page} was asked in its other form {form}, for: {why}")
            return response
        return None

    def _fetched(self, address: str) -> list[Response]:
        return self.client.fetch(replace(self.source, addresses=(address,)), self.known)
