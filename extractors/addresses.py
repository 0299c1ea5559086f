"""Addresses: how they are spelt, whose site they are of, and which lie inside."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from urllib.parse import unquote, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 behind a translator of IPv6-only networks
COMPATIBLE = ipaddress.ip_network("::/96")
DOTS = str.maketrans({"\u3002": ".", "\uff61": "."})  # dots of other scripts, which names may be written with


def is_public(address: Address) -> bool:
    """Whether an address is one of the public internet. An IPv6 address that carries an IPv4 address is
    judged by that one too, and by that one alone where it is only another way to write or to reach it.
    """
    if isinstance(address, ipaddress.IPv4Address):
        return _global(address)
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None or address in TRANSLATED:
        return is_public(low)
    carried = [address.sixtofour, *(address.teredo or ()), low if address in COMPATIBLE else None]
    return _global(address) and all(_global(a) for a in carried if a is not None)


def _global(address: Address) -> bool:
    inside = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not inside


def lies_inside(host: str | None) -> bool:
    """Whether a host's spelling alone says that it lies inside: `localhost`, and an address in any spelling
    that a resolver takes (127.1, 2130706433, 0x7f000001, 017700000001, full-width digits, %31). A name is not
    looked up: it is judged when it is connected to.
    """
    name = unicodedata.normalize("NFKC", unquote(host or "")).translate(DOTS).strip().rstrip(".").lower()
    if not name:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    number = _number(name.partition("%")[0])
    return number is not None and not is_public(number)


def _number(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(name))  # one to four parts, each decimal, octal or hex
    except (OSError, UnicodeError, ValueError):
        return None


LONGEST = 1000  # characters of an address
# What may as well be written unencoded, but for a dot: a step out is judged as it is written.
_ENCODED = re.compile(r"%(?:[46][1-9A-F]|[57][0-9A]|3[0-9]|2D|5F|7E)", re.IGNORECASE)
# Second levels under which a country's domains are registered.
SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
# Registrable domains of one publisher: a page of one may redirect to the other.
OF_ONE_PUBLISHER = (
    frozenset({"huggingface.co", "hf.co"}),
    frozenset({"github.com", "githubusercontent.com", "github.io"}),
    frozenset({"lmarena.ai", "arena.ai"}),
    frozenset({"moonshot.ai", "kimi.ai"}),
    frozenset({"moonshot.cn", "kimi.com", "kimi.ai"}),
    frozenset({"anthropic.com", "claude.com"}),
    frozenset({"zhipuai.cn", "bigmodel.cn", "z.ai"}),
    frozenset({"minimaxi.com", "minimax.io"}),
)


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one registrable domain (`docs.z.ai` and `z.ai` do), or to domains of
    one publisher.
    """
    sites = {_site(one), _site(other)}
    return len(sites) == 1 or any(sites <= together for together in OF_ONE_PUBLISHER)


def spelt(address: str) -> str:
    """One spelling of an address (RFC 3986, 6.2.2): scheme and host in small letters, no port that goes
    without saying, no fragment, letters, digits, `-`, `_` and `~` unencoded. ValueError where it is none.
    """
    parts = urlsplit(address)
    said = {"https": 443, "http": 80}.get(parts.scheme)
    netloc = parts.netloc.lower()
    if parts.port is not None and parts.port == said:
        netloc = netloc.removesuffix(f":{parts.port}")
    path = _ENCODED.sub(lambda m: unquote(m[0]), parts.path)
    return parts._replace(netloc=netloc, path=path, fragment="").geturl()


def plain(address: str, at: str) -> str | None:
    """An address that a list at `at` names, in one spelling (`spelt`); None
    where it is none to be asked for: not of https or of the list's own scheme, with credentials, a port that
    the list has not, a host in other letters, steps out of its folder, or what cannot be printed.
    """
    if len(address) > LONGEST or not address.isprintable() or " " in address:
        return None
    try:
        parts, own = urlsplit(spelt(address)), urlsplit(at)
        port = parts.port
    except ValueError:
        return None
    host, path = parts.hostname or "", parts.path
    for _ in range(3):  # encoded, and encoded again
        path = unquote(path)
    strange = "@" in parts.netloc or "%" in host or not host.isascii() or port not in {None, own.port}
    leaves = "\\" in path or not path.isprintable() or {".", ".."} & set(path.split("/"))
    if not host or parts.scheme not in {"https", own.scheme} or strange or leaves:
        return None
    return parts.geturl()


def _site(address: str) -> str:
    labels = (urlsplit(address).hostname or "").lower().rstrip(".").split(".")
    size = 3 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVEL else 2
    return ".".join(labels[-size:])
