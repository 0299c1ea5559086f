"""An address of a list is asked in one spelling; one that is broken takes no other with it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from extractors.following import follow
from extractors.lists import links
from extractors.source import discover
from studies.replayed_web.long_lists import LISTED, like, listing_of, written
from tests.web.following import NOW, followed
from warehouse.archive.warc import Response

# Other ways to write one address in a list, by the source whose list it is.
WAYS: dict[str, tuple[str, str]] = {
    "capitals": ("deepseek_news", "<loc>HTTPS://API-Docs.DeepSeek.com/news/news261130</loc>"),
    "the port that goes without saying": (
        "deepseek_news",
        "<loc>https://api-docs.deepseek.com:443/news/news261130</loc>",
    ),
    "encoded letters": ("deepseek_news", "<loc>https://api-docs.deepseek.com/n%65ws/news26%31130</loc>"),
    "character data": (
        "deepseek_news",
        "<loc>\n <![CDATA[https://api-docs.deepseek.com/news/news261130]]></loc>",
    ),
    "a name space": ("deepseek_news", "<s:loc>https://api-docs.deepseek.com/news/news261130</s:loc>"),
    "an entity": ("deepseek_news", "<a href='/news&#x2F;news261130'>"),
    "no scheme": ("moonshot_en", "[K](//platform.kimi.ai/docs/pricing/chat-x3.md)"),
    "steps back": ("moonshot_en", "[K](../docs/pricing/chat-x3.md#prices)"),
    "angle brackets": ("moonshot_en", "[K](<https://platform.kimi.ai/docs/pricing/chat-x3.md>)"),
    "a whole address where a path was": (
        "mistral_docs",
        '--model-color:x" href="https://docs.mistral.ai/models/x-3/"',
    ),
}
POSTED = "https://api-docs.deepseek.com/news/news261130"
BROKEN = "[x](https://[oops/a.md) <a href='https://a.example:port/x'> <loc>https://[::1</loc>"


@pytest.mark.parametrize("way", WAYS)
def test_an_address_is_asked_in_one_spelling_whichever_way_its_list_writes_it(way: str):
    source_id, text = WAYS[way]
    source = LISTED[source_id]
    _, asked = followed(source, f"{BROKEN} {text} {text}".encode())
    assert asked == [POSTED if source_id == "deepseek_news" else like(source, 3)]


@pytest.mark.parametrize("source_id", LISTED)
def test_one_broken_address_of_a_list_takes_no_other_with_it(source_id: str):
    source, good = LISTED[source_id], [like(LISTED[source_id], n) for n in range(3)]
    said = written(source, NOW, good)
    if said.startswith(b"{"):
        odd = [None, 3, {"hugging_face_id": "a/b"}, {"id": "a/c", "hugging_face_id": "a", "created": None}]
        broken = json.dumps({"data": odd + json.loads(said)["data"]}).encode()
    else:
        broken = f"{BROKEN} [Pricing](https://[x/) [定价](https://x:y/)\n".encode() + said
    done, asked = followed(source, broken)
    plainly, whole = followed(source, said)
    assert (asked, done.named) == (whole, plainly.named)
    assert done.named
    assert len(done.problems) - len(plainly.problems) == said.startswith(b"{")


def test_scripts_that_lead_to_one_another_without_end_are_asked_once():
    asked: list[str] = []

    def ask(address: str) -> Response:
        asked.append(address)
        script = f"https://livebench.ai/static/js/main.{len(asked):x}.js"
        body = f'<script src="{script}"></script> x=["2026-11-20"]'.encode()
        return Response("livebench", address, NOW, 200, (), body, body)

    follow(replace(discover()["livebench"], addresses=lambda c: links(c, ".*[.]js")), ask, [], NOW)
    assert asked == [*listing_of(LISTED["livebench"]).at, "https://livebench.ai/static/js/main.1.js"]
