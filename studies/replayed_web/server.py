"""The web as it was on a day, on the loopback address: every address answers with its newest page up to the
clock's day, with an ETag; hosts have their robots.txt; what was not there yet is a 404.

`Manners(transport=web.transport())` sends a fetcher's requests there, whatever host they are for: the rest of
the live path (robots.txt, conditional requests, redirects, limits) is as it is on the network.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx

# What an address may carry without being another page.
IDLE = frozenset({"pageNum", "pageSize", "redirect"})
ROBOTS = b"User-agent: *\nAllow: /\n"


def same_page(address: str) -> str:
    """An address as it is compared: a closing slash, the order of a query and what it carries along aside."""
    parts = urlsplit(address)
    asked = sorted((k, v) for k, v in parse_qsl(parts.query) if k not in IDLE)
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}?{urlencode(asked)}"


@dataclass(frozen=True)
class Page:
    """What an address answers with from a moment on; a body of None: it is gone."""

    since: datetime
    body: bytes | None
    content_type: str = "text/html"
    moved_to: str = ""

    @cached_property
    def tag(self) -> str:
        """The ETag of its body."""
        return f'"{sha256(self.body or b"").hexdigest()[:16]}"'


@dataclass
class Web:
    """The pages of every address in order of time, the clock, and what was asked of whom. `addresses` gives
    each page's address as it was put first.
    """

    now: datetime
    pages: dict[str, list[Page]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    sent: int = 0
    port: int = 0
    looked: int = 0

    def clock(self) -> datetime:
        """The time of the night, a millisecond later at every look: nothing happens at once."""
        self.looked += 1
        return self.now + timedelta(milliseconds=self.looked)

    def put(self, address: str, since: datetime, body: bytes | None, content_type: str = "text/html") -> None:
        """From `since` on the address answers with the body."""
        key = same_page(address)
        self.addresses.setdefault(key, address)
        pages = self.pages.setdefault(key, [])
        pages.append(Page(since, body, content_type))
        pages.sort(key=lambda page: page.since)

    def put_moved(self, address: str, since: datetime, to: str) -> None:
        """From `since` on the address sends whoever asks to another."""
        self.addresses.setdefault(same_page(address), address)
        self.pages.setdefault(same_page(address), []).append(Page(since, b"", moved_to=to))

    def page(self, address: str) -> Page | None:
        """The newest page of an address up to the clock; None where it is not there (yet, or any more)."""
        there = [page for page in self.pages.get(same_page(address), ()) if page.since <= self.now]
        return there[-1] if there and there[-1].body is not None else None

    def pass_night(self) -> None:
        """The next night."""
        self.now += timedelta(days=1)
        self.forget()

    def forget(self) -> None:
        """Counts anew."""
        self.looked = 0
        self.asked.clear()
        self.unchanged = self.sent = 0

    def transport(self) -> httpx.BaseTransport:
        """Carries a fetcher's requests to this web."""
        return _Loopback(self.port)


class _Loopback(httpx.BaseTransport):
    """Every request goes to the loopback server; its Host header says for whom it is."""

    def __init__(self, port: int) -> None:
        self._port, self._http = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        headers = [*request.headers.raw, (b"X-Scheme", request.url.scheme.encode())]
        there = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._http.handle_request(
            httpx.Request(request.method, there, headers=headers, extensions=request.extensions)
        )


@contextmanager
def replayed(now: datetime) -> Iterator[Web]:
    """A web that begins empty at `now`."""
    web = Web(now)

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(web, self)

        def log_message(self, *_: Any) -> None:
            """Nothing: what was asked is counted."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(web: Web, request: BaseHTTPRequestHandler) -> None:
    host = request.headers["Host"]
    address = f"{request.headers['X-Scheme']}://{host}{request.path}"
    robots = request.path == "/robots.txt"
    page = Page(web.now, ROBOTS, "text/plain") if robots else web.page(address)
    web.asked[host if robots else address] += 1
    if page is None or page.body is None:
        _send(request, 404, b"gone", {"Content-Type": "text/plain"})
        return
    if page.moved_to:
        _send(request, 301, b"", {"Location": page.moved_to})
        return
    tag = page.tag
    if request.headers.get("If-None-Match") == tag:
        web.unchanged += 1
        _send(request, 304, b"", {"ETag": tag})
        return
    web.sent += len(page.body)
    _send(request, 200, page.body, {"ETag": tag, "Content-Type": page.content_type})


def _send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
    request.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body)), "Connection": "close"}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


def midnight(day: str) -> datetime:
    """The first moment of a day, UTC."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)
