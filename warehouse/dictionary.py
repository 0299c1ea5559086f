"""A page per table, their index DATA_DICTIONARY.md, and docs/CONTRACT.lock, all from the declarations:
`python -m warehouse.dictionary` writes them.

The lock freezes what readers rely on in each table: its version, its key, and every column's name, type,
unit, values and nullability, with their digest. The changelog names the digest under Schema, so that no
change gets by unwritten; what a reader would miss (a column gone, another type or unit, another key) needs a
new version of the table, and is refused without one.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from warehouse.addresses import ADDRESSES
from warehouse.bookkeeping import BOOKKEEPING_TABLES
from warehouse.folded import FOLDED
from warehouse.mart_tables import mart_tables
from warehouse.schema import Column, Field, Table
from warehouse.tables import SNAPSHOT_TABLES, STAMPED

LOCK = "docs/CONTRACT.lock"
INDEX = "DATA_DICTIONARY.md"
GENERATED = "Generated from the declarations by `python -m warehouse.dictionary`; do not edit."
FORMATS = {
    "string": "text", "date32[day]": "date", "int64": "integer", "double": "double", "bool": "boolean",
    "timestamp[us, tz=UTC]": "UTC timestamp, microseconds", "decimal128(18, 9)": "decimal(18, 9)",
}  # fmt: skip


def all_tables() -> tuple[Table, ...]:
    """Every published table: snapshots, bookkeeping, derived."""
    return (*SNAPSHOT_TABLES, *BOOKKEEPING_TABLES, *mart_tables().values())


def pages() -> dict[str, str]:
    """The generated files by their path from the root of the repository."""
    return {
        INDEX: _index(),
        LOCK: lock(),
        **{f"docs/tables/{table.name}.md": table_page(table) for table in all_tables()},
    }


def contract_of(table: Table) -> dict[str, Any]:
    """What readers rely on in a table, as plain values. Descriptions and limits may be made clearer without a
    new contract.
    """
    return {
        "version": table.version,
        "key": list(table.key),
        "columns": {
            f.name: [str(f.column.type), f.column.unit, "null" if f.nullable else "", *f.column.choices]
            for f in table.fields
        },
    }


def digest(contract: Any) -> str:
    """The first 16 hex digits of the SHA-256 of a contract, of one table or of all."""
    return hashlib.sha256(json.dumps(contract, sort_keys=True).encode()).hexdigest()[:16]


def lock() -> str:
    """The text of the lock: every table's contract with its digest, the digest of them all, and the
    addresses of published files.
    """
    contracts = {table.name: contract_of(table) for table in all_tables()}
    tables = {name: {"digest": digest(contract), **contract} for name, contract in sorted(contracts.items())}
    said = {"note": GENERATED, "digest": digest(contracts), "addresses": sorted(ADDRESSES), "tables": tables}
    return json.dumps(said, indent=1) + "\n"


def gone_addresses(frozen: Sequence[str]) -> list[str]:
    """What a reader of the frozen addresses would miss today."""
    return [f"address {address} is gone" for address in frozen if address not in ADDRESSES]


def broken(frozen: Mapping[str, Any], table: Table) -> list[str]:
    """What a reader of the frozen contract of `table` would miss today; empty where the version is a later
    one.
    """
    now = contract_of(table)
    if now["version"] > frozen["version"]:
        return []
    lost = [f"{table.name}.{name} is gone" for name in frozen["columns"] if name not in now["columns"]]
    lost += [
        f"{table.name}.{name} was {was[:3]}, is {now['columns'][name][:3]}"
        for name, was in frozen["columns"].items()
        if name in now["columns"] and now["columns"][name][:2] != was[:2]
    ]
    return lost + (
        [f"{table.name}: the key was {frozen['key']}, is {now['key']}"] if frozen["key"] != now["key"] else []
    )


def table_page(table: Table) -> str:
    """The page of one table."""
    lines = [
        f"# {table.name}",
        "",
        table.description,
        "",
        f"- Where: {where(table)}",
        f"- Key: {_names(table.key)}",
        *([f"- Sorted by: {_names(table.order)}"] if table.order != table.key else []),
        f"- Version: {table.version}",
        *(
            ["- Filled in by the store: " + _names(n for n in table.column_names if n in STAMPED)]
            if table.row
            else []
        ),
        "",
        "| column | type | unit | empty? | meaning |",
        "|---|---|---|---|---|",
        *(_row(f) for f in table.fields),
        "",
        f"<sub>{GENERATED}</sub>",
        "",
    ]
    return "\n".join(lines)


def where(table: Table) -> str:
    """Where the table lies under a home, for readers."""
    if table in SNAPSHOT_TABLES or table in BOOKKEEPING_TABLES:
        day = f"`snapshots/{table.directory}/<source_id>/<YYYY-MM-DD>.parquet`, one file a source and day"
        old = f"; old days `folded/{table.directory}/<source_id>/<YYYY-MM>-<days>.parquet`, one a month"
        return day + (old if table in FOLDED else "")
    kept = "every as-of day that is kept" if table.history else "the newest as-of day"
    return (
        f"`marts/{table.name}.parquet` ({kept}); `marts/as_of/<YYYY-MM-DD>/{table.name}.parquet` as known on"
        " that day"
    )


def _row(f: Field) -> str:
    return (
        f"| `{f.name}` | {FORMATS[str(f.column.type)]} | {f.column.unit} | {'yes' if f.nullable else ''} |"
        f" {meaning(f.column)} |"
    )


def meaning(column: Column) -> str:
    """A column's description with its limits and values, safe in a Markdown table."""
    parts = [column.description]
    if column.choices:
        parts.append(
            "One of " + ", ".join(f"`{choice}`" if choice else "empty" for choice in column.choices) + "."
        )
    if column.pattern:
        parts.append(f"Pattern `{column.pattern}`.")
    if column.minimum is not None or column.maximum is not None:
        low = "" if column.minimum is None else f"at least {column.minimum:g}"
        high = "" if column.maximum is None else f"at most {column.maximum:g}"
        parts.append(", ".join(p for p in (low, high) if p).capitalize() + ".")
    return " ".join(parts).replace("|", "\\|")


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _index() -> str:
    groups = (
        (
            "Derived tables",
            "What the numbers are. Each carries `as_of`: the day on which it was known.",
            tuple(mart_tables().values()),
        ),
        (
            "Snapshot tables",
            "What a source said on a day, as printed. Amounts are exact decimals.",
            SNAPSHOT_TABLES,
        ),
        ("Bookkeeping", "What was captured, and what each step of each run did.", BOOKKEEPING_TABLES),
    )
    lines = ["# Data dictionary", "", GENERATED, ""]
    for title, text, tables in groups:
        lines += [f"## {title}", "", text, "", "| table | what it holds |", "|---|---|"]
        lines += [f"| [{t.name}](docs/tables/{t.name}.md) | {t.description} |" for t in tables]
        lines.append("")
    lines += [
        "## Columns",
        "",
        "What each column means stands on its tables' pages.",
        "",
        "| column | tables |",
        "|---|---|",
    ]
    lines += [f"| `{column}` | {', '.join(_link(name) for name in names)} |" for column, names in _columns()]
    return "\n".join(lines) + "\n"


def _link(table: str) -> str:
    return f"[{table}](docs/tables/{table}.md)"


def _columns() -> list[tuple[str, list[str]]]:
    used: dict[str, list[str]] = {}
    for table in all_tables():
        for f in table.fields:
            used.setdefault(f.name, []).append(table.name)
    return sorted(used.items())


def main() -> int:
    """Writes the generated files of this checkout and removes pages of tables that are no more; 1 where the
    contract would break.
    """
    root = Path(__file__).parents[1]
    before = json.loads((root / LOCK).read_text()) if (root / LOCK).exists() else {"tables": {}}
    frozen = before["tables"]
    lost = gone_addresses(before.get("addresses", []))
    lost += [
        problem
        for table in all_tables()
        if table.name in frozen
        for problem in broken(frozen[table.name], table)
    ]
    lost += [f"table {name} is gone" for name in frozen if name not in {t.name for t in all_tables()}]
    if lost:
        sys.stderr.write(
            "\n".join([*lost, f"bump the table's version, or (before a first release) delete {LOCK}", ""])
        )
        return 1
    written = pages()
    for old in (root / "docs" / "tables").glob("*.md"):
        if f"docs/tables/{old.name}" not in written:
            old.unlink()
    for name, text in written.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    sys.stdout.write(
        f"written; contract {json.loads(written[LOCK])['digest']}: CHANGELOG.md names it under Schema\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
