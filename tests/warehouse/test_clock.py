"""One clock: what a run decides by the time follows whoever says what time it is."""

from __future__ import annotations

import ast
from datetime import UTC, datetime
from threading import Thread

from tests.imports import ROOT, modules
from warehouse.clock import clock_is, utc_now, utc_today

WALL = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
THEN = datetime(2026, 6, 1, 2, 30, tzinfo=UTC)


def test_the_wall_clock_is_read_in_one_place():
    readers = {
        file.relative_to(ROOT).as_posix()
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in WALL
    }
    assert readers == {"warehouse/clock.py"}


def test_a_time_that_is_said_holds_in_every_thread_and_only_within_its_block():
    seen = []
    with clock_is(lambda: THEN):
        thread = Thread(target=lambda: seen.append(utc_now()))
        thread.start()
        thread.join()
        assert utc_today() == THEN.date()
    assert seen == [THEN]
    assert utc_now() > THEN
