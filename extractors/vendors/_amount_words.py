"""What may stand in a price cell beside its amount, for all vendors: why there is none, a second amount, a
list price that is struck out.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.vendors._wording import plain

_ON_REQUEST = re.compile(
    r"(?:please )?(?:contact|talk to|speak (?:to|with)|ask|reach out to) (?:us|sales|our (?:sales )?team|"
    r"your account (?:team|manager)|support)(?: for (?:pricing|a quote|details))?|"
    r"(?:price |pricing |available )?(?:on|upon) request|request (?:pricing|a quote)|custom(?: pricing)?|"
    r"tb[ad]|to be (?:announced|determined|confirmed)|coming soon|"
    r"not (?:yet )?(?:available|offered|supported|applicable)(?: yet)?|unavailable|n/?a|none|null|quote|"
    r"enterprise only|联系(?:我们|销售|商务|客服)?|咨询(?:销售|商务|客服)?|询价|面议|暂未(?:定价|公布|开放)|"
    r"待定|敬请期待|暂不支持|不支持|暂无|无",
    re.I,
)


def on_request(text: str) -> bool:
    """Whether a cell says, in words without any amount, that no price is printed: on request, not offered, to
    come.
    """
    return _ON_REQUEST.fullmatch(" ".join(plain(text).split()).strip(" .。!")) is not None


_OWN_LABEL = (
    r"(?:cached?(?: input| read| hit| write|-hit)?s?|with cache|batch(?: api| mode)?|storage|"
    r"缓存(?:命中|写入|存储|读取)?|批量)"
)


_AMOUNT = r"[$¥￥]?\s?\d[\d.,]*\s?元?"


_SECOND = (
    re.compile(
        rf"(?P<first>[^\n]+?)\s*[,，;；/(（\n ]\s*(?P<label>{_OWN_LABEL})\s*[:：]?\s*"
        rf"(?P<second>{_AMOUNT}[^$¥￥\d]*?(?:1?,?000 pages)?)[)）]?",
        re.I,
    ),
    re.compile(
        rf"(?P<first>[^\n]+?)\s*[,，;；/\n (（]\s*(?P<second>{_AMOUNT}[^$¥￥]*?)\s*"
        rf"[(（]?(?P<label>{_OWN_LABEL})[)）]{{0,2}}",
        re.I,
    ),
)


def apart(text: str) -> tuple[str, str, str]:
    """A cell's first amount, and a second one that carries its own label (`$2 / MTok (cached: $0.2)`):
    (first, second, label), the last two empty where there is none. The first is what the column says.
    """
    text = plain(text)
    for shape in _SECOND:
        if (match := shape.fullmatch(text)) and re.search(r"\d", match["first"]):
            return match["first"].strip(), match["second"].strip(), match["label"].casefold()
    return text, "", ""


MOST_OFF = 20


def promoted_from(listed: Decimal, charged: Decimal) -> Decimal:
    """A struck-out list price; ValueError where it is below the charged one, or so far above it that one of
    the two is something else.
    """
    if not charged <= listed <= MOST_OFF * charged:
        raise ValueError(f"a list price of {listed} struck out beside {charged}")
    return listed
