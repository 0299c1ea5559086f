"""One address, asked for once: robots.txt first, redirects followed, a body that has not changed taken from
the archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from extractors.answers import Answer, PassingFaultError, retry_after
from extractors.source import Source
from warehouse.archive.decoding import DECODED, DecodingError, TooLargeError, coding_of, decoded, first_bytes
from warehouse.archive.warc import Response

if TYPE_CHECKING:
    from extractors.fetch import Fetcher, Known

MAX_REDIRECTS = 5
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
UNCONDITIONAL = frozenset({400, 412, 416, 431})
MOVED = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Visit:
    """What is asked for: an address of a source, with headers, and what is known of it. `until` is the end of
    the source's time, as time.monotonic() has it.
    """

    fetcher: Fetcher
    source: Source
    address: str
    headers: Mapping[str, str]
    known: Known | None
    until: float

    def once(self) -> Response:
        """The response of one attempt. PassingFaultError for what another attempt may mend, FetchError for
        what it cannot.
        """
        validators = self.known.validators() if self.known is not None else {}
        at, headers, redirects = self.address, dict(self.headers), 0
        while redirects <= MAX_REDIRECTS:
            self._ask_robots(at)
            self.fetcher.pause(self.source, at, self.until)
            sent = self.fetcher.clock()
            answer = self.fetcher.request(self.source, at, headers | validators, self.until)
            if answer.status in REDIRECTS:
                to = self.fetcher._redirect(self.source, at, answer.headers)
                if answer.status in MOVED:
                    self.fetcher.moved[self.source.id, self.address] = to
                if urlsplit(to).netloc != urlsplit(at).netloc:
                    headers, validators = {}, {}  # a key is for the host it was given for
                at, redirects = to, redirects + 1
            elif answer.status == 304 and validators:
                if (same := self._unchanged(sent)) is not None:
                    return same
                validators = {}  # its body is not there any more, or not the same: it is asked for again
            elif answer.status in UNCONDITIONAL and validators:
                validators = {}  # the condition may be what the server refuses
            else:
                return self._response(at, answer, sent)
        step = "open the address by hand; it may go in a circle"
        raise self.fetcher.error(
            self.source, self.address, f"at most {MAX_REDIRECTS} redirects", "more", step
        )

    def _unchanged(self, sent: datetime) -> Response | None:
        """The response that a 304 stands for; None where its body is gone from the archive or damaged."""
        assert self.known is not None
        try:
            body = self.known.body()
        except Exception:  # whatever the archive says of it, the address still has it
            return None
        # A 304 need not repeat them, and the next night asks by them again.
        headers = (("Content-Type", self.known.content_type), *self.known.kept_validators())
        return Response(self.source.id, self.address, sent, 200, headers, body, body)

    def _response(self, at: str, answer: Answer, sent: datetime) -> Response:
        if answer.status in PASSING:
            raise PassingFaultError(
                f"HTTP {answer.status}", retry_after(answer.headers.get("retry-after"), sent)
            )
        if answer.status != 200:
            step = "check the address, or whether the page now needs a login"
            raise self.fetcher.error(self.source, at, "HTTP 200", f"HTTP {answer.status}", step)
        body = self._decoded(at, answer)
        headers = tuple(answer.headers.multi_items())
        return Response(self.source.id, self.address, sent, 200, headers, answer.wire, body, "live", at)

    def _decoded(self, at: str, answer: Answer) -> bytes:
        coding, most = coding_of(answer.headers.get("content-encoding")), self.source.max_bytes
        if not coding:
            return answer.wire
        if coding not in DECODED:
            step = "the server ignores Accept-Encoding; report it"
            raise self.fetcher.error(self.source, at, "gzip or no content encoding", coding, step)
        try:
            return decoded(answer.wire, coding, most)
        except TooLargeError:
            step = "raise max_bytes if the page has grown"
            said = (f"at most {most} bytes decoded", "more", step)
            raise self.fetcher.error(self.source, at, *said) from None
        except DecodingError as bad:
            raise PassingFaultError(f"a {coding} body that {bad}") from bad

    def _ask_robots(self, at: str) -> None:
        if not self.fetcher.manners.robots or self.source.kind in {"feeds"}:
            return  # published data files, made to be fetched by programs
        parts = urlsplit(at)
        rules = self.fetcher.rules_of(self.source, f"{parts.scheme}://{parts.netloc}", self.until)
        if not rules.open_to_us(at):
            step = "ask the site, or use another address"
            said = ("an address that robots.txt opens to us", "closed", step)
            raise self.fetcher.error(self.source, at, *said)


def first_of(answer: Answer, most: int) -> bytes:
    """The first `most` bytes of a body, decoded; PassingFaultError where they cannot be."""
    coding = coding_of(answer.headers.get("content-encoding"))
    if not coding:
        return answer.wire[:most]
    try:
        return first_bytes(answer.wire, coding, most)
    except DecodingError as bad:
        raise PassingFaultError(f"a {coding} body that {bad}") from bad
