"""What a model makes: text, or else pictures, films, speech, music or numbers. Releases are counted by
kind.
"""

from __future__ import annotations

import pandas as pd

from transforms.identity.naming import key_of

TEXT = "text"
# The first kind of which a name has a word; a name without any is a text model, those that also see or hear
# (`vl`, `vision`, `omni`) among them.
WORDS = {
    "embedding": "embed embedding embeddings rerank reranker bge gte",
    "music": "lyria music suno",
    "video": "video veo sora kling hailuo seedance wan cogvideo cogvideox vidu",
    "image": "image images imagen imagine dall flux seedream sd cogview kolors banana hidream draw",
    "speech": "tts asr stt speech whisper transcribe transcription realtime live audio voice voxtral chirp",
    "other": "moderation guard safety ocr robotics sima parse translate mt clip reward",
}
KINDS = (TEXT, *WORDS)
_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split()}


def kind_of(model_id: str) -> str:
    """The kind of a model by the words of its name: `google/veo-3.1` video, `openai/gpt-4o` text."""
    words = set(key_of(model_id.partition("/")[2]).split("-"))
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    return next((kind for kind in WORDS if kind in kinds), TEXT)


def kinds_of(model_ids: pd.Series[str]) -> list[str]:
    """`kind_of` of each model."""
    return [kind_of(str(model_id)) for model_id in model_ids]
