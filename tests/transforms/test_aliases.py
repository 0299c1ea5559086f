"""Aliases: their days, the rows that they match, and how one is settled."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tests.transforms.made_names import built, joined, names, releases
from transforms.identity.candidates import candidates, with_alias
from transforms.identity.index import index_seeds
from transforms.identity.long_tail import add_registries
from transforms.identity.matching import match_models
from transforms.identity.stated_days import in_their_own_days
from warehouse.seeds import seeds


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


def test_a_routers_copies_mean_what_the_router_says_of_its_own_ids() -> None:
    own = names(("openrouter", "deepseek/deepseek-chat", "2026-06-01", "2026-06-01")).assign(
        provider_id="openrouter", canonical_model="deepseek/deepseek-chat-v3", table="list_prices"
    )
    copies = pd.concat(
        [
            names((source, name, "2026-06-01", "2026-06-01")).assign(
                provider_id=provider, table="list_prices"
            )
            for source, name, provider in (
                ("litellm", "openrouter/deepseek/deepseek-chat", "openrouter"),
                ("models_dev", "deepseek/deepseek-chat", "openrouter"),
                ("models_dev", "deepseek-chat", "deepseek"),
            )
        ]
    )
    aliases = built(pd.concat([own, copies], ignore_index=True))["model_aliases"]
    copied = aliases[aliases["provider_id"] == "openrouter"]
    assert set(copied["model_id"]) == {"deepseek/deepseek-v3"}
    assert "deepseek/deepseek-v4-flash" in set(aliases.loc[aliases["provider_id"] == "deepseek", "model_id"])


def test_a_registrys_statement_is_read_by_what_its_name_meant_when_it_was_printed() -> None:
    rows = releases(
        ("artificial_analysis_page", "hy3", "2026-04-23", "tencent", "2026-06-30"),
        ("artificial_analysis_page", "hy3", "2026-07-06", "tencent", "2026-07-14"),
    )
    said = add_registries(index_seeds(seeds(), date(2026, 11, 20)), rows)
    meant = dict(zip(said["released_on"].dt.strftime("%m-%d"), said["model_id"], strict=True))
    assert meant == {"04-23": "tencent/hy3-preview", "07-06": "tencent/hy3"}
