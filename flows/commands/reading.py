"""The commands that read a home: claims, explain, query."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.app import PUBLISHED, AsOf, Home, Json, Wait, command, day, table_names

SHOWN_ROWS = 200


@command("claims", "claims", "claims mine.yaml --as-of 2026-07-01 --json")
def claims(
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML or CSV (default: the analyst's note and the public statements)."),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """Audits a claims file, one line a claim."""
    from flows.claims import command
    from warehouse.location import home as home_at

    del wait  # nothing is written
    return command(home_at(home), file, as_of, json)


@command(
    "explain",
    "explain models model_id=openai/gpt-5",
    "explain lag board_id=livebench definition=trailing12 as_of=2026-07-01",
)
def explain(
    table: Annotated[str, typer.Argument(help="A published table.", autocompletion=table_names)],
    keys: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What its rows are to equal.")],
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """The chain behind a published row, down to the bytes."""
    from flows.explain import command
    from warehouse.location import home as home_at

    del wait
    return command(home_at(home), table, keys, json)


@command(
    "query",
    'query "SELECT * FROM models LIMIT 5"',
    'query "SELECT board_id, lag_days FROM lag" --as-of 2026-07-01 --csv',
    'query "SELECT as_of, count(*) FROM lag_all GROUP BY 1"',
)
def query(
    sql: Annotated[str, typer.Argument(help="One SQL statement over the published tables.")],
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of",
            parser=day,
            metavar="DATE",
            help="Derived tables as known on that day (default: newest; NAME_all has every date).",
        ),
    ] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, all columns and rows.")] = False,
    json: Json = False,
    home: Home = None,
    wait: Wait = 0.0,
) -> int:
    """SQL over the warehouse's tables, derived ones in their newest state (NAME_all: every kept date)."""
    from flows.console import put, put_bytes, put_json, say, table
    from warehouse.location import home as home_at
    from warehouse.query import csv_bytes, query, shown

    del wait
    rows = query(home_at(home), sql, as_of)
    if csv:
        put_bytes(csv_bytes(rows))
        return PUBLISHED
    if json:
        put_json(rows.to_pylist())
        return PUBLISHED
    first = rows.slice(0, SHOWN_ROWS)
    columns = [[shown(value) for value in column.to_pylist()] for column in first.columns]
    for line in table(rows.column_names, [list(cells) for cells in zip(*columns, strict=True)]):
        put(line)
    if rows.num_rows > SHOWN_ROWS:
        say(f"{SHOWN_ROWS} of {rows.num_rows} rows shown; --csv gives all")
    return PUBLISHED
