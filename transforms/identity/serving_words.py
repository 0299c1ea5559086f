"""Words of a name that say how a model is served or sized, and words of models that do not answer in text."""

from __future__ import annotations

# Words of models that do not answer in text: their fast and turbo models are distilled ones of their own.
NOT_TEXT = frozenset(
    {
        "asr",
        "audio",
        "dall",
        "embed",
        "embedding",
        "embeddings",
        "flux",
        "hailuo",
        "image",
        "imagen",
        "imagine",
        "kling",
        "lyria",
        "moderation",
        "music",
        "ocr",
        "realtime",
        "rerank",
        "reranker",
        "sd",
        "seedance",
        "seedream",
        "sora",
        "speech",
        "stt",
        "transcribe",
        "transcription",
        "tts",
        "veo",
        "video",
        "voice",
        "wan",
        "whisper",
    }
)


# Words that only size a model: with a number alone they name nobody's in particular.
SIZE_WORDS = frozenset(
    {
        "large",
        "medium",
        "small",
        "tiny",
        "mini",
        "nano",
        "micro",
        "plus",
        "ultra",
        "lite",
        "turbo",
        "flash",
        "fast",
        "chat",
        "base",
        "coder",
        "code",
        "vision",
        "instruct",
        "preview",
        "omni",
        "image",
        "embed",
        "rerank",
        "guard",
        "agent",
        "multi",
        "math",
        "audio",
        "live",
        "next",
        "thinking",
        "reasoning",
    }
)


# One family under two brands of its lab: Tencent prints `hy-vision-1.5` and `hunyuan-vision-1.5`.
BRAND_TWINS = {"hy": "hunyuan"}
