"""Column, Field and Table: what a published value means is written once, here and in `columns.py` and
`tables.py`.

From one declaration come the Arrow field (with unit and description in its metadata), the Great Expectations
checks, the data dictionary and the Frictionless descriptor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from typing import Any, NamedTuple

import pyarrow as pa

MONEY = pa.decimal128(18, 9)
INSTANT = pa.timestamp("us", tz="UTC")


@dataclass(frozen=True, slots=True)
class Column:
    """One column, meaning the same in every table that has it.

    `minimum` and `maximum` are inclusive and in `unit`; `choices` is the closed list of values; `pattern` is
    a regular expression that the whole value matches.
    """

    name: str
    type: pa.DataType
    description: str
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A column in its place in a table."""

    column: Column
    nullable: bool = False

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    def arrow(self) -> pa.Field:
        """The Arrow field, with description and unit in its metadata."""
        meta = {"description": self.column.description}
        if self.column.unit:
            meta["unit"] = self.column.unit
        return pa.field(self.name, self.column.type, nullable=self.nullable, metadata=meta)


_DECLARED: dict[Table, Table] = {}


def _declared(*said: Any) -> Table:
    made = Table(*said)
    return _DECLARED[made]


@dataclass(frozen=True, slots=True)
class Table:
    """A published table. `key` names the columns that identify a row; `sort_by` is the order on disk
    (default: the key).

    `row` is the NamedTuple that parsers emit (snapshot tables only): its fields are the table's columns
    without those that the store fills in from the capture (`STAMPED`). `history` says of a derived table
    whether `marts/<name>.parquet` keeps every as-of date, or the newest alone (the others lie whole in
    `marts/as_of/`). `group_rows` is the most rows of a Parquet row group: few where readers ask for a small
    part and skip the rest by its statistics.
    """

    name: str
    version: int
    description: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    sort_by: tuple[str, ...] = ()
    row: type[NamedTuple] | None = None
    history: bool = True
    group_rows: int = 200_000
    column_names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_names", tuple(f.name for f in self.fields))
        missing = [name for name in (*self.key, *self.sort_by) if name not in self.column_names]
        if missing:
            raise ValueError(f"table {self.name}: key or sort_by names columns it has not: {missing}")
        _DECLARED.setdefault(self, self)

    def __reduce__(self) -> tuple[Callable[..., Table], tuple[object, ...]]:
        # what comes back from another process is the very table that was declared here
        return _declared, tuple(getattr(self, f.name) for f in dataclass_fields(self) if f.init)

    @property
    def directory(self) -> str:
        """The table's folder name under `snapshots/`: `<name>_v<version>`."""
        return f"{self.name}_v{self.version}"

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that rows are sorted by on disk."""
        return self.sort_by or self.key

    def field_named(self, name: str) -> Field:
        """The field called `name`; KeyError with the table's name where there is none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(f"table {self.name} has no column {name}")

    def arrow_schema(self, metadata: Mapping[str, str] | None = None) -> pa.Schema:
        """The Arrow schema; key, version and description travel in its metadata, with `metadata` beside
        them.
        """
        meta = {
            "table": self.name,
            "table_version": str(self.version),
            "description": self.description,
            "key": ",".join(self.key),
            **(metadata or {}),
        }
        return pa.schema([f.arrow() for f in self.fields], metadata=meta)
