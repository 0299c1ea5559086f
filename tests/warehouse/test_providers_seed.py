"""The providers' seed: every row complete, each provider one organisation, subscriptions as the parser knows
them.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from pathlib import Path

from extractors.feeds.models_dev import SUBSCRIPTION
from extractors.source import discover

SEEDS = Path(__file__).parents[2] / "warehouse" / "seeds"


def rows():
    with (SEEDS / "providers.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_listed_provider_stands_once_for_its_source():
    assert not [
        key for key, n in Counter((r["source_id"], r["listed_provider"]) for r in rows()).items() if n > 1
    ]
    assert {r["source_id"] for r in rows()} <= set(discover())


def test_a_provider_is_one_organisation_in_one_country():
    places = defaultdict(set)
    for row in rows():
        places[row["provider_id"]].add((row["name"], row["country"]))
    assert not {provider for provider, found in places.items() if len(found) > 1}


def test_codes_and_words_are_from_their_lists():
    with (SEEDS / "labs.csv").open(newline="") as file:
        labs = {row["lab_id"] for row in csv.DictReader(file)}
    for row in rows():
        assert re.fullmatch(r"[A-Z]{2}|", row["country"]), row
        assert row["kind"] in {"lab", "host", "aggregator", "subscription", "cloud", "tool", "local"}, row
        assert row["checked"] in {"high", "medium", "low"}, row
        assert row["region_of_service"] in {"", "CN", "intl", "EU", "SG"}, row
        assert row["lab_id"] in labs | {""}, row
        assert row["evidence"].startswith("https://"), row
        assert row["listed_provider"] == row["listed_provider"].lower(), row


def test_prefixes_need_a_lab_and_a_country_is_missing_only_where_confidence_is_low():
    for row in rows():
        assert row["lab_id"] or not row["first_party_prefixes"], row
        assert row["country"] or row["checked"] == "low", row


def test_subscriptions_of_models_dev_are_those_that_the_parser_sets_apart():
    mine = {r["listed_provider"]: r["kind"] for r in rows() if r["source_id"] == "models_dev"}
    assert {name for name, kind in mine.items() if kind == "subscription"} == {
        name for name in mine if SUBSCRIPTION.fullmatch(name)
    }
