"""A printed name joins by seed, rule or registry, or not at all; meanings are dated; nothing later is known
earlier.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from studies import identity_precision
from tests.transforms.made_names import built, joined, names
from transforms.identity.index import index_seeds
from transforms.identity.resolve import resolve
from warehouse.mart_tables.identity import TABLES
from warehouse.seeds import seeds


def test_frames_have_the_columns_that_the_marts_declare() -> None:
    found = built(
        names(
            ("livebench", "gpt-5-high", "2025-09-01", "2025-09-02"),
            ("livebench", "who-knows", "2025-09-01", "2025-09-02"),
        )
    )
    for table in TABLES:
        assert set(found[table.name].columns) == set(table.column_names), table.name
        assert not found[table.name].duplicated(list(table.key)).any()


def test_a_dated_id_of_the_first_build_is_the_model_and_a_later_one_is_its_revision() -> None:
    found = joined(
        built(
            names(
                ("board", "gpt-4o-2024-05-13", "2026-01-01", "2026-01-01"),
                ("board", "gpt-4o-2024-11-20", "2026-01-01", "2026-01-01"),
                ("board", "claude-3-opus-20240229", "2026-01-01", "2026-01-01"),
            )
        )
    )
    assert found == {
        "gpt-4o-2024-05-13": ("openai/gpt-4o", ""),
        "gpt-4o-2024-11-20": ("openai/gpt-4o", "2024-11-20"),
        "claude-3-opus-20240229": ("anthropic/claude-3-opus", ""),
    }


def test_r3_in_the_press_is_r1_and_nowhere_else_anything() -> None:
    index = index_seeds(seeds(), date(2026, 11, 20))
    assert [m.model_id for m in resolve(index, "press", "R3")] == ["deepseek/deepseek-r1"]
    assert resolve(index, "livebench", "R3") == []


def test_a_near_name_is_never_joined_and_its_candidates_are_published() -> None:
    found = built(
        names(
            ("board", "deepseek-v3.1-terminal", "2026-01-01", "2026-01-02"),
            ("board", "gpt-5.1-petite", "2026-01-01", "2026-01-02"),
        )
    )
    assert found["model_aliases"].empty
    assert (
        "deepseek/deepseek-v3."
        in found["unmatched"].set_index("listed_model").loc["deepseek-v3.1-terminal", "candidates"]
    )


def test_a_lab_that_the_source_states_forbids_a_join_to_another_lab() -> None:
    wrong = names(("board", "sonar", "2026-01-01", "2026-01-02"), listed_lab="Alibaba")
    assert built(wrong)["model_aliases"].empty
    unknown = names(("board", "mercury-2", "2026-01-01", "2026-01-02"), listed_lab="Somebody New")
    assert joined(built(unknown)) == {"mercury-2": ("inception/mercury-2", "")}
    assert built(unknown.assign(listed_model="arctic"))["model_aliases"].empty
    right = names(("board", "sonar", "2026-01-01", "2026-01-02"), listed_lab="Perplexity")
    assert joined(built(right)) == {"sonar": ("perplexity/sonar", "")}


def test_nothing_seen_or_released_later_enters_an_earlier_day() -> None:
    frame = names(
        ("livebench", "gpt-4o", "2024-08-03", "2026-01-01"),
        ("livebench", "gpt-5-high", "2025-09-01", "2026-01-01"),
    )
    found = built(frame, as_of=date(2025, 1, 1))
    assert set(found["model_aliases"]["listed_model"]) == {"gpt-4o"}
    assert found["unmatched"].empty
    assert found["model_dates"]["released_on"].max() <= pd.Timestamp("2025-01-01")
    assert "openai/gpt-5" not in set(found["models"]["model_id"])


def test_a_model_that_a_feed_lists_before_its_known_release_is_one_row() -> None:
    early = names(
        ("openai_page", "gpt-5.6-luna", "2026-06-28", "2026-07-01"), provider_id="openai", listed_lab="OpenAI"
    )
    for day in (date(2026, 7, 1), date(2026, 7, 20)):
        models = built(early, as_of=day)["models"]
        assert not models["model_id"].duplicated().any()
        assert models.set_index("model_id").loc["openai/gpt-5.6-luna", "method"] == "seed"


@pytest.mark.parametrize(
    ("printed", "model_id"),
    [
        ("DeepSeek R1 (May 2025)", "deepseek/deepseek-r1-0528"),
        ("deepseek-r1-2025-05-28", "deepseek/deepseek-r1-0528"),
        ("Kimi-K2-Instruct-0905", "moonshot/kimi-k2-0905"),
        ("Qwen3-235B-A22B (Jul 2025)", "alibaba/qwen3-235b-a22b-instruct-2507"),
        ("deepseek-v3-250324", "deepseek/deepseek-v3-0324"),
    ],
)
def test_a_build_that_is_a_model_of_its_own_is_that_model(printed: str, model_id: str) -> None:
    assert [
        (m.model_id, m.revision) for m in resolve(index_seeds(seeds(), date(2026, 11, 20)), "board", printed)
    ] == [(model_id, "")]


@pytest.mark.parametrize(
    ("printed", "model_id"),
    [
        ("qwen3-vl-8b-reasoning", "alibaba/qwen3-vl-8b-thinking"),
        ("qwen3-4b-2507-instruct-reasoning", "alibaba/qwen3-4b-thinking-2507"),
        ("kimi-k2-reasoning", "moonshot/kimi-k2-thinking"),
        ("deepseek-v3.1-thinking", "deepseek/deepseek-v3.1"),
        ("qwen3-vl-8b-non-reasoning", "alibaba/qwen3-vl-8b-instruct"),
        ("Kimi K2 Thinking 64K", "moonshot/kimi-k2-thinking"),
        ("kimi-k2-thinking-16k", "moonshot/kimi-k2-thinking"),
        ("Cohere Command A Reasoning 16K", "cohere/command-a-reasoning"),
        ("Claude Opus 4.5 Thinking 64K", "anthropic/claude-opus-4.5"),
    ],
)
def test_thinking_is_another_model_only_where_the_lab_released_it_apart(printed: str, model_id: str) -> None:
    assert [m.model_id for m in resolve(index_seeds(seeds(), date(2026, 11, 20)), "board", printed)] == [
        model_id
    ]


@pytest.mark.parametrize(
    ("printed", "model_id", "revision"),
    [
        ("o1-pro-2025-03-19", "openai/o1-pro", ""),  # in ChatGPT since 2024-12-05, by API from this day
        ("gpt-5-pro-2025-10-06", "openai/gpt-5-pro", ""),
        ("gemini-2.0-flash-02-05", "google/gemini-2.0-flash", "2025-02-05"),  # what the trial became
        ("gpt-4o-2024-08-06", "openai/gpt-4o", "2024-08-06"),
    ],
)
def test_the_build_of_the_day_of_its_api_is_the_model_and_a_later_one_is_not(
    printed: str, model_id: str, revision: str
) -> None:
    found = resolve(index_seeds(seeds(), date(2026, 11, 20)), "board", printed)
    assert [(m.model_id, m.revision) for m in found] == [(model_id, revision)]


def test_joins_on_labelled_pairs_are_right_and_none_crosses_a_border() -> None:
    joined_pairs, wrong, abroad = identity_precision.measured(identity_precision.index())
    assert joined_pairs >= 1500
    assert 1 - len(wrong) / joined_pairs >= 0.995
    assert abroad == []


def test_the_names_of_methods_example_mean_what_it_says() -> None:
    text = (Path(__file__).parents[2] / "METHOD.md").read_text(encoding="utf-8")
    table = text.split("### Example names")[1].split("\n\n")[2].splitlines()[2:]
    index = index_seeds(seeds(), date(2026, 11, 15))
    assert len(table) == 8
    for line in table:
        printed, lab, *wanted = (cell.strip() for cell in line.strip("|").split("|"))
        (match,) = resolve(index, "somebody", printed, "", lab)
        assert [match.model_id, match.revision, match.setting] == wanted, printed


def test_a_way_of_serving_is_a_setting_only_of_a_known_model_of_the_lab() -> None:
    index = index_seeds(seeds(), date(2026, 11, 15))
    served = resolve(index, "somebody", "claude-opus-5-fast", "", "anthropic")
    assert [(m.model_id, m.setting) for m in served] == [("anthropic/claude-opus-5", "fast")]
    assert resolve(index, "somebody", "claude-opus-9-fast", "", "anthropic") == []
    assert resolve(index, "somebody", "claude-opus-5-fast", "", "openai") == []


@pytest.mark.parametrize(
    ("printed", "lab", "meaning"),
    [
        ("gemini-3.1-pro-preview-priority", "google", ("google/gemini-3.1-pro", "preview priority")),
        ("deepseek-v4-pro-0813-fast", "deepseek", ("deepseek/deepseek-v4-pro", "fast")),
        ("kimi-k3-eco", "moonshot", ("moonshot/kimi-k3", "eco")),
        ("Kimi 2.6 (High)", "moonshot", ("moonshot/kimi-k2.6", "high")),
        ("MiMo 2.5 Pro", "xiaomi", ("xiaomi/mimo-v2.5-pro", "")),
        ("mistral-large-3-0", "mistral", ("mistral/mistral-large-3", "")),
        ("qwen2.5-0.5b", "alibaba", ("alibaba/qwen2.5-0.5b", "")),
    ],
)
def test_a_stage_before_a_lane_a_version_without_its_letter_and_a_nought_behind_it_make_no_model(
    printed: str, lab: str, meaning: tuple[str, str]
) -> None:
    (row,) = built(names(("board", printed, "2026-10-01", "2026-11-01"), listed_lab=lab))[
        "model_aliases"
    ].itertuples()
    assert (row.model_id, row.setting) == meaning
