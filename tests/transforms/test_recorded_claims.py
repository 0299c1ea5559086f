"""The audit of the seed claims on the real recordings, as known 2026-07-01 and after DeepSeek's prices of
2026-08-16: the whole list is printed (`-s`).
"""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from flows.claims import as_frames
from flows.derive import sources as by_id
from flows.ingest import SourceJob, publish, read_source
from flows.pools import serial
from tests import recordings
from tests.flows.homes import recorded_home
from transforms.as_of import AsOf
from transforms.build import Wanted, build
from transforms.claims.audit import audit
from transforms.claims.claim_pairs import flips
from transforms.claims.judging import OVERALL
from transforms.claims.told import verdict_lines
from warehouse.claims_file import seed_claims
from warehouse.inputs import Inputs
from warehouse.mart_rows import declared_tables
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

pytestmark = [recordings.needed, pytest.mark.recorded, pytest.mark.slow, pytest.mark.timeout(1200)]
DAYS = (date(2026, 7, 1), date(2026, 8, 24))
# What the claims of the note and the prices need; the other recordings change none of the verdicts below.
FILES = (
    "boards/aider_polyglot",
    "boards/artificial_analysis_api",
    "boards/epoch_eci",
    "boards/epoch_models",
    "boards/livebench",
    "boards/lmarena_hf_mirror_json",
    "boards/lmarena_lmsys_csv",
    "boards/lmarena_text",
    "boards/lmarena_text_style_control",
    "boards/metr_time_horizon",
    "boards/arc_prize",
    "boards/epoch_benchmarks",
    "boards/swebench",
    "prices/fx",
    "prices/genai_prices",
    "prices/litellm",
    "prices/llm_prices",
    "prices/models_dev",
    "prices/openrouter_endpoints",
    "vendors/anthropic_pricing",
    "vendors/deepseek_news-en",
    "vendors/deepseek_pricing-en",
    "vendors/openai_pricing",
)


@pytest.fixture(scope="module")
def audits(tmp_path_factory):
    """The audit as known on each of the days."""
    location = recorded_home(str(tmp_path_factory.mktemp("claims")), FILES)
    snapshots = Snapshots(location)
    sources = sorted({name.split("/")[1] for name in location.names("raw", ".warc.gz")})
    reads = [read_source(SourceJob(location, source, None, DAYS[-1], "test")) for source in sources]
    publish(snapshots, reads, Outcomes("test"), serial)
    known = AsOf(Inputs(snapshots, DAYS[-1], by_id()))
    return [
        audit(
            seed_claims(),
            as_frames(declared_tables(build(known, Wanted(day, False, None)), day, by_id())),
            pd.Timestamp(day),
        )
        for day in DAYS
    ]


@pytest.fixture(scope="module")
def july(audits):
    """The overall rows as known 2026-07-01, by claim."""
    return audits[0][audits[0]["scope"] == OVERALL].set_index("claim_id")


def test_the_list_is_printed(audits):
    for line in verdict_lines(audits[0]):
        print(line)  # noqa: T201
    assert len(verdict_lines(audits[0])) > 50


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
def test_the_seed_notes_verdicts(july, claim_id, verdict):
    row = july.loc[claim_id]
    assert row["verdict"] == verdict, row["explanation"]


def test_three_to_six_months_names_the_boards_on_both_sides(july):
    said = july.loc["note_3_to_6_months", "explanation"]
    yes, no = said.split("Supported on")[1].split("Contradicted on")
    assert "livebench" in yes and "epoch_eci" in no and "artificial_analysis" in no


def test_one_eighth_holds_on_list_output_and_the_explanation_names_where_it_does_not(july):
    row = july.loc["note_eighth_of_gpt_55"]
    assert row["basis"] == "output, list, 2026-04-24"
    assert "contradicted on input, list, 2026-04-24" in row["explanation"]


def test_both_opus_claims_carry_the_remark_that_the_models_list_at_one_price(july):
    for claim_id in ("note_tenth_of_opus_47", "note_quarter_of_opus_46"):
        assert (
            "claude-opus-4.7 and anthropic/claude-opus-4.6 list at the same price"
            in july.loc[claim_id, "remark"]
        )


def test_fifteen_months_is_contradicted_for_any_release(july):
    assert "any: " in july.loc["note_15_months", "explanation"].split("Beside it, contradicted on")[1]


def test_the_premia_come_with_their_interval(audits):
    rows = audits[0][(audits[0]["claim_id"] == "note_premia") & (audits[0]["scope"] == "judged")]
    assert (rows["lo90"] > 1).all() and rows["hi90"].notna().all()


def test_the_permanent_cut_flips_when_the_prices_of_august_are_known(audits):
    found = flips(*audits).set_index("claim_id")
    assert found.loc["deepseek_cut_permanent", ["verdict_old", "verdict_new"]].tolist() == [
        "supported",
        "contradicted",
    ]
