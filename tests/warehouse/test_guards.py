"""What is held back of a day is a function of the captures up to it: night by night, in whatever rounds, and
in one backfill of all days.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from warehouse.capture import Capture
from warehouse.checks.days import day_rows
from warehouse.checks.guards import held_back_rows
from warehouse.checks.jump_guard import Held
from warehouse.checks.slips import Slips
from warehouse.checks.validation import Verdict
from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.last_good import against_last_good
from warehouse.location import home
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES, ListPrice

FIRST = datetime(2026, 6, 1, 2, 30, tzinfo=UTC)
EXPECTS = {
    "feed": Expects(jump=8.0, second_hand=True),
    "mirror": Expects(jump=8.0, second_hand=True),
    "page": Expects(jump=5.0),
    "posts": Expects(jump=5.0),
}
MODELS = [f"m{n}" for n in range(6)]
FACTORS = (1, 1, 1, 1, 1, 1, 1, 10, 1000, 0.001)
World = dict[int, dict[str, list[tuple[str, list[ListPrice]]]]]
Figures = dict[tuple[str, date], dict[str, float]]


def a_world(seed: int, nights: int = 15) -> World:
    """By night and source the pages captured: prices that mostly stand, slip, jump, vanish and come back."""
    random = np.random.default_rng(seed)
    factor = {(s, m): 1.0 for s in EXPECTS for m in MODELS}
    world: World = {}
    for night in range(nights):
        for source_id in EXPECTS:
            rows = []
            for number, model in enumerate(MODELS):
                if random.random() < 0.15:
                    factor[source_id, model] = float(random.choice(FACTORS))
                if random.random() < 0.85:
                    amount = Decimal(str((number + 1) * factor[source_id, model]))
                    rows.append(ListPrice(source_id, model, "input", amount, "USD"))
                    rows.append(ListPrice(source_id, model, "output", 2 * amount, "USD"))
            halves = [("a", rows)] if source_id != "posts" else [("a", rows[:6]), ("b", rows[6:])]
            asked = [half for half in halves if half[1] and random.random() < 0.8]
            if asked:
                world.setdefault(night, {})[source_id] = asked
    return world


def row_sets(world: World, nights: Collection[int]) -> dict[str, RowSet]:
    sets: dict[str, RowSet] = {}
    for night in nights:
        for source_id, pages in world.get(night, {}).items():
            for page, rows in pages:
                when = FIRST + timedelta(days=night)
                body = f"{source_id} {page} {night}".encode()
                capture = Capture(source_id, f"https://{source_id}.example/{page}", when, body)
                sets.setdefault(source_id, RowSet(source_id, LIST_PRICES)).add(capture, rows)
    return sets


def judged(
    readings: list[SourceRows], others: list[SourceRows], unpublished: set[tuple[str, date]]
) -> tuple[Held, Figures]:
    aside: dict[tuple[str, date], dict[int, str]] = {}
    slips = Slips([*readings, *others], EXPECTS)
    held = held_back_rows(readings, EXPECTS, aside, unpublished, (), slips)
    figures = {
        (str(row["source_id"]), row["day"]): {k: v for k, v in row.items() if k.endswith("_share")}
        for row in day_rows(readings, EXPECTS, aside, unpublished, held)
    }
    return held, figures


def in_words(readings: list[SourceRows], held: Held) -> dict[tuple[str, date, str, str], str]:
    rows = {reading.source_id: reading.distinct.to_pylist() for reading in readings}
    return {
        (source_id, day, rows[source_id][n]["listed_model"], rows[source_id][n]["component"]): why
        for (source_id, day), mine in held.items()
        for n, why in mine.items()
    }


@pytest.mark.parametrize("seed", range(2))
def test_nights_hold_what_a_backfill_over_their_captures_holds_and_compare_with_the_same_pages(
    seed: int, tmp_path: Path
):
    world, snapshots = a_world(seed), Snapshots(home(str(tmp_path)))
    random = np.random.default_rng(seed + 100)
    days = {night: (FIRST + timedelta(days=night)).date() for night in world}
    unpublished = {(s, days[night]) for night in world for s in world[night] if random.random() < 0.1}
    asked: dict[str, dict[str, set[date]]] = {}
    live: dict[tuple[str, date, str, str], str] = {}
    live_figures: Figures = {}
    for night in world:
        sets = row_sets(world, [night])
        order = sorted(sets, key=lambda _: random.random())
        for some in (order[: len(order) // 2], order[len(order) // 2 :]):
            seen = [against_last_good(snapshots, s, sets[s], asked.get(s, {})) for s in some]
            held, figures = judged(seen, said_elsewhere(snapshots, seen, EXPECTS), unpublished)
            live |= in_words(seen, held)
            live_figures |= figures
            for reading in seen:
                where = reading.source_id, days[night]
                if where not in unpublished:
                    snapshots.publish(reading, Verdict(*where, (), held.get(where, {})), "facts", "made")
        for source_id, pages in world[night].items():
            for page, _ in pages:
                address = f"https://{source_id}.example/{page}"
                asked.setdefault(source_id, {}).setdefault(address, set()).add(days[night])
    whole = [rows.reading() for rows in row_sets(world, [*world]).values()]
    held, figures = judged(whole, [], unpublished)
    assert len(live) > 8
    assert live == in_words(whole, held)
    assert live_figures == figures
