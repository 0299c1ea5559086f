"""Alibaba Cloud Model Studio (百炼), Chinese price page, CNY (built as _alibaba.py says).

The live address answers JSON; `data.content` is the document's HTML. Amounts are in 元 per 1e6 tokens in
every region. Cells:
`12元`, `原价12元 限时5折` (list 12, promotional 6), `限时免费` and `目前仅供免费体验` (no price), `已下线`
(withdrawn),
`文本输入：0.7元 图片输入：1.8元`. Read: text generation (own, open weights, third parties'), embeddings,
ranking, industry models. Pictures, music, speech, video, 3D: ignored by name. Cache prices are not on the
page.
"""

from __future__ import annotations

import json

from extractors import html
from extractors.errors import Truncated, WrongPage
from extractors.source import Ignored, Source
from extractors.vendors import _alibaba, _cloud
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, Row

PAGE = (
    "https://help.aliyun.com/help/json/document_detail.json?alias=/model-studio/model-pricing"
    "&website=cn&language=zh"
)

SOURCE = Source(
    id="alibaba_cn",
    title="Alibaba Cloud Model Studio prices (China)",
    kind="vendors",
    addresses=(PAGE,),
    matches=(
        r"https://help\.aliyun\.com/help/json/document_detail\.json\?alias=(/|%2F)model-studio(/|%2F)model-pricing&.*language=zh.*",
        r"https://help\.aliyun\.com/zh/model-studio/model-pricing/?([?#].*)?",
    ),
    tables=(LIST_PRICES,),
    licence="facts",
    ignores=(
        Ignored(
            r"语音|图像生成|音乐生成|视频生成|3d模型|语音合成|语音识别", "pictures, music, speech, video, 3D"
        ),
    ),
    first_party=("alibaba",),
    expects=Expects(
        rows={"list_prices": (300, 8000)},
        models=("qwen3-max", "qwen-plus", "qwen3.7-max"),
        currencies=frozenset({"CNY"}),
        amounts=(0.01, 1000.0),
    ),
    forms={PAGE: ("https://help.aliyun.com/zh/model-studio/model-pricing",)},
)

_UNIT = r"\(/mtok\)"
_THOUGHT = r"(思维链[+和]回答)?"
WORDS = _alibaba.Wording(
    currency="CNY",
    read=("文本生成", "文本向量", "多模态向量", "排序模型", "行业模型"),
    required="文本生成",
    ignored=("图像生成", "音乐生成", "语音合成", "语音识别", "语音对话", "视频生成", "3d模型生成"),
    regions=frozenset(
        (
            "华北2(北京)",
            "美国(弗吉尼亚)",
            "新加坡",
            "德国(法兰克福)",
            "日本(东京)",
            "中国香港",
            "印度尼西亚(雅加达)",
            "韩国(首尔)",
            "中国内地(北京)",
            "中国大陆(北京)",
            "国际(新加坡)",
        )
    ),
    more=frozenset(("更多模型", "模型调用计费", "模型调用价格")),
    headers=(
        (r"模型id(\(modelid\))?|模型名称", "model"),
        (r"服务部署范围", "scope"),
        (r"模式", "mode"),
        (r"(单次请求的)?输入token(数|范围|数量)", "condition"),
        (r"免费额度(\(注\))?", "ignore"),
        (rf"输入单价{_UNIT}", "input:text:"),
        (rf"输出单价{_UNIT}{_THOUGHT}", "output:text:"),
        (rf"输出单价{_UNIT}/非思考模式", "output:text:off"),
        (rf"输出单价{_UNIT}/思考模式(\(思维链\+回答\))?", "output:text:on"),
        (rf"输入单价{_UNIT}/文本", "input:text:"),
        (rf"输入单价{_UNIT}/音频", "input:audio:"),
        (rf"输入单价{_UNIT}/图片", "input:image:"),
        (rf"输入单价{_UNIT}/图片/视频", "input:image+video:"),
        (rf"输入单价{_UNIT}/文本/图片", "input:text+image:"),
        (rf"输入单价{_UNIT}/文本/图片/视频", "input:text+image+video:"),
        (rf"输出单价{_UNIT}/文本仅纯文本输入", "output:text:"),
        (rf"输出单价{_UNIT}/文本多模态输入", "output:multimodal:"),
        (rf"输出单价{_UNIT}/文本\+音频仅音频计费", "output:audio:"),
    ),
    modes={
        "-": "any",
        "非思考和思考模式": "any",
        "非思考和思考": "any",
        "仅思考模式": "on",
        "思考模式": "on",
        "仅非思考模式": "off",
        "非思考模式": "off",
    },
    same_as=r"当前能力等同于([a-z0-9./_-]+)",
    batch=r"batch调用半价",
    harmless=r"(上下文缓存|sessioncache)享有折扣",
    no_price=r"限时免费|目前仅供免费体验|已下线|敬请期待",
    amount=r"(\d+(?:\.\d+)?)元",
    list_before=r"原价",
    discount=r"限时(\d(?:\.\d+)?)折",
    night_discount=r"限时夜间(\d(?:\.\d+)?)折[,、;]?(?:白天|日间)(\d(?:\.\d+)?)折",
    kept_of=10,
    items={"文本输入": "text", "图片输入": "image", "视频输入": "video", "音频输入": "audio"},
    night=("夜间",),
)


def parse(capture: Capture) -> list[Row]:
    """The page's token prices in CNY, from the JSON answer or the served page."""
    text = capture.text()
    if text.lstrip().startswith("{"):
        return _alibaba.prices(html.soup(_content(text, capture)), WORDS, capture)
    _cloud.whole_page(capture)
    return _alibaba.prices(html.soup(text), WORDS, capture)


def _content(text: str, capture: Capture) -> str:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Truncated(capture, expected="a JSON document", found=text[-80:]) from error
    data = document.get("data") or {}
    if (
        not data.get("content")
        or "model-pricing" not in str(data.get("alias"))
        or data.get("language") != "zh"
    ):
        raise WrongPage(
            capture,
            expected="the Chinese document model-pricing",
            found=f"{data.get('alias')} {data.get('language')} {document.get('code')}",
        )
    return str(data["content"])
