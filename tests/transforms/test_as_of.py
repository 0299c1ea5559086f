"""What was known on a date, in a backfill of many dates and by itself."""

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest

from extractors.source import discover
from flows.derive import sources
from flows.ingest import SourceJob, publish, read_source
from flows.pools import serial
from tests import recordings
from tests.extractors.golden import golden_files
from tests.flows.homes import golden_home, recorded_home
from transforms.as_of import AsOf
from transforms.build import Wanted, build
from transforms.identity.resolved_names import names_of, re_pointed, with_resolved
from warehouse.checks.validation import Verdict
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.mart_rows import declared_tables
from warehouse.outcomes import Outcomes
from warehouse.snapshots import Snapshots

FILES = (
    "boards/epoch_eci",
    "boards/epoch_models",
    "boards/livebench",
    "boards/lmarena_text",
    "boards/artificial_analysis_api",
    "boards/swebench",
    "prices/fx",
    "prices/models_dev",
    "prices/openrouter",
    "prices/litellm",
    "vendors/deepseek_pricing-en",
    "vendors/openai_pricing",
)
DAYS = (date(2025, 10, 19), date(2026, 2, 1), date(2026, 5, 3))
LAST = date(2026, 9, 30)
GOLDEN_DAYS, GOLDEN_LAST = (
    (date(2025, 12, 21), date(2026, 5, 10), date(2026, 7, 20), date(2026, 10, 8)),
    date(2026, 11, 12),
)


def read_whole(location, last):
    """What every source in a home's archive said."""
    sources = sorted({name.split("/")[1] for name in location.names("raw", ".warc.gz")})
    return [read_source(SourceJob(location, source, None, last, "test")) for source in sources]


def tables_of(known, day, before):
    """The tables of a date, derived after those of the date `before`."""
    return declared_tables(build(known, Wanted(day, whole=False, previous=before)), day, sources())


def tables_alone(snapshots, day, before):
    """Those of inputs of its own, from which nothing was derived yet."""
    return tables_of(AsOf(Inputs(snapshots, day, sources())), day, before)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The snapshots of a home into which some recordings were imported."""
    location = recorded_home(str(tmp_path_factory.mktemp("recorded")), FILES)
    snapshots = Snapshots(location)
    publish(snapshots, read_whole(location, LAST), Outcomes("test"), serial)
    return snapshots


@pytest.fixture(scope="module")
def together(recorded):
    """One set of inputs for all dates, as a backfill has it."""
    return AsOf(Inputs(recorded, LAST, sources()))


@recordings.needed
@pytest.mark.slow
@pytest.mark.parametrize(("before", "day"), list(pairwise((None, *DAYS))), ids=str)
def test_a_date_of_a_backfill_has_the_tables_it_has_by_itself(recorded, together, before, day):
    tables, alone = tables_of(together, day, before), tables_alone(recorded, day, before)
    assert tables.keys() == alone.keys()
    assert [name for name in alone if not tables[name].equals(alone[name])] == []


@pytest.fixture(scope="module")
def small_pages(tmp_path_factory):
    """The snapshots of all golden captures, so that names, days and boards change from one date to the next;
    unchecked, for they are parts of pages.
    """
    home = tmp_path_factory.mktemp("golden")
    location = golden_home(str(home), sorted({file.parent.name for file in golden_files()}), days=1)
    snapshots = Snapshots(location)
    for reading in (reading for read in read_whole(location, GOLDEN_LAST) for reading in read.readings):
        for day in reading.days:
            snapshots.publish(
                reading, Verdict(reading.source_id, day), discover()[reading.source_id].source.licence, "test"
            )
    return snapshots


@pytest.fixture(scope="module")
def small_together(small_pages):
    """The tables of each date, derived one after the other from one set of inputs."""
    together = AsOf(Inputs(small_pages, GOLDEN_LAST, sources()))
    return {day: tables_of(together, day, before) for before, day in pairwise((None, *GOLDEN_DAYS))}


@pytest.mark.slow
@pytest.mark.parametrize(("before", "day"), list(pairwise((None, *GOLDEN_DAYS))), ids=str)
def test_so_has_a_date_of_small_pages_captured_on_different_days(small_pages, small_together, before, day):
    tables, alone = small_together[day], tables_alone(small_pages, day, before)
    assert tables.keys() == alone.keys()
    assert [name for name in alone if not tables[name].equals(alone[name])] == []


@pytest.mark.parametrize("name", ["models", "model_aliases", "frontier", "price_intervals"])
def test_each_date_of_the_small_pages_has_other_rows(small_together, name):
    assert len({tables[name].num_rows for tables in small_together.values()}) == len(GOLDEN_DAYS)


def test_names_are_the_same_where_no_price_is_read(small_home):
    snapshots = Snapshots(Location(str(small_home)))
    whole, names = (Inputs(snapshots, date.max, sources(), prices=prices) for prices in (True, False))
    assert (whole.names["table"] == "list_prices").any()
    pd.testing.assert_frame_equal(whole.names, names.names)


def aliases(*rows):
    columns = [
        "source_id",
        "provider_id",
        "listed_model",
        "listed_setting",
        "model_id",
        "revision",
        "setting",
        "valid_from",
        "valid_to",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({"valid_from": "datetime64[us]", "valid_to": "datetime64[us]"})


def printed(*rows):
    columns = ["source_id", "provider_id", "listed_model", "listed_setting", "observed_on"]
    return pd.DataFrame(rows, columns=columns).astype({"observed_on": "datetime64[us]"})


def test_names_are_looked_up_once_and_a_re_pointed_one_by_the_day():
    known = aliases(
        ("feed", "", "chat", "", "lab/v3", "", "", None, "2026-04-24"),
        ("feed", "", "chat", "", "lab/v4", "", "", "2026-04-24", None),
        ("feed", "", "opus", "", "other/opus", "", "", None, None),
    )
    rows = printed(
        ("feed", "", "chat", "", "2026-04-23"),
        ("feed", "", "opus", "", "2026-04-23"),
        ("feed", "", "new", "", "2026-04-23"),
        ("feed", "", "chat", "", "2026-04-24"),
        ("feed", "", "opus", "", "2026-04-24"),
        ("feed", "", "chat", "", "2026-04-24"),
    )
    assert re_pointed(known) == {"chat"}
    names = names_of(rows, re_pointed(known))
    assert len(names.table) == 4
    found = with_resolved(rows, names, names.resolve(known))
    assert found["model_id"].tolist() == ["lab/v3", "other/opus", "lab/v4", "other/opus", "lab/v4"]
    assert found["observed_on"].dt.day.tolist() == [23, 23, 24, 24, 24]


def test_a_name_without_a_model_is_left_out_until_it_has_one():
    rows = printed(("feed", "", "new", "", "2026-04-23"), ("feed", "", "opus", "", "2026-04-24"))
    names = names_of(rows, frozenset())
    nothing = aliases(("feed", "", "opus", "", "other/opus", "", "", None, None))
    assert with_resolved(rows, names, names.resolve(nothing))["model_id"].tolist() == ["other/opus"]
    more = pd.concat(
        [nothing, aliases(("feed", "", "new", "", "lab/new", "", "", None, None))], ignore_index=True
    )
    assert with_resolved(rows, names, names.resolve(more))["model_id"].tolist() == ["lab/new", "other/opus"]
