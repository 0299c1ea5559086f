"""Kinds of faults that an audit found, with invented models: from captures to derived tables and gates."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from tests.made_home import Said, derived, made_home, priced
from warehouse.tables import ExchangeRate, ListPrice, Release, Score

STONES = ("amber", "coral", "ivory", "pearl", "ruby", "topaz", "zircon", "flint", "slate", "opal")
CLAUDES = [f"claude-{stone}-9" for stone in STONES]
BEFORE, AFTER = "2026-08-10", "2026-08-30"


def released(name: str, lab: str, *, weights: bool = False) -> Release:
    return Release(name, date(2026, 2, 1), "api", lab=lab, open_weights=weights)


def page(names: list[str]) -> list[ListPrice]:
    return [row for n, name in enumerate(names) for row in priced("anthropic", name, 1 + n, 4 + n)]


def said() -> list[Said]:
    """What vendors, feeds, a registry and a bank say in 2026; the bank falls silent on 1 July."""
    registry = [
        released("DeepSeek V9 Quartz", "DeepSeek", weights=True),
        released("GLM-9 Jade", "Z AI"),
        released("Grok 9 Onyx", "xAI"),
        released("Grok 9 Jade", "xAI"),
        released("gpt-oss-9 Quartz", "OpenAI", weights=True),
    ]
    feed = [
        *priced("xai", "xai/grok-9-jade", 2, 6),
        *priced("xai", "xai/grok-9-onyx", 3, 9),
        *priced("openai", "gpt-oss-9-quartz", 0.1, 0.3),
        *priced("groq", "groq/openai/gpt-oss-9-quartz", 0.1, 0.3),
        *priced("google", "gemini/gemini-9-beryl", 1, 3),
        ListPrice("google", "gemini/gemini-9-beryl", "output", 40, "USD", modality="image"),
        Release("xai/grok-9-jade", date(2026, 6, 15), "withdrawn", lab="xai"),
    ]
    agate = priced("xai", "grok-9-agate", 1, 2)
    onyx = priced("xai", "grok-9-onyx", 3, 9)
    yuan = priced("deepseek", "deepseek-v9-quartz", 8, 16, currency="CNY")
    days = [date(2026, 4, 1) + timedelta(days=n) for n in range(92)]
    rates = [ExchangeRate(day, "EUR", quote, rate) for day in days for quote, rate in RATES.items()]
    batch = priced("openrouter", "x-ai/grok-9-agate:batch", 0.5, 1)
    host = priced("novita", "novita/deepseek/deepseek-v9-quartz", 0.5, 1)
    return [
        ("ecb", "2026-07-01", rates),
        ("deepseek_zh", "2026-06-20", yuan),
        ("deepseek_zh", "2026-08-20", yuan),
        ("artificial_analysis", "2026-03-01", [*registry, released("Qwen9 Beryl", "Alibaba")]),
        ("artificial_analysis", "2026-05-02", [*registry, released("Qwen9 Beryl", "Alibaba", weights=True)]),
        *(("litellm", day, feed) for day in ("2026-04-01", "2026-06-01", "2026-08-01", "2026-08-29")),
        *(("xai", day, [*onyx, *agate]) for day in ("2026-04-05", "2026-05-05")),
        *(("xai", day, agate) for day in ("2026-06-05", "2026-07-05", "2026-08-05")),
        *(("anthropic", day, page(CLAUDES)) for day in ("2026-04-01", "2026-05-01")),
        ("anthropic", "2026-06-01", page(CLAUDES[:4])),
        *(("anthropic", day, page(CLAUDES[:8])) for day in ("2026-07-01", "2026-08-01")),
        ("openrouter", "2026-07-15", [*batch, *priced("openrouter", "x-ai/grok-9-agate", 1, 2)]),
        ("models_dev", "2026-03-10", host),
    ]


RATES = {"USD": 1.1, "CNY": 8.0}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, pd.DataFrame]]:
    """The derived tables of two days."""
    home = made_home(str(tmp_path_factory.mktemp("made")), said())
    return {day: derived(home, day) for day in (BEFORE, AFTER)}


def prices(tables: dict[str, pd.DataFrame], model: str, **only: object) -> pd.DataFrame:
    rows = tables["price_intervals"]
    rows = rows[(rows["model_id"] == model) & (rows["component"] == "input")]
    for name, value in only.items():
        rows = rows[rows[name] == value]
    return rows


def test_yuan_are_dollars_at_the_last_rate_for_45_days_and_then_the_tables_are_held(made):
    quartz = prices(made[BEFORE], "deepseek/deepseek-v9-quartz", currency="CNY").iloc[0]
    assert quartz["amount_usd"] == pytest.approx(8 / 8 * 1.1)
    assert quartz["rate_age_days"] == 40
    gates = made[AFTER]["gates"].set_index("judged_table")
    assert gates.loc["models", "rows_failed"].max() == 1
    assert "model_prices" in set(", ".join(gates["held"].astype("str")).split(", "))
    assert prices(made[AFTER], "deepseek/deepseek-v9-quartz", currency="CNY").empty
    assert "model_prices" not in made[AFTER]


def test_what_is_withdrawn_or_gone_from_its_page_twice_is_off_sale_whatever_a_feed_prints(made):
    jade, onyx = (prices(made[BEFORE], f"xai/grok-9-{stone}").iloc[0] for stone in ("jade", "onyx"))
    assert (str(jade["valid_to"].date()), jade["valid_to_basis"]) == ("2026-06-15", "withdrawn")
    assert (str(onyx["valid_to"].date()), onyx["valid_to_basis"]) == ("2026-07-05", "no longer shown")
    sold = set(made[BEFORE]["model_prices"]["model_id"])
    assert "xai/grok-9-agate" in sold
    assert not sold & {"xai/grok-9-jade", "xai/grok-9-onyx"}


def test_a_page_with_four_of_ten_models_ends_nothing_and_one_with_eight_ends_two(made):
    ended = {
        stone
        for stone in STONES
        if prices(made[BEFORE], f"anthropic/claude-{stone}-9")["valid_to"].notna().all()
    }
    assert ended == set(STONES[8:])
    ends = prices(made[BEFORE], "anthropic/claude-opal-9")["valid_to"]
    assert str(ends.iloc[0].date()) == "2026-07-01"


def test_weights_are_open_from_the_day_on_which_the_registry_says_so(made):
    models = made[BEFORE]["models"].set_index("model_id")
    days = {
        m: str(models.loc[m, "opened_on"].date())
        for m in ("alibaba/qwen9-beryl", "deepseek/deepseek-v9-quartz")
    }
    assert days == {"alibaba/qwen9-beryl": "2026-05-02", "deepseek/deepseek-v9-quartz": "2026-02-01"}
    assert pd.isna(models.loc["zhipu/glm-9-jade", "opened_on"])


def test_a_feed_alone_makes_no_lab_sell_its_open_weights_and_no_image_is_text(made):
    quartz = prices(made[BEFORE], "openai/gpt-oss-9-quartz").set_index("provider_id")
    assert not quartz.loc["openai", "first_party"]
    sold = made[BEFORE]["model_prices"].set_index("model_id")
    assert sold.loc["openai/gpt-oss-9-quartz", "provider_id"] == "groq"
    assert sold.loc["google/gemini-9-beryl", "blend_3_1_usd"] == pytest.approx((3 * 1 + 3) / 4)


def test_a_tier_in_a_name_is_the_tier_and_a_host_unseen_for_90_days_serves_no_longer(made):
    batch = prices(made[BEFORE], "xai/grok-9-agate", provider_id="openrouter", service_tier="batch")
    assert batch["amount"].tolist() == [0.5]
    hosts = made[BEFORE]["hosting_footprint"].set_index("model_id")["hosts"]
    assert (hosts["deepseek/deepseek-v9-quartz"], hosts["openai/gpt-oss-9-quartz"]) == (0, 1)


def test_a_claim_about_a_model_that_no_board_shows_is_not_computable(made):
    claims = made[BEFORE]["claim_verdicts"]
    about = claims[(claims["scope"] == "overall") & claims["text"].astype("str").str.contains("Kimi K3")]
    assert len(about) and set(about["verdict"]) == {"not computable"}


def test_the_part_of_a_board_that_came_first_dates_no_lag(tmp_path):
    us = [(f"gpt-9.{n}-{stone}", date(2025, 1 + n, 10), 50.0 + 3 * n) for n, stone in enumerate(STONES)]
    cn = [(f"qwen9.{n}-{stone}", date(2025, 4 + n, 20), 49.0 + 3 * n) for n, stone in enumerate(STONES[:8])]
    registry = [
        Release(name, day, "api", lab=lab, open_weights=False)
        for lab, models in (("OpenAI", us), ("Alibaba", cn))
        for name, day, _ in models
    ]

    def board(version: str, models: list) -> list[Score]:
        return [Score("livebench", version, "average", name, score) for name, _, score in models]

    captures = [
        ("artificial_analysis", "2026-02-01", registry),
        ("livebench", "2026-02-01", board("1", [*us, *cn])),
        ("livebench", "2026-03-01", board("2", [*us[-2:], *cn[:2]])),
        ("livebench", "2026-03-15", board("2", [*us, *cn])),
    ]
    lags = derived(made_home(str(tmp_path), captures), "2026-04-01")["lag"]
    events = lags[
        (lags["board_id"] == "livebench") & (lags["definition"] == "event") & (lags["leader"] == "US")
    ]
    second = events[events["board_version"] == "2"]
    assert len(second) and set(second["vintage"].astype("str").str[:10]) == {"2026-03-15"}
    assert second["lag_days"].between(98, 103).all()
