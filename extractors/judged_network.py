"""Connections that go nowhere inside: judged by the number that is connected to. The one door to httpcore,
which who only reads captures does without.
"""

from __future__ import annotations

import ipaddress
import socket
import typing
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore

from extractors.addresses import is_public

_inside_allowed: ContextVar[bool] = ContextVar("inside_allowed", default=False)


class InsideError(Exception):
    """A host that lies inside (this machine, a private or link-local network), asked for from outside."""


@contextmanager
def inside_allowed(allowed: bool) -> Iterator[None]:
    """Whether connections made by this thread may go inside: only where the source's own address says so."""
    token = _inside_allowed.set(allowed)
    try:
        yield
    finally:
        _inside_allowed.reset(token)


class JudgedNetwork(httpcore.SyncBackend):
    """Connects only to addresses that were checked. A name is resolved once and the connection goes to the
    checked number, so a second answer of its name server changes nothing.
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: typing.Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connects to the first judged address of `host` that answers; InsideError where all lie inside."""
        options = list(socket_options or ())
        lost: Exception | None = None
        for number in self._judged(host, port):
            try:
                return super().connect_tcp(number, port, timeout, local_address, options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as refused:
                lost = refused
        raise lost or httpcore.ConnectError(f"{host} has no address")

    @staticmethod
    def _judged(host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as unknown:
            raise httpcore.ConnectError(str(unknown)) from unknown
        numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if _inside_allowed.get():
            return numbers
        public = [n for n in numbers if is_public(ipaddress.ip_address(n.partition("%")[0]))]
        if numbers and not public:
            raise InsideError(f"{host}, which is {', '.join(numbers)[:200]}")
        return public
