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


BEFORE = [said("feed", "2026-06-01", MODEL, 1.7), said("page", "2026-06-01", MODEL, 1.7)]
LATER = said("feed", "2026-07-01", "lab/next", 1.7)


def excluded(*rows: dict) -> list[tuple[str, float]]:
    found = counted(*BEFORE, LATER, *rows).excluded
    assert set(found["reason"]) <= {"the price of the model before under its name"}
    return list(zip(found["model_id"], found["amount"], strict=True))


def test_a_price_carried_over_to_the_next_model_of_a_name_gives_way_to_one_who_noticed():
    assert excluded(said("other", "2026-07-01", "lab/next", 0.4)) == [("lab/next", 1.7)]
    other_name = {**said("feed", "2026-07-01", "lab/next", 0.4), "listed_model": "reasoner"}
    assert excluded(other_name) == [("lab/next", 1.7)]


def test_a_price_that_did_not_change_with_the_name_stays():
    assert excluded() == []
    named = {**said("other", "2026-07-02", "lab/next", 1.7), "listed_model": "next"}
    dissent = {**said("third", "2026-07-02", "lab/next", 0.4), "listed_model": "next"}
    assert excluded(named, dissent) == []
    assert excluded({**said("page", "2026-07-02", "lab/next", 0.4), "component": "output"}) == []


def test_a_price_that_changed_after_the_name_moved_was_not_another_from_the_beginning():
    """The new model began at the price of the one before, and was made cheaper four days later."""
    later = [said("page", "2026-07-01", "lab/next", 1.7), said("page", "2026-07-05", "lab/next", 0.4)]
    assert excluded(*later, said("feed", "2026-07-09", "lab/next", 1.7)) == []


def test_hours_are_borne_out_together():
    """A page that knows no hours prints the price of the day."""
    hours = {"time_band": "off_peak@daily 16:30-00:30", "amount": 0.9, "listed_model": "chat"}
    night = [said("feed", "2026-06-01", MODEL) | hours, said("feed", "2026-07-01", "lab/next") | hours]
    plain = {**said("other", "2026-07-01", "lab/next", 1.7), "listed_model": "next"}
    assert excluded(*night, plain) == []
    assert sorted(excluded(*night, plain | {"amount": 0.4})) == [("lab/next", 0.9), ("lab/next", 1.7)]


def test_a_providers_own_page_carries_nothing_over():
    own = [{**row, "own_page": True} for row in (BEFORE[0], LATER)]
    found = counted(*own, said("page", "2026-07-02", "lab/next", 0.4)).excluded
    assert not len(found)
