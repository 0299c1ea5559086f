"""Kind 5 of what attacks broke: addresses are judged by the number that is connected to."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from httpx import Headers

from extractors.addresses import lies_inside
from extractors.errors import FetchError
from extractors.fetch import Fetcher
from tests.attacks.edge import QUICK, reading
from tests.faults.cases import PAGE
from tests.faults.homes import source_with
from tests.faults.misbehaving import serving

INSIDE = (
    *(
        "127.1",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "localhost.",
    ),
    *(
        "１２７.０.０.１",
        "①②⑦.0.0.1",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "a.localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
    ),
    *(
        "[::ffff:127.0.0.1]",
        "[::ffff:a00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::7f00:1]",
        "[fd00::1]",
    ),
    *("169.254.169.254", "0xa9fea9fe", "100.64.0.1", "10.1", "192.168.1", "224.0.0.1", "255.255.255.255"),
)


@pytest.mark.parametrize("host", INSIDE)
def test_an_address_inside_is_known_in_every_spelling(host: str) -> None:
    with (
        serving({}) as server,
        reading(server) as reader,
        pytest.raises(FetchError, match=r"a redirect to (a public|an)"),
    ):
        Fetcher(QUICK)._redirect(
            reader.source, "http://example.org/", Headers({"location": f"http://{host}/".encode()})
        )
    assert lies_inside(host.strip("[]"))


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "134744072", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "cafe.example"]
)
def test_a_public_address_stays_one(host: str) -> None:
    assert not lies_inside(host)


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Names are looked up here: each question gets the next answer."""
    asked: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        number = answers[min(len(asked), len(answers)) - 1]
        family = socket.AF_INET6 if ":" in number else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (number, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    "number", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1", "0.0.0.0"]
)
def test_a_public_name_that_is_an_address_inside_is_not_connected_to(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving({"/prices": lambda e: e.answer(PAGE)}) as server:
        port = server.url.rsplit(":", 1)[1]
        _resolving(monkeypatch, number)
        with (
            source_with("deepseek_en", addresses=(f"http://ledger.example:{port}/prices",)) as reader,
            pytest.raises(FetchError, match="a redirect to a public host"),
        ):
            Fetcher(QUICK).fetch(reader.source)
        assert server.asked == []


def test_the_number_that_was_judged_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def connect(address: tuple[str, int], *_: Any, **__: Any) -> Any:
        tried.append(address[0])
        raise OSError("not tried further")

    asked = _resolving(monkeypatch, "93.184.215.14", "127.0.0.1")
    monkeypatch.setattr(socket, "create_connection", connect)
    with (
        source_with("deepseek_en", addresses=("http://rebinding.example/prices",)) as reader,
        pytest.raises(FetchError),
    ):
        Fetcher(QUICK).fetch(reader.source)
    assert (tried, asked) == (["93.184.215.14"], ["rebinding.example"])
