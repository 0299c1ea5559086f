"""Which boards are ranked, and which of them stand by themselves."""

from __future__ import annotations

from transforms.boards.board_versions import Version
from warehouse.seeds import board_ids


def ranked(versions: list[Version]) -> list[Version]:
    """The boards that measure capability well enough for a lag (not a rate of errors, not a word game)."""
    unranked = board_ids("role", "unranked")
    return [v for v in versions if v.board_id not in unranked]


def main_and_members(versions: list[Version]) -> tuple[list[Version], list[Version]]:
    """The boards by themselves, and the single benchmarks of Epoch's archive (their daily lags: by month)."""
    single = board_ids("role", "benchmark")
    return [v for v in versions if v.board_id not in single], [v for v in versions if v.board_id in single]
