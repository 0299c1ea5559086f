"""The providers' seeds: each provider one organisation, its names once a source, subscriptions as the parser
knows them, and a host's country whatever the order of rows.
"""

from __future__ import annotations

import pandas as pd
import pytest

from extractors.feeds.models_dev import SUBSCRIPTION
from extractors.source import discover
from transforms.identity.providers import sellers
from transforms.prices.hosting import host_countries
from warehouse.seeds import Providers, providers, seed


def test_every_name_is_of_a_source_that_there_is_and_every_provider_has_a_name() -> None:
    names = seed("provider_names")
    assert set(names["source_id"]) <= set(discover())
    assert set(names["provider_id"]) == set(seed("providers")["provider_id"])


def test_prefixes_need_a_lab() -> None:
    names = seed("provider_names").merge(seed("providers"), on="provider_id", suffixes=("", "_of"))
    assert (names.loc[names["first_party_prefixes"] != "", "lab_id"] != "").all()


def test_subscriptions_of_models_dev_are_those_that_the_parser_sets_apart() -> None:
    names = seed("provider_names").merge(seed("providers"), on="provider_id", suffixes=("", "_of"))
    mine = names[names["source_id"] == "models_dev"]
    kind = mine["kind"].where(mine["kind"] != "", mine["kind_of"])
    assert set(mine.loc[kind == "subscription", "listed_provider"]) == {
        name for name in mine["listed_provider"] if SUBSCRIPTION.fullmatch(name)
    }


def said(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source_id", "provider_id"])


@pytest.mark.parametrize("turned", [False, True])
def test_a_hosts_country_is_its_own_whichever_source_names_it_and_row_comes_first(turned: bool) -> None:
    pairs = said(("models_dev", "deepinfra"), ("a_new_source", "deepinfra"), ("a_new_source", "nobody_knows"))
    pairs = pairs[::-1] if turned else pairs
    known = providers()
    known = Providers(known.facts[::-1], known.names[::-1]) if turned else known
    found = sellers(pairs, known)
    assert host_countries(found).to_dict() == {"deepinfra": "US", "nobody_knows": ""}
    assert set(found["provider_kind"]) == {"host"}


def test_a_plan_of_a_lab_is_a_plan_and_the_lab_itself_a_lab() -> None:
    found = sellers(said(("models_dev", "alibaba"), ("models_dev", "alibaba-coding-plan-cn")), providers())
    assert found["our_provider_id"].tolist() == ["alibaba", "alibaba"]
    assert found["provider_kind"].tolist() == ["lab", "subscription"]
    assert found["own_lab"].tolist() == ["alibaba", ""]
    assert found["region_of_service"].tolist() == ["intl", "CN"]
