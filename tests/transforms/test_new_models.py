"""A name that no seed knows: who may make a model of it, and from which day."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tests.transforms.made_names import built, joined, names, releases


def test_a_version_that_nobody_knows_is_a_model_of_its_own_and_never_its_sibling() -> None:
    found = built(names(("board", "deepseek-v3.9", "2026-01-01", "2026-01-02")))
    assert joined(found) == {"deepseek-v3.9": ("deepseek/deepseek-v3.9", "")}


def test_a_registry_that_states_lab_and_day_makes_a_model_from_the_day_it_said_so() -> None:
    dated = releases(("epoch_notable_models", "Grok 12", "2026-10-01", "xAI", "2026-10-10"))
    frame = names(("livebench", "grok-12-high", "2026-10-05", "2026-10-20"))
    assert built(frame, dated, date(2026, 10, 9))["model_aliases"].empty
    later = built(frame, dated, date(2026, 10, 10))
    assert later["model_aliases"][["model_id", "setting", "method"]].values.tolist() == [
        ["xai/grok-12", "high", "registry"]
    ]
    model = later["models"].set_index("model_id").loc["xai/grok-12"]
    assert (model["country"], model["released_on"]) == ("US", pd.Timestamp("2026-10-01"))


def test_a_day_that_its_source_corrected_by_a_year_is_the_corrected_one_from_then_on() -> None:
    dated = releases(
        ("epoch_eci", "grok-12", "2025-10-01", "xAI", "2026-10-10"),
        ("epoch_eci", "grok-12", "2026-10-01", "xAI", "2026-10-20"),
        (
            "epoch_eci",
            "grok-12",
            "2026-11-05",
            "xAI",
            "2026-11-06",
        ),  # the name given to a later build: the launch stays
    )
    frame = names(("livebench", "grok-12-high", "2026-10-05", "2026-11-10"))
    days = [
        built(frame, dated, day)["models"].set_index("model_id").loc["xai/grok-12", "released_on"]
        for day in (date(2026, 10, 15), date(2026, 11, 10))
    ]
    assert days == [pd.Timestamp("2025-10-01"), pd.Timestamp("2026-10-01")]


def test_a_labs_own_feed_makes_a_model_without_a_day_and_a_host_makes_none() -> None:
    own = names(
        ("litellm", "gpt-image-9", "2026-01-01", "2026-01-02"), provider_id="openai", table="list_prices"
    )
    host = names(
        ("litellm", "gpt-image-9", "2026-01-01", "2026-01-02"), provider_id="azure", table="list_prices"
    )
    found = built(own)
    assert joined(found) == {"gpt-image-9": ("openai/gpt-image-9", "")}
    assert found["models"].set_index("model_id")["released_on"].isna()["openai/gpt-image-9"]
    assert built(host)["model_aliases"].empty


def test_a_rolling_name_of_no_known_meaning_makes_no_model() -> None:
    frame = names(
        ("litellm", "gpt-nova-latest", "2026-01-01", "2026-01-02"), provider_id="openai", table="list_prices"
    )
    assert built(frame)["model_aliases"].empty


def test_a_new_model_on_a_board_is_its_labs_and_waits_for_a_day() -> None:
    stated = names(("lmarena_text", "gemini-9-nova-high", "2026-11-01", "2026-11-01"), listed_lab="google")
    shaped = names(("livebench", "claude-opus-9.1-thinking-64k-high-effort", "2026-11-01", "2026-11-01"))
    found = built(pd.concat([stated, shaped], ignore_index=True))
    assert joined(found) == {
        "gemini-9-nova-high": ("google/gemini-9-nova", ""),
        "claude-opus-9.1-thinking-64k-high-effort": ("anthropic/claude-opus-9.1", ""),
    }
    models = found["models"].set_index("model_id")
    assert models.loc[["google/gemini-9-nova", "anthropic/claude-opus-9.1"], "country"].tolist() == [
        "US",
        "US",
    ]
    assert models.loc["anthropic/claude-opus-9.1", "released_on"] is pd.NaT


@pytest.mark.parametrize(
    ("printed", "lab"),
    [
        ("Opus 9 (Thinking, 16K)", "Anthropic"),
        ("Claude 9.1 (High)", "Anthropic"),
        ("gpt-5-older", ""),
        ("Deepseek", "DeepSeek"),
        ("gpt-9 + claude-opus-9", "OpenAI"),
        ("GPT-9 (Refine.)", "Somebody New"),
        ("Gpt 4o (2025-20-24)", "OpenAI"),
    ],
)
def test_a_board_makes_no_model_of_a_system_of_half_a_name_or_of_an_unlisted_word(
    printed: str, lab: str
) -> None:
    assert built(names(("board", printed, "2026-11-01", "2026-11-01"), listed_lab=lab))["model_aliases"].empty


def test_a_hosts_name_makes_no_model_however_it_is_made_up() -> None:
    assert built(
        names(
            ("models_dev", "gpt-9.1-mini", "2026-11-01", "2026-11-01"),
            provider_id="venice",
            table="list_prices",
        )
    )["model_aliases"].empty


def test_weights_that_a_registry_saw_come_later_open_the_model_then_and_a_correction_does_not() -> None:
    def said(day: str, is_open: bool, name: str, released: str) -> pd.DataFrame:
        row = releases(("artificial_analysis_page", name, released, "lg", day))
        return row.assign(open_weights=is_open)

    rows = [
        said("2026-08-13", False, "Exaone 9", "2026-08-12"),
        said("2026-08-22", True, "Exaone 9", "2026-08-12"),
        said("2026-08-13", False, "Exaone 8", "2025-01-12"),
        said("2026-08-22", True, "Exaone 8", "2025-01-12"),
    ]
    models = built(names(), pd.concat(rows, ignore_index=True))["models"].set_index("model_id")
    opened = models["opened_on"].dt.strftime("%Y-%m-%d")
    assert (opened["lg/exaone-9"], opened["lg/exaone-8"]) == ("2026-08-22", "2025-01-12")
    early = built(names(), pd.concat(rows, ignore_index=True), date(2026, 8, 20))["models"]
    assert not early.set_index("model_id")["open_weights"]["lg/exaone-9"]


def test_registries_that_agree_on_the_weights_are_believed_against_the_table_and_one_alone_is_not() -> None:
    def said(source: str, name: str, lab: str) -> pd.DataFrame:
        row = releases((source, name, "2026-01-02", lab, "2026-03-01"))
        return row.assign(open_weights=True)

    one = [said("epoch_notable_models", "GPT-4.1", "OpenAI")]
    both = [*one, said("artificial_analysis_page", "GPT-4.1", "OpenAI")]
    for rows, is_open in ((one, False), (both, True)):
        made = built(names(), pd.concat(rows, ignore_index=True))
        assert made["models"].set_index("model_id")["open_weights"]["openai/gpt-4.1"] == is_open
        assert made["openness_said"]["said_open"].tolist() == [True] * is_open


@pytest.mark.parametrize(
    ("printed", "model", "setting"),
    [
        ("qwen/qwen-2.5-vl-7b-instruct:free", "alibaba/qwen2.5-vl-7b", "free"),  # by hand
        ("google/gemini-2.0-flash-exp:free", "google/gemini-2.0-flash", "exp free"),
        ("meta-llama/llama-4-scout:free", "meta/llama-4-scout", "free"),
        ("baidu/heron:free", "baidu/heron", "free"),  # nobody's but the registry's
        ("baidu/heron:Batch", "baidu/heron", "batch"),
        ("baidu/heron", "baidu/heron", ""),
    ],
)
def test_a_way_of_serving_behind_a_colon_is_a_setting_whoever_names_the_model(
    printed: str, model: str, setting: str
) -> None:
    row = releases(("openrouter", "baidu/heron:free", "2026-04-20", "baidu", "2026-11-01"))
    frame = names(("openrouter", printed, "2026-11-01", "2026-11-01"), provider_id="openrouter")
    found = built(frame, row.assign(canonical_model="baidu/heron-20260420:free"))["model_aliases"]
    assert set(zip(found["model_id"], found["setting"], strict=True)) == {(model, setting)}


def test_the_way_of_serving_is_in_the_name_where_the_sources_id_says_what_is_served() -> None:
    frame = names(("openrouter", "qwen/qwen-vl:free", "2026-11-01", "2026-11-01"), provider_id="openrouter")
    found = built(frame.assign(canonical_model="qwen/qwen2.5-vl-7b-instruct"))["model_aliases"]
    assert found["model_id"].tolist() == ["alibaba/qwen2.5-vl-7b"]
    assert found["setting"].tolist() == ["free"]
