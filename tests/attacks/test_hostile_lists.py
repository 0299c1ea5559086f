"""Kinds 1 and 11 of what attacks broke, in what names pages: a list that ends or holds its reader is a named
problem, and the source's own pages are asked all the same.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from extractors import watching
from extractors.errors import WrongPage
from extractors.following import follow
from extractors.isolation import CHILDREN
from extractors.lists import release_days
from extractors.source import Listing, Reader, discover
from tests.attacks.poisoned import SECONDS
from warehouse.archive.warc import Response
from warehouse.capture import Capture

NOW = datetime(2026, 11, 30, tzinfo=UTC)
LIST = "https://listed.example/list"
PAGE = "https://listed.example/page"


def _refuse(capture: Capture) -> None:
    raise WrongPage(capture, expected="a list", found="none")


ENDS: dict[str, Callable[[Capture], object]] = {
    "a kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "a pattern that multiplies": lambda _: re.match(r"(a|aa)+$", "a" * 200 + "b"),
    "an exception": lambda _: {}["nothing"],
    "a list of another form": _refuse,
}


def addresses(capture: Capture) -> list[str]:
    """Does what the body says, or names one page."""
    said = capture.body.decode()
    if said in ENDS:
        ENDS[said](capture)
    return [PAGE]


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    readers: Any = discover()
    like = readers["deepseek_news"]
    changes = {"id": "listed", "addresses": (LIST,), "matches": (r"https://listed\.example/.*",)}
    source = replace(like.source, **changes, listing=Listing((LIST,), most=5))
    readers["listed"] = replace(like, source=source, addresses=addresses)
    monkeypatch.setenv(SECONDS, "1")
    CHILDREN.close()
    yield readers["listed"]
    CHILDREN.close()
    del readers["listed"]


def asked(body: bytes) -> Callable[[str], Response]:
    return lambda address: Response("listed", address, NOW, 200, (), body, body)


@pytest.mark.parametrize("end", list(ENDS))
def test_a_list_that_ends_its_reader_is_named(end: str, reader: Reader) -> None:
    done = follow(reader, asked(end.encode()), [], NOW)
    [said] = done.problems
    assert said.startswith("listed: ")
    assert [r.address for r in done.responses] == [LIST]
    whole = follow(reader, asked(b"a list"), [], NOW)
    assert (whole.problems, whole.named) == ([], [PAGE])


@pytest.mark.timeout(30)
@pytest.mark.parametrize("rest", [" " * 300_000, " \n" * 150_000, ", " * 100_000, " ,\t" * 100_000])
def test_white_space_after_a_day_is_read_once(rest: str) -> None:
    body = f'["2026-01-01"{rest}x'.encode()
    assert release_days(Capture("livebench", LIST, NOW, body)) == []
    assert release_days(Capture("livebench", LIST, NOW, b"[ '2026-01-02' , '2026-01-01' , ]")) != []
    assert watching.PARSE_CPU_SECONDS
