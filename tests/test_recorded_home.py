"""A home of all recordings, derived as of one day: the README's figures, cells recomputed by plain code."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from flows.backfill import backfill, pool_of
from flows.derive import PAGE
from studies import readme_figures
from tests import recordings
from tests.flows.homes import whole_home
from tests.transforms import plain_prices as plain
from warehouse.location import Location
from warehouse.marts import Marts

pytestmark = [recordings.needed, pytest.mark.recorded, pytest.mark.slow, pytest.mark.alone]
AS_OF = date.fromisoformat(readme_figures.AS_OF)
CELLS = 200
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Location:
    location = whole_home(str(tmp_path_factory.mktemp("home")))
    more = recordings.ROOT.parent / "recordings-more"
    if more.is_dir():
        from extractors.capturing import import_files
        from warehouse.snapshots import Snapshots

        import_files(Snapshots(location), sorted(more.glob("*/*.warc.gz")))
    backfill(location, AS_OF, AS_OF, "day", open_pool=pool_of(0, None), wait_seconds=600)
    return location


def frame(home: Location, name: str) -> pd.DataFrame:
    return Marts(home).read(name, AS_OF).to_pandas(date_as_object=False)


def test_the_readme_says_what_the_home_gives(derived: Location):
    tables = {name: Marts(derived).read(name, AS_OF) for name in readme_figures.TABLES}
    found = readme_figures.SECTION.search(Path(readme_figures.README).read_text(encoding="utf-8"))
    assert found is not None
    assert found.group(0) == readme_figures.section(tables, AS_OF), (
        "run: python -m studies.readme_figures HOME --write, and name what moved in CHANGELOG.md"
    )


def test_the_page_of_all_recordings_stays_below_three_megabytes(derived: Location):
    assert len(derived.read(PAGE)) < MOST_BYTES


def test_a_believed_price_is_what_its_source_said_at_that_moment(derived: Location):
    believed, said = frame(derived, "price_intervals"), frame(derived, "source_price_intervals")
    offer = [
        "provider_id",
        "market",
        "model_id",
        "revision",
        "setting",
        "component",
        "service_tier",
        "time_band",
    ]
    by_offer: dict[tuple, list[dict[str, Any]]] = {}
    for row in said.to_dict("records"):
        by_offer.setdefault(tuple(row[c] for c in offer), []).append(row)
    draw = random.Random(18)
    for row in believed.sample(CELLS, random_state=18).to_dict("records"):
        end = row["valid_to"] if pd.notna(row["valid_to"]) else row["valid_from"] + timedelta(days=30)
        at = row["valid_from"] + (end - row["valid_from"]) * draw.random()
        sources = [
            r for r in by_offer[tuple(row[c] for c in offer)]
            if r["amount"] == row["amount"] and r["currency"] == row["currency"] and r["valid_from"] <= at
            and (pd.isna(r["valid_to"]) or r["valid_to"] > at)
        ]  # fmt: skip
        assert sources, row


def test_random_cells_of_model_prices_and_ratios_follow_from_the_intervals(derived: Location):
    rows = frame(derived, "price_intervals").astype({"valid_to": "object"})
    rows["valid_to"] = rows["valid_to"].where(rows["valid_to"].notna(), None)
    by_model: dict[tuple, list[dict[str, Any]]] = {}
    for row in rows.to_dict("records"):
        by_model.setdefault((row["provider_id"], row["model_id"]), []).append(row)
    at = datetime.combine(AS_OF, datetime.max.time(), UTC)
    now = rows[(rows["valid_from"] <= at) & (rows["currency"] != "USD") & rows["amount_usd"].notna()]
    open_ = now[now["valid_to"].isna()]
    dollars = (open_["amount_usd"] / open_["amount"]).groupby(open_["currency"]).median().to_dict() | {
        "USD": 1.0
    }
    checked = 0
    for row in frame(derived, "model_prices").sample(frac=1, random_state=18).to_dict("records"):
        mine = by_model[row["provider_id"], row["model_id"]]
        try:
            parts = [
                plain.panel_price(mine, row["provider_id"], row["model_id"], at, c, dollars)
                for c in ("input", "output")
            ]
        except ValueError:
            continue  # by hours of the week
        assert row["input_usd"] == pytest.approx(parts[0], rel=1e-6), row
        assert row["output_usd"] == pytest.approx(parts[1], rel=1e-6), row
        assert row["blend_3_1_usd"] == pytest.approx((3 * parts[0] + parts[1]) / 4, rel=1e-6), row
        checked += 1
        if checked == CELLS:
            break
    assert checked == CELLS


def test_ratios_at_capability_are_minima_over_the_models_prices(derived: Location):
    prices, known = frame(derived, "model_prices"), frame(derived, "capability")
    sure = known[~(known["se"] > 4)]  # METHOD.md: a model placed worse takes part in no ratio
    scores = dict(zip(sure["model_id"], sure["capability"], strict=True))
    ratios = frame(derived, "price_ratio")
    today = ratios[
        (ratios["comparison"] == "at_capability") & (ratios["bound"] == "point")
        & (ratios["day"] == pd.Timestamp(AS_OF)) & (ratios["basis"] == "blend_3_1")
    ]  # fmt: skip
    assert len(today)
    sold = [
        (r["country"], scores[r["model_id"]], r["blend_3_1_usd"])
        for r in prices.to_dict("records")
        if r["model_id"] in scores
    ]
    for row in today.to_dict("records"):
        chinese = max(score for country, score, _ in sold if country == "CN")
        level = chinese if pd.isna(row["level"]) else row["level"]
        sides = [min(p for c, s, p in sold if c == country and s >= level) for country in ("US", "CN")]
        assert row["ratio"] == pytest.approx(sides[0] / sides[1], rel=1e-6), row
