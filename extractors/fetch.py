"""Asking the web, politely. The one door to httpx; nothing here reads what a page says.

A response is kept as it was sent (`wire`, content-encoded) and decoded (`body`), both under a size limit, so
that a gzip bomb or an endless body costs its limit and no more. What can pass (a reset, a 429, a 503) is
tried again with backoff and jitter, Retry-After respected; what cannot (no such host, a refused certificate,
a redirect to another scheme) fails at once. Whatever a server says, what comes of it is a response or a
FetchError.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from extractors.addresses import lies_inside, same_site
from extractors.answers import Answer, PassingFaultError, ended, length_of
from extractors.errors import FetchError
from extractors.judged_network import InsideError, JudgedNetwork, inside_allowed
from extractors.keys import hidden, repeats
from extractors.manners import Known, Manners
from extractors.robots import PRODUCT, ROBOTS_BYTES, ROBOTS_REDIRECTS, Rules
from extractors.source import Source
from extractors.visit import REDIRECTS, Visit, first_of
from warehouse.archive.warc import Response
from warehouse.clock import utc_now

__all__ = ["Fetcher", "Known", "Manners"]
USER_AGENT = f"{PRODUCT}/0.1 (open nightly ledger of AI model prices and benchmarks{{contact}})"
LONGEST_WAIT = 60.0


@dataclass(slots=True)
class Fetcher:
    """One client for a run, safe to use from several threads: requests to one host are spaced, robots.txt is
    read once a host.
    """

    manners: Manners = field(default_factory=Manners)
    clock: Callable[[], datetime] = utc_now
    _client: httpx.Client = field(init=False)
    _robots: dict[str, Rules] = field(default_factory=dict)
    _next_free: dict[str, float] = field(default_factory=dict)
    _down: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _keys: set[str] = field(default_factory=set)
    moved: dict[tuple[str, str], str] = field(default_factory=dict)  # permanently, by source and address

    def __post_init__(self) -> None:
        m = self.manners
        contact = os.environ.get("GAPLEDGER_CONTACT", "")
        agent = USER_AGENT.format(contact=f"; {contact}" if contact else "")
        self._client = httpx.Client(
            headers={"User-Agent": agent, "Accept-Encoding": "gzip", "Accept": "*/*"},
            timeout=httpx.Timeout(m.read_timeout, connect=m.connect_timeout),
            follow_redirects=False,
            verify=m.verify,
            transport=m.transport,
            # Each request has a connection of its own, which `ended` can end and `JudgedNetwork` judges.
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        if m.transport is None:  # behind a proxy the proxy connects, and has to judge
            self._client._transport._pool._network_backend = JudgedNetwork()  # type: ignore[attr-defined]

    def close(self) -> None:
        """Closes the client's connections."""
        self._client.close()

    def fetch(self, source: Source, known: Mapping[str, Known] | None = None) -> list[Response]:
        """All addresses of a source, in order. FetchError, naming the address, at the first that gives no
        usable response.

        A source whose key is not in the environment, and an address that robots.txt closes, are FetchErrors
        too.
        """
        headers = self._headers(source)
        until = time.monotonic() + self.manners.source_timeout
        got = [self._one(source, at, headers, (known or {}).get(at), until) for at in source.addresses]
        return [self._without_a_key(source, response) for response in got]

    def _headers(self, source: Source) -> dict[str, str]:
        if not source.key_env:
            return dict(source.headers)
        key = os.environ.get(source.key_env)
        if not key:
            said = (f"a key in the environment ({source.key_env})", "none")
            self._refuse(source, source.addresses[0], *said, f"set {source.key_env}, or let the source rest")
        self._keys.add(key)
        return {name: value.format(key=key) for name, value in source.headers.items()}

    def _without_a_key(self, source: Source, response: Response) -> Response:
        if self._repeats_a_key(source, response):
            said = ("a response without our key", "the key itself", "tell the source's operators")
            self._refuse(source, response.address, *said)
        return response

    def _repeats_a_key(self, source: Source, response: Response) -> bool:
        said: list[bytes | str] = [response.wire, response.body]
        said += [text for pair in response.headers for text in pair]
        if source.key_env:
            return any(repeats(text, self._keys) for text in said)
        plain = [text if isinstance(text, bytes) else text.encode("utf-8", "replace") for text in said]
        return any(key.encode() in text for key in self._keys for text in plain)

    def ask(self, source: Source, address: str, known: Known | None, until: float) -> Response:
        """One address that a list of the source names, as `fetch` asks for the source's own."""
        return self._without_a_key(source, self._one(source, address, self._headers(source), known, until))

    def get(self, source: Source, address: str) -> Response:
        """One address that is not among the source's own (an index, a memento), with the same manners and
        limits.
        """
        return self._one(source, address, {}, None, time.monotonic() + self.manners.source_timeout)

    def _one(
        self, source: Source, address: str, headers: Mapping[str, str], known: Known | None, until: float
    ) -> Response:
        def backoff(error: Exception) -> bool | float:
            if not isinstance(error, PassingFaultError) or time.monotonic() >= until:
                return False
            longest = min(LONGEST_WAIT, max(0.0, until - time.monotonic()))
            return min(error.wait, longest) if error.wait is not None else True

        visit = Visit(self, source, address, headers, known, until)
        try:
            for attempt in stamina.retry_context(
                on=backoff, attempts=self.manners.attempts, timeout=None, wait_initial=0.5, wait_max=20.0
            ):
                with attempt, inside_allowed(lies_inside(urlsplit(address).hostname)):
                    return visit.once()
        except PassingFaultError as fault:
            times = f", {self.manners.attempts} times" if time.monotonic() < until else ""
            step = "wait for the next night; if it lasts, open the address by hand"
            raise self.error(source, address, "a response", f"{fault}{times}", step, retryable=True) from None
        except FetchError:
            raise
        except Exception as odd:  # what no rule foresaw stops its source alone
            found = f"{type(odd).__name__}: {odd}"
            self._refuse(source, address, "an answer that HTTP knows", found, "open the address by hand")
        raise AssertionError("stamina gives at least one attempt")

    def request(
        self, source: Source, address: str, headers: Mapping[str, str], until: float, cut: int | None = None
    ) -> Answer:
        """One request, no redirect followed; of a body over `cut` bytes only the first."""
        seconds = max(0.0, min(self.manners.whole_timeout, until - time.monotonic()))
        try:
            with (
                ended(seconds) as trace,
                self._client.stream(
                    "GET", address, headers=dict(headers), extensions={"trace": trace}
                ) as response,
            ):
                wire, whole = self._taken(source, address, response, seconds, cut)
                length = length_of(response.headers.get("content-length"))
                if whole and length is not None and length != len(wire):
                    raise PassingFaultError(f"{len(wire)} of {length} bytes")
                return Answer(response.status_code, response.headers, wire, not whole)
        except InsideError as inside:
            step = "do not follow it; where it is yours, give its number as the source's address"
            self._refuse(source, address, "a redirect to a public host", f"one to {inside}", step)
        except httpx.ConnectError as lost:
            self.lost(source, address, str(lost))
        except httpx.TransportError as lost:
            raise PassingFaultError(f"{type(lost).__name__}: {lost}") from lost
        except (httpx.InvalidURL, UnicodeError) as odd:
            self._refuse(source, address, "an http(s) address", str(odd), "correct the address")

    def _taken(
        self, source: Source, address: str, response: httpx.Response, seconds: float, cut: int | None
    ) -> tuple[bytes, bool]:
        """The bytes of a response as they come (gathered to a size, a byte a second would never reach the
        clock), and whether they are all.
        """
        parts: list[bytes] = []
        size, started = 0, time.monotonic()
        for chunk in response.iter_raw():
            size += len(chunk)
            parts.append(chunk)
            if cut is not None and size >= cut:
                return b"".join(parts), False
            if cut is None and size > source.max_bytes:
                step = "raise max_bytes if the page has grown"
                self._refuse(source, address, f"at most {source.max_bytes} bytes", "more", step)
            if time.monotonic() - started > seconds:
                raise PassingFaultError(f"{size} bytes in {seconds:.0f} s, and no end")
        return b"".join(parts), True

    def _redirect(self, source: Source, at: str, got: httpx.Headers) -> str:
        said = got.get("location", "")
        try:
            to = urljoin(at, said)
            old, new = urlsplit(at), urlsplit(to)
            httpx.URL(to)
            _ = new.port
        except (ValueError, httpx.InvalidURL) as odd:  # UnicodeError is a ValueError
            step = "open the address by hand; the page may have moved"
            self._refuse(source, at, "a redirect to an address", f"one to {said[:200]!r} ({odd})", step)
        if new.scheme not in {"http", "https"} or (old.scheme == "https" and new.scheme != "https"):
            step = "open the address by hand; the page may have moved"
            self._refuse(source, at, "a redirect within https", f"one to {to[:200]}", step)
        if lies_inside(new.hostname) and not lies_inside(old.hostname):
            step = "do not follow it; report it to the site"
            self._refuse(source, at, "a redirect to a public host", f"one to {to[:200]}", step)
        if not (lies_inside(old.hostname) or same_site(at, to)):
            step = "open the address by hand; where the publisher moved, say so in extractors/addresses.py"
            self._refuse(source, at, "a redirect within the publisher's domains", f"one to {to[:200]}", step)
        return to

    def rules_of(self, source: Source, host: str, until: float) -> Rules:
        """The rules of a host, asked for once. RFC 9309: a 4xx, or more than five redirects, means no rules;
        a server error means that nothing may be fetched for now.
        """
        with self._lock:
            if host in self._robots:
                return self._robots[host]
        at = f"{host}/robots.txt"
        rules = Rules(None)
        for _ in range(ROBOTS_REDIRECTS + 1):
            self.pause(source, at, until)
            answer = self.request(source, at, {"Accept-Encoding": "identity"}, until, cut=ROBOTS_BYTES + 1)
            if answer.status in REDIRECTS and answer.headers.get("location"):
                at = self._redirect(source, at, answer.headers)
                continue
            if answer.status >= 500:
                raise PassingFaultError(f"robots.txt: HTTP {answer.status}")
            if answer.status == 200:
                rules = Rules(first_of(answer, ROBOTS_BYTES + 1))
            break
        with self._lock:
            self._robots[host] = rules
        return rules

    def pause(self, source: Source, address: str, until: float) -> None:
        """Waits for the host's turn. A host that could not be reached in this run is not asked again, nor
        waited for.
        """
        host = urlsplit(address).netloc
        with self._lock:
            now = time.monotonic()
            free = max(now, self._next_free.get(host, now))
            if host not in self._down:
                self._next_free[host] = free + self.manners.pause
        while host not in self._down and (left := min(free, until) - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
        if host in self._down:
            step = "check the network, the address, and its certificate"
            self._refuse(source, address, "a connection", self._down[host], step)
        if time.monotonic() >= until:
            whole = f"{self.manners.source_timeout:.0f} s"
            step = "wait for the next night; if it lasts, ask the site's operators"
            self._refuse(source, address, f"all of a source within {whole}", "more", step)

    def lost(self, source: Source, address: str, why: str) -> NoReturn:
        """Refuses an address whose host cannot be reached, and those of its that are asked for later."""
        self._down[urlsplit(address).netloc] = why or "none"
        step = "check the network, the address, and its certificate"
        self._refuse(source, address, "a connection", why or "none", step)

    def _refuse(self, source: Source, address: str, expected: str, found: str, next_step: str) -> NoReturn:
        raise self.error(source, address, expected, found, next_step) from None

    def error(
        self, source: Source, address: str, expected: str, found: str, next_step: str, retryable: bool = False
    ) -> FetchError:
        """A FetchError without any key in it."""
        said = (hidden(text, self._keys) for text in (address, expected, found, next_step))
        address, expected, found, next_step = said
        return FetchError(
            source.id, address, expected=expected, found=found, next_step=next_step, retryable=retryable
        )
