"""A table that a gate holds back: page, summary and status give its last good value with the date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.headline import headline, headline_lines
from reports.last_good import with_last_good
from tests.reports.made import made
from tests.warehouse.test_gates import AS_OF, planted_loss
from warehouse.checks.marts.gated import EVERY_RULE, gated, held_tables
from warehouse.checks.marts.held import held_notes
from warehouse.location import Location
from warehouse.mart_rows import declared_tables, in_files
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts

HELD_ON = AS_OF.date()
EARLIER = {date(2026, 11, 1): 10.0, date(2026, 11, 8): 8.0}  # the ratio as known on each day


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Marts:
    """Two sound dates, and one on which half of the priced models of a country lost their dollars."""
    place: Path = tmp_path_factory.mktemp("home")
    marts = Marts(Location(str(place)))
    for day, ratio in EARLIER.items():
        tables = made(day)
        prices = tables["price_ratio"]
        at = prices.schema.get_field_index("ratio")
        tables["price_ratio"] = prices.set_column(at, "ratio", [[ratio] * prices.num_rows])
        marts.publish({day: in_files(tables)}, {}, mart_tables())
    gates = gated(planted_loss(), EVERY_RULE, AS_OF)["gates"]
    tables = {n: t for n, t in made(HELD_ON).items() if n not in held_tables(gates)}
    tables |= declared_tables({"gates": gates}, HELD_ON, {})
    marts.publish(with_last_good(marts, {HELD_ON: in_files(tables)}), {}, mart_tables())
    return marts


def test_the_summary_gives_the_last_good_ratio_with_its_date_in_the_place_of_the_held_one(marts: Marts):
    lines = headline_lines(marts.shown(HELD_ON, {}), HELD_ON)
    (ratio,) = [line for line in lines if line.startswith("price ratio")]
    assert "held back by a gate" in ratio and "as known on 2026-11-08" in ratio
    assert "8.0 times" in ratio and "10 times" not in ratio


def test_the_page_gives_it_beside_the_rule_that_holds(marts: Marts):
    (said,) = headline(marts.shown(HELD_ON, {}), HELD_ON).held
    assert "price_ratio, price_decline" in said and "rule 8" in said
    assert "last good, as known on 2026-11-08" in said and "8.0 times" in said


def test_status_gives_it_too(marts: Marts):
    (said,) = held_notes(marts)
    assert said.startswith("held back by a gate on 2026-11-15")
    assert "last good, as known on 2026-11-08" in said and "8.0 times" in said


def test_where_no_earlier_date_has_the_table_that_is_said(tmp_path: Path):
    alone = Marts(Location(str(tmp_path)))
    gates = gated(planted_loss(), EVERY_RULE, AS_OF)["gates"]
    built = {HELD_ON: in_files(declared_tables({"gates": gates}, HELD_ON, {}))}
    alone.publish(with_last_good(alone, built), {}, mart_tables())
    (said,) = held_notes(alone)
    assert said.endswith("no earlier date has them")


def test_the_last_good_date_may_be_one_of_the_same_backfill(tmp_path: Path):
    marts = Marts(Location(str(tmp_path)))
    gates = gated(planted_loss(), EVERY_RULE, AS_OF)["gates"]
    built = {date(2026, 11, 8): in_files(made(date(2026, 11, 8)))}
    built[HELD_ON] = in_files(declared_tables({"gates": gates}, HELD_ON, {}))
    marts.publish(with_last_good(marts, built), {}, mart_tables())
    (said,) = held_notes(marts)
    assert "last good, as known on 2026-11-08" in said and "10 times" in said
