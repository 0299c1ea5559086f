"""The one place where a licence that forbids republication is kept: what of such sources and boards may stand
in a published table.

Rows of a source under such a licence stay in the local snapshots. A derived table never carries the source's
own figures: on its boards the scores are emptied, and rows that only say what the source said are left out.
What is derived stays: who held the frontier and since when, a lag, a gap, and what a name of the source
means.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.licences import licence
from warehouse.schema import Table
from warehouse.seeds import boards

# Whose name a row explains, or how a source does: statements of ours about a source, not of the source.
ABOUT_SOURCES = ("model_aliases", "unmatched", "freshness", "address_freshness", "attributions")
# Figures of a board's own, wherever a derived table has them.
BOARD_FIGURES = ("score", "score_se", "score_low", "score_high", "interval_level", "n", "cost_usd")


def withheld_boards() -> frozenset[str]:
    """The boards whose figures may not be published again."""
    seed = boards()
    return frozenset(
        str(row.board_id) for row in seed.itertuples() if not licence(str(row.licence)).may_republish
    )


def publishable(table: Table, rows: pa.Table, source_licences: Mapping[str, str]) -> pa.Table:
    """`rows` of a derived table as they may be published; `source_licences` holds the key of each source's
    licence by source_id.

    ValueError where a figure that has to be emptied stands in a column that is declared without nulls.
    """
    if table.name in ABOUT_SOURCES:
        return rows
    withheld = [source for source, key in source_licences.items() if not licence(key).may_republish]
    if "source_id" in rows.column_names:
        rows = rows.filter(pc.invert(pc.is_in(rows.column("source_id"), pa.array(withheld, pa.string()))))
    if "board_id" not in rows.column_names:
        return rows
    closed = pc.is_in(rows.column("board_id"), pa.array(sorted(withheld_boards()), pa.string()))
    if not pc.any(closed).as_py():
        return rows
    for name in set(BOARD_FIGURES) & set(rows.column_names):
        field = rows.schema.field(name)
        if not field.nullable:
            raise ValueError(
                f"{table.name}.{name} holds a board's own figures and is not nullable: declare it nullable"
            )
        emptied = pc.if_else(closed, pa.scalar(None, field.type), rows.column(name))
        rows = rows.set_column(rows.schema.get_field_index(name), field, emptied)
    return rows


def attributions(source_licences: Mapping[str, str], titles: Mapping[str, str]) -> pa.Table:
    """The `attributions` rows without `as_of`: one a source and one a board, with its licence and what a
    reader has to be shown.
    """
    subjects = [("source", source, titles[source], key) for source, key in sorted(source_licences.items())]
    subjects += [
        ("board", str(row.board_id), str(row.name), str(row.licence))
        for row in boards().itertuples(index=False)
    ]
    rows = []
    for subject, subject_id, title, key in subjects:
        terms = licence(key)
        rows.append(
            {
                "subject": subject,
                "subject_id": subject_id,
                "title": title,
                "licence_id": terms.id,
                "licence_name": terms.name,
                "licence_url": terms.url,
                "may_republish": terms.may_republish,
                "commercial_use": terms.commercial_use,
                "attribution": terms.attribution.format(title=title),
            }
        )
    return pa.Table.from_pylist(rows)
