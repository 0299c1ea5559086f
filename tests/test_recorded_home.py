"""A home of all recordings, derived as of one day: the README's figures, cells recomputed by plain code, and
the audit of the seed claims (`-s` prints it), which DeepSeek's prices of 2026-08-16 turn in one place.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from flows.backfill import backfill
from flows.claims import audited
from flows.derive import PAGE
from flows.ingest import SourceJob, publish, read_source
from flows.pools import open_serial, serial
from studies import readme_figures
from tests import recordings
from tests.flows.homes import whole_home
from tests.transforms import plain_prices as plain
from transforms.claims.judging import OVERALL
from transforms.claims.told import verdict_lines
from warehouse.claims_file import seed_claims
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

pytestmark = [recordings.needed, pytest.mark.recorded, pytest.mark.slow]
AS_OF = date.fromisoformat(readme_figures.AS_OF)
PRICES_ROSE = date(2026, 8, 24)
DEEPSEEK = ("deepseek_en", "deepseek_news")
CELLS = 200
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Location:
    location = whole_home(str(tmp_path_factory.mktemp("home")))
    more = recordings.ROOT.parent / "recordings-more"
    if more.is_dir():
        from extractors.capturing import import_files

        import_files(Snapshots(location), sorted(more.glob("*/*.warc.gz")))
    backfill(location, AS_OF, AS_OF, "day", open_pool=open_serial, wait_seconds=600)
    return location


@pytest.fixture(scope="module")
def audit(derived: Location) -> pd.DataFrame:
    """The verdicts on the seed claims as known on AS_OF."""
    return audited(derived, seed_claims(), AS_OF)[0]


@pytest.fixture(scope="module")
def july(audit: pd.DataFrame) -> pd.DataFrame:
    """The overall ones, by claim."""
    return audit[audit["scope"] == OVERALL].set_index("claim_id")


@pytest.fixture(scope="module")
def flipped(derived: Location) -> pd.DataFrame:
    """The verdicts that DeepSeek's pages of August turn, which are read and published here."""
    jobs = [SourceJob(derived, source_id, None, PRICES_ROSE, "test") for source_id in DEEPSEEK]
    publish(Snapshots(derived), [read_source(job) for job in jobs], Outcomes("test"), serial)
    return audited(derived, seed_claims(), PRICES_ROSE)[1]


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


def test_the_list_of_verdicts_is_printed(audit: pd.DataFrame):
    for line in verdict_lines(audit):
        print(line)  # noqa: T201
    assert len(verdict_lines(audit)) > 50


@pytest.mark.parametrize(
    ("claim_id", "verdict"),
    [
        ("note_v4_size", "supported"),
        ("note_v4_active", "supported"),
        ("note_v4_context", "supported"),
        ("note_not_closing", "supported"),
        ("note_3_to_6_months", "contested"),
        ("note_further_than_r1", "supported"),
        ("note_r1_closest", "supported"),
        ("note_15_months", "supported"),
        ("note_openai_launches", "supported"),
        ("note_google_launches", "supported"),
        ("note_anthropic_launches", "supported"),
        ("note_tenth_of_opus_47", "contested"),
        ("note_eighth_of_gpt_55", "supported"),
        ("note_quarter_of_opus_46", "contested"),
        ("note_premia", "supported"),
        ("note_offshore_hosting", "supported"),
        ("note_v5", "not computable"),
        ("deepseek_cut_permanent", "supported"),
        ("press_34_times_gpt_55", "supported"),
        ("stanford_27_percent", "not computable"),
    ],
)
def test_the_seed_notes_verdicts(july: pd.DataFrame, claim_id: str, verdict: str):
    row = july.loc[claim_id]
    assert row["verdict"] == verdict, row["explanation"]


def test_three_to_six_months_names_the_boards_on_both_sides(july: pd.DataFrame):
    said = july.loc["note_3_to_6_months", "explanation"]
    yes, no = said.split("Supported on")[1].split("Contradicted on")
    assert "livebench" in yes and "epoch_eci" in no and "artificial_analysis" in no


def test_one_eighth_holds_on_list_output_and_the_explanation_names_where_it_does_not(july: pd.DataFrame):
    row = july.loc["note_eighth_of_gpt_55"]
    assert row["basis"] == "output, list, 2026-04-24"
    assert "contradicted on input, list, 2026-04-24" in row["explanation"]


def test_both_opus_claims_carry_the_remark_that_the_models_list_at_one_price(july: pd.DataFrame):
    for claim_id in ("note_tenth_of_opus_47", "note_quarter_of_opus_46"):
        assert (
            "claude-opus-4.7 and anthropic/claude-opus-4.6 list at the same price"
            in july.loc[claim_id, "remark"]
        )


def test_fifteen_months_is_contradicted_for_any_release(july: pd.DataFrame):
    assert "any: " in july.loc["note_15_months", "explanation"].split("Beside it, contradicted on")[1]


def test_the_premia_come_with_their_interval(audit: pd.DataFrame):
    rows = audit[(audit["claim_id"] == "note_premia") & (audit["scope"] == "judged")]
    assert (rows["lo90"] > 1).all() and rows["hi90"].notna().all()


def test_the_permanent_cut_flips_when_the_prices_of_august_are_known(flipped: pd.DataFrame):
    cut = flipped.set_index("claim_id").loc["deepseek_cut_permanent"]
    assert cut[["verdict_old", "verdict_new"]].tolist() == ["supported", "contradicted"]
