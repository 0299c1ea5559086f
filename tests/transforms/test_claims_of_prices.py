"""Claims of a ratio of prices: which price is compared, and what else it would be."""

import pandas as pd

from tests.transforms.made_claims import MODELS, claim, overall, prices

RATIO = {"metric": "price_ratio", "comparator": "about", "tolerance": "10 %", "unit": "times"}


def ratio(times, prices_of, **arguments):
    arguments = {"dear": "us/x", "cheap": "lab/m", "day": "2026-04-24"} | arguments
    return overall(
        claim(**RATIO, value=times, arguments=arguments), {"models": MODELS, "price_intervals": prices_of}
    )


def test_a_ratio_is_judged_on_list_output_and_says_where_else_it_does_not_hold():
    found = ratio(8, prices(("us/x", 5, 24), ("lab/m", 1, 3)))
    assert (found["verdict"], found["value"]) == ("supported", 8)
    assert "contradicted on input, list, 2026-04-24: 5" in found["explanation"]


def test_a_ratio_that_holds_on_another_basis_only_is_contested():
    found = ratio(5, prices(("us/x", 5, 24), ("lab/m", 1, 3)))
    assert found["verdict"] == "contested"
    assert "Beside it, supported on input" in found["explanation"]


def test_a_ratio_that_holds_on_no_basis_is_contradicted():
    assert ratio(50, prices(("us/x", 5, 24), ("lab/m", 1, 3)))["verdict"] == "contradicted"


def test_a_yuan_price_counts_only_where_there_is_no_dollar_price():
    both = prices(("us/x", 5, 24), ("lab/m", 1, 3))
    yuan = prices(("lab/m", 0.5, 1.5)).assign(currency="CNY", market="CN")
    assert ratio(8, pd.concat([both, yuan]))["value"] == 8
    assert ratio(16, pd.concat([both[both["model_id"] == "us/x"], yuan]))["value"] == 16


def pair_of_claims(second_price):
    said = [
        claim(
            **RATIO,
            id=f"to_{name}",
            value=value,
            arguments={"dear": f"us/{name}", "cheap": "lab/m", "day": "2026-04-24"},
        )
        for name, value in (("x", 8), ("y", 4))
    ]
    marts = {
        "models": MODELS,
        "price_intervals": prices(("us/x", 5, 24), ("us/y", *second_price), ("lab/m", 1, 3)),
    }
    return overall(pd.concat(said, ignore_index=True), marts)


def test_two_ratios_to_models_of_one_list_price_are_remarked_upon_without_being_told():
    found = pair_of_claims((5, 24))
    assert "us/x and us/y list at the same price on 2026-04-24" in found.loc["to_x", "remark"]
    assert found.loc["to_x", "remark"] == found.loc["to_y", "remark"]


def test_models_of_different_list_prices_get_no_such_remark():
    assert set(pair_of_claims((5, 25))["remark"]) == {""}
