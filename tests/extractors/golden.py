"""Golden captures: small pages written for the tests, and the rows that a right parser gives.

`captures/<source>/<name>.<ext>` holds the body; `<name>.rows.json` beside it holds the address, the time, the
content type and the rows. `python -m tests.extractors.golden SOURCE` writes the rows of the captures that
have none yet, from the parser: read them by eye against the page before you commit them.
"""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from extractors.source import discover
from warehouse.capture import Capture
from warehouse.tables import TABLE_OF_ROW, Row

CAPTURES = Path(__file__).parent / "captures"


def golden_files() -> list[Path]:
    """The `.rows.json` files of every source."""
    return sorted(CAPTURES.glob("*/*.rows.json"))


def load(rows_file: Path) -> tuple[Capture, list[dict[str, Any]]]:
    """The capture that belongs to a golden file, with the companions it names, and its rows."""
    meta = json.loads(rows_file.read_text())
    stem = rows_file.name.removesuffix(".rows.json")
    body = next(p for p in sorted(rows_file.parent.glob(f"{stem}.*")) if not p.name.endswith(".rows.json"))

    def capture(file: Path, address: str, content_type: str, companions: dict[str, Capture]) -> Capture:
        when = datetime.fromisoformat(meta["captured_at"])
        return Capture(
            rows_file.parent.name, address, when, file.read_bytes(), content_type, companions=companions
        )

    beside = {
        a: capture(rows_file.parent / name, a, "", {}) for a, name in meta.get("companions", {}).items()
    }
    return capture(body, meta["address"], meta["content_type"], beside), meta["rows"]


def as_json(row: Row) -> dict[str, Any]:
    """A row as JSON: its table, and the fields that are not at their default."""
    defaults = type(row)._field_defaults
    values = {k: v for k, v in row._asdict().items() if k not in defaults or defaults[k] != v}
    return {"table": TABLE_OF_ROW[type(row)].name, **{k: _plain(v) for k, v in values.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def main() -> None:
    """Writes the rows of golden files whose rows are null, for the sources named."""
    for rows_file in golden_files():
        if rows_file.parent.name not in sys.argv[1:]:
            continue
        capture, rows = load(rows_file)
        if rows is None:
            meta = json.loads(rows_file.read_text())
            meta["rows"] = [as_json(row) for row in discover()[capture.source_id].parse(capture)]
            head = json.dumps({k: v for k, v in meta.items() if k != "rows"}, ensure_ascii=False)[:-1]
            lines = ",\n".join("  " + json.dumps(row, ensure_ascii=False) for row in meta["rows"])
            rows_file.write_text(f'{head}, "rows": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
