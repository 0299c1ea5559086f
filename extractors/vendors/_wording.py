"""What any vendor may write around a name or an amount, read by one rule for all of them.

A model's cell holds a name and perhaps *remarks*: an arrow or a pictogram, a badge (an element of its own, or
a known word at the end), a note in brackets, further lines. Where a model stands ("deprecated", "to be
deprecated", "new") says nothing about its price; that a price is a sale's, holds from a day, or held until
one, does. A remark that no rule reads puts the row aside: a note may be the very condition under which its
price holds.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from extractors.errors import UnknownValue
from extractors.html import INVISIBLE
from warehouse.capture import Capture

BEIJING = timezone(timedelta(hours=8))
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*\)")
_PICTURES = re.compile(
    "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u27f0-\u27ff\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff\ufe0f\u203a\u00bb]"
)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_SUP = re.compile(r"<sup\b[^<>]*>.*?</sup\s*>", re.I | re.S)
_TAG = re.compile(r"</?(?:span|a|b|i|u|em|strong|small|mark|font|code|div|p)(?:\s[^<>]*)?>", re.I)
_MARKS = re.compile(r"[*`]|\\(?=[_*\[\]|-])|<br\s*/?>$")
# Where a model stands.
_STANDING = re.compile(
    r"(?:(?:to be|being|now|soon(?: to be)?|already|will be) )*(?:deprecat(?:ed|ing|ion)|retir(?:ed|ing)|"
    r"legacy|discontinued|sunset(?:ting)?|new(?:ly released| model)?|latest|updated|hot|popular|recommended|"
    r"featured|beta|preview|research preview|public preview|experimental|stable|early access|"
    r"limited availability|invitation only|generally available|ga|open[- ]weights?|open[- ]source|flagship|"
    r"coming soon|available now)\b(?P<rest>.*)",
    re.I | re.S,
)
_STANDING_ZH = re.compile(
    r"(?P<when>[\d\s年月日./-]*)(?:即将|已|将|计划|预计)?(?:下线|弃用|废弃|停用|退役|下架)|新品|新|推荐|热门|旗舰|最新|预览版?|公测|内测|测试版"
)
_OF_PRICE = re.compile(
    r"[%$¥￥€元折]|\boff\b|pric|cost|discount|promo|sale\b|free|half|rate|charge|fee|batch|flex|priority|\bfast\b|"
    r"cach|peak|hours?\b|context|token|prompt|input|output|thinking|reasoning|region|global|audio|image|video|text|"
    r"\bper\b|unit|\bonly\b|customer|enterprise|users?\b|member|eligib|exclusiv|仅|限|用户|客户|优惠|促销|价|免费|限时|起|止|调整|时段|批量|缓存|思考|地域",
    re.I,
)
_SALE = re.compile(
    r"(?:sale|special|promotional|discounted|limited[- ]time)(?: price| offer)?|on sale|"
    r"限时优惠|优惠价?|促销价?",
    re.I,
)
_BADGE_AT_END = re.compile(
    r"\s+(?P<badge>new|sale price|sale|hot|popular|recommended|deprecated|legacy|updated|"
    r"(?:to be|being) deprecated)[\s!.]*$",
    re.I,
)
_BADGE_AT_START = re.compile(
    r"(?P<badge>new|sale price|sale|hot|popular|recommended|deprecated|legacy|updated)[:!]?\s+(?=\S)", re.I
)
_BRACKETS = re.compile(r"\s*[(（\[【](?P<note>[^()（）\[\]【】]*)[)）\]】]")
_TRAILING = re.compile(r"\s*[(（\[【](?P<note>[^()（）\[\]【】]*)[)）\]】]$")
_FOOTNOTE = re.compile(r"\s*(?:\[\d\]|[¹²³⁴⁵⁶⁷⁸⁹†‡]+|(?<=\S)\*+)$")
_PAST = re.compile(
    r"调整前|旧价|(?:price|pricing)s? before|previous(?:ly)? pric|old pric|former pric|"
    r"no longer (?:valid|applicable)|not valid|invalid|not applicable|不再?适用|失效",
    re.I,
)
# Around a day, written `@`.
_STARTS = re.compile(
    r"(?:starting|from|effective(?: from)?|as of|since|beginning|valid from|自|从) ?@"
    r"(?: ?(?:起|起生效|开始))?|@ ?(?:起|起生效|生效|开始)",
    re.I,
)
_ENDS = re.compile(
    r"(?:through|until|till|up to|valid (?:through|until)|ends?(?: on)?|截止至?|至|有效期至) ?@|"
    r"@ ?(?:止|截止|前有效)",
    re.I,
)
_ISO = re.compile(r"(?P<y>20\d{2})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?")
_LONG = re.compile(r"(?P<m>[A-Z][a-z]+)\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>20\d{2})")


@dataclass(frozen=True, slots=True)
class Named:
    """A model's cell as read: the name; whether its price is said to be a sale's; the days between which it
    holds.
    """

    name: str
    sale: bool = False
    since: datetime | None = None
    until: datetime | None = None

    def over(self, capture: Capture) -> bool:
        """Whether the price of the row no longer held when the page was captured."""
        return self.until is not None and self.until <= capture.captured_at


def flat(text: str) -> str:
    """Text for comparison: full-width signs as their half-width ones (NFKC), no white space, lower case."""
    return "".join(unicodedata.normalize("NFKC", text).translate(INVISIBLE).split()).casefold()


def undecorated(text: str) -> str:
    """A label (a condition, a category, a unit) without badges, brackets and marks that say nothing of its
    price; anything else stays and makes it unknown.
    """
    text = " ".join(plain(text).split())
    while match := _TRAILING.search(text) or _BADGE_AT_END.search(text) or _BADGE_AT_START.match(text):
        if not harmless(match[1]):
            break
        text = (text[: match.start()] + text[match.end() :]).strip()
    return _FOOTNOTE.sub("", text)


_MILLION = re.compile(
    r"(?:(?<![\d.,])1|one|(?<![a-z])a)?(?:(?<![a-z])m|(?<![a-z])mio|millions?|millon|(?<![\d.,])1,?000,?000|"
    r"(?<![\d.,])1?百万|(?<![\d.,])100万)(?:个|of)?-?(?:tok(?:en)?s?|词元)(?![a-z])"
)


_PLURAL = re.compile(r"(model|input|output|price)s(?![a-z])", re.I)


def singular(text: str) -> str:
    """A header's words with models, inputs, outputs and prices in the singular."""
    return _PLURAL.sub(r"\1", text)


_UNIT_BEHIND = re.compile(r"\s*[(/]?\s*(?:per|each|/|每)?[^()/]*tok(?:en)?s?\s*\)?$", re.I)
_PRICE_WORDS = re.compile(r"\s*(?:\b(?:token )?(?:price|cost)\b|价格|单价)\s*", re.I)
_MODEL = re.compile(r"(?:api )?models? ?(?:names?|ids?|api)?|模型(?:名称?|id)?", re.I)


def header_forms(text: str) -> tuple[str, ...]:
    """A header's words as they may be known, the fullest first: in the singular, without a unit of a million
    tokens, without the word for price.
    """
    said = singular(text)
    unit = _UNIT_BEHIND.search(said)
    bare = said[: unit.start()].strip() if unit and unit.start() and is_per_million(unit[0]) else said
    without = " ".join(_PRICE_WORDS.sub(" ", bare).split())
    return tuple(dict.fromkeys(form for form in (text, said, bare, without) if form))


def names_models(header: str) -> bool:
    """Whether a header says that models stand under it."""
    return _MODEL.fullmatch(" ".join(plain(header).split())) is not None


def units(text: str) -> str:
    """Flat text in which every spelling of a million tokens is `mtok`, and `per`, `each`, `每` before it a
    slash, its plurals singular: two headers that differ in these alone are one.
    """
    return re.sub(r"(?:/|per|each|每)*mtok", "/mtok", _MILLION.sub("mtok", singular(flat(text))))


def is_per_million(text: str) -> bool:
    """Whether a unit, in any spelling, is a million tokens and nothing else."""
    return units(text).strip("()（）") in ("/mtok",)


def plain(text: str) -> str:
    """Text without Markdown links, emphasis, inline tags, arrows, pictograms and invisible characters; its
    lines kept.
    """
    text = _COMMENT.sub("", text.translate(INVISIBLE).replace("\u00a0", " "))
    text = _TAG.sub(" ", _SUP.sub("", text))
    text = _PICTURES.sub(" ", _LINK.sub(r"\1", text))
    lines = (" ".join(_MARKS.sub("", line).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def named(text: str, shape: str, capture: Capture) -> Named:
    """The name (full match of `shape`) in a model's cell and what its remarks say of the price.

    UnknownValue where no name is left, or a remark might bear on the price and no rule reads it.
    """
    first, *others = plain(text).split("\n") if plain(text) else [""]
    notes: list[str] = []
    badges = [line.lstrip("> ").strip() for line in others]
    name = first.lstrip("> ").strip()
    while _BADGE_AT_END.search(name) or _BADGE_AT_START.match(name) or not re.fullmatch(shape, name):
        shorter = _shorter(name, shape, notes)
        if shorter == name:
            raise UnknownValue(capture, expected=f"a model's name, /{shape}/", found=text)
        name = shorter
    found = Named(name)
    for note in notes:
        found = _with(found, note, False, text, capture)
    for badge in badges:
        found = _with(found, badge.strip("()（）【】"), True, text, capture)
    return found


def _shorter(name: str, shape: str, notes: list[str]) -> str:
    """The name without its last bracket, badge or footnote mark, which is noted; an id without what follows
    it.
    """
    if match := _BADGE_AT_END.search(name):
        notes.append(match["badge"])
        return name[: match.start()].strip()
    if match := _BADGE_AT_START.match(name):
        notes.append(match["badge"])
        return name[match.end() :].strip()
    if match := _BRACKETS.search(name):
        notes.append(match["note"].strip())
        return " ".join((name[: match.start()] + " " + name[match.end() :]).split())
    if match := _FOOTNOTE.search(name):
        return name[: match.start()].strip()
    word, rest = re.fullmatch(r"([!-~]*)\s*(.*)", name).groups()  # type: ignore[union-attr]
    if rest and re.fullmatch(shape, word) and harmless(rest):
        notes.append(rest)
        return word
    return name


def _with(found: Named, note: str, own_line: bool, text: str, capture: Capture) -> Named:
    """What a note adds. `own_line`: a badge or a line of its own, which may be any words that are not of
    prices.
    """
    if not note or harmless(note):
        return found
    if _SALE.fullmatch(note):
        return Named(found.name, True, found.since, found.until)
    since, until, understood = holds(note, capture)
    if understood:
        return Named(found.name, found.sale, since or found.since, until or found.until)
    if own_line and not _OF_PRICE.search(note) and not re.search(r"\d", note):
        return found
    raise UnknownValue(capture, expected="a remark that a rule reads", found=f"{note!r} in {text!r}")


def harmless(note: str) -> bool:
    """Whether a note says where a model stands and nothing about its price."""
    match = _STANDING.fullmatch(note.strip())
    if match and not _OF_PRICE.search(match["rest"]) and len(match["rest"]) < 80:
        return True
    return _STANDING_ZH.fullmatch(note.strip()) is not None


def holds(note: str, capture: Capture) -> tuple[datetime | None, datetime | None, bool]:
    """(from, until, whether the note was understood) of words on when a price holds.

    `调整前价格，2026-08-28 起不适用` and `price before the change, not valid from August 28, 2026` end on
    that day; without a day such a price is over. A day in Chinese is Beijing's.
    """
    days = [*_ISO.finditer(note), *_LONG.finditer(note)]
    if _PAST.search(note) and len(days) <= 1:
        return None, (_moment(days[0], note, capture) if days else capture.captured_at), True
    if len(days) != 1 or re.search(r"[%折$¥￥元]", note):
        return None, None, False
    rest = (note[: days[0].start()] + "@" + note[days[0].end() :]).strip(" ,，。.;:：")
    if _STARTS.fullmatch(rest):
        return _moment(days[0], note, capture), None, True
    if _ENDS.fullmatch(rest):
        return None, _moment(days[0], note, capture) + timedelta(days=1), True
    return None, None, False


def _moment(match: re.Match[str], note: str, capture: Capture) -> datetime:
    month = match["m"].casefold()
    number = (
        int(month)
        if month.isdecimal()
        else next((i for i, name in enumerate(MONTHS, 1) if name.startswith(month[:3])), 0)
    )
    zone = BEIJING if re.search(r"[\u4e00-\u9fff]", note) else UTC
    try:
        return datetime(int(match["y"]), number, int(match["d"]), tzinfo=zone).astimezone(UTC)
    except ValueError as error:
        raise UnknownValue(capture, expected="a day", found=note) from error
