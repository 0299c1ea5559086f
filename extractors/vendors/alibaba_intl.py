"""Alibaba Cloud Model Studio, international price page, USD (built as _alibaba.py says; known from
descriptions only).

The `.md` address answers MDX: headings in Markdown, tables in HTML with `rowSpan={2}`, escaped `\\$` and
`0\\<Token≤256K`, which no HTML parser takes as text, regions as headings or as `<Tab title="Singapore">`.
Cells: `$2`, `List price $0.4 (Limited-time 20% off)`, `List price $1.65 Limited-time night 80% off, daytime
50% off` (night as the page defines it), `Busy hours: $0.44 Idle hours: $0.22`. A word that is not known here
stops the source: nobody has read a live capture yet.
"""

from __future__ import annotations

import re

from extractors import html
from extractors.errors import WrongPage
from extractors.source import Ignored, Source
from extractors.vendors import _alibaba, _cloud
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

SOURCE = Source(
    id="alibaba_intl",
    title="Alibaba Cloud Model Studio prices (international)",
    kind="vendors",
    addresses=("https://www.alibabacloud.com/help/en/model-studio/model-pricing.md",),
    matches=(r"https://www\.alibabacloud\.com/help/en/model-studio/model-pricing(\.md)?/?([?#].*)?",),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"image generation|music|speech|voice|video generation|3d model",
            "pictures, music, speech, video, 3D",
        ),
    ),
    first_party=("alibaba",),
    proven=False,
    expects=Expects(
        rows={"list_prices": (100, 8000)},
        models=("qwen3-max", "qwen-plus", "qwen3.7-max"),
        currencies=frozenset({"USD"}),
        amounts=(0.001, 300.0),
    ),
    forms={
        "https://www.alibabacloud.com/help/en/model-studio/model-pricing.md": (
            "https://www.alibabacloud.com/help/en/model-studio/model-pricing",
        )
    },
)

_UNIT = r"\(/?mtok\)"
_THOUGHT = r"(\(?(cot|chain[-]?of[-]?thought|thinking|reasoning)(\+|and)(response|answer|output)\)?)?"
WORDS = _alibaba.Wording(
    currency="USD",
    read=(
        "textgeneration",
        "textembedding",
        "embedding",
        "multimodalembedding",
        "textrerank",
        "rerank",
        "industry",
    ),
    required="textgeneration",
    ignored=(
        "imagegeneration",
        "musicgeneration",
        "speechsynthesis",
        "text-to-speech",
        "speechrecognition",
        "speech-to-text",
        "speechdialog",
        "voice",
        "videogeneration",
        "3dmodelgeneration",
    ),
    regions=frozenset(
        (
            "singapore",
            "china(beijing)",
            "hongkong(china)",
            "china(hongkong)",
            "germany(frankfurt)",
            "us(virginia)",
            "japan(tokyo)",
            "indonesia(jakarta)",
            "southkorea(seoul)",
            "hongkong",
            "us(siliconvalley)",
            "uk(london)",
            "australia(sydney)",
            "malaysia(kualalumpur)",
            "thailand(bangkok)",
            "philippines(manila)",
            "uae(dubai)",
            "saudiarabia(riyadh)",
            "france(paris)",
        )
    ),
    more=frozenset(("moremodels", "modelpricing", "modelinferencepricing", "pricing", "modelprices")),
    headers=(
        (r"modelid|model|modelname", "model"),
        (r"(service)?deploymentscope|deploymentmode", "scope"),
        (r"mode", "mode"),
        (r"inputtokens?(range)?(\(?perrequest\)?)?|(number|range)ofinputtokens(perrequest)?", "condition"),
        (r"freequota(\(note\))?", "ignore"),
        (rf"inputprice{_UNIT}", "input:text:"),
        (rf"outputprice{_UNIT}{_THOUGHT}", "output:text:"),
        (rf"outputprice{_UNIT}/non-thinking(mode)?", "output:text:off"),
        (rf"outputprice{_UNIT}/thinking(mode)?{_THOUGHT}", "output:text:on"),
        (rf"inputprice{_UNIT}/text", "input:text:"),
        (rf"inputprice{_UNIT}/audio", "input:audio:"),
        (rf"inputprice{_UNIT}/image", "input:image:"),
        (rf"inputprice{_UNIT}/image/video", "input:image+video:"),
        (rf"inputprice{_UNIT}/text/image", "input:text+image:"),
        (rf"inputprice{_UNIT}/text/image/video", "input:text+image+video:"),
    ),
    modes={
        "-": "any",
        "non-thinkingandthinking": "any",
        "non-thinkingandthinkingmodes": "any",
        "thinkingandnon-thinking": "any",
        "thinkingandnon-thinkingmodes": "any",
        "thinkingonly": "on",
        "thinkingmodeonly": "on",
        "thinking": "on",
        "non-thinkingonly": "off",
        "non-thinkingmodeonly": "off",
        "non-thinking": "off",
    },
    same_as=r"(?:currently|current)?(?:capabilit(?:y|ies))?(?:functionally)?equivalentto([a-z0-9./_-]+)",
    batch=r"50%batchinferencediscount|batch(?:calls?|inference)?(?:at)?(?:half-?price|50%off)",
    harmless=r"(?:context|session)cach(?:e|ing)(?:discount)?(?:available|supported|discounted)?",
    no_price=r"limited-?timefree|free\(limited-?time\)|freeforalimitedtime|freetrialonly|discontinued|unavailable|currentlyforfreetrial",
    amount=r"\$(\d+(?:\.\d+)?)",
    list_before=r"listprice:?",
    discount=r"limited-?time(?:offer|discount)?:?(\d+)%(?:off|discount)",
    night_discount=r"limited-timenight(\d+)%off,?daytime(\d+)%off",
    kept_of=0,
    items={"textinput": "text", "imageinput": "image", "videoinput": "video", "audioinput": "audio"},
    night=("night",),
)


def parse(capture: Capture) -> list[Row]:
    """The page's token prices in USD."""
    text = capture.text()
    if text.lstrip().startswith("<!") or not re.search(r"^#{1,6} ", text, re.M):
        raise WrongPage(capture, expected="a Markdown document", found=text[:80])
    return _alibaba.prices(html.soup_of_markdown(_cloud.plain_markdown(text)), WORDS, capture)
