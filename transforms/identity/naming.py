"""How a printed model name is read: rules only, no list of models, no guess.

A name is folded to a *key* (lower case, every run of letters or digits a token, tokens joined by `-`, so that
`Claude 3.5 Sonnet`,
`claude-3-5-sonnet` and `claude-v3.5-sonnet` are one), and peeled from its end, one known suffix at a time:
what says how the model was run or served becomes the *setting*, what says which dated build becomes the
*revision*. `readings` gives all stages, whole name first; identity looks each up exactly and takes the first
that is a model. A suffix that is not in the closed lists below (`mini`, `pro`, `lite`, `flash`, ...) is never
peeled: it names another model.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from transforms.identity.builds import _BUILD, _MONTH_YEAR, _MONTHS, _build
from transforms.identity.vocabulary import (
    _EFFORT,
    _HOST_KEYS,
    _OF_ITS_BRAND,
    _REWRITES,
    _REWRITTEN,
    _SERVED,
    _SETTING,
    _SIZE,
    _STAGE,
    _TUNED,
    _TUNED_INSIDE,
    _WORDS_OF_SETTING,
    BRANDS,
    DERIVED,
    REGIONS,
)

_TOKEN, _POINT, _BRACKETS = (
    re.compile(r"[a-z]+|\d+"),
    re.compile(r"(?<=\d)p(?=\d)"),
    re.compile(r"\(([^()]*)\)"),
)
SILENT = frozenset({"latest", "stable", "ga"})
_MARK, _DOTTED = re.compile(r"^~|^hf:|^workers-ai/|^@cf/"), re.compile(r"([a-z][a-z0-9-]*)\.(?=[a-z])")
_VERSIONED, _UNDERSCORED = re.compile(r":(\d+)(?::\d+k|:mm)?$"), re.compile(rf"_({_EFFORT}|unknown|\d+k)$")
_O_SERIES = re.compile(r"o-[1-9](?:-(?!\d)|$)")


class Candidate(NamedTuple):
    """One stage of peeling: the key left, the dated build and the setting taken off (empty when none)."""

    key: str
    revision: str
    setting: str


class Name(NamedTuple):
    """A printed name, read: publishers named before it, its brand's lab (empty when the first word is no
    brand), its readings.
    """

    publishers: tuple[str, ...]
    brand_lab: str
    readings: tuple[Candidate, ...]


@lru_cache(maxsize=400_000)
def read_name(printed: str) -> Name:
    """The readings of a printed name, whole name first."""
    text = printed.strip().lower().replace("‑", "-").replace("–", "-").replace("ü", "u").replace("%2f", "/")
    publishers, text = _publishers(text)
    text, settings, revision = _brackets(text)
    text, epoch_setting = _epoch_setting(text)
    settings = [s for s in (*settings, epoch_setting) if s]
    tokens = _TOKEN.findall(_POINT.sub(".", text.replace("+", " plus ")))
    key = one_order(_one_brand(_strip_hosts("-".join(tokens))))
    if publishers and publishers[-1].startswith("deepseek") and re.match(r"(?:r|v)-\d", key):
        key = f"deepseek-{key}"
    return Name(publishers, _brand(key), tuple(_peel(key, revision, settings)))


@lru_cache(maxsize=50_000)
def key_of(printed: str) -> str:
    """The key of a name as it stands (nothing peeled); what models and aliases are indexed by."""
    return read_name(printed).readings[0].key


def _publishers(text: str) -> tuple[tuple[str, ...], str]:
    """The words before the name (`openrouter/`, `us.anthropic.`), and the name."""
    text = _MARK.sub("", text).removesuffix("-v1:0")
    parts = text.split("/") if " " not in text.split("/")[0] else [text.replace("/", " ")]
    parts = [p for p in parts if p]
    heads, name = [p.lstrip("@") for p in parts[:-1]], parts[-1] if parts else ""
    while (dotted := _DOTTED.match(name)) and (
        dotted[1] in REGIONS or len(dotted[1]) > 3 or dotted[1] == "zai"
    ):
        if dotted[1] not in REGIONS:
            heads.append(dotted[1])
        name = name[dotted.end() :]
    name = _VERSIONED.sub("", name) if "-v" in name else name
    return tuple(h for h in heads if h not in REGIONS), name.replace("@", "-").replace(":", "-")


def _brackets(text: str) -> tuple[str, list[str], str]:
    """The text without its brackets' dates and settings; other bracketed words stay in the name."""
    settings: list[str] = []
    revision = ""
    for inside in _BRACKETS.findall(text):
        word = inside.strip()
        if found := _MONTH_YEAR.search(word.replace("’", "'")):
            revision = f"20{found[3]}-{_MONTHS[found[1][:3]]:02d}"
        elif found := re.fullmatch(
            r"(\d\d)[/ ](\d\d)", word
        ):  # ARC writes R1 (05/28) by month and day, Qwen3 (25/07) by year and month
            revision = f"20{found[1]}-{found[2]}" if int(found[1]) > 12 else f"{found[1]}{found[2]}"
        elif not _WORDS_OF_SETTING.match(word) or re.search(r"\d{4}", word):
            text = text.replace(f"({inside})", f" {word} ")
            continue
        else:
            settings.append(word)
        text = text.replace(f"({inside})", " ")
    return text.replace("'", " "), settings, revision


def _epoch_setting(text: str) -> tuple[str, str]:
    """Epoch writes the setting after an underscore: `claude-opus-4-6_120K`, `o3_high`; METR's
    `kimi_k2_thinking` is a model's name.
    """
    found = _UNDERSCORED.search(text.strip())
    return (text.strip()[: found.start()], found[1]) if found else (text, "")


def _strip_hosts(key: str) -> str:
    again = True
    while again:
        again = False
        for words in _HOST_KEYS.get(key.partition("-")[0], ()):
            rest = key[len(words) + 1 :]
            if (
                key.startswith(words + "-")
                and rest
                and rest[0].isalpha()
                and ("-" in rest or rest[-1].isdigit() or len(rest) > 3)
            ):
                key, again = rest, True
                break
    return key


def _one_brand(key: str) -> str:
    """A lab's two brands in a row (`hunyuan-hy3`, `Qwen QwQ-32B`, `Mistral Ministral 8B`): the second names
    the model.
    """
    first, _, rest = key.partition("-")
    second = rest.split("-")[0]
    return (
        rest
        if first != second and second in BRANDS and BRANDS.get(first) == BRANDS[second] and "-" in rest
        else key
    )


def _brand(key: str) -> str:
    """The lab whose brand the name carries: the first word's, unless a word inside says that another lab
    built on it.
    """
    words = key.split("-")
    if _O_SERIES.match(key):
        return "openai"
    return next((DERIVED[w] for w in words[1:] if w in DERIVED), BRANDS.get(words[0], ""))


def one_order(key: str) -> str:
    """One order of words where vendors and boards differ (`claude-opus-4` and `claude-4-opus`), and no
    `instruct` beside a size.
    """
    if key.startswith(_REWRITTEN):
        for pattern, into in _REWRITES:
            key = pattern.sub(into, key)
    if _SIZE.search(key) and not key.startswith(("gpt-", "openchat")):
        key = _TUNED_INSIDE.sub("", key)
    return key


def _peel(key: str, revision: str, settings: list[str]) -> list[Candidate]:
    """Every stage from the whole key to the last that still names something."""
    stages: list[Candidate] = []
    while True:
        stage = Candidate(key, revision, " ".join(settings))
        stages.append(stage)
        key, revision, settings = _once(key, revision, settings)
        key = key if "-" in key else stage.key
        if key == stage.key:
            return stages


def _without_word(
    found: re.Match[str], key: str, revision: str, settings: list[str]
) -> tuple[str, str, list[str]]:
    """The key without a word of a setting, of serving or of a stage, unless the word belongs to the name."""
    if found[0].startswith("-max-") and key.startswith("qwen"):
        return key[: found.start() + 4], revision, [found[0][5:], *settings]
    word = found[0][1:]
    size = word == "max" and (key.startswith("qwen") or not _brand(key))  # Qwen3-Max is a size, not an effort
    # gpt-5-search-api is a name; gemini-1.5-pro-api-0514 says how it was called
    called = word == "api" and not revision
    # a rolling name (`mistral-large-latest`) means another model every few months
    rolling = word == "latest" and not re.search(r"\d", key)
    if size or called or rolling:
        return key, revision, settings
    return key[: found.start()], revision, settings if word in SILENT else [word, *settings]


def _once(key: str, revision: str, settings: list[str]) -> tuple[str, str, list[str]]:
    for pattern in (_SETTING, _SERVED, _STAGE):
        if found := pattern.search(key):
            return _without_word(found, key, revision, settings)
    if found := _BUILD.search(key):
        build = _build(found)
        return (
            key[: found.start()],
            build if not revision or (revision[0] == "v" and len(build) > 3) else revision,
            settings,
        )
    if found := _TUNED.search(key):
        return key[: found.start()], revision, settings
    if special := _OF_ITS_BRAND.search(key):
        word = next(g for g in special.groups() if g)
        return (
            key[: -len(word)],
            revision,
            settings if word in {"-chat", "-instruct"} else [word[1:], *settings],
        )
    return key, revision, settings
