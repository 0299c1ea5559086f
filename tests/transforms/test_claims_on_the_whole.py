"""Claims about the whole: judged on all boards together, and one vote a measurement."""

import pandas as pd

from transforms.claims import boards, lags, markets
from transforms.claims.measurement import Measurement, View

DAY = pd.Timestamp("2026-06-01")


def view(**tables):
    return View(tables, pd.Timestamp("2026-07-01"), DAY)


def pooled(**more):
    row = {
        "leader": "US", "follower": "CN", "variant": "published", "left_out": "", "nowcast": False,
        "valid_on": pd.Timestamp("2026-05-31"), "lag_days": 183.0, "lo90_days": 122.0, "hi90_days": 214.0,
        "rulers": 47,
    }  # fmt: skip
    return pd.DataFrame([row | more])


def lag(board, days):
    row = {
        "board_id": board, "board_version": "1", "definition": "trailing12", "kind": "released",
        "leader": "US", "follower": "CN", "valid_on": DAY, "vintage": DAY, "vintage_basis": "as_of",
        "window_days": 365, "tolerance": 0.0, "lag_days": days, "lo90_days": days, "hi90_days": days,
        "gap": None, "leader_models": 20, "left_truncated": False, "leader_model_id": "a/b",
        "follower_model_id": "c/d", "state": "lags",
    }  # fmt: skip
    return pd.DataFrame([row])


def test_a_claim_about_the_frontier_as_a_whole_is_judged_on_all_boards_together():
    found = boards.lag_on(view(lag=lag("livebench", 30.0), pooled_lag=pooled()))
    main = [r for r in found if r.main]
    assert [r.basis for r in main] == ["trailing12, all boards together"]
    assert round(main[0].value, 1) == 6.0
    assert all(r.excluded for r in found if not r.main)


def test_a_claim_that_names_a_board_is_judged_on_it():
    found = boards.lag_on(view(lag=lag("livebench", 30.0), pooled_lag=pooled()), boards="livebench")
    assert [r.board_id for r in found if r.main] == ["livebench"]


def test_a_guess_after_the_day_until_which_boards_speak_judges_nothing():
    found = boards.lag_on(view(lag=lag("livebench", 30.0), pooled_lag=pooled(nowcast=True)))
    assert [r.board_id for r in found if r.main] == ["livebench"]


def test_two_fits_of_one_measurement_have_one_vote():
    readings = [
        Measurement(1.0, "months", "", board_id=b)
        for b in ("lmarena_text", "lmarena_text_style_control", "epoch_eci", "capability_index", "livebench")
    ]
    main = [r.board_id for r in lags.ranked(readings, "") if r.main]
    assert main == ["lmarena_text_style_control", "capability_index", "livebench"]
    assert [r.board_id for r in lags.ranked(readings[:1], "") if r.main] == ["lmarena_text"]


def test_prices_in_general_are_judged_on_the_index_of_all_models_on_sale():
    named = {"basis": "blend_3_1", "priced_at": "charged", "population": "models up to 540 days old"}
    month = pd.Timestamp("2026-06-01")
    ratio = pd.DataFrame(
        [
            {
                "month": month,
                "ratio": 2.2,
                "ratio_lo90": 1.6,
                "ratio_hi90": 3.0,
                "us_models": 70,
                "cn_models": 60,
            }
            | named
        ]
    )
    fall = {"country": "US", "level": 140.0, "month_from": pd.Timestamp("2025-06-01"), "month": month}
    fall |= {"fall": 2.2, "fall_lo90": 1.7, "fall_hi90": 3.1, "extrapolated": False} | named
    old = pd.DataFrame(
        [
            {
                "comparison": "at_capability", "level": None, "bound": "point", "window_days": 0,
                "ratio": 0.7, "ratio_lo90": 0.3, "ratio_hi90": 5.0, "day": month, "basis": "blend_3_1",
                "us_model_id": "a/b", "cn_model_id": "c/d",
            }
        ]
    )  # fmt: skip
    found = markets.country_ratio(view(price_ratio=old, price_index_ratio=ratio))
    assert [r.value for r in found if r.main] == [2.2]
    falls = markets.price_decline(view(price_fall=pd.DataFrame([fall])))
    assert [(r.value, r.main) for r in falls] == [(2.2, True)]
