"""Aider, the polyglot board: 225 exercises in six languages, whole runs with cost. Stopped in 2025-10; its
form is in `_aider`.
"""

from __future__ import annotations

from extractors.boards._aider import read
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Row

SOURCE = Source(
    id="aider_polyglot",
    title="Aider polyglot leaderboard (aider.chat)",
    kind="boards",
    headline=True,
    addresses=(
        "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml",
    ),
    matches=(
        r"https://raw\.githubusercontent\.com/Aider-AI/aider/[^/]+/aider/website/_data/polyglot_leaderboard\.yml",
    ),
    tables=(SCORES, RELEASES),
    licence="apache_2_0",
    expects=Expects(
        rows={"scores": (10, 2000)},
        models=("gpt-4o-mini-2024-07-18", "gpt-4o-2024-08-06", "gpt-4o-2024-05-13", "gpt-4o"),
        scores=(0, 100),
    ),
    stale_after_days=3650,
)


def parse(capture: Capture) -> list[Row]:
    """Both pass rates of every run."""
    return read(capture, "aider_polyglot")
