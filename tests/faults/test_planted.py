"""Every planted fault is caught at its gate; what was published stays; a true change passes. `python -m
tests.faults.planting` counts.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.good_nights import BASES, FIRST, SECOND
from tests.faults.planted import FAULTS, Change, Fault, every, one, times
from tests.faults.planted_meaning import MEANINGS, Meaning
from tests.faults.planting import PAGES, nights, plant, plant_page, quarantined


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_caught_at_its_gate(fault: Fault, tmp_path: Path) -> None:
    plant(fault, tmp_path)


@pytest.mark.parametrize(("name", "page", "change"), PAGES, ids=[page[0] for page in PAGES])
def test_a_fault_in_a_page_is_caught_by_its_parser(name: str, page: str, change: Any, tmp_path: Path) -> None:
    plant_page(name, page, change, tmp_path)


@pytest.mark.parametrize("meaning", MEANINGS, ids=[meaning.name for meaning in MEANINGS])
def test_a_fault_in_what_a_name_or_a_price_means_is_caught(meaning: Meaning) -> None:
    meaning.plant()


def test_at_least_thirty_different_faults_are_planted_at_every_gate() -> None:
    names = [*(f.name for f in FAULTS), *(p[0] for p in PAGES), *(m.name for m in MEANINGS)]
    assert len(names) >= 30
    assert len(set(names)) == len(names)
    assert {f.gate for f in FAULTS} == {"row", "held", "day"}
    assert {m.gate for m in MEANINGS} == {"seeds", "identity", "verdict"}


def test_a_gate_that_lets_a_fault_through_is_noticed(tmp_path: Path) -> None:
    nothing = Fault("nothing is wrong", "prices", lambda rows: rows, "row", "amount")
    with pytest.raises(AssertionError):
        plant(nothing, tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        every(lambda r: r.listed_model == "model-3", amount=times("0.25")),
        every(amount=times("0.8")),
        lambda rows: [*rows, *(r._replace(listed_model="brand-new") for r in rows[:3])],
        lambda rows: [r for r in rows if r.listed_model not in {"model-8", "model-9"}],
        lambda rows: [*rows, rows[5]],
    ],
)
def test_what_vendors_really_do_raises_no_alarm(change: Change, tmp_path: Path) -> None:
    _, (published, outcomes) = nights(tmp_path, "prices", change, {FIRST: b"plain", SECOND: b"odd"})
    assert published.rows["made"] == len({tuple(r) for r in change(BASES["prices"][0]())})
    assert (quarantined(tmp_path, SECOND), outcomes.failed) == ([], {})


def test_a_price_that_jumped_is_believed_once_it_has_stood_for_a_week(tmp_path: Path) -> None:
    days = {FIRST: b"plain", **{FIRST + timedelta(days=d): f"odd {d}".encode() for d in range(1, 10)}}
    done = nights(tmp_path, "prices", one(4, amount=times("10")), days)
    held = [bool(quarantined(tmp_path, when)) for when in days]
    assert held == [False, *[True] * 7, False, False]
    whole = len(BASES["prices"][0]())
    assert [published.rows["made"] for published, _ in done] == [whole, *[whole - 1] * 7, whole, whole]
