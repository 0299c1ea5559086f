"""The declarations are complete, names mean one thing, and the contract with readers is frozen by digest."""

from __future__ import annotations

import json
import pickle
import types
import typing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse import board_columns, columns, dictionary, price_columns
from warehouse.bookkeeping import BOOKKEEPING_TABLES
from warehouse.schema import Column, Table
from warehouse.tables import SNAPSHOT_TABLES, STAMPED, fields

ROOT = Path(__file__).parents[1]
TABLES = dictionary.all_tables()
SAME_TABLE = [pytest.param(t, id=t.name) for t in TABLES]
PYTHON_TYPE = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    date: pa.date32(),
    Decimal: columns.amount.type,
    datetime: columns.observed_at.type,
}

# A name that stands for more than one column, and why. Anything else is a mistake.
HOMONYMS = {
    "amount": (
        "CONTRACT.md: money is an exact decimal in snapshots and a double in derived tables; the meaning is"
        " the same"
    ),
    "valid_from": "half-open validity: of a price to the microsecond, of a name's meaning by the day",
    "valid_to": "half-open validity: of a price to the microsecond, of a name's meaning by the day",
    "kind": "CONTRACT.md names the frontier's kind; a source's kind is its folder",
    "level": "CONTRACT.md names the capability asked for; the threshold lag's level is a score of its board",
    "state": "CONTRACT.md names the lag's state; a source's state is how it does",
    "value": (
        "CONTRACT.md gives claims a value and its unit; of cadence it is in days or releases, as `measure`"
        " says"
    ),
    "lo90": "CONTRACT.md: the interval of a capability, and of a claim's value in the row's unit",
    "hi90": "CONTRACT.md: the interval of a capability, and of a claim's value in the row's unit",
    "basis": "CONTRACT.md: which price a ratio is of, and what a claim is measured by",
    "board_id": "CONTRACT.md: a claim's board may be none",
    "metric": "METHOD.md: what a board measures, and the one metric of a claim",
    "rows": "rows counted: of a name, or of a source's newest day",
    "models": "METHOD.md: the models that a price index is over; of cadence, those released in the window",
}


@pytest.mark.parametrize("table", [pytest.param(t, id=t.name) for t in SNAPSHOT_TABLES])
def test_a_row_class_has_the_tables_columns_without_the_stamped_ones_and_their_types(table: Table):
    assert table.row is not None
    hints = typing.get_type_hints(table.row)
    assert set(hints) == set(table.column_names) - set(STAMPED)
    for name, hint in hints.items():
        some = (
            [h for h in typing.get_args(hint) if h is not types.NoneType]
            if isinstance(hint, types.UnionType)
            else [hint]
        )
        declared = table.field_named(name)
        assert [PYTHON_TYPE[h] for h in some] == [declared.column.type], name
        assert declared.nullable == (hint is not some[0]), (
            f"{name}: the row class and the table disagree on whether it may be empty"
        )


@pytest.mark.parametrize("table", SAME_TABLE)
def test_every_column_says_what_it_means_and_in_what_unit(table: Table):
    for f in table.fields:
        assert len(f.column.description) > 5, f.name
        assert f.column.description.endswith("."), f.name
        assert "\n" not in f.column.description
        quantity = (
            pa.types.is_floating(f.column.type)
            or pa.types.is_decimal(f.column.type)
            or pa.types.is_integer(f.column.type)
        )
        unit_in_row = f.name in {"value", "lo90", "hi90"} and "unit" in table.column_names
        assert f.column.unit or not quantity or unit_in_row or f.name == "http_status", (
            f"{table.name}.{f.name} has no unit"
        )
        assert not f.column.choices or f.column.type == pa.string()


@pytest.mark.parametrize("table", SAME_TABLE)
def test_a_table_says_what_it_holds_and_is_sorted_by_its_own_columns(table: Table):
    assert table.description.endswith(".")
    assert len(set(table.column_names)) == len(table.column_names)
    assert set(table.order) <= set(table.column_names)
    assert set(table.key) <= set(table.column_names)
    if table not in (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES):
        assert "as_of" in table.key, "a derived table says on which day it was known"


def test_a_column_name_means_one_thing_everywhere():
    meanings: dict[str, set[tuple[object, ...]]] = {}
    for table in TABLES:
        for f in table.fields:
            c = f.column
            meanings.setdefault(c.name, set()).add(
                (str(c.type), c.unit, c.description, c.choices, c.pattern, c.minimum, c.maximum)
            )
    several = {name for name, found in meanings.items() if len(found) > 1}
    assert several == set(HOMONYMS), (
        "two columns of one name: use one Column, or rename; HOMONYMS is for what the contract forces"
    )


def test_every_column_of_the_shared_list_is_used_by_a_table():
    named = [item for module in (columns, board_columns, price_columns) for item in vars(module).items()]
    shared = {id(value): name for name, value in named if isinstance(value, Column)}
    used = {id(f.column) for table in TABLES for f in table.fields}
    assert [name for key, name in shared.items() if key not in used] == []


@pytest.mark.parametrize("table", SAME_TABLE)
def test_units_and_descriptions_travel_in_the_arrow_schema(table: Table):
    schema = table.arrow_schema()
    for declared, written in zip(table.fields, schema, strict=True):
        assert written.metadata[b"description"].decode() == declared.column.description
        assert written.metadata.get(b"unit", b"").decode() == declared.column.unit
    assert schema.metadata[b"key"].decode().split(",") == list(table.key)


def test_generated_pages_are_not_stale():
    stale = [
        name
        for name, text in dictionary.pages().items()
        if not (ROOT / name).exists() or (ROOT / name).read_text() != text
    ]
    assert stale == [], (
        "run: python -m warehouse.dictionary, and write what changed into CHANGELOG.md under Schema"
    )
    known = {name for name in dictionary.pages() if name.startswith("docs/tables/")}
    assert {f"docs/tables/{p.name}" for p in (ROOT / "docs" / "tables").glob("*.md")} == known


def test_the_changelog_names_the_frozen_contract():
    frozen = json.loads((ROOT / dictionary.LOCK).read_text())["digest"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    newest = changelog.split("\n## ")[1]
    schema = newest.split("### Schema")[1].split("### ")[0]
    assert frozen in schema, (
        f"the contract is {frozen}: write what changed for readers under Schema in CHANGELOG.md and name this"
        " digest there; a column gone, retyped or in another unit needs a new version of its table"
    )


def test_what_a_reader_would_miss_is_told_and_a_new_version_is_accepted():
    before = Table("prices", 1, "x.", fields(columns.as_of, columns.amount, columns.currency), key=("as_of",))
    more = Table(
        "prices",
        1,
        "x.",
        fields(columns.as_of, columns.amount, columns.currency, columns.region),
        key=("as_of",),
    )
    other = Table(
        "prices", 1, "x.", fields(columns.as_of, price_columns.amount_held), key=("as_of", "amount")
    )
    frozen = dictionary.contract_of(before)
    assert dictionary.broken(frozen, more) == []
    told = " ".join(dictionary.broken(frozen, other))
    assert "currency is gone" in told
    assert "amount was" in told
    assert "the key was" in told
    renewed = Table("prices", 2, "x.", other.fields, key=("as_of", "amount"))
    assert dictionary.broken(frozen, renewed) == []
    assert dictionary.digest(frozen) != dictionary.digest(dictionary.contract_of(more))


@pytest.mark.parametrize("table", SNAPSHOT_TABLES, ids=lambda t: t.name)
def test_a_table_that_comes_back_from_another_process_is_the_declared_one(table):
    assert pickle.loads(pickle.dumps(table)) is table
