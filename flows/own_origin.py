"""The Prefect server of `gapledger serve`, for its own pages and for programs of this machine: `app`, which
uvicorn runs.

A browser sends to 127.0.0.1 what any page tells it to. CSRF tokens keep other origins from changing what they
cannot read. Two ways lie beside them: a page whose name is pointed to 127.0.0.1 after it was loaded (its own
origin then, so it reads the token), and web sockets, which know neither origins nor tokens. So a request must
name a host of ours, and where a browser says from which page a change or a socket comes, that page is ours.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
ORIGINS = "PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS"
REFUSED = b"this server answers its own pages and programs of this machine; see SECURITY.md"


def app() -> App:
    """Prefect's server behind the guard; PREFECT_SERVER_API_CORS_ALLOWED_ORIGINS names its origins."""
    os.environ["PREFECT__SERVER_FINAL"] = "1"
    from prefect.server.api.server import create_app

    return guarded(create_app(final=True), os.environ.get(ORIGINS, "").split(","))


def guarded(inner: App, origins: list[str]) -> App:
    """An application that is given only what `allowed` lets through."""

    async def outer(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or allowed(scope, origins):
            await inner(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            kind = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(REFUSED))]
            await send({"type": "http.response.start", "status": 403, "headers": kind})
            await send({"type": "http.response.body", "body": REFUSED})

    return outer


def allowed(scope: Message, origins: list[str]) -> bool:
    """Whether a request (an ASGI scope) names one of our hosts, once, and comes from no other page."""
    said: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        said.setdefault(bytes(name).lower(), []).append(bytes(value).decode("latin-1"))
    hosts = LOOPBACK | {_host(urlsplit(origin).netloc) for origin in origins if origin}
    if [_host(host) in hosts for host in said.get(b"host", ())] != [True]:
        return False
    reads = scope["type"] == "http" and scope["method"] in READING
    return reads or all(origin in origins for origin in said.get(b"origin", ()))


def _host(netloc: str) -> str:
    """The name in `name:port`, or an empty text where it is neither."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""
