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
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

# Words that start a name and say who hosts or publishes it, not what it is.
HOST_WORDS = (
    "accounts fireworks models",
    "databricks",
    "parasail",
    "fireworks",
    "chutes",
    "deepinfra",
    "novita",
    "sagemaker",
    "azure",
    "duo chat",
    "hf",
    "cf",
    "deepseek ai",
    "mistralai",
    "meta llama meta",
    "meta textgeneration",
    "google",
    "amazon",
    "nvidia",
    "microsoft",
    "openai",
    "anthropic",
    "xai",
    "moonshotai",
    "moonshot ai",
    "zai org",
    "z ai",
    "zai",
    "x ai",
    "c 4 ai",
    "alibaba",
    "tencent",
    "bytedance",
    "ibm",
    "baidu",
    "xiaomi",
    "meta",
    "ai 21",
    "cohere",
    "perplexity",
    "minimaxai",
    "stepfun",
    "ant",
    "zhipu ai",
    "zhipuai",
    "tiiuae",
    "tii",
    "01 ai",
    "allenai",
    "arcee",
    "arcee ai",
    "dola",
)
REGIONS = frozenset(
    ("us", "eu", "ap", "apac", "global", "jp", "au", "ca", "sa", "me", "af", "il", "uk", "us-gov", "in")
)
# The first word of a name that belongs to one lab, whatever prefix stands before it.
BRANDS = {
    "claude": "anthropic",
    "gpt": "openai",
    "chatgpt": "openai",
    "davinci": "openai",
    "gemini": "google",
    "gemma": "google",
    "palm": "google",
    "deepseek": "deepseek",
    "qwen": "alibaba",
    "qwq": "alibaba",
    "qvq": "alibaba",
    "glm": "zhipu",
    "chatglm": "zhipu",
    "kimi": "moonshot",
    "moonshot": "moonshot",
    "minimax": "minimax",
    "doubao": "bytedance",
    "ernie": "baidu",
    "hunyuan": "tencent",
    "hy": "tencent",
    "mimo": "xiaomi",
    "longcat": "meituan",
    "grok": "xai",
    "llama": "meta",
    "codellama": "meta",
    "muse": "meta",
    "mistral": "mistral",
    "mixtral": "mistral",
    "ministral": "mistral",
    "magistral": "mistral",
    "devstral": "mistral",
    "codestral": "mistral",
    "pixtral": "mistral",
    "voxtral": "mistral",
    "nemotron": "nvidia",
    "phi": "microsoft",
    "nova": "amazon",
    "titan": "amazon",
    "granite": "ibm",
    "jamba": "ai21",
    "command": "cohere",
    "aya": "cohere",
    "yi": "01ai",
    "baichuan": "baichuan",
    "internlm": "shanghai_ai_lab",
    "step": "stepfun",
    "ling": "inclusionai",
    "ring": "inclusionai",
    "olmo": "allenai",
    "tulu": "allenai",
    "falcon": "tii",
    "exaone": "lg",
    "solar": "upstage",
    "sonar": "perplexity",
    "reka": "reka",
    "lfm": "liquid",
    "mercury": "inception",
    "dbrx": "databricks",
    "whisper": "openai",
    "dall": "openai",
    "sora": "openai",
    "imagen": "google",
    "veo": "google",
    "wan": "alibaba",
    "tongyi": "alibaba",
    "seed": "bytedance",
    "mai": "microsoft",
    "inkling": "thinkingmachines",
}

# Words inside a name that belong to another lab than the first word does: a model built on that brand's
# weights.
DERIVED = {
    "nemotron": "nvidia",
    "steerlm": "nvidia",
    "tulu": "allenai",
    "hermes": "nousresearch",
    "deephermes": "nousresearch",
    "neo": "eleutherai",
    "neox": "eleutherai",
    "distill": "deepseek",
    "j": "eleutherai",
    "all": "nomic",
    "swallow": "tokyotech",
    "llava": "llava",
    "sonar": "perplexity",
}
_EFFORT = r"(?:extra-high|x-high|xhigh|high|medium|med|low|max|maximum|minimal|none|default|auto|adaptive)"
_THINK = r"(?:thinking|reasoning|reasoner)"
_SETTING = re.compile(
    rf"-(?:non-{_THINK}|no-{_THINK}|not-{_THINK}|no-think|nothinking|nonthinking|highthinking|(?:{_EFFORT}-)?{_THINK}(?:-(?:on|off|auto|{_EFFORT}))?(?:-\d+-?k)?"
    rf"|{_EFFORT}(?:-effort)?(?:-\d+-k)?|{_THINK}-budget-\d+-?k?|non-think|elicited|unknown|web-app|webapp|diff|udiff|whole|original|prev|deprecated|pre-release|inspect|early-access|customtools|no-tools|search-off)$"
)
_SERVED = re.compile(
    r"-(?:free|dev-api|api|bedrock|openrouter|together|alibaba-api|q-\d(?:-\d|-?k(?:-[ms])?)|nitro|extended|batch|exacto|online|floor|maas|tput|lora|tee|tee-fast|hf|cloud|self-hosted|fp-8|fp-4|fp-16|bf-16|f-16|int-4|int-8|int-4-mixed"
    r"|nvfp-4|mxfp-4|mxfp-8|awq|gptq|gguf|mlx|quantized|quark|4-bit|8-bit|fp-8-dynamic|fp-8-tput|fp-8-fast|fp-8-kv|w-4-a-16|w-8-a-8|fp-8-block|ultraspeed|highspeed|latest)$"
)
_STAGE = re.compile(r"-(?:preview|experimental|exp|beta(?:-\d)?|latest|stable|ga)$")
_TUNED = re.compile(r"-(?:instruct|it|hf)$")
_SIZE = re.compile(r"(?:^|-)\d+(?:-\d+)?-(?:b|t|m)(?:-|$)")
_MONTH = (
    "jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec"
    "|january|february|march|april|august|september|october|november|december"
)
_BUILD = re.compile(
    r"-(?:(?P<y>20[12]\d)-(?P<m>0?[1-9]|1[0-2])-(?P<d>[0-3]?\d)|(?P<ymd>20[12]\d[01]\d[0-3]\d)|(?P<m2>[01]\d)-(?P<d2>[0-3]\d)-(?P<y2>20[12]\d)"
    rf"|(?P<mon>{_MONTH})-?(?P<y7>(?:20)?2[2-7])"
    r"|(?P<m3>[01]\d)-(?P<y3>20[12]\d)|(?P<y4>20[12]\d)-(?P<m4>[01]\d)|(?P<yy>2[2-9])-?(?P<m5>0[1-9]|1[0-2])-?(?P<d5>[0-3]\d)|(?P<y6>20[12]\d)(?P<m7>0[1-9]|1[0-2])|(?P<yymm>2[2-9](?:0[1-9]|1[0-2]))"
    r"|(?P<mmdd>(?:0[1-9]|1[0-2])[0-3]\d)|(?P<m6>0[1-9]|1[0-2])-(?P<d6>[0-3]\d)|(?P<ver>00[1-9])|v-(?P<v>[12])(?:-0)?|v-0-(?P<v0>\d))$"
)
_MONTHS = {
    m: i + 1
    for i, m in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    )
}
_MONTH_YEAR = re.compile(
    r"\b(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?'?\s*'?(20)?(2\d)\b"
)
_WORDS_OF_SETTING = re.compile(
    r"^(?:\d+-shot|\d+ steps|"
    rf"{_EFFORT}|{_THINK}|think|elicited|inspect|non|no|effort|t=\d|\d+k|tokens?|hybrid|with|fallback|opus|sonnet|tools|free|fp8|bf16|\d+(?:\.\d+)?|[\s,_-])+$"
)
_OF_ITS_BRAND = re.compile(
    r"^(?:claude-.*(-base)|(?:claude|gemini|deepseek|kimi|glm|qwen)-.*(?<!-deep)(-think)|kimi-.*(-instant)"
    r"|(?:deepseek|longcat|ling|grok|glm|kimi|minimax|seed|hy)-.*(-chat)|dbrx(-instruct)"
    r"|.*\d-b(-turbo|-lite|-reference|-fast|-throughput))$"
)
_TOKEN, _POINT, _BRACKETS = (
    re.compile(r"[a-z]+|\d+"),
    re.compile(r"(?<=\d)p(?=\d)"),
    re.compile(r"\(([^()]*)\)"),
)
_MARK, _DOTTED = re.compile(r"^~|^hf:|^workers-ai/|^@cf/"), re.compile(r"([a-z][a-z0-9-]*)\.(?=[a-z])")
_VERSIONED, _UNDERSCORED = re.compile(r":(\d+)(?::\d+k|:mm)?$"), re.compile(rf"_({_EFFORT}|unknown|\d+k)$")
_O_SERIES = re.compile(r"o-[1-9](?:-(?!\d)|$)")


class Reading(NamedTuple):
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
    readings: tuple[Reading, ...]


@lru_cache(maxsize=400_000)
def read_name(printed: str) -> Name:
    """The readings of a printed name, whole name first."""
    text = printed.strip().lower().replace("‑", "-").replace("–", "-").replace("ü", "u").replace("%2f", "/")
    publishers, text = _publishers(text)
    text, settings, revision = _brackets(text)
    text, epoch_setting = _epoch_setting(text)
    settings = [s for s in (*settings, epoch_setting) if s]
    tokens = _TOKEN.findall(_POINT.sub(".", text.replace("+", " plus ")))
    key = _order(_one_brand(_strip_hosts("-".join(tokens))))
    if publishers and publishers[-1].startswith("deepseek") and re.match(r"(?:r|v)-\d", key):
        key = f"deepseek-{key}"
    return Name(publishers, _brand(key), tuple(_peel(key, revision, settings)))


@lru_cache(maxsize=50_000)
def key_of(printed: str) -> str:
    """The key of a name as it stands (nothing peeled); what models and aliases are indexed by."""
    return read_name(printed).readings[0].key


def build_day(revision: str, released_on: date | None) -> date | None:
    """The day that a revision's text names; a text without a year is read as the first such day from 45 days
    before `released_on`.
    """
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", revision):
            return date.fromisoformat(revision)
        if re.fullmatch(r"\d{4}-\d\d", revision):
            return date.fromisoformat(f"{revision}-01")
        if re.fullmatch(r"\d{4}", revision) and released_on is not None:
            month, day = int(revision[:2]), int(revision[2:])
            days = (
                date(year, month, day)
                for year in (
                    released_on.year - 1,
                    released_on.year,
                    released_on.year + 1,
                    released_on.year + 2,
                )
            )
            return next((d for d in days if (d - released_on).days >= -45), None)
    except ValueError:
        return None
    return None


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


# By their first word, the longest first.
_HOST_KEYS = {
    first: sorted(keys, key=len, reverse=True)
    for first, keys in groupby(
        sorted(words.replace(" ", "-") for words in HOST_WORDS), key=lambda words: words.partition("-")[0]
    )
}


def _brand(key: str) -> str:
    """The lab whose brand the name carries: the first word's, unless a word inside says that another lab
    built on it.
    """
    words = key.split("-")
    if _O_SERIES.match(key):
        return "openai"
    return next((DERIVED[w] for w in words[1:] if w in DERIVED), BRANDS.get(words[0], ""))


_REWRITES = tuple(
    (re.compile(pattern), into)
    for pattern, into in (
        (r"^(claude|gpt)-([234])([15])(?=-|$)", r"\1-\2-\3"),  # claude-35-sonnet, gpt-35-turbo
        (r"^(claude|claude-instant|llama|codellama|meta-llama)-v-(?=\d)", r"\1-"),
        (r"^claude-(opus|sonnet|haiku|fable|mythos)-(\d+(?:-\d)?)(?=-\D|-\d\d|$)", r"claude-\2-\1"),
        (r"^claude-4-0-(opus|sonnet)", r"claude-4-\1"),
        (r"^claude-(opus|sonnet|haiku)-4-0$", r"claude-4-\1"),
        (r"^gemini-(pro|flash|flash-lite|flash-8-b)-(\d-\d)(?=-|$)", r"gemini-\2-\1"),
        (r"^(?:meta-)?llama-(\d)", r"llama-\1"),
        (r"^(llama-4-(?:maverick|scout))-17-b(?:-(?:16|128)-e)?", r"\1"),
        (r"^(llama-3-2-.*)-vision\b", r"\1"),
        (r"^(llama-3-2)-vision\b", r"\1"),
        (r"^(nova-(?:lite|micro|pro|premier))(?:-v)?-1(?:-0)?(?=-|$)", r"\1"),
        (r"^nova-2-0-", "nova-2-"),
        (r"^(qwen|deepseek)-\1(?=-)", r"\1"),
        (r"^deepseek-([2-9])(?!-?\d*-b)(?=-|$)", r"deepseek-v-\1"),  # DeepSeek 3.2 Speciale
        (r"^(gemini-[3-9]|grok-[3-9]|gpt-[5-9]|glm-[5-9])-0(?=-|$)", r"\1"),
        (r"^gpt-oss-(120|20)(?!\d)(?!-b)", r"gpt-oss-\1-b"),
    )
)
# The brands of the rewrites above: no other key needs to be tried.
_REWRITTEN = (
    "claude",
    "gpt",
    "llama",
    "codellama",
    "meta-llama",
    "gemini",
    "nova",
    "qwen",
    "deepseek",
    "grok",
    "glm",
)
_TUNED_INSIDE = re.compile(r"-(?:instruct|chat|it|hf)(?=-|$)")


def _order(key: str) -> str:
    """One order of words where vendors and boards differ (`claude-opus-4` and `claude-4-opus`), and no
    `instruct` beside a size.
    """
    if key.startswith(_REWRITTEN):
        for pattern, into in _REWRITES:
            key = pattern.sub(into, key)
    if _SIZE.search(key) and not key.startswith(("gpt-", "openchat")):
        key = _TUNED_INSIDE.sub("", key)
    return key


def _peel(key: str, revision: str, settings: list[str]) -> list[Reading]:
    """Every stage from the whole key to the last that still names something."""
    stages: list[Reading] = []
    while True:
        stage = Reading(key, revision, " ".join(settings))
        stages.append(stage)
        key, revision, settings = _once(key, revision, settings)
        key = key if "-" in key else stage.key
        if key == stage.key:
            return stages


def _once(key: str, revision: str, settings: list[str]) -> tuple[str, str, list[str]]:
    for pattern in (_SETTING, _SERVED, _STAGE):
        if found := pattern.search(key):
            if found[0].startswith("-max-") and key.startswith("qwen"):
                return key[: found.start() + 4], revision, [found[0][5:], *settings]
            if found[0] == "-max" and (key.startswith("qwen") or not _brand(key)):
                return key, revision, settings  # Qwen3-Max is a size, not an effort
            word = found[0][1:]
            if word == "api" and not revision:
                return (
                    key,
                    revision,
                    settings,
                )  # gpt-5-search-api is a name; gemini-1.5-pro-api-0514 says how it was called
            if word == "latest" and not re.search(r"\d", key):
                return (
                    key,
                    revision,
                    settings,
                )  # a rolling name (`mistral-large-latest`) means another model every few months
            return (
                key[: found.start()],
                revision,
                settings if word in {"latest", "stable", "ga"} else [word, *settings],
            )
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


def _build(found: re.Match[str]) -> str:
    g = found.groupdict()
    if g["ymd"]:
        return f"{g['ymd'][:4]}-{g['ymd'][4:6]}-{g['ymd'][6:]}"
    for year, month, day in (("y", "m", "d"), ("y2", "m2", "d2")):
        if g[year]:
            return f"{g[year]}-{int(g[month]):02d}-{int(g[day]):02d}"
    for year, month in (("y3", "m3"), ("y4", "m4"), ("y6", "m7")):
        if g[year]:
            return f"{g[year]}-{g[month]}"
    if g["mon"]:
        return f"20{g['y7'][-2:]}-{_MONTHS[g['mon'][:3]]:02d}"
    if g["yy"]:
        return f"20{g['yy']}-{g['m5']}-{g['d5']}"
    if g["yymm"]:
        return f"20{g['yymm'][:2]}-{g['yymm'][2:]}"
    if g["m6"]:
        return f"{g['m6']}{g['d6']}"
    return g["mmdd"] or g["ver"] or (f"v{g['v']}" if g["v"] else f"v0.{g['v0']}")
