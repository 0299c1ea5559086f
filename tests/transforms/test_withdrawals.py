"""Withdrawals that a feed states: whose names go, whose stay, and what contradicts the day."""

from __future__ import annotations

from datetime import date

import pandas as pd

from tests.transforms.made_names import OFFERS, names, releases
from transforms.identity.tables import build_identity
from warehouse.seeds import seeds

DAY = "2026-11-12"


def withdrawn(
    said: list[tuple[str, str]],
    *sold: tuple[str, str, str],
    last: str = DAY,
    as_of: date = date(2027, 6, 1),
    seen: str = DAY,
) -> dict[tuple[str, str], str]:
    """(model, revision): day, as far as `said` (name, day; stated on `seen`) makes one, of the names that
    `sold` says are listed (source, provider, name).
    """
    listed = [
        names((source, name, "2026-01-01", last)).assign(provider_id=provider, table="list_prices")
        for source, provider, name in sold
    ]
    gone = pd.DataFrame(said, columns=["listed_model", "released_on"]).assign(source_id="litellm")
    gone = gone.assign(released_on=pd.to_datetime(gone["released_on"]), observed_on=pd.Timestamp(seen))
    made = build_identity(
        seeds(),
        pd.concat(listed, ignore_index=True),
        releases(),
        OFFERS,
        as_of,
        withdrawals=gone,
        own_pages=frozenset({"xai"}),
    )
    dates = made["model_dates"]
    rows = dates[(dates["date_kind"] == "withdrawn") & (dates["method"] == "registry")]
    on = rows["released_on"].dt.strftime("%Y-%m-%d")
    return dict(zip(zip(rows["model_id"], rows["revision"], strict=True), on, strict=True))


def feed(name: str, provider: str = "xai") -> tuple[str, str, str]:
    return ("litellm", provider, name)


def test_a_model_whose_every_name_is_dated_is_gone_on_the_last_of_their_days():
    said = [("xai/grok-code-fast-1", "2026-12-15"), ("grok-code-fast-1", "2026-12-20")]
    sold = [feed("xai/grok-code-fast-1"), feed("grok-code-fast-1")]
    assert withdrawn(said, *sold) == {("xai/grok-code-fast-1", ""): "2026-12-20"}
    assert withdrawn(said, *sold, as_of=date(2026, 12, 1)) == {}


def test_a_dated_build_goes_and_the_model_stays_while_another_of_its_names_is_sold():
    said = [("gpt-4o-2024-08-06", "2027-01-14")]
    sold = [feed("gpt-4o-2024-08-06", "openai"), feed("gpt-4o", "openai")]
    assert withdrawn(said, *sold) == {("openai/gpt-4o", "2024-08-06"): "2027-01-14"}


def test_a_host_that_drops_a_model_withdraws_nothing():
    said = [("azure/o3-mini", "2026-12-15")]
    assert withdrawn(said, feed("azure/o3-mini", "azure")) == {}


def test_a_day_that_was_taken_back_or_that_the_labs_own_page_outlived_is_none():
    said, sold = [("xai/grok-code-fast-1", "2026-05-15")], feed("xai/grok-code-fast-1")
    assert withdrawn(said, sold) != {}
    assert withdrawn(said, sold, seen="2026-03-01") == {}
    assert withdrawn(said, sold, ("xai", "xai", "grok-code-fast-1")) == {}
