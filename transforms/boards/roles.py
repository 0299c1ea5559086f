"""Which boards are ranked, and which of them stand by themselves."""

from __future__ import annotations

from transforms.boards.board_versions import Version
from warehouse.reference import boards

UNUSED = "not used for a lag"  # what boards.csv says of a board that measures something else
MEMBER = "epoch_"  # Epoch's archive: some sixty benchmarks; their daily lags are given by month


def ranked(versions: list[Version]) -> list[Version]:
    """The boards that measure capability well enough for a lag (not a rate of errors, not a word game)."""
    seed = boards()
    unused = set(seed.loc[seed["min_us_models_note"] == UNUSED, "board_id"])
    return [v for v in versions if v.board_id not in unused]


def main_and_members(versions: list[Version]) -> tuple[list[Version], list[Version]]:
    """The boards by themselves, and the single benchmarks of Epoch's archive."""
    members = [v for v in versions if v.board_id.startswith(MEMBER) and v.board_id != "epoch_eci"]
    return [v for v in versions if v not in members], members
