"""How names are compared, and what of a name says nothing of the model: who serves it, in which precision, on
which terms, and the day of a build.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

_DATE = r"20\d\d-?(?:0[1-9]|1[0-2])-?(?:[0-2]\d|3[01])|2[3-9](?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])"
_SERVED = (
    r"latest|new|free|exacto|nitro|floor|online|batch|turbo-?free|maas|tee|tput|cloud"
    r"|fp-?(?:4|8|16|32)|bf-?16|f16|int-?[48]|[nm]x?vfp-?4|mxfp-?[48]|w\d+a\d+|q\d(?:[_-][a-z0-9]+)*"
    r"|awq|gptq|gguf|mlx|exl2|bnb|quantized|[48]-?bit|dynamic|v\d+:\d+"
)
_TERMS = r"high|medium|low|minimal|xhigh|max|thinking|non-?thinking|reasoning|non-?reasoning|no thinking"
_SUFFIX = re.compile(rf"[\s_.@-]+(?:{_SERVED}|{_DATE})$", re.IGNORECASE)
_TAG = re.compile(r":(?!\d+(?:\.\d+)?[bm]\b)[a-z0-9._-]*$", re.IGNORECASE)
_AT = re.compile(r"@[^/]*$")
_ASIDE = re.compile(rf"\s*[(\[](?:(?:{_SERVED}|{_TERMS}|{_DATE})[\s,]*)+[)\]]$", re.IGNORECASE)
_VENDOR = re.compile(r"^(?:[a-z]{2,6}(?:-gov)?\.)?[a-z0-9]*[a-z][a-z0-9]*\.(?=[a-z])", re.IGNORECASE)
_PREFIX = re.compile(r"^[^/]*/+|^[^:/]{2,30}:\s+")
MOST_SPELLINGS = 100
PARTS = (_AT, _ASIDE, _SUFFIX, _TAG, _PREFIX, _VENDOR)


def folded(name: str) -> str:
    """A name in lower case, its runs of letters and digits joined by `-`: `GPT 5.5` and `gpt-5.5` are one,
    and `+` is the word plus.
    """
    return "-".join(re.findall(r"[a-z]+|[0-9]+", name.lower().replace("+", " plus ")))


def squeezed(key: str) -> str:
    """A folded name without what stands between its letters and digits."""
    return key.replace("-", "")


def peeled(name: str) -> Iterator[tuple[str, str]]:
    """Shorter spellings of a name, those that leave out least first, each with what was left out, in words:
    `vertex_ai/gemini-2.5-pro@default` gives `vertex_ai/gemini-2.5-pro`, `gemini-2.5-pro@default`, and then
    `gemini-2.5-pro`.

    Only what says nothing of the model goes: a prefix, a region, a tag, a precision, a day, `latest`.
    """
    start = name.strip()
    waiting: deque[tuple[str, tuple[str, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting and len(seen) < MOST_SPELLINGS:
        text, gone = waiting.popleft()
        for found in (part.search(text) for part in PARTS):
            shorter = "" if found is None else f"{text[: found.start()]}{text[found.end() :]}".strip(" -_")
            if found is None or not shorter or shorter in seen:
                continue
            seen.add(shorter)
            left_out = (*gone, found[0].strip())
            waiting.append((shorter, left_out))
            yield shorter, ", ".join(left_out)
