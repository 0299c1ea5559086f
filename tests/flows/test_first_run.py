"""The first run of a fresh clone, without a network: the package's history pack is enough for boards, prices,
the pooled lag, the price index and verdicts.
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from flows.derive import build_unpublished
from warehouse.conventions import PLAIN_LAG, US_CN
from warehouse.history_pack_making import SWITCH, begin_with, shipped
from warehouse.location import Location

DAY = date(2026, 2, 1)
BOARDS = {"livebench", "lmarena_text", "lmarena_text_style_control", "epoch_eci", "capability_index"}


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, pd.DataFrame]:
    location = Location(str(tmp_path_factory.mktemp("first")))
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv(SWITCH)
        assert begin_with(location, shipped())
    return {
        name: rows.to_pandas(date_as_object=False) for name, rows in build_unpublished(location, DAY).items()
    }


@pytest.mark.slow
def test_the_package_alone_gives_boards_prices_the_pooled_lag_the_index_and_verdicts(built):
    lag = built["lag"]
    for column, value in {"definition": "trailing12", **US_CN, **PLAIN_LAG}.items():
        lag = lag[lag[column] == value]
    behind = lag[lag["lag_days"].notna()]
    assert {*behind["board_id"]} >= BOARDS
    assert behind["board_id"].nunique() >= 7
    prices = built["price_intervals"]
    assert (prices["valid_from"].max() - prices["valid_from"].min()).days > 2 * 365
    pooled = built["pooled_lag"].query("leader == 'US' and follower == 'CN' and variant == 'published'")
    assert pooled["lag_days"].notna().any()
    assert built["price_index"]["country"].nunique() == 2
    verdicts = built["claim_verdicts"].query("scope == 'overall'")
    assert (verdicts["verdict"] != "not computable").mean() > 0.5
