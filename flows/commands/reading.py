"""The commands that read a home: claims, explain, query."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.commands.app import (
    NOT_PUBLISHED,
    PUBLISHED,
    AsOf,
    Csv,
    Json,
    Location,
    command,
    on_day,
    table_names,
)

SHOWN_ROWS = 200


@command("claims", "claims", "claims mine.yaml --as-of 2026-07-01 --json")
def claims(
    location: Location,
    file: Annotated[
        Path | None,
        typer.Argument(help="YAML or CSV (default: the analyst's note and the public statements)."),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
) -> int:
    """Audits a claims file, one line a claim."""
    from flows.claims import audited, is_derived
    from flows.console import put_json, put_table, say
    from transforms.claims.told import HEADER, records, verdict_lines, verdict_records
    from warehouse.claims_file import claims_in, seed_claims
    from warehouse.clock import utc_today
    from warehouse.marts import Marts

    said = seed_claims() if file is None else claims_in(file)
    known = as_of or max(Marts(location).as_ofs(), default=utc_today())
    if not is_derived(location, known):
        say(
            f"no tables were derived as of {known}: deriving them, unpublished (gapledger marts --as-of"
            f" {known} keeps them)"
        )
    found, flipped = audited(location, said, known)
    moved = records(flipped)
    if json:
        put_json({"as_of": known.isoformat(), "claims": verdict_records(found), "flips": moved})
    else:
        put_table(HEADER, verdict_lines(found))
    for row in moved:
        verdicts = f"{row['verdict_old']} -> {row['verdict_new']}"
        say(f"flipped since {row['as_of_old']}: {row['claim_id']}, {verdicts}")
    later = said[said["said_on"].dt.date > known]
    if len(later):
        say(f"said after {known} and not audited: {', '.join(later['claim_id'])}")
    return PUBLISHED


@command(
    "explain",
    "explain models model_id=openai/gpt-5",
    "explain lag board_id=livebench definition=trailing12 as_of=2026-07-01",
)
def explain(
    location: Location,
    table: Annotated[str, typer.Argument(help="A published table.", autocompletion=table_names)],
    keys: Annotated[list[str], typer.Argument(metavar="KEY=VALUE...", help="What its rows are to equal.")],
    json: Json = False,
) -> int:
    """The chain behind a published row, down to the bytes."""
    from extractors.rereading import Rereading
    from flows.console import put_result, say
    from warehouse.lineage.walk import explain as explained

    given = [key.partition("=") for key in keys]
    wrong = [name for name, sign, _ in given if not sign]
    if wrong:
        raise ValueError(f"give KEY=VALUE, not {', '.join(wrong)}")
    "".join(keys).encode()  # a ValueError where the shell gave bytes that are no text
    wanted = {name: value for name, _, value in given}
    lines, whole = explained(location, table, wanted, Rereading(location))
    put_result(json, {"table": table, "whole": whole, "chain": lines}, lines)
    if not whole:
        say("the chain is broken: see the lines marked BROKEN")
    return PUBLISHED if whole else NOT_PUBLISHED


@command(
    "query",
    'query "SELECT * FROM models LIMIT 5"',
    'query "SELECT board_id, lag_days FROM lag" --as-of 2026-07-01 --csv',
    'query "SELECT as_of, count(*) FROM lag_all GROUP BY 1"',
)
def query(
    location: Location,
    sql: Annotated[str, typer.Argument(help="One SQL statement over the published tables.")],
    as_of: Annotated[
        date | None,
        on_day("--as-of", "Derived tables as known on that day (default: newest; NAME_all has every date)."),
    ] = None,
    csv: Csv = False,
    json: Json = False,
) -> int:
    """SQL over the warehouse's tables, derived ones in their newest state (NAME_all: every kept date)."""
    from flows.console import put_bytes, put_json, put_table, say
    from warehouse.cells import csv_bytes, shown
    from warehouse.query import query as queried

    rows = queried(location, sql, as_of)
    if csv:
        put_bytes(csv_bytes(rows))
        return PUBLISHED
    if json:
        put_json(rows.to_pylist())
        return PUBLISHED
    columns = [[shown(value) for value in column.to_pylist()] for column in rows.slice(0, SHOWN_ROWS).columns]
    put_table(rows.column_names, [list(cells) for cells in zip(*columns, strict=True)])
    if rows.num_rows > SHOWN_ROWS:
        say(f"{SHOWN_ROWS} of {rows.num_rows} rows shown; --csv gives all")
    return PUBLISHED
