"""The page over HTTP on the loopback address, beside Prefect's own: a browser follows no link from a served
page to a file on disk.

Serves what lies below `report/` of the home, on disk or in an object store, as it is published now; nothing
else and to nobody else.
"""

from __future__ import annotations

import mimetypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from warehouse.location import HomeError, Location

ADDRESS = "GAPLEDGER_PAGE"
FIRST_PAGE = "index.html"


def page_address(location: Location) -> str:
    """The address of the page: GAPLEDGER_PAGE, which `gapledger serve` and a team may set; else its place in
    the home.
    """
    place = location.full(f"report/{FIRST_PAGE}")
    return os.environ.get(ADDRESS) or (place if location.remote else f"file://{place}")


@contextmanager
def page_served(location: Location, host: str, port: int) -> Iterator[str]:
    """Serves the page until the block ends; gives its address. HomeError where the port is taken."""
    try:
        listener = ThreadingHTTPServer((host, port), _handler(location))
    except OSError as taken:
        raise HomeError(f"port {port} is taken ({taken}); give another --page-port") from taken
    listener.daemon_threads = True
    thread = threading.Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.server_port}/"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def _handler(location: Location) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(urlsplit(self.path).path).lstrip("/") or FIRST_PAGE
            try:
                body = location.read(f"report/{name}")
            except (
                HomeError,
                OSError,
                ValueError,
            ):  # a name outside the home, a folder, a page that no run wrote yet
                self.send_error(HTTPStatus.NOT_FOUND, "no such page; the nightly or a backfill writes it")
                return
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", f"{kind}; charset=utf-8" if kind.startswith("text/") else kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Cache-Control", "no-cache")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing: who reads the page is nobody's business."""

    return Handler
