"""A provider's printed name means one model at a time."""

from __future__ import annotations

import pandas as pd

from tests.transforms.test_prices_in_force import MODEL, counted, ends


def said(source: str, day: str, model: str, amount: float = 1.0) -> dict:
    return {"source_id": source, "at": day, "listed_model": "chat", "model_id": model, "amount": amount}


def test_a_name_that_means_the_next_model_ends_the_model_before_in_every_source():
    page = [said("page", "2026-06-01", MODEL, 1.0), said("page", "2026-07-01", "lab/next", 2.0)]
    slow = [said("feed", "2026-06-02", MODEL, 0.3), said("feed", "2026-07-20", "lab/next", 0.3)]
    found = counted(*page, *slow).said
    before = found[found["model_id"] == MODEL]
    assert set(before["ended"]) == {"no longer shown", "the name means the next model"}
    assert {f"{pd.Timestamp(end, unit='us'):%Y-%m-%d}" for end in before["end"]} == {"2026-07-01"}


def test_a_name_that_two_models_share_ends_neither():
    rows = [
        said("a", "2026-06-01", MODEL),
        said("b", "2026-06-10", "lab/twin"),
        said("a", "2026-07-01", MODEL),
    ]
    assert {why for _, why in ends(counted(*rows))} == {""}
