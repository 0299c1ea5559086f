"""Families of listed models: names that differ by version alone."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from warehouse.source_rows import Numbers


def family(name: str) -> str:
    """A name up to its first digit; the whole name where that leaves fewer than two characters."""
    stem = re.split(r"\d", name.casefold(), maxsplit=1)[0]
    return stem if len(stem) > 1 else name.casefold()


def families_of(listed: Any, names: Numbers) -> Any:
    """Of each row the family of its model, whose versions and spellings follow each other: the letters of its
    name up to its first version (`ocr` of OCR 4 and of OCR 4.1), with its size where it has one (`ministral
    8b` of Ministral 3 - 8B and of Ministral 3 (8B)).
    """
    _, first, back = np.unique(names, return_index=True, return_inverse=True)
    return np.asarray([_successive(str(listed[at])) for at in first], dtype=object)[back]


def _successive(name: str) -> str:
    text = name.casefold()
    size = re.search(r"(?<![\d.])\d+(?:\.\d+)?b\b", text)
    words = re.findall(r"[^\W\d_]+", re.split(r"\d", text, maxsplit=1)[0])
    return " ".join([*words, *([size[0]] if size else [])]) or text
