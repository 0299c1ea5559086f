"""The maps are read by the programs whose forms they are, under the names that those use."""

from __future__ import annotations

from datetime import date

import pytest

from reports.api.maps import litellm, llm_prices, models_dev, names_of
from tests.reports.made_published import price_row

SINCE = date(2026, 1, 1)
LABS = ("zhipu", "moonshot", "google", "alibaba", "deepseek", "openai", "nobody")


def rows():
    return [
        price_row(f"{lab}/one", component, amount, SINCE, provider_id=lab)
        for lab in LABS
        for component, amount in (("input", 2.0), ("output", 8.0))
    ]


def test_providers_have_the_names_of_each_form_and_ours_where_it_has_none():
    assert set(litellm(rows(), {}).body) == {
        "zai/one", "moonshot/one", "gemini/one", "dashscope/one", "deepseek/one", "openai/one", "nobody/one",
    }  # fmt: skip
    assert set(models_dev(rows(), {}).body) == {
        "zai", "moonshotai", "google", "alibaba", "deepseek", "openai", "nobody",
    }  # fmt: skip
    vendors = {p["vendor"] for p in llm_prices(rows(), {}, "2026-08-20").body["prices"]}
    assert {"moonshot-ai", "qwen", "google", "nobody"} <= vendors


@pytest.mark.parametrize("source_id", ["litellm", "models_dev", "llm_prices"])
def test_no_name_is_a_plan_or_of_the_market_in_china(source_id: str):
    names = [names_of(source_id).get(lab, lab) for lab in LABS]
    assert not [name for name in names if "plan" in name or name.endswith(("-cn", "bigmodel"))]


def test_litellm_prices_a_call_from_our_map():
    library = pytest.importorskip(
        "litellm", reason="litellm is not installed; it was read by hand: docs/tasks.md"
    )
    made = litellm(rows(), {}).body
    library.register_model(made)
    for lab in ("zai", "moonshot", "gemini", "dashscope", "deepseek", "openai"):
        cost = library.cost_per_token(
            model=f"{lab}/one", prompt_tokens=1_000_000, completion_tokens=1_000_000
        )
        assert cost == pytest.approx((2.0, 8.0))
