"""A web server on the loopback address that misbehaves as it is told: each path has its behaviour, each
request is written down.
"""

from __future__ import annotations

import gzip
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Serve = Callable[["Exchange"], None]
SLOW_SECONDS = 0.05
ENDLESS_SECONDS = 20.0


@dataclass
class Exchange:
    """One request: its path and headers, how often the path was asked before, and the socket to answer on."""

    path: str
    headers: dict[str, str]
    before: int
    wire: socket.socket
    server: Server

    def answer(self, body: bytes = b"", status: int = 200, length: int | None = None, **headers: str) -> None:
        """A whole answer; `length` is what Content-Length says (default: the truth)."""
        said = {
            "Content-Type": "text/markdown; charset=utf-8",
            "Content-Length": str(len(body) if length is None else length),
        }
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
        self.wire.sendall(f"HTTP/1.1 {status} Said\r\n{head}Connection: close\r\n\r\n".encode() + body)

    def reset(self) -> None:
        """Closes the connection with a reset instead of an end."""
        self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.wire.close()

    def drip(self, text: bytes) -> None:
        """Sends a byte at a time until the other side has had enough."""
        until = time.monotonic() + ENDLESS_SECONDS
        while time.monotonic() < until and not self.server.closing.is_set():
            for byte in text:
                self.wire.sendall(bytes([byte]))
                time.sleep(SLOW_SECONDS)


@dataclass
class Server:
    """Where the server listens, what it serves by path, and what it was asked."""

    url: str
    paths: dict[str, Serve]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def count(self, path: str) -> int:
        """How often a path was asked."""
        return sum(1 for asked, _ in self.asked if asked == path)


@contextmanager
def serving(paths: dict[str, Serve], tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serves `paths` on a free port of 127.0.0.1 until the block ends; robots.txt is a 404 unless it is among
    the paths.
    """
    server = Server("", {"/robots.txt": lambda e: e.answer(b"", 404), **paths})

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, ConnectionError):
                wire = tls.wrap_socket(self.request, server_side=True) if tls else self.request
                _one(wire, server)

    class Listener(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Listener(("127.0.0.1", 0), Handler) as listener:
        server.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown()
            thread.join()


def _one(wire: socket.socket, server: Server) -> None:
    wire.settimeout(ENDLESS_SECONDS)
    said = b""
    while b"\r\n\r\n" not in said:
        more = wire.recv(65536)
        if not more:
            return
        said += more
    first, *lines = said.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    path = first.split(" ")[1]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    before = server.count(path)
    server.asked.append((path, headers))
    with suppress(OSError):
        server.paths.get(path, lambda e: e.answer(b"not here", 404))(
            Exchange(path, headers, before, wire, server)
        )
    with suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()


def zipped(body: bytes) -> bytes:
    """A gzip body."""
    return gzip.compress(body, mtime=0)
