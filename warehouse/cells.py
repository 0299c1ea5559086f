"""Cells as a person reads them in a terminal, and rows as a spreadsheet takes them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

WIDEST = 100
# What a spreadsheet takes for the start of a formula: its signs, half or full width, also behind white space
# and what cannot be seen; and any white space that it would cut off first.
FORMULA = (
    r"\A([\t\r\n\x0b\x0c]|[\s\x{00a0}\x{200b}-\x{200f}\x{2060}\x{3000}\x{feff}]*[=+\-@\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}"
    r"\x{2212}\x{fe62}\x{fe63}\x{fe66}\x{fe6b}])"
)


def shown(value: object) -> str:
    """A value as a person reads it: days and UTC minutes in ISO 8601, decimals without trailing zeros, text
    cut at `WIDEST`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:.6g}"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC) if value.tzinfo else value:%Y-%m-%dT%H:%M:%S}".removesuffix(":00") + (
            "Z" if value.tzinfo else ""
        )
    text = str(value)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def csv_bytes(rows: pa.Table) -> bytes:
    """All rows as CSV (UTF-8, header first). Text that a spreadsheet would run as a formula gets an
    apostrophe before it, in the header too.
    """
    import pyarrow as arrow
    import pyarrow.compute as pc
    import pyarrow.csv

    safe = []
    for column in rows.columns:
        text = column.cast(arrow.string()) if arrow.types.is_dictionary(column.type) else column
        if arrow.types.is_nested(text.type):
            text = arrow.chunked_array(
                [[None if v is None else str(v) for v in text.to_pylist()]], arrow.string()
            )
        if arrow.types.is_string(text.type) or arrow.types.is_large_string(text.type):
            text = pc.replace_substring_regex(text, pattern=FORMULA, replacement=r"'\1")
        safe.append(text)
    sink = arrow.BufferOutputStream()
    heads = arrow.array(rows.column_names, arrow.string())
    names = pc.replace_substring_regex(heads, pattern=FORMULA, replacement=r"'\1").to_pylist()
    pyarrow.csv.write_csv(arrow.table(safe, names=names), sink)
    return bytes(sink.getvalue().to_pybytes())
