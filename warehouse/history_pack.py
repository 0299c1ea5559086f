"""The history pack: the ledger's own facts as normalised rows, so that the first run has a past.

A pack holds no page and no recording. It holds what snapshots say, each statement once with the captures in
which it stood, and of every capture its address, its time and its digest:

    pack/manifest.json                 what the pack holds: files with digests, licences, attributions
    pack/<group>/slots.parquet         one row a capture: slot, source_id, observed_on, observed_at, ...
    pack/<group>/<table>.parquet       one row a spell: the content columns, first_slot, last_slot

Slots are numbered by source, address and time, so that a statement that stood through ten captures of one
page is one spell. A spell covers the slots first_slot..last_slot, both included. `<group>` says what may be
done with the rows: `open` (an open licence, or vendors' public prices), `stated_none` (the publisher states
no licence: facts with a link), `non_commercial`. What may not be given on is in no pack.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.bookkeeping import CAPTURES
from warehouse.licences import licence
from warehouse.location import HomeError, Location
from warehouse.parquet import unreadable
from warehouse.said import WHERE, Said, firsts, numbered
from warehouse.schema import Table
from warehouse.seals import read_json
from warehouse.tables import LIST_PRICES, OFFERS, RELEASES, SCORES, STAMPED

FORMAT = 1
FOLDER = "pack"
MANIFEST = f"{FOLDER}/manifest.json"
# The ECB's rates come with a package of their own and are in no pack.
PACKED = (LIST_PRICES, SCORES, RELEASES, OFFERS)
GROUPS = ("open", "stated_none", "non_commercial")
SPAN = ("first_slot", "last_slot")
RECORD_TYPE = "pack"  # of a capture that the pack knows of, and whose bytes the home does not hold
SLOT_COLUMNS = ("source_id", "observed_on", "observed_at", "capture_sha256")
Numbers = npt.NDArray[np.int64]


def group_of(licence_key: str) -> str | None:
    """The group that rows under a licence belong to; None where they may not be given on."""
    terms = licence(licence_key)
    if not terms.may_republish:
        return None
    if not terms.commercial_use:
        return "non_commercial"
    return "stated_none" if terms.id == "none_stated" else "open"


def content_names(table: Table) -> list[str]:
    """The columns of a spell: those of the table without what the capture stamps, but with the source."""
    return [n for n in table.column_names if n == "source_id" or n not in STAMPED]


def spells(table: Table, rows: pa.Table, slot: Numbers) -> pa.Table:
    """The spells of a table's rows.

    rows: any rows of the table, in any order; slot: of each row the number of its capture. Equal statements
    in consecutive slots become one row. Sorted by the table's order, then by slot.
    """
    names = content_names(table)
    content = _statement_numbers(rows, names)
    order = np.lexsort((slot, content))
    statement, at = content[order], slot[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (statement[1:] != statement[:-1]) | (at[1:] != at[:-1] + 1)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], len(order)) - 1
    made = plain(rows.select(names).take(pa.array(order[starts])))
    made = made.append_column(SPAN[0], pa.array(at[starts].astype(np.int32)))
    made = made.append_column(SPAN[1], pa.array(at[ends].astype(np.int32)))
    by = [n for n in table.order if n in names]
    return made.sort_by([(n, "ascending") for n in (*by, SPAN[0])])


def _statement_numbers(rows: pa.Table, names: Sequence[str]) -> Numbers:
    """A number for each row, the same for rows that agree in all `names` (an empty cell is a value)."""
    import pandas as pd

    total = np.zeros(rows.num_rows, dtype=np.int64)
    for name in names:
        column = rows.column(name)
        if not pa.types.is_dictionary(column.type):
            column = column.dictionary_encode()
        codes = column.combine_chunks() if not isinstance(column, pa.Array) else column
        values = np.asarray(pc.fill_null(codes.indices, -1)).astype(np.int64) + 1
        total = pd.factorize(total * (int(values.max(initial=0)) + 1) + values)[0].astype(np.int64)
    return total


def plain(rows: pa.Table) -> pa.Table:
    """The rows with their text as text, not as numbers of a dictionary."""
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in rows.columns]
    return pa.table(columns, names=rows.column_names)


@dataclass(frozen=True)
class Stood:
    """Spells laid out over their captures: row `spell[i]` of the spells stood in slot `slot[i]`."""

    spell: Numbers
    slot: Numbers

    @classmethod
    def of(cls, first: Numbers, last: Numbers, wanted: npt.NDArray[np.bool_]) -> Stood:
        """The pairs of spells and slots in which they stood, of the slots that are wanted."""
        counts = last - first + 1
        spell = np.repeat(np.arange(len(first), dtype=np.int64), counts)
        ramp = np.arange(counts.sum(), dtype=np.int64) - np.repeat(np.cumsum(counts) - counts, counts)
        slot = np.repeat(first, counts) + ramp
        keep = wanted[slot]
        return cls(spell[keep], slot[keep])


class HistoryPack:
    """The pack that a home began with; `there` is False where it began with none. `folder`: where it lies
    below the location.
    """

    def __init__(self, location: Location, folder: str = FOLDER) -> None:
        self._location, self._folder = location, folder

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest; empty where the home has no pack. HomeError for a format this code cannot read."""
        name = f"{self._folder}/manifest.json"
        if not self._location.exists(name):
            return {}
        try:
            found: dict[str, Any] = read_json(self._location.read(name))
        except (ValueError, RecursionError, OSError) as bad:  # a DamagedError is a ValueError
            raise unreadable(name, bad) from bad
        if found.get("format") != FORMAT:
            raise HomeError(
                f"{name}: expected format {FORMAT}, found {found.get('format')!r}; remove the folder"
                f" {self._folder}/ of the home, or use the version of gapledger that wrote it"
            )
        return found

    @property
    def there(self) -> bool:
        """Whether the home has a pack."""
        return bool(self.manifest)

    @property
    def groups(self) -> list[str]:
        """The groups that the pack holds, in the order of `GROUPS`."""
        return [g for g in GROUPS if f"{g}/slots.parquet" in self.manifest.get("files", {})]

    def read(self, name: str) -> pa.Table:
        """One of the pack's files; HomeError where its digest is not that of the manifest."""
        body = self._location.read(f"{self._folder}/{name}")
        if hashlib.sha256(body).hexdigest() != self.manifest["files"][name]["sha256"]:
            raise HomeError(
                f"{self._folder}/{name} has not the digest that {self._folder}/manifest.json states; remove"
                f" the folder {self._folder}/ of the home and run again, or pull the pack anew"
            )
        texts = [f.name for f in pq.read_schema(pa.BufferReader(body)) if pa.types.is_string(f.type)]
        return pq.ParquetFile(pa.BufferReader(body), read_dictionary=texts).read()

    @cached_property
    def slots(self) -> dict[str, pa.Table]:
        """By group, one row a capture: slot (its row number), `SLOT_COLUMNS`, address, content_type."""
        return {group: self.read(f"{group}/slots.parquet") for group in self.groups}

    def days(self, table: Table, source_id: str | None = None) -> dict[str, list[date]]:
        """By source, the days of which the pack has rows of a table, in order."""
        found: dict[str, set[date]] = {}
        for key, days in self.manifest.get("days", {}).get(table.name, {}).items():
            if source_id is None or key == source_id:
                found.setdefault(key, set()).update(date.fromisoformat(day) for day in days)
        return {key: sorted(days) for key, days in found.items()}

    def rows(
        self, table: Table, wanted: Mapping[str, Collection[date]], columns: Sequence[str] | None = None
    ) -> pa.Table:
        """The rows of a table, as snapshots have them, of the days that are `wanted` of each source; sorted
        by source, day and the table's order, text as numbers of a dictionary.
        """
        fields = [f for f in table.arrow_schema() if columns is None or f.name in columns]
        words = pa.dictionary(pa.int32(), pa.string())
        schema = pa.schema(
            [pa.field(f.name, words if pa.types.is_string(f.type) else f.type) for f in fields]
        )
        parts = [part.cast(schema) for part in self._parts(table, wanted, schema.names)]
        return pa.concat_tables(parts).unify_dictionaries() if parts else schema.empty_table()

    def said(self, table: Table, wanted: Mapping[str, Collection[date]], schema: pa.Schema) -> Iterator[Said]:
        """What the same rows say in the columns of `schema`, a part a group: a spell is a statement already,
        so that no row is written out (of 0.1 million spells of prices there are 1.5 million rows).
        """
        for spells_, slots, mask in self._groups(table, wanted):
            spell, slot = _order(spells_, slots, mask)
            where = [name for name in WHERE if name in schema.names]
            what = [name for name in schema.names if name == "source_id" or name not in WHERE]
            number, rows = _distinct(spells_, what, schema, spell)
            capture, captures = _distinct(slots, where, schema, slot)
            yield Said(rows, captures, number, capture)

    def _parts(
        self, table: Table, wanted: Mapping[str, Collection[date]], names: Sequence[str]
    ) -> Iterator[pa.Table]:
        for spells_, slots, mask in self._groups(table, wanted):
            spell, slot = map(pa.array, _order(spells_, slots, mask))
            yield pa.table(
                {
                    n: (slots.column(n).take(slot) if n in SLOT_COLUMNS else spells_.column(n).take(spell))
                    for n in names
                }
            )

    def _groups(
        self, table: Table, wanted: Mapping[str, Collection[date]]
    ) -> Iterator[tuple[pa.Table, pa.Table, npt.NDArray[np.bool_]]]:
        """Of each group with rows of a table on the wanted days: its spells, its slots, which of these are
        wanted.
        """
        for group, slots in self.slots.items():
            file = f"{group}/{table.name}.parquet"
            if file not in self.manifest["files"]:
                continue
            pairs = zip(
                slots.column("source_id").to_pylist(), slots.column("observed_on").to_pylist(), strict=True
            )
            mask = np.fromiter((day in wanted.get(s, ()) for s, day in pairs), bool, slots.num_rows)
            if mask.any():
                yield self.read(file), slots, mask


def _order(spells_: pa.Table, slots: pa.Table, wanted: npt.NDArray[np.bool_]) -> tuple[Numbers, Numbers]:
    """Of each row behind spells in the wanted slots its spell and its slot, by source, day and spell."""
    first, last = (spells_.column(n).to_numpy().astype(np.int64) for n in SPAN)
    stood = Stood.of(first, last, wanted)
    day = slots.column("observed_on").cast(pa.int32()).to_numpy()
    source = (
        plain(slots.select(["source_id"])).column(0).dictionary_encode().combine_chunks().indices.to_numpy()
    )
    order = np.lexsort((stood.spell, day[stood.slot], source[stood.slot]))
    return stood.spell[order], stood.slot[order]


def _distinct(
    some: pa.Table, names: Sequence[str], schema: pa.Schema, at: Numbers
) -> tuple[npt.NDArray[np.int32], pa.Table]:
    """Of rows that stand at `at` of a table: a number for each, by first appearance in the columns `names`,
    and the row behind each number.
    """
    import pandas as pd

    chosen = some.select(names).cast(pa.schema([schema.field(name) for name in names]))
    equal = numbered(chosen)
    number, found = pd.factorize(equal[at])
    return number.astype(np.int32), chosen.take(pa.array(firsts(equal)[found]))


def captures(pack: HistoryPack, sources: Collection[str] | None, until: date | None) -> pa.Table:
    """The pack's captures as rows of `captures`, of record type `RECORD_TYPE`: no file, no bytes."""
    schema = CAPTURES.arrow_schema()
    parts = []
    for slots in pack.slots.values():
        rows = slots.rename_columns({"observed_at": "captured_at"})
        if sources is not None:
            rows = rows.filter(pc.is_in(rows.column("source_id"), pa.array(sorted(sources), pa.string())))
        if until is not None:
            rows = rows.filter(pc.less_equal(rows.column("observed_on"), pa.scalar(until)))
        count = rows.num_rows
        fixed: dict[str, Any] = {
            "http_status": 200, "body_bytes": 0, "warc": "", "warc_offset": 0, "warc_length": 0,
            "record_type": RECORD_TYPE, "origin": "history pack", "etag": None, "last_modified": None,
        }  # fmt: skip
        columns = [
            rows.column(f.name)
            if f.name in rows.column_names
            else pa.repeat(pa.scalar(fixed[f.name], f.type), count)
            for f in schema
        ]
        parts.append(pa.table([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema))
    return pa.concat_tables(parts) if parts else schema.empty_table()
