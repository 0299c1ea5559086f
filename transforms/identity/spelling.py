"""How a model's id is spelt, and which names say by their make-up alone whose new model they are.

A closed brand, a version and words of a closed list (`gpt-6.1-mini`, `Qwen 4 Max`, `kimi_k4`) name one model
of one lab, whoever prints them: that is a rule and no likeness. A word that is not in the list may be a
host's or a derivative's; such a name is left to the registries or to a person.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

# Brands under which nobody but their lab releases a bare version; in the second list they count by a series
# (`V3`, `R1`, `K2`, `M2`).
_PLAIN, _SERIES = "o|gpt|gemini|grok|qwen|glm|ernie|hy|step|seed", "deepseek-[vr]|kimi-k|minimax-m|mimo-v"
_KIND = (
    "mini|nano|micro|pro|lite|flash|ultra|turbo|max|plus|air|fast|code|codex|coder|chat|instant|omni|vl|vision|spark|sol|terra|luna"
    "|base|multi|agent"
)
_SIZE = r"\d{1,4}-b(?:-a-\d{1,3}-b)?"
_SHAPE = re.compile(
    rf"^(?P<brand>{_PLAIN}|{_SERIES})-(?P<major>\d)(?:-(?P<minor>\d{{1,2}})(?!-b))?(?P<rest>(?:-(?:{_KIND}))*(?P<size>-{_SIZE})?(?:-(?:{_KIND}))*)$"
)
_CLAUDE = re.compile(r"^claude-(?P<major>\d)(?:-(?P<minor>\d))?-(?P<rest>[a-z]{4,})$")
_CLOSED = frozenset({"o", "gpt", "gemini", "grok"})


def shaped_id(key: str) -> str:
    """The id of a name that its make-up alone makes a model of its brand's lab, one for all spellings; empty
    for every other key.
    """
    if found := _CLAUDE.match(key):
        version = found["major"] + (f".{found['minor']}" if found["minor"] else "")
        return (
            f"claude-{version}-{found['rest']}"
            if int(found["major"]) < 4
            else f"claude-{found['rest']}-{version}"
        )
    if not (found := _SHAPE.match(key)) or (found["brand"] == "gemini" and not found["rest"]):
        return ""
    if found["size"] and (
        found["brand"] in _CLOSED or (found["minor"] and re.match(r"-\d-b", found["rest"]))
    ):
        return ""  # Qwen3-1.7B and Qwen 3.1 7B have one key
    version = found["major"] + (f".{found['minor']}" if found["minor"] else "")
    brand = found["brand"]
    joined = brand if brand in {"qwen", "hy", "o"} or brand[-2:-1] == "-" else f"{brand}-"
    return joined + version + re.sub(r"(\d)-b(?=-|$)", r"\1b", found["rest"]).replace("-a-", "-a")


@lru_cache(maxsize=50_000)
def slug_of(printed: str, key: str) -> str:
    """How a model id spells `key`: as `printed` does where it prints dots between the digits of a version,
    else hyphens.

    `claude-3-5-sonnet` is spelt as Anthropic did before and after 4.5: `claude-3.5-sonnet`,
    `claude-opus-4.5`.
    """
    text = re.sub(r"(?<=\d)p(?=\d)", ".", printed.lower().replace("+", " plus ").split("/")[-1])
    tokens = key.split("-")
    loose = re.search(r"[^a-z0-9]*".join(map(re.escape, tokens)), text)
    out = (
        re.sub(r"(?<!\d)\.|\.(?!\d)|[^a-z0-9.]+", "-", loose[0]).strip("-") if loose else _glued(tokens, text)
    )
    if found := re.match(r"claude-(\d+)(?:[.-](\d))?-(opus|sonnet|haiku|fable|mythos)(.*)$", out):
        version = f"{found[1]}.{found[2]}" if found[2] else found[1]
        return (
            f"claude-{version}-{found[3]}{found[4]}"
            if int(found[1]) < 4
            else f"claude-{found[3]}-{version}{found[4]}"
        )
    return out


def _glued(tokens: list[str], text: str) -> str:
    """Tokens in another order than printed: each two joined as `text` joins them somewhere, else as most
    vendors do.
    """
    out = tokens[0]
    for before, token in pairwise(tokens):
        unit = token in {"b", "t", "m", "k", "o"} and before.isdigit()
        number = token.isdigit() and before in {"v", "k", "r", "m", "o", "a", "e"}
        dotted = before.isdigit() and token.isdigit() and f"{before}.{token}" in text
        together = before.isdigit() != token.isdigit() and f"{before}{token}" in text
        out += f".{token}" if dotted else token if unit or number or together else f"-{token}"
    return out
