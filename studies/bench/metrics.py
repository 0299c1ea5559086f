"""The metrics: the rolling lag beside a plain searchsorted loop, the capability fit beside scipy's numeric
Jacobian.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from studies.bench.measured import Row, at_least, at_most, seconds, skipped, typical
from tests import recordings


def lags() -> Iterator[Any]:
    """[ours, floor] wall seconds of 18,000 cells, medians of fifteen, in turns; and 1,000 draws with
    intervals.
    """
    from studies.metrics_bench import DAYS, draws, rolling, searchsorted_floor, timed
    from tests.transforms.made_boards import many_boards
    from transforms.boards import lag

    pairs = many_boards()
    for pair in pairs:
        lag.parity(pair, DAYS)
    yield
    yield [
        timed(lambda: rolling(pairs), 15),
        timed(lambda: searchsorted_floor(pairs), 15),
        timed(lambda: draws(pairs), 1),
    ]


def fits() -> Iterator[Any]:
    """[ours, peer] of a fit, [cells, models, boards], and seconds of 1,000 refits."""
    from studies.metrics_bench import numeric_peer, timed
    from tests.transforms import capability_cells
    from transforms.capability import cells as fitted_to
    from transforms.capability import model as capability
    from transforms.capability import refits as capability_refits

    frame, _ = capability_cells.read()
    cells = fitted_to.cells_of(frame)
    fitted = capability.fit(cells, capability_cells.ANCHORS)
    yield
    ours, peer = (
        timed(lambda: capability.fit(cells, capability_cells.ANCHORS), 5),
        timed(numeric_peer(cells), 1),
    )
    refits = timed(lambda: capability_refits.refits(fitted, capability_refits.RESAMPLED[0]), 1)
    yield [ours, peer, refits, len(cells.score), capability_refits.REFITS]


def rolling_lag(times: int) -> list[Row]:
    cost = typical(times, "metrics:lags")
    ours, floor, drawn = cost.gave
    return [
        at_most(
            "rolling lag, 18,000 cells",
            ours,
            floor,
            3,
            "wall, medians of 15 in one process, of the middle run",
        ),
        Row(
            "1,000 draws of every cell, with intervals",
            seconds(drawn),
            "-",
            "-",
            "at most 5 s",
            drawn <= 5,
            "wall",
        ),
    ]


def capability_fit(times: int) -> list[Row]:
    what = "capability fit on Epoch's cells"
    if not recordings.ROOT.is_dir():
        return [skipped(what, "at least 50 times faster", "no recordings beside the checkout")]
    ours, peer, refits, cells, count = typical(times, "metrics:fits").gave
    return [
        at_least(what, ours, peer, 50, f"{cells:,} scores; wall; one run of the peer"),
        at_least(
            f"{count:,} refits", refits, peer * count, 50, "the peer's single fit times the number of refits"
        ),
    ]
