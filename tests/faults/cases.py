"""How a server can misbehave, and what must come of it: the table of docs/trust.md, and the parametrisation
of test_misbehaving.py.
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import NamedTuple

from tests.faults.misbehaving import Exchange, Serve, zipped

PAGE = (Path(__file__).parents[1] / "extractors/captures/deepseek_en/2026-08-17_peak.md").read_bytes()
TRIES = 3
MOST_BYTES = 200_000
BOMB = gzip.compress(bytes(10_000_000), 1)

CHALLENGE = b"""<!DOCTYPE html><html><head><title>Just a moment...</title></head>
<body><div id="challenge-error-text">Enable JavaScript and cookies to continue</div></body></html>"""
LOGIN = b"""<!DOCTYPE html><html><head><title>Sign in</title></head>
<body><form action="/login"><input name="user"><input type="password" name="password">
<button>Sign in</button></form></body></html>"""


class Case(NamedTuple):
    """One misbehaviour. `outcome`: published, revisit (published, unchanged), retryable (tried again, then
    given up for the night), refused (given up at once), parser (archived, and refused by the parser). `found`
    is in the message; `asked` is how often.
    """

    name: str
    serve: Serve
    outcome: str
    found: str = ""
    asked: int = 1


def _after(times: int, fault: Serve) -> Serve:
    def serve(exchange: Exchange) -> None:
        (fault if exchange.before < times else lambda e: e.answer(PAGE))(exchange)

    return serve


def _endless(exchange: Exchange) -> None:
    exchange.answer(b"", length=10**12)
    while not exchange.server.closing.is_set():
        exchange.wire.sendall(b"x" * 65536)


def _slow_body(exchange: Exchange) -> None:
    exchange.answer(b"", length=len(PAGE))
    exchange.drip(PAGE)


def _slow_headers(exchange: Exchange) -> None:
    exchange.wire.sendall(b"HTTP/1.1 200 OK\r\n")
    exchange.drip(b"X-Slow: yes\r\n")


def _silence(exchange: Exchange) -> None:
    exchange.server.closing.wait(5)


def _half(exchange: Exchange) -> None:
    exchange.answer(PAGE[: len(PAGE) // 2], length=len(PAGE))


def _bomb(exchange: Exchange) -> None:
    exchange.answer(BOMB, Content_Encoding="gzip")


def _many(exchange: Exchange) -> None:
    exchange.wire.sendall(
        b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(20_000)) + b"\r\n"
    )


def _other_zip(exchange: Exchange) -> None:
    exchange.answer(zlib.compress(PAGE), Content_Encoding="gzip")


CASES = (
    Case(
        "429 with Retry-After, then the page",
        _after(2, lambda e: e.answer(status=429, Retry_After="0")),
        "published",
        asked=3,
    ),
    Case(
        "429 at every try",
        lambda e: e.answer(status=429, Retry_After="0"),
        "retryable",
        "HTTP 429, 3 times",
        3,
    ),
    Case("500s that pass", _after(2, lambda e: e.answer(status=500)), "published", asked=3),
    Case("503 at every try", lambda e: e.answer(status=503), "retryable", "HTTP 503, 3 times", 3),
    Case("a connection reset, then the page", _after(1, lambda e: e.reset()), "published", asked=2),
    Case("a reset at every try", lambda e: e.reset(), "retryable", "Error", 3),
    Case("no answer at all", _silence, "retryable", "ReadTimeout", 3),
    Case("a body that never ends", _endless, "refused", f"at most {MOST_BYTES} bytes"),
    Case("a body of one byte at a time", _slow_body, "retryable", "and no end", 3),
    Case("headers of one byte at a time", _slow_headers, "retryable", "Error", 3),
    Case("headers without measure", _many, "retryable", "RemoteProtocolError", 3),
    Case(
        "no HTTP", lambda e: e.wire.sendall(b"SSH-2.0-OpenSSH_9.6\r\n"), "retryable", "RemoteProtocolError", 3
    ),
    Case("Content-Length says more than comes", _half, "retryable", "Error", 3),
    Case(
        "Content-Length says less than comes",
        lambda e: e.answer(PAGE, length=len(PAGE) // 2),
        "parser",
        "expected",
    ),
    Case("gzip, whole", lambda e: e.answer(zipped(PAGE), Content_Encoding="gzip"), "published"),
    Case(
        "gzip, cut off",
        lambda e: e.answer(zipped(PAGE)[:-40], Content_Encoding="gzip"),
        "retryable",
        "ends early",
        3,
    ),
    Case(
        "no gzip, though it says so",
        lambda e: e.answer(PAGE, Content_Encoding="gzip"),
        "retryable",
        "cannot be decoded",
        3,
    ),
    Case("another compression under the name of gzip", _other_zip, "retryable", "cannot be decoded", 3),
    Case("a gzip bomb", _bomb, "refused", f"at most {MOST_BYTES} bytes decoded"),
    Case(
        "a compression not asked for",
        lambda e: e.answer(PAGE, Content_Encoding="br"),
        "refused",
        "gzip or no content encoding",
    ),
    Case(
        "a wrong content type, the right body",
        lambda e: e.answer(PAGE, Content_Type="image/png"),
        "published",
    ),
    Case(
        "a wrong charset in the header, UTF-8 in the body",
        lambda e: e.answer(PAGE, Content_Type="text/html; charset=gb2312"),
        "published",
    ),
    Case(
        "a body in another charset",
        lambda e: e.answer(PAGE.replace(b"$", "￥".encode("gb18030"))),
        "parser",
        "UTF-8",
    ),
    Case("bytes that are no text", lambda e: e.answer(bytes(range(256)) * 20), "parser", "UTF-8"),
    Case(
        "redirects in a circle",
        lambda e: e.answer(status=302, Location="/prices"),
        "refused",
        "at most 5 redirects",
        6,
    ),
    Case(
        "a redirect to a file",
        lambda e: e.answer(status=302, Location="file:///etc/passwd"),
        "refused",
        "redirect within https",
    ),
    Case("a redirect to nowhere", lambda e: e.answer(status=301), "refused", "at most 5 redirects", 6),
    Case(
        "a challenge page with status 200",
        lambda e: e.answer(CHALLENGE, Content_Type="text/html"),
        "parser",
        "WrongPage",
    ),
    Case("a challenge page with status 403", lambda e: e.answer(CHALLENGE, 403), "refused", "HTTP 403"),
    Case("a login page", lambda e: e.answer(LOGIN, Content_Type="text/html"), "parser", "WrongPage"),
    Case("the page is gone", lambda e: e.answer(status=410), "refused", "HTTP 410"),
    Case("an empty 200", lambda e: e.answer(b""), "parser", "expected"),
    Case("a 204", lambda e: e.answer(status=204, length=0), "refused", "HTTP 204"),
    Case("yesterday's page, said to be of today", lambda e: e.answer(PAGE, Last_Modified="now"), "revisit"),
    Case("a 304 to a question that was not asked", lambda e: e.answer(status=304), "refused", "HTTP 304"),
)
