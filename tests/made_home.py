"""Homes of invented captures: rows as parsers would give them, archived, checked and published as a night
does; and the derived tables of a date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd

from extractors.source import discover
from flows.derive import build_unpublished
from warehouse.archive.index import index_rows
from warehouse.archive.warc import Response
from warehouse.bookkeeping import CAPTURES
from warehouse.checks.validation import validate
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet
from warehouse.tables import (
    EXCHANGE_RATES,
    LIST_PRICES,
    RELEASES,
    SCORES,
    ExchangeRate,
    ListPrice,
    Release,
    Score,
)

TABLES: dict[type, Table] = {
    ListPrice: LIST_PRICES,
    Release: RELEASES,
    Score: SCORES,
    ExchangeRate: EXCHANGE_RATES,
}
Said = tuple[str, str, Sequence[Any]]  # source, day, rows


def priced(provider: str, model: str, inputs: float, output: float, **more: Any) -> list[ListPrice]:
    """Input and output per million tokens."""
    amounts = {"input": inputs, "output": output}
    said = {"currency": "USD"} | more
    return [ListPrice(provider, model, part, Decimal(str(a)), **said) for part, a in amounts.items()]


def made_home(root: str, said: Iterable[Said]) -> Location:
    """A home in which each source said what it is made to say, on the day, in one capture; what the checks
    refuse is not in it.
    """
    snapshots, sets, whole = Snapshots(Location(root)), {}, {}
    for number, (source, day, rows) in enumerate(sorted(said, key=lambda s: s[1])):
        when = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
        body, place = f"{source} {day} {number}".encode(), f"https://{source}.example/"
        response = Response(source, place, when, 200, (("Content-Type", "text/html"),), body, body, "test")
        kept = snapshots.archive.write([response], whole)
        snapshots.append(CAPTURES, index_rows(kept, {}), when.date())
        by_table = defaultdict(list)
        for row in rows:
            by_table[TABLES[type(row)].name].append(row)
        for table in TABLES.values():
            if mine := by_table[table.name]:
                found = sets.setdefault((source, table.name), RowSet(source, table))
                found.add(kept[0].capture, mine)
    for (source, _), rows_of in sets.items():
        reading = rows_of.reading()
        expects = Expects(currencies=discover()[source].source.expects.currencies)
        for verdict in validate(reading.table, [reading], {source: expects}).values():
            if verdict.good:
                snapshots.publish(reading, verdict, "facts", "made")
    return Location(root)


def derived(home: Location, day: str) -> dict[str, pd.DataFrame]:
    """The derived tables as known on a day, the gates applied."""
    return {
        name: table.to_pandas(date_as_object=False)
        for name, table in build_unpublished(home, date.fromisoformat(day)).items()
    }
