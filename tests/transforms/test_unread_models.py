"""A known model that a page lists and no rule reads keeps its price, unseen and never ended."""

from __future__ import annotations

import pandas as pd

from tests.transforms.made_prices import observed
from transforms.prices.runs import price_runs
from transforms.prices.sightings import FOREVER


def _runs(days: list[str], other: list[str], unread: list[str]) -> pd.DataFrame:
    rows = [{"at": f"{day}T03:00"} for day in days]
    rows += [{"at": f"{day}T03:00", "listed_model": "another-model"} for day in other]
    prices = observed(*rows)
    place = prices.iloc[0]
    left = pd.DataFrame(
        {
            "source_id": str(place["source_id"]),
            "address": str(place["address"]),
            "listed_model": str(place["listed_model"]),
            "observed_at": pd.to_datetime([f"{day}T03:00" for day in unread], utc=True),
        }
    )
    history = price_runs(prices, left if unread else None)
    mine = history.statements["listed_model"].astype("str") == str(place["listed_model"])
    return history.runs[mine.to_numpy()[history.runs["statement"].to_numpy()]]


def test_a_model_missing_from_a_capture_that_left_it_unread_is_not_gone():
    days = ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]
    assert (_runs(days[:1], days, [])["gone_at"] < FOREVER).all()
    unread = _runs(days[:1], days, days[1:])
    assert (unread["gone_at"] == FOREVER).all()
    assert unread["last_seen"].tolist() == _runs(days[:1], days[:1], [])["last_seen"].tolist()


def test_it_ends_with_the_first_capture_that_is_read_without_it():
    days = ["2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04"]
    gone = _runs(days[:1], days, days[1:3])["gone_at"]
    assert pd.to_datetime(gone, unit="us").dt.strftime("%Y-%m-%d").tolist() == ["2026-05-04"]


def test_what_is_read_again_afterwards_is_one_run():
    days = ["2026-05-01", "2026-05-02", "2026-05-03"]
    assert len(_runs([days[0], days[2]], days, days[1:2])) == 1
