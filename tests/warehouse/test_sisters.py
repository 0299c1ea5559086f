"""A page on which every name is new is held, but where another page of the lab bears it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.source import discover
from warehouse.capture import Capture
from warehouse.checks.validation import Verdict, validate
from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.last_good import against_last_good
from warehouse.location import Location
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES, OFFERS, ListPrice, Offer

FIRST = datetime(2026, 7, 1, 3, tzinfo=UTC)
EXPECTS = {"zh": Expects(sisters=("en",)), "en": Expects(sisters=("zh",)), "elsewhere": Expects()}
OLD, NEW, MIXED = ("chat", "reasoner"), ("flash", "pro"), ("chat", "flash", "pro")
# By source what its page lists, by night.
Nights = Mapping[str, Mapping[int, Sequence[str]]]
BORNE_OUT: dict[str, Nights] = {
    "the sister has had the names for weeks": {"zh": {0: OLD, 9: NEW}, "en": {5: NEW, 20: NEW}},
    "both are renamed on one day": {"zh": {0: OLD, 9: NEW}, "en": {0: OLD, 9: NEW}},
    "the sister has more": {"zh": {0: OLD, 9: NEW}, "en": {5: (*NEW, "other")}},
}
HELD: dict[str, Nights] = {
    "there is no sister": {"zh": {0: OLD, 9: NEW}},
    "the sister has the old names": {"zh": {0: OLD, 9: NEW}, "en": {0: OLD, 5: MIXED}},
    "the sister lacks a name": {"zh": {0: OLD, 9: (*NEW, "strange")}, "en": {5: NEW}},
    "only a stranger has the names": {"zh": {0: OLD, 9: NEW}, "elsewhere": {5: NEW}},
    "the page is cut, and the sister has what is left": {"zh": {0: (*OLD, *NEW), 9: NEW}, "en": {5: NEW}},
    "the sister has them later": {"zh": {0: OLD, 9: NEW}, "en": {0: OLD, 10: NEW}},
}
DAY = (FIRST + timedelta(days=9)).date()


def row_set(table: Table, source_id: str, pages: Mapping[int, Sequence[str]]) -> RowSet:
    rows = RowSet(source_id, table)
    for night, names in pages.items():
        when = FIRST + timedelta(days=night)
        capture = Capture(source_id, f"https://{source_id}.example/", when, f"{source_id} {night}".encode())
        if table is OFFERS:
            rows.add(capture, [Offer("lab", name) for name in names])
            continue
        rows.add(
            capture,
            [
                ListPrice("lab", name, component, Decimal(1 + n + 3 * (component == "output")), "USD")
                for n, name in enumerate(names)
                for component in ("input", "output")
            ],
        )
    return rows


def by_backfill(nights: Nights, table: Table) -> Verdict:
    """The verdict on `zh` of the ninth night, all nights read at once."""
    readings = [row_set(table, source_id, pages).reading() for source_id, pages in nights.items()]
    return validate(table, readings, EXPECTS)["zh", DAY]


def by_night(nights: Nights, table: Table, folder: Path) -> Verdict:
    """The same, each night read by itself and compared with what is published by then."""
    snapshots, found = Snapshots(Location(str(folder))), {}
    for night in sorted({n for pages in nights.values() for n in pages}):
        sets = {s: row_set(table, s, {night: pages[night]}) for s, pages in nights.items() if night in pages}
        readings: list[SourceRows] = [against_last_good(snapshots, s, rows, {}) for s, rows in sets.items()]
        beside = [*readings, *said_elsewhere(snapshots, readings, EXPECTS)]
        verdicts = validate(table, beside, EXPECTS)
        for reading in readings:
            for day in reading.days:
                found[reading.source_id, day] = verdict = verdicts[reading.source_id, day]
                if verdict.good:
                    snapshots.publish(reading, verdict, "facts", "made")
    return found["zh", DAY]


@pytest.mark.parametrize("table", [LIST_PRICES, OFFERS], ids=lambda table: table.name)
@pytest.mark.parametrize("case", [*BORNE_OUT, *HELD])
def test_a_page_of_new_names_is_believed_where_a_sister_bears_it_out(
    case: str, table: Table, tmp_path: Path
) -> None:
    nights = BORNE_OUT.get(case) or HELD[case]
    said = [by_backfill(nights, table).problems, by_night(nights, table, tmp_path).problems]
    assert [bool(problems) for problems in said] == [case in HELD, case in HELD], said
    assert all("models to be gone; found" in problems[0] for problems in said if problems)


def test_a_day_of_a_sister_that_is_not_published_bears_nothing_out() -> None:
    nights: Nights = {"zh": {0: OLD, 9: NEW}, "en": {5: NEW}}
    readings = [row_set(LIST_PRICES, source_id, pages).reading() for source_id, pages in nights.items()]
    unread = {("en", date(2026, 7, 6))}
    assert validate(LIST_PRICES, readings, EXPECTS, unread=unread)["zh", DAY].problems


def test_sisters_are_other_pages_of_one_lab() -> None:
    sources = {source_id: reader.source for source_id, reader in discover().items()}
    named = {source_id: source.expects.sisters for source_id, source in sources.items()}
    assert sum(map(len, named.values())) > 10
    for source_id, sisters in named.items():
        assert all(source_id in named[sister] for sister in sisters), source_id
        assert {sources[sister].kind for sister in sisters} <= {"vendors"}
