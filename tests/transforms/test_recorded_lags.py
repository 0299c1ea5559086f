"""The lags of METHOD.md's gold cases on the recorded boards, and what each capture of Epoch's index did to
them.
"""

from functools import cache
from itertools import pairwise

import pandas as pd
import pytest

from tests import recordings
from tests.transforms import recorded_boards
from transforms.boards import board_versions, lag_tables, revisions
from transforms.boards.trends import lag_trend
from warehouse.conventions import DAYS_PER_MONTH
from warehouse.seeds import boards

pytestmark = [recordings.needed, pytest.mark.recorded]
HALF_A_MONTH = 0.5 * DAYS_PER_MONTH
US_CN = [("US", "CN")]


@cache
def versions(folder: str, as_of: str) -> list[board_versions.Version]:
    return board_versions.prepare(*recorded_boards.known([folder], as_of), boards())


@cache
def table(folder: str, as_of: str) -> pd.DataFrame:
    return lag_tables.lag_tables(versions(folder, as_of), pd.Timestamp(as_of), US_CN, intervals=False).lag


def event(
    folder: str, as_of: str, version: str, model: str, basis: str = "as_of", board: str | None = None
) -> float:
    rows = table(folder, as_of)
    chosen = rows[
        (rows["definition"] == "event")
        & (rows["tolerance"] == 0)
        & (rows["vintage_basis"] == basis)
        & (rows["board_version"] == version)
        & (rows["follower_model_id"] == model)
        & (rows["follower_revision"] == "")
    ]
    chosen = chosen if board is None else chosen[chosen["board_id"] == board]
    assert len(chosen) == 1, chosen
    return float(chosen["lag_days"].iloc[0])


R1, V4 = "deepseek/deepseek-r1", "deepseek/deepseek-v4-pro"


def test_r1_was_1_1_months_behind_and_v4_pro_8_5_on_epochs_index():
    assert event("epoch_eci", "2026-07-01", "1", R1) == 34
    assert event("epoch_eci", "2026-07-01", "1", V4) == 260
    assert round(260 / DAYS_PER_MONTH, 1) == 8.5
    assert round(34 / DAYS_PER_MONTH, 1) == 1.1


@pytest.mark.parametrize("basis", ["as_of", "launch"])
def test_livebench_has_r1_46_days_behind_and_v4_pro_156(basis):
    assert event("livebench", "2026-07-01", "2024-11-25", R1, basis) == 46
    assert event("livebench", "2026-07-01", "2026-01-08", V4, basis) == 156


def test_artificial_analysis_has_the_april_v4_pro_78_days_behind_after_its_id_was_given_to_the_august_build():
    assert event("artificial_analysis_api", "2026-08-23", "2026-08-07", V4) == 78


def test_the_arena_with_style_control_has_v4_pro_158_days_behind():
    chosen = table("lmarena_hf_parquet", "2026-08-23")
    version = chosen.loc[chosen["board_id"] == "lmarena_text_style_control", "board_version"].iloc[0]
    assert event("lmarena_hf_parquet", "2026-08-23", version, V4, board="lmarena_text_style_control") == 158


def test_aiders_polyglot_board_has_r1_46_days_behind():
    assert event("aider_polyglot", "2025-12-01", "1", R1) == 46


@cache
def eci_revisions() -> pd.DataFrame:
    found = versions("epoch_eci", "2026-07-01")
    days = [pd.Timestamp(int(v), unit="D") for v in found[0].vintages(10**6)]
    assert len(days) == 6  # seven captures, two of them on one day
    cache = board_versions.Cache()
    parts = [revisions.lag_revisions(found, a, b, US_CN, cache) for a, b in pairwise(days)]
    return pd.concat([p for p in parts if len(p)], ignore_index=True)


def test_every_capture_of_epochs_index_gives_its_own_lags_and_each_large_change_has_a_cause():
    large = eci_revisions()[lambda f: f["delta_days"].abs() > HALF_A_MONTH]
    assert len(large) >= 4
    assert (large["cause_model_id"] != "").all()
    assert large["cause"].isin(revisions.CAUSES).all()


def test_kimi_k2_5_fell_from_7_6_to_5_7_months():
    moved = eci_revisions()[
        lambda f: (f["follower_model_id"] == "moonshot/kimi-k2.5") & (f["definition"] == "event")
    ]
    moved = moved[moved["delta_days"].abs() > HALF_A_MONTH].iloc[0]
    assert round(moved["lag_days_old"] / DAYS_PER_MONTH, 1) == 7.6
    assert round(moved["lag_days_new"] / DAYS_PER_MONTH, 1) == 5.7
    assert (moved["cause_model_id"], moved["cause"]) == ("moonshot/kimi-k2.5", "follower rescored")


def test_that_the_gap_widens_since_r1_is_not_established_on_epochs_index():
    rows = table("epoch_eci", "2026-07-01")
    chosen = rows[
        (rows["definition"] == "event")
        & (rows["vintage_basis"] == "as_of")
        & rows["is_record"]
        & (rows["valid_on"] >= "2025-01-20")
    ]
    found = lag_trend(
        chosen["valid_on"].to_numpy().astype("datetime64[D]").astype(float), chosen["lag_days"].to_numpy()
    )
    assert round(found.per_year, 1) == 2.9
    assert found.lo90 < 0 < found.hi90
    assert not found.established


def test_r1_stays_61_days_behind_at_launch_though_the_arena_dropped_the_rows_it_was_compared_with():
    board, version = "lmarena_text", "bradley-terry"
    assert event("lmarena_lmsys_csv", "2025-07-01", version, R1, "launch", board) == 61
    assert event("lmarena_lmsys_csv", "2025-07-01", version, R1, "as_of", board) == -28
