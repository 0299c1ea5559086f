"""models.dev: the release dates, of which a lab's own entry speaks before its hosts'."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from warehouse.tables import Release

# A lab's own provider entries, and how the ids of its own models begin: others' models stand there too.
OWN_MODELS = {
    "openai": ("gpt", "o1", "o3", "o4", "codex", "chatgpt", "text-embedding", "davinci"),
    "anthropic": ("claude",),
    "google": ("gemini", "gemma"),
    "xai": ("grok",),
    "mistral": ("",),
    "cohere": ("",),
    "deepseek": ("deepseek",),
    "alibaba": ("qwen", "qwq", "qvq"),
    "alibaba-cn": ("qwen", "qwq", "qvq"),
    "moonshotai": ("kimi", "moonshot"),
    "moonshotai-cn": ("kimi", "moonshot"),
    "zai": ("glm",),
    "zhipuai": ("glm",),
    "minimax": ("minimax",),
    "minimax-cn": ("minimax",),
    "stepfun": ("step",),
    "xiaomi": ("mimo",),
    "inception": ("",),
    "upstage": ("",),
    "llama": ("llama", "cerebras-llama"),
}
_new = tuple.__new__


class Releases:
    """The release dates of one capture: one row per model id and date, the lab's own entry before its
    hosts'.
    """

    def __init__(self, observed_on: date) -> None:
        self.observed_on = observed_on
        self.own: dict[tuple[str, date], Release] = {}
        self.hosted: dict[tuple[str, date], Release] = {}
        self.skipped: dict[str, int] = {}

    def add(
        self,
        provider: str,
        model: str,
        printed: str | None,
        open_weights: bool | None,
        context: int,
        canonical: str | None,
    ) -> None:
        """Takes one entry's date; what is no date of a release is counted under its reason."""
        released = _release_date(printed or "")
        if isinstance(released, str):
            self.skipped[released] = self.skipped.get(released, 0) + 1
            return
        day, precision = released
        if day > self.observed_on:
            self.skipped["release date in the future"] = self.skipped.get("release date in the future", 0) + 1
            return
        own = provider in OWN_MODELS and model.lower().startswith(OWN_MODELS[provider])
        seen = self.own if own else self.hosted
        if (model, day) not in seen:
            lab = provider if own else None
            known = (lab, None, open_weights, None, None, context or None, None, canonical, None)
            seen[model, day] = _new(Release, (model, day, "announced", precision, *known))

    def rows(self) -> Iterator[Release]:
        """The rows; a host's date of a model that its lab dates is left out."""
        yield from self.own.values()
        named = {model for model, _ in self.own}
        yield from (row for (model, _), row in self.hosted.items() if model not in named)


@lru_cache(maxsize=16384)
def _release_date(printed: str) -> tuple[date, str] | str:
    """The day and its precision, or why there is none."""
    if not printed:
        return "no release date"
    if printed == "1970-01-01":
        return "release date 1970-01-01"
    try:
        return (
            (date.fromisoformat(printed), "day")
            if len(printed) == 10
            else (date.fromisoformat(f"{printed}-01"), "month")
        )
    except ValueError:
        return "impossible release date"
