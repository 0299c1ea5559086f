"""`gapledger.duckdb`: the newest state of the derived tables in one file that any DuckDB opens, with two
views and a macro for the questions that come first.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.conventions import PLAIN_LAG, US_CN

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "gapledger.duckdb"
STORAGE = "v1.0.0"  # DuckDB reads files of its storage version and of earlier ones
# What a model costs on a day at its own lab, by its id or its id without the lab. A price counts that held at
# some moment of the day, UTC; seconds are compared, so that no time zone of the session matters.
PRICE_ON = """
CREATE MACRO price_on(model, on_day) AS TABLE
SELECT model_id, provider_id, component, amount, currency, amount_usd, per, service_tier, modality,
  context_from_tokens, region, time_band, price_kind, valid_from, valid_to, source_id, capture_sha256
FROM price_intervals
WHERE (model_id = model OR split_part(model_id, '/', 2) = model) AND first_party
  AND epoch(valid_from) < epoch(on_day::DATE) + 86400
  AND (valid_to IS NULL OR epoch(valid_to) > epoch(on_day::DATE))
ORDER BY model_id, service_tier, modality, context_from_tokens, component, currency, time_band
"""
PRICES_NOW = """
CREATE VIEW prices_now AS SELECT * FROM price_intervals
WHERE first_party AND epoch(valid_from) < epoch(as_of) + 86400
  AND (valid_to IS NULL OR epoch(valid_to) >= epoch(as_of) + 86400)
"""
LAG_NOW = """
CREATE VIEW lag_now AS SELECT * FROM lag
WHERE definition = 'trailing12' AND lag_days IS NOT NULL AND {plain}
QUALIFY row_number() OVER (PARTITION BY board_id, board_version ORDER BY valid_on DESC) = 1
"""


def duckdb_file(tables: Mapping[str, pa.Table], as_of: date) -> bytes:
    """A DuckDB file with these tables, of each the rows of `as_of`, the views `prices_now` and `lag_now`, and
    the table macro `price_on(model, day)`; what needs a table that is not there is left out.
    """
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / NAME
        connection = duckdb.connect()
        connection.execute(f"ATTACH '{_quoted(str(file))}' AS ledger (STORAGE_VERSION '{STORAGE}')")
        connection.execute("USE ledger")
        for name in sorted(tables):
            connection.register("rows_of_it", tables[name])
            there = "as_of" in tables[name].column_names
            where = f" WHERE as_of = DATE '{as_of}'" if there else ""
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM rows_of_it{where}')  # noqa: S608
            connection.unregister("rows_of_it")
        if "price_intervals" in tables:
            connection.execute(PRICES_NOW)
            connection.execute(PRICE_ON)
        if "lag" in tables:
            plain = " AND ".join(f"{c} = {_literal(v)}" for c, v in {**US_CN, **PLAIN_LAG}.items())
            connection.execute(LAG_NOW.format(plain=plain))
        connection.execute("USE memory")
        connection.execute("DETACH ledger")
        connection.close()
        return file.read_bytes()


def _literal(value: object) -> str:
    return f"'{_quoted(value)}'" if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
