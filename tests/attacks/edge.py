"""A source of the tests on a server of the tests, and a quick fetcher."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from extractors.fetch import Manners
from extractors.source import Reader
from tests.faults.homes import source_with
from tests.faults.misbehaving import Server

QUICK = Manners(attempts=2, connect_timeout=2.0, read_timeout=0.8, whole_timeout=1.5, pause=0.0)
NOW = datetime.now(UTC)


@contextmanager
def reading(server: Server, *paths: str, source_id: str = "deepseek_en", **changes: Any) -> Iterator[Reader]:
    urls = tuple(server.url + path for path in paths or ("/prices",))
    with source_with(source_id, addresses=urls, matches=tuple(map(re.escape, urls)), **changes) as reader:
        yield reader
