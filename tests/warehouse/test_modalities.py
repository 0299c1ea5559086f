"""Embeddings have one modality, on pages, in feeds and in snapshots of before that rule."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from extractors.reading import parsed
from extractors.source import discover
from tests.extractors.golden import golden_files, load
from warehouse.modalities import embeds, with_embeddings
from warehouse.tables import ListPrice

ENTRY = {"litellm_provider": "openai", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0}


@pytest.mark.parametrize(
    ("name", "right"),
    [("text-embedding-3-small", True), ("Embed 4", True), ("BAAI/bge-m3", True), ("voyage-3-large", True),
     ("gemini-embedding-001", True), ("BAAI/bge-reranker-v2-m3", False), ("gpt-5", False)],
)  # fmt: skip
def test_an_embedding_model_is_known_by_its_name(name, right):
    assert embeds(name) is right


def test_a_feeds_price_of_an_embedding_has_the_modality_of_the_vendors_page():
    file = next(f for f in golden_files() if f.parent.name == "litellm")
    capture, _ = load(file)
    whole = json.loads(capture.body) | {"text-embedding-3-small": ENTRY}
    rows = parsed(discover()["litellm"], replace(capture, body=json.dumps(whole).encode(), sha256=""))
    mine = [
        row for row in rows if isinstance(row, ListPrice) and row.listed_model == "text-embedding-3-small"
    ]
    assert [(row.component, row.modality) for row in mine] == [("input", "embedding")]
    assert {row.modality for row in rows if isinstance(row, ListPrice) and "gpt-" in row.listed_model} >= {
        "text"
    }


def test_no_source_calls_an_embeddings_price_a_price_of_text():
    for file in golden_files():
        capture, _ = load(file)
        if discover()[capture.source_id].source.kind in ("vendors", "feeds"):
            rows = parsed(discover()[capture.source_id], capture)
            odd = [
                r
                for r in rows
                if isinstance(r, ListPrice) and embeds(r.listed_model) and r.modality == "text"
            ]
            assert odd == [], file


def test_rows_of_older_snapshots_are_taken_the_same_way_and_other_modalities_stay():
    rows = pd.DataFrame(
        {
            "listed_model": ["text-embedding-3-small", "Embed 4", "gpt-5"],
            "modality": pd.Categorical(["text", "image", "text"]),
        }
    )
    assert with_embeddings(rows)["modality"].tolist() == ["embedding", "image", "text"]
    assert with_embeddings(rows)["modality"].dtype == "category"
    assert with_embeddings(rows.iloc[2:]).equals(rows.iloc[2:])
