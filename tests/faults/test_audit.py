"""A vulnerable package is named, a sound one passes, and a service that does not answer is never taken for an
all-clear.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.faults.audit import SOUND, UNREACHABLE, VULNERABLE, audit

ADVISORY = {
    "id": "PYSEC-2000-1",
    "summary": "made",
    "details": "made",
    "aliases": [],
    "published": "2026-01-01T00:00:00Z",
    "modified": "2026-01-01T00:00:00Z",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "made-package"},
            "versions": ["1.0"],
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
        }
    ],
}


@contextmanager
def service(answer: dict[str, Any]) -> Iterator[str]:
    """An advisory service that says the same of every package."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def pinned(tmp_path: Path) -> Path:
    file = tmp_path / "constraints.txt"
    file.write_text(f"made-package==1.0 --hash=sha256:{'0' * 64}\n")
    return file


def test_a_known_vulnerability_is_named_with_the_release_that_mends_it(pinned: Path) -> None:
    with service({"vulns": [ADVISORY]}) as url:
        came, lines = audit(pinned, ["--osv-url", url])
    assert came == VULNERABLE
    assert "made-package 1.0: PYSEC-2000-1, mended in 1.1" in lines


def test_a_package_without_advisories_is_sound(pinned: Path) -> None:
    with service({}) as url:
        assert audit(pinned, ["--osv-url", url]) == (SOUND, ["packages audited 1, known vulnerabilities 0"])


def test_a_service_that_does_not_answer_is_no_all_clear(pinned: Path) -> None:
    with service({}) as url:
        pass
    came, lines = audit(pinned, ["--osv-url", url, "--timeout", "2"])
    assert came == UNREACHABLE
    assert lines[0].startswith("NOT AUDITED: ")
