"""Epoch AI's published cells (CC BY 4.0) with the kinship of their 179 models, read from the recordings for
tests and benchmark.
"""

from __future__ import annotations

import re

import pandas as pd

from tests import recordings

ANCHORS = (("claude-3-5-sonnet-20240620", 130.0), ("gpt-5-2025-08-07_medium", 150.0))
LABS = (
    ("qwen|codeqwen", "alibaba"),
    ("baichuan", "baichuan"),
    ("cerebras", "cerebras"),
    ("deepseek", "deepseek"),
    ("kimi", "moonshot"),
    ("llama", "meta"),
    ("mistral|mixtral", "mistral"),
    ("nemotron", "nvidia"),
    ("palm|gemini|gemma", "google"),
    ("phi", "microsoft"),
    ("redpajama", "together"),
    ("stable", "stability"),
    ("yi", "01ai"),
    ("nova", "amazon"),
    ("chatglm", "zhipu"),
    ("claude", "anthropic"),
    ("dolly", "databricks"),
    ("falcon", "tii"),
    (r"gpt|^o\d", "openai"),
    ("grok", "xai"),
    ("internlm", "shlab"),
    ("mpt", "mosaic"),
    ("starcoder", "bigcode"),
    ("vicuna", "lmsys"),
    ("xgen", "salesforce"),
)
FAMILIES = re.compile(
    r"claude|gpt-\d|gpt-3.5|o\d|gemini-[\d.]+|llama-\d|meta-llama-3|qwen[\d.]*|deepseek-(?:coder|v2|v3|r1)|grok-\d|phi-\d|gemma|falcon|"
    r"palm|mistral-\w+|starcoder2|yi"
)


def lab(model: str) -> str:
    """The lab, by the model's name."""
    return next((name for pattern, name in LABS if re.search(pattern, model.lower())), model)


def base(model: str) -> str:
    """The model without its setting."""
    return re.sub(r"_(high|medium|low|\d+K)$", "", model)


def family(model: str) -> str:
    """A rough family: the brand and its generation."""
    found = FAMILIES.match(base(model).lower().strip())
    return f"{lab(model)}:{found.group(0)}" if found else base(model)


def read() -> tuple[pd.DataFrame, pd.DataFrame]:
    """(cells, facts) as transforms.capability.model and capability_residuals take them."""
    raw = pd.read_csv(recordings.ROOT / "boards" / "capability_cells.csv")
    cells = raw.rename(columns={"model": "model_id", "benchmark": "board_id"})[
        ["model_id", "board_id", "score_fraction"]
    ]
    facts = (
        raw.groupby("model", as_index=False)["model_date"]
        .first()
        .rename(columns={"model": "model_id", "model_date": "released_on"})
    )
    facts["released_on"] = pd.to_datetime(facts["released_on"])
    return cells, facts.assign(
        base_model_id=facts["model_id"].map(base),
        family=facts["model_id"].map(family),
        lab_id=facts["model_id"].map(lab),
    )
