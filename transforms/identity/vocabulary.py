"""The closed lists by which a printed model name is read: hosts, regions, brands, and the words of a setting,
of a way of serving, of a stage and of a tuning.
"""

from __future__ import annotations

import re
from itertools import groupby

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


_WORDS_OF_SETTING = re.compile(
    r"^(?:\d+-shot|\d+ steps|"
    rf"{_EFFORT}|{_THINK}|think|elicited|inspect|non|no|effort|t=\d|\d+k|tokens?|hybrid|with|fallback|opus|sonnet|tools|free|fp8|bf16|\d+(?:\.\d+)?|[\s,_-])+$"
)


_OF_ITS_BRAND = re.compile(
    r"^(?:claude-.*(-base)|(?:claude|gemini|deepseek|kimi|glm|qwen)-.*(?<!-deep)(-think)|kimi-.*(-instant)"
    r"|(?:deepseek|longcat|ling|grok|glm|kimi|minimax|seed|hy)-.*(-chat)|dbrx(-instruct)"
    r"|.*\d-b(-turbo|-lite|-reference|-fast|-throughput))$"
)


# By their first word, the longest first.
_HOST_KEYS = {
    first: sorted(keys, key=len, reverse=True)
    for first, keys in groupby(
        sorted(words.replace(" ", "-") for words in HOST_WORDS), key=lambda words: words.partition("-")[0]
    )
}


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
        (r"^kimi-([1-9])(?!-?\d*-b)(?=-|$)", r"kimi-k-\1"),  # Kimi 2.6
        (r"^minimax-([1-9])(?!-?\d*-b)(?=-|$)", r"minimax-m-\1"),  # MiniMax 2.7
        (r"^mimo-([2-9])(?!-?\d*-b)(?=-|$)", r"mimo-v-\1"),  # MiMo 2.5 Pro
        (r"^(gemini-[3-9]|grok-[3-9]|gpt-[5-9]|glm-[5-9])-0(?=-|$)", r"\1"),
        (r"^((?:mistral|ministral|voxtral|sora)-(?:[a-z]+-)*[2-9])-0(?=-[a-z]|$)", r"\1"),
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
    "kimi",
    "minimax",
    "mimo",
    "mistral",
    "ministral",
    "voxtral",
    "sora",
)


_TUNED_INSIDE = re.compile(r"-(?:instruct|chat|it|hf)(?=-|$)")
