"""A printed name joins by seed, rule or registry, or not at all; meanings are dated; nothing later is known
earlier.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from studies import identity_precision
from transforms.identity.candidates import candidates, with_alias
from transforms.identity.index import index_seeds
from transforms.identity.matching import match_models
from transforms.identity.resolve import resolve
from transforms.identity.stated_days import in_their_own_days
from transforms.identity.tables import build_identity, dated_models
from warehouse.mart_tables.identity import TABLES
from warehouse.seeds import seeds

OFFERS = pd.DataFrame(
    {"source_id": [], "observed_on": pd.to_datetime([]), "listed_model": [], "open_weights": []}
)


def names(*rows: tuple[str, str, str, str], **more: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "listed_model", "first_seen", "last_seen"])
    frame = frame.assign(
        provider_id="", listed_setting="", listed_lab="", canonical_model="", table="scores", rows=1
    ).assign(**more)
    return frame.assign(
        first_seen=pd.to_datetime(frame["first_seen"]), last_seen=pd.to_datetime(frame["last_seen"])
    )


def releases(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["source_id", "listed_model", "released_on", "lab", "observed_on"])
    frame = frame.assign(
        date_kind="api", date_precision="day", canonical_model=None, open_weights=True, params_total=None
    )
    frame = frame.assign(params_active=None, context_tokens=None)
    return frame.assign(
        released_on=pd.to_datetime(frame["released_on"]), observed_on=pd.to_datetime(frame["observed_on"])
    )


def built(
    frame: pd.DataFrame, dated: pd.DataFrame | None = None, as_of: date = date(2026, 11, 20)
) -> dict[str, pd.DataFrame]:
    return build_identity(seeds(), frame, releases() if dated is None else dated, OFFERS, as_of)


def joined(found: dict[str, pd.DataFrame]) -> dict[str, tuple[str, str]]:
    rows = found["model_aliases"]
    return dict(zip(rows["listed_model"], zip(rows["model_id"], rows["revision"], strict=True), strict=True))


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


def test_an_id_that_was_pointed_at_another_build_means_each_in_its_time() -> None:
    aliases = built(names(("artificial_analysis", "deepseek-v4-pro", "2026-06-30", "2026-08-22")))[
        "model_aliases"
    ]
    scores = pd.DataFrame(
        {
            "source_id": "artificial_analysis",
            "listed_model": ["deepseek-v4-pro"] * 2,
            "observed_on": pd.to_datetime(["2026-08-12", "2026-08-13"]),
            "score": [44.3, 50.0],
        }
    )
    matched, unmatched = match_models(scores, aliases)
    assert matched["revision"].tolist() == ["", "0813"]
    assert unmatched.empty
    april = joined(built(names(("artificial_analysis", "deepseek-v4-pro-0424", "2026-08-13", "2026-08-22"))))
    assert april["deepseek-v4-pro-0424"] == ("deepseek/deepseek-v4-pro", "")


def test_deepseek_chat_means_the_release_of_the_day() -> None:
    aliases = built(names(("litellm", "deepseek-chat", "2024-12-13", "2026-11-12")))["model_aliases"]
    days = pd.to_datetime(["2024-12-20", "2025-01-20", "2025-04-01", "2025-08-21", "2026-01-01"])
    rows = pd.DataFrame({"source_id": "litellm", "listed_model": "deepseek-chat", "observed_on": days})
    assert match_models(rows, aliases)[0]["model_id"].tolist() == [
        "deepseek/deepseek-v2.5",
        "deepseek/deepseek-v3",
        "deepseek/deepseek-v3-0324",
        "deepseek/deepseek-v3.1",
        "deepseek/deepseek-v3.2",
    ]


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


def test_a_later_build_counts_from_its_own_day() -> None:
    found = built(names(("board", "deepseek-v4-pro-0813", "2026-08-20", "2026-08-20")))
    rows = dated_models(found["models"], found["model_dates"]).set_index("model_id")
    assert rows.loc["deepseek/deepseek-v4-pro", "released_on"] == pd.Timestamp("2026-04-24")
    assert rows.loc["deepseek/deepseek-v4-pro@0813", "released_on"] == pd.Timestamp("2026-08-13")
    assert rows.loc["openai/gpt-4.5", "withdrawn_on"] == pd.Timestamp("2025-07-14")
    assert rows.index.is_unique


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


def test_matching_keeps_every_row_once() -> None:
    found = built(
        names(("a", "gpt-4o", "2025-01-01", "2025-01-02"), ("a", "nobody-1", "2025-01-01", "2025-01-02"))
    )
    rows = pd.DataFrame(
        {"source_id": "a", "listed_model": ["gpt-4o", "nobody-1", "gpt-4o"], "score": [1.0, 2.0, 3.0]}
    )
    matched, unmatched = match_models(rows, found["model_aliases"])
    assert sorted([*matched.index, *unmatched.index]) == [0, 1, 2]
    assert list(unmatched.columns) == list(rows.columns)


def test_joins_on_labelled_pairs_are_right_and_none_crosses_a_border() -> None:
    joined_pairs, wrong, abroad = identity_precision.measured(identity_precision.index())
    assert joined_pairs >= 1500
    assert 1 - len(wrong) / joined_pairs >= 0.995
    assert abroad == []


def test_a_settled_name_is_one_more_row_of_the_seed_with_its_evidence() -> None:
    text = "source_id,listed_model,listed_setting,valid_from,valid_to,model_id,revision,setting,evidence\n"
    decision = {
        "source_id": "livebench",
        "listed_model": "azerogpt",
        "model_id": "openai/gpt-4o",
        "evidence": "vendor page 2025-04-02",
    }
    after = with_alias(text, decision, ["openai/gpt-4o"])
    assert after.splitlines()[-1] == "livebench,azerogpt,,,,openai/gpt-4o,,,vendor page 2025-04-02"
    with pytest.raises(ValueError, match="already says"):
        with_alias(after, decision, ["openai/gpt-4o"])
    with pytest.raises(ValueError, match=r"no model of models.csv is called .* near: openai/gpt-4o"):
        with_alias(text, decision | {"model_id": "openai/gpt4"}, ["openai/gpt-4o"])
    with pytest.raises(ValueError, match="lacking"):
        with_alias(text, {"source_id": "livebench"}, [])


def test_candidates_are_the_nearest_models_best_first() -> None:
    models = ["openai/gpt-5", "deepseek/deepseek-v4-pro", "deepseek/deepseek-v4-flash"]
    best = candidates(["deepseek v4 pro max"], models, k=2)
    assert [model for model, _ in best["deepseek v4 pro max"]] == [
        "deepseek/deepseek-v4-pro",
        "deepseek/deepseek-v4-flash",
    ]


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


def test_an_alias_outside_its_days_means_nothing() -> None:
    name = {"source_id": "board", "provider_id": "", "listed_model": "qwen-plus-latest", "listed_setting": ""}
    days = pd.DataFrame([name] * 4).assign(
        observed_on=pd.to_datetime(["2024-12-31", "2025-01-01", "2025-05-31", "2025-06-01"])
    )
    span = {"valid_from": pd.Timestamp("2025-01-01"), "valid_to": pd.Timestamp("2025-06-01")}
    meaning = {"model_id": "alibaba/qwen-plus", "revision": "", "setting": ""}
    known, unknown = match_models(days, pd.DataFrame([name | meaning | span]))
    assert known.index.tolist() == [1, 2]
    assert unknown.index.tolist() == [0, 3]


def test_a_stated_history_is_read_with_the_meaning_of_its_own_days() -> None:
    said = {"source_id": "feed", "provider_id": "deepseek", "listed_model": "deepseek-chat"}
    aliases = pd.DataFrame(
        [
            said | {"listed_setting": "", "model_id": model, "revision": "", "setting": "",
                    "valid_from": pd.Timestamp(first), "valid_to": pd.Timestamp(last)}
            for model, first, last in (
                ("deepseek/deepseek-v3", "2024-12-26", "2025-03-24"),
                ("deepseek/deepseek-v3-0324", "2025-03-24", "2025-08-21"),
                ("deepseek/deepseek-v3.1", "2025-08-21", None),
            )
        ]
    )  # fmt: skip
    seen = pd.Timestamp("2025-09-01")
    row = pd.DataFrame([said | {"observed_on": seen, "observed_at": seen.tz_localize("UTC")}]).assign(
        effective_from=pd.Timestamp("2025-02-08", tz="UTC"),
        effective_to=pd.Series([pd.NaT], dtype="datetime64[us, UTC]"),
    )
    shares = in_their_own_days(row, aliases).sort_values("effective_from")
    assert shares["about_on"].dt.strftime("%Y-%m-%d").tolist() == ["2025-02-08", "2025-03-24", "2025-08-21"]
    ends = shares["effective_to"].dt.strftime("%Y-%m-%d").where(shares["effective_to"].notna(), "")
    assert ends.tolist() == ["2025-03-24", "2025-08-21", ""]
