"""Asking the web, politely. The one door to httpx; nothing here reads what a page says.

A response is kept as it was sent (`wire`, content-encoded) and decoded (`body`), both under a size limit, so
that a gzip bomb or an endless body costs its limit and no more. What can pass (a reset, a 429, a 503) is
tried again with backoff and jitter, Retry-After respected; what cannot (no such host, a refused certificate,
a redirect to another scheme) fails at once.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx
import stamina
from protego import Protego

from extractors.errors import FetchError
from extractors.source import Source
from warehouse.archive.warc import Response

PRODUCT = "gapledger"
USER_AGENT = f"{PRODUCT}/0.1 (open nightly ledger of AI model prices and benchmarks{{contact}})"
MAX_REDIRECTS = 5
ROBOTS_BYTES = 512 * 2**10
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Manners:
    """How the fetcher behaves: attempts, timeouts (seconds), the whole time a response may take, the pause
    between requests to a host; and what carries its requests, where that is not the network.
    """

    attempts: int = 4
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    whole_timeout: float = 180.0
    pause: float = 1.0
    robots: bool = True
    verify: bool | str = True
    transport: httpx.BaseTransport | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address from its newest capture: validators for a conditional request, and how to
    get its body.
    """

    etag: str | None
    last_modified: str | None
    body: Callable[[], bytes]
    content_type: str


class PassingFaultError(Exception):
    """A fault that may pass; `wait` is what Retry-After asked for, in seconds."""

    def __init__(self, found: str, wait: float | None = None) -> None:
        super().__init__(found)
        self.wait = wait


@dataclass(slots=True)
class Fetcher:
    """One client for a run, safe to use from several threads: requests to one host are spaced, robots.txt is
    read once a host.
    """

    manners: Manners = field(default_factory=Manners)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _client: httpx.Client = field(init=False)
    _robots: dict[str, Protego | None] = field(default_factory=dict)
    _next_free: dict[str, float] = field(default_factory=dict)
    _down: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _keys: set[str] = field(default_factory=set)

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
            limits=httpx.Limits(
                max_keepalive_connections=0
            ),  # each request has a connection of its own, which `_ended` can end
        )

    def close(self) -> None:
        """Closes the client's connections."""
        self._client.close()

    def fetch(self, source: Source, known: Mapping[str, Known] | None = None) -> list[Response]:
        """All addresses of a source, in order. FetchError, naming the address, at the first that gives no
        usable response.

        A source whose key is not in the environment, and an address that robots.txt closes, are FetchErrors
        too.
        """
        headers = dict(source.headers)
        if source.key_env:
            key = os.environ.get(source.key_env)
            if not key:
                raise FetchError(
                    source.id,
                    source.addresses[0],
                    expected=f"a key in the environment ({source.key_env})",
                    found="none",
                    next_step=f"set {source.key_env}, or leave the source at rest",
                )
            self._keys.add(key)
            headers |= {name: value.format(key=key) for name, value in source.headers.items()}
        got = [
            self._one(source, address, headers, (known or {}).get(address)) for address in source.addresses
        ]
        for response in got:
            if self._repeats_a_key(response):
                self._refuse(
                    source,
                    response.address,
                    "a response without our key",
                    "the key itself",
                    "tell the source's operators",
                )
        return got

    def _repeats_a_key(self, response: Response) -> bool:
        said = [response.wire, response.body, *(value.encode() for _, value in response.headers)]
        return any(key.encode() in text for key in self._keys for text in said)

    def get(self, source: Source, address: str) -> Response:
        """One address that is not among the source's own (an index, a memento), with the same manners and
        limits.
        """
        return self._one(source, address, {}, None)

    def _one(self, source: Source, address: str, headers: Mapping[str, str], known: Known | None) -> Response:
        def backoff(error: Exception) -> bool | float:
            if not isinstance(error, PassingFaultError):
                return False
            return min(error.wait, LONGEST_WAIT) if error.wait is not None else True

        try:
            for attempt in stamina.retry_context(
                on=backoff, attempts=self.manners.attempts, timeout=None, wait_initial=0.5, wait_max=20.0
            ):
                with attempt:
                    return self._try(source, address, headers, known)
        except PassingFaultError as fault:
            raise FetchError(
                source.id,
                address,
                expected="a response",
                found=self._hidden(f"{fault}, {self.manners.attempts} times"),
                next_step="wait for the next night; if it lasts, open the address by hand",
                retryable=True,
            ) from None
        raise AssertionError("stamina gives at least one attempt")

    def _try(self, source: Source, address: str, headers: Mapping[str, str], known: Known | None) -> Response:
        conditional = dict(headers)
        if known is not None and known.etag:
            conditional["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            conditional["If-Modified-Since"] = known.last_modified
        at = address
        for _ in range(MAX_REDIRECTS + 1):
            self._ask_robots(source, at)
            self._pause(source, at)
            sent = self.clock()
            status, got, wire = self._request(source, at, conditional)
            if status in {301, 302, 303, 307, 308}:
                to = self._redirect(source, at, got)
                if urlsplit(to).netloc != urlsplit(at).netloc:
                    conditional = {}  # a key is for the host it was given for
                at = to
                continue
            if status in PASSING:
                raise PassingFaultError(f"HTTP {status}", _retry_after(got.get("retry-after"), sent))
            if (
                status == 304
                and known is not None
                and conditional.keys() & {"If-None-Match", "If-Modified-Since"}
            ):
                body = known.body()
                return Response(
                    source.id, address, sent, 200, (("Content-Type", known.content_type),), body, body
                )
            if status != 200:
                self._refuse(
                    source,
                    at,
                    "HTTP 200",
                    f"HTTP {status}",
                    "check the address, or whether the page now needs a login",
                )
            return Response(
                source.id,
                address,
                sent,
                status,
                tuple(got.multi_items()),
                wire,
                self._decoded(source, at, got, wire),
            )
        self._refuse(
            source,
            address,
            f"at most {MAX_REDIRECTS} redirects",
            "more",
            "open the address by hand; it may go in a circle",
        )

    def _request(
        self, source: Source, address: str, headers: Mapping[str, str]
    ) -> tuple[int, httpx.Headers, bytes]:
        started = time.monotonic()
        host = urlsplit(address).netloc
        parts: list[bytes] = []
        size = 0
        try:
            with (
                self._ended() as trace,
                self._client.stream(
                    "GET", address, headers=dict(headers), extensions={"trace": trace}
                ) as response,
            ):
                for chunk in (
                    response.iter_raw()
                ):  # as it comes: gathered to a size, a byte a second would never reach the clock below
                    size += len(chunk)
                    parts.append(chunk)
                    if size > source.max_bytes:
                        self._refuse(
                            source,
                            address,
                            f"at most {source.max_bytes} bytes",
                            "more",
                            "raise max_bytes if the page has grown",
                        )
                    if time.monotonic() - started > self.manners.whole_timeout:
                        raise PassingFaultError(
                            f"{size} bytes in {self.manners.whole_timeout:.0f} s, and no end"
                        )
                length = response.headers.get("content-length")
                if length is not None and length.isdigit() and int(length) != size:
                    raise PassingFaultError(f"{size} of {length} bytes")
                return response.status_code, response.headers, b"".join(parts)
        except httpx.ConnectError as lost:
            self._down[host] = str(lost) or "none"
            self._refuse(
                source,
                address,
                "a connection",
                str(lost) or "none",
                "check the network, the address, and its certificate",
            )
        except httpx.TransportError as lost:
            raise PassingFaultError(f"{type(lost).__name__}: {lost}") from lost
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as odd:
            self._refuse(source, address, "an http(s) address", str(odd), "correct the address")

    @contextmanager
    def _ended(self) -> Iterator[Callable[[str, Mapping[str, Any]], None]]:
        """Ends a request whose whole time is up, also while it hands over headers byte by byte, which no read
        timeout sees.
        """
        sockets: list[socket.socket] = []

        def trace(event: str, said: Mapping[str, Any]) -> None:
            if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
                sockets.append(said["return_value"].get_extra_info("socket"))

        def end() -> None:
            for one in sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.manners.whole_timeout + 0.5, end)
        timer.daemon = True
        timer.start()
        try:
            yield trace
        finally:
            timer.cancel()

    def _redirect(self, source: Source, at: str, got: httpx.Headers) -> str:
        to = urljoin(at, got.get("location", ""))
        old, new = urlsplit(at), urlsplit(to)
        if new.scheme not in {"http", "https"} or (old.scheme == "https" and new.scheme != "https"):
            self._refuse(
                source,
                at,
                "a redirect within https",
                f"one to {to[:200]}",
                "open the address by hand; the page may have moved",
            )
        if _private(new.hostname) and not _private(old.hostname):
            self._refuse(
                source,
                at,
                "a redirect to a public host",
                f"one to {to[:200]}",
                "do not follow it; report it to the site",
            )
        return to

    def _decoded(self, source: Source, address: str, headers: httpx.Headers, wire: bytes) -> bytes:
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding in {"", "identity"}:
            return wire
        if encoding not in {"gzip", "x-gzip", "deflate"}:
            self._refuse(
                source,
                address,
                "gzip or no content encoding",
                encoding,
                "the server ignores Accept-Encoding; report it",
            )
        inflate = zlib.decompressobj(31 if "gzip" in encoding else 15)
        try:
            body = inflate.decompress(wire, source.max_bytes + 1)
        except zlib.error as bad:
            raise PassingFaultError(f"a {encoding} body that cannot be decoded ({bad})") from bad
        if len(body) > source.max_bytes:
            self._refuse(
                source,
                address,
                f"at most {source.max_bytes} bytes decoded",
                "more",
                "raise max_bytes if the page has grown",
            )
        if not inflate.eof:
            raise PassingFaultError(f"a {encoding} body that ends early")
        return body

    def _ask_robots(self, source: Source, address: str) -> None:
        if not self.manners.robots or source.kind in {"feeds"}:
            return  # published data files, made to be fetched by programs
        parts = urlsplit(address)
        host = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            asked = host in self._robots
        if not asked:
            rules = self._robots_of(source, host)
            with self._lock:
                self._robots[host] = rules
        rules = self._robots[host]
        if rules is not None and not rules.can_fetch(address, PRODUCT):
            self._refuse(
                source,
                address,
                "an address that robots.txt opens to us",
                "closed",
                "ask the site, or use another address",
            )

    def _robots_of(self, source: Source, host: str) -> Protego | None:
        # RFC 9309: a 4xx means no rules; a server error means that nothing may be fetched for now.
        self._pause(source, host)
        status, _, wire = self._request(source, f"{host}/robots.txt", {"Accept-Encoding": "identity"})
        if status >= 500:
            raise PassingFaultError(f"robots.txt: HTTP {status}")
        return Protego.parse(wire[:ROBOTS_BYTES].decode("utf-8", "replace")) if status == 200 else None

    def _pause(self, source: Source, address: str) -> None:
        """Waits for the host's turn. A host that could not be reached in this run is not asked again, nor
        waited for.
        """
        host = urlsplit(address).netloc
        with self._lock:
            now = time.monotonic()
            free = max(now, self._next_free.get(host, now))
            if host not in self._down:
                self._next_free[host] = free + self.manners.pause
        while host not in self._down and (left := free - time.monotonic()) > 0:
            time.sleep(min(left, 0.1))
        if host in self._down:
            self._refuse(
                source,
                address,
                "a connection",
                self._down[host],
                "check the network, the address, and its certificate",
            )

    def _refuse(self, source: Source, address: str, expected: str, found: str, next_step: str) -> NoReturn:
        raise FetchError(
            source.id, address, expected=expected, found=self._hidden(found), next_step=next_step
        ) from None

    def _hidden(self, text: str) -> str:
        for key in self._keys:
            text = text.replace(key, "***")
        return text


def _private(host: str | None) -> bool:
    try:
        return not ipaddress.ip_address(host or "").is_global
    except ValueError:
        return host == "localhost"


def _retry_after(value: str | None, now: datetime) -> float | None:
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (TypeError, ValueError):
        return None
