"""Lists of any length in each source's form: for their faults, and for the longest night they can make."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from extractors.source import Listing, Source, discover
from studies.replayed_web.server import Web

LISTED = {source_id: r.source for source_id, r in discover().items() if r.source.listing is not None}


def listing_of(source: Source) -> Listing:
    assert source.listing is not None
    return source.listing


def written(source: Source, now: datetime, addresses: list[str]) -> bytes:
    """A list in the source's own form that names the addresses."""
    if source.id == "openrouter_endpoints":
        models = [
            urlsplit(a).path.removeprefix("/api/v1/models/").removesuffix("/endpoints") for a in addresses
        ]
        young = now.timestamp()
        data = [{"id": m, "hugging_face_id": "a/b", "created": young - n} for n, m in enumerate(models)]
        return json.dumps({"data": data}).encode()
    if source.id == "livebench":
        days = [now.date() - timedelta(days=n) for n in range(len(addresses))]
        script = "https://livebench.ai/static/js/main.0a.js"
        return f'<script src="{script}"></script>x=[{",".join(repr(str(d)) for d in days)}]'.encode()
    cards = "".join(f'--model-color:x" href="{urlsplit(a).path}"' for a in addresses)
    lines = "".join(f"[Pricing]({a}) [定价]({a}) <loc>{a}</loc> <a href='{a}'>\n" for a in addresses)
    return (cards + lines).encode()


def like(source: Source, number: int) -> str:
    """An address as the source's lists name them, that nobody knows."""
    patterns = {
        "deepseek_news": f"https://api-docs.deepseek.com/news/news{number:04}",
        "deepseek_news_zh": f"https://api-docs.deepseek.com/zh-cn/news/news{number:04}",
        "metr_time_horizon": f"https://metr.org/assets/benchmark_results_1_{number}.yaml",
        "moonshot_en": f"https://platform.kimi.ai/docs/pricing/chat-x{number}.md",
        "moonshot_zh": f"https://platform.kimi.com/docs/pricing/chat-x{number}.md",
        "mistral_docs": f"https://docs.mistral.ai/models/x-{number}",
        "openrouter_endpoints": f"https://openrouter.ai/api/v1/models/lab/x{number}/endpoints",
    }
    host = "{0.scheme}://{0.netloc}".format(urlsplit(listing_of(source).at[0]))
    return patterns.get(source.id, f"{host}/docs/page-{number}.md")


def put_list(web: Web, source: Source, now: datetime, fault: bytes | str | None) -> None:
    """The fault at every list of the source, and at the scripts to which they lead."""
    places = [
        *listing_of(source).at,
        *(["https://livebench.ai/static/js/main.0a.js"] if source.id == "livebench" else []),
    ]
    for at in places:
        if isinstance(fault, str):
            web.put_moved(at, now, fault)
        else:
            web.put(at, now, fault, "text/plain")
