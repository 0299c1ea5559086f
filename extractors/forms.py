"""More than one way to a price: a page that fails, or that its parser refuses, is asked the same night in its
other forms (`Source.forms`), in order, until one speaks. Each form is captured under its own address, so that
a row's capture says which form spoke.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from extractors.errors import FetchError
from extractors.reading import Failure
from extractors.source import Source
from warehouse.archive.warc import Response

if TYPE_CHECKING:
    from extractors.fetch import Fetcher, Known


@dataclass
class Asked:
    """The pages of a source on one night: what was asked for, which pages did not answer, and what is to be
    said of it. `until` is the end of the source's time, as time.monotonic() has it.
    """

    source: Source
    client: Fetcher
    known: Mapping[str, Known]
    until: float
    addresses: set[str] = field(default_factory=set)
    lost: dict[str, FetchError] = field(default_factory=dict)
    news: list[str] = field(default_factory=list)

    def pages(self) -> list[Response]:
        """The source's pages, in order; one that fails in its first other form that answers.

        Of a `partial` source the other pages are asked where one is gone, and `lost` says which are.
        FetchError, the page's own, where a page of another source fails, where none answers, or where waiting
        may help.
        """
        if not (self.source.forms or self.source.partial):
            return self.client.fetch(self.source, self.known)
        got: list[Response] = []
        for page in self.source.addresses:
            try:
                got.append(self._page(page))
            except FetchError as failed:
                if failed.retryable or not self.source.partial:
                    raise
                self.lost[page] = failed
        if self.lost and not got:
            raise next(iter(self.lost.values()))
        return got

    def _page(self, page: str) -> Response:
        self.addresses.add(page)
        try:
            return self._asked(page)
        except FetchError as failed:
            response = self._other_form(page, str(failed))
            if response is None:
                raise
            return response

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
                response = self._asked(form)
            except FetchError:
                continue
            self.news.append(f"{page} was asked in its other form {form}, for: {why}")
            return response
        return None

    def _asked(self, address: str) -> Response:
        return self.client.ask(self.source, address, self.known.get(address), self.until)
