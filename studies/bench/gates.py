"""What the gates cost a nightly: every rule, and the evidence that only rules ask for, in a derivation of a
home's newest date.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from studies.bench.measured import Row, alone, seconds, skipped

MOST = 3.0  # seconds of processor time


class Timed:
    """Processor seconds spent in the functions that it stands for, and what they gave."""

    def __init__(self) -> None:
        self.spent = 0.0
        self.gave: list[Any] = []

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """`function`, timed."""

        def called(*given: Any, **named: Any) -> Any:
            began = time.process_time()
            found = function(*given, **named)
            self.spent += time.process_time() - began
            self.gave.append(found)
            return found

        return called


def judged(folder: str) -> Iterator[Any]:
    """[seconds of the rules, of their evidence, rules, rows judged, rows that fail] of a derivation of the
    newest date of a home, both parts in one process.
    """
    import transforms.build as build
    from extractors.source import discover
    from flows.derive import sources
    from transforms import evidence
    from transforms.as_of import AsOf
    from warehouse.checks.marts import gated
    from warehouse.checks.suites import load
    from warehouse.inputs import Inputs
    from warehouse.location import Location
    from warehouse.marts import Marts
    from warehouse.snapshots import Snapshots

    location = Location(folder)
    day, *before = sorted(Marts(location).as_ofs(), reverse=True)
    discover()
    load()  # a night has loaded it for its snapshots
    rules, seen = Timed(), Timed()
    vars(gated)["judge"] = rules.of(gated.judge)
    for name in ("of_boards", "of_prices", "of_index"):
        vars(evidence)[name] = seen.of(vars(evidence)[name])
    yield
    known = AsOf(Inputs(Snapshots(location), day, sources()))
    build.build(known, build.Wanted(day, True, before[0] if before else None))
    lines = [line for found in rules.gave for line in found.gates.to_dict("records")]
    yield [
        rules.spent,
        seen.spent,
        len({(line["rule"], line["judged_table"], line["says"]) for line in lines}),
        sum(int(line["rows_judged"]) for line in lines),
        sum(int(line["rows_failed"]) for line in lines),
    ]


def gates_of_a_date(times: int, home: str) -> list[Row]:
    """One row: the rules of a date as a derivation runs them, in processor seconds."""
    from warehouse.checks.marts.gated import EVERY_RULE

    what, goal = "gates of a date", f"at most {MOST:g} s"
    if not home:
        return [skipped(what, goal, "no home with derived tables was given")]
    runs = sorted(alone("gates:judged", home).gave for _ in range(times))
    spent, evidence, rules, rows, failed = runs[len(runs) // 2]
    whole = spent + evidence
    note = (
        f"{rules} of {len(EVERY_RULE)} rules over {rows:,} rows, {failed} fail, as a derivation runs them;"
        f" processor time, {seconds(evidence)} of it the evidence that only they ask for"
    )
    return [Row(what, seconds(whole), "-", "-", goal, whole <= MOST, note)]
