"""The recordings as a web that moves: every address has its recordings as pages, each from its own time on,
and the sites' lists (scripts, sitemaps, llms.txt) name what was there by then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from extractors.source import discover
from studies.replayed_web.server import Web, same_page
from warehouse.archive.warc import read_warc
from warehouse.capture import Capture

FOLDERS = ("recordings", "recordings-more")


@dataclass(frozen=True)
class Named:
    """A list that the recordings do not hold, made of the addresses that they hold: where it stands, which
    addresses it names, and how it is written.
    """

    at: str
    names: str
    written: Callable[[list[str]], str]
    content_type: str = "text/plain"


def _sitemap(addresses: list[str]) -> str:
    return f"<urlset>{''.join(f'<url><loc>{a}</loc></url>' for a in addresses)}</urlset>"


def _side_bar(addresses: list[str]) -> str:
    return "".join(f'<a href="{a}">post</a>' for a in addresses)


def _titled(title: str) -> Callable[[list[str]], str]:
    return lambda addresses: "\n".join(f"- [{title}]({a})" for a in addresses)


def _script(addresses: list[str]) -> str:
    days = sorted({d.replace("_", "-") for a in addresses for d in re.findall(r"\d{4}_\d\d_\d\d", a)})
    return f"releases=[{','.join(repr(d) for d in days)}]".replace("'", '"')


BENCH, SCRIPT = "https://livebench.ai/", "https://livebench.ai/static/js/main.0a.js"
LISTS = (
    Named(
        BENCH, rf"{BENCH}table_.*\.csv", lambda _: f'<script src="{BENCH}static/js/main.0a.js">', "text/html"
    ),
    Named(SCRIPT, rf"{BENCH}table_.*\.csv", _script, "text/javascript"),
    Named(
        "https://api-docs.deepseek.com/sitemap.xml",
        r"https://api-docs\.deepseek\.com/news/.*",
        _sitemap,
        "application/xml",
    ),
    Named(
        "https://api-docs.deepseek.com/zh-cn/",
        r"https://api-docs\.deepseek\.com/zh-cn/news/.*",
        _side_bar,
        "text/html",
    ),
    Named(
        "https://platform.kimi.ai/docs/llms.txt",
        r"https://platform\.kimi\.ai/docs/pricing/.*",
        _titled("Prices"),
    ),
    Named(
        "https://platform.kimi.com/docs/llms.txt",
        r"https://platform\.kimi\.com/docs/pricing/.*",
        _titled("产品定价"),
    ),
    Named("https://docs.z.ai/llms.txt", r"https://docs\.z\.ai/guides/.*pricing.*", _titled("Pricing")),
    Named(
        "https://metr.org/time-horizons/",
        r"https://metr\.org/assets/benchmark_results.*\.yaml",
        _side_bar,
        "text/html",
    ),
)


def recordings(root: Path, until: datetime) -> list[Capture]:
    """The recordings of addresses that can be asked for, up to `until`, in order of time."""
    files = [file for folder in FOLDERS for file in sorted((root / folder).glob("*/*.warc.gz"))]
    found = [c for file in files for c in read_warc(file) if c.captured_at <= until]
    askable = [c for c in found if c.address.startswith("http") and "#" not in c.address]
    return sorted(askable, key=lambda c: (c.captured_at, c.address))


def put_all(web: Web, captures: Iterable[Capture]) -> None:
    """The recordings onto the web; what a later one had replaced before the web's first night is left out."""
    by_page: dict[str, list[Capture]] = {}
    for capture in captures:
        by_page.setdefault(same_page(capture.address), []).append(capture)
    for mine in by_page.values():
        old = [c for c in mine if c.captured_at <= web.now]
        for capture in [*old[-1:], *(c for c in mine if c.captured_at > web.now)]:
            web.put(capture.address, capture.captured_at, capture.body, capture.content_type)
    _put_lists(web, [min(mine, key=lambda c: c.captured_at) for mine in by_page.values()])


def _put_lists(web: Web, firsts: Iterable[Capture]) -> None:
    """The lists, each anew whenever an address that it names appears."""
    for made in LISTS:
        there: list[str] = []
        for capture in sorted(firsts, key=lambda c: c.captured_at):
            if re.fullmatch(made.names, capture.address):
                there.append(capture.address)
                body = made.written(there).encode()
                web.put(made.at, capture.captured_at, body, made.content_type)


def known_at(web: Web) -> Mapping[str, tuple[str, ...]]:
    """By source with a list, those of its own addresses that the web has on its first night, or, where it has
    none of them, addresses that it has then: what a copy of the code of that night would know.
    """
    known = {}
    for source_id, reader in discover().items():
        if reader.source.listing is not None and reader.source.listing.most:
            mine = [a for a in reader.source.addresses if web.page(a) is not None]
            known[source_id] = tuple(mine or _others(web, source_id) or reader.source.addresses)
    return known


def _others(web: Web, source_id: str) -> list[str]:
    source = discover()[source_id].source
    there = [address for address in web.addresses.values() if web.page(address) is not None]
    return [a for a in there if source.reads(a) or source.accompanies(a)][:6]
