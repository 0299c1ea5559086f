"""Prices at a date: ten common questions through `gapledger query` and through DuckDB alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studies.bench.measured import Row, at_most, seconds, skipped, typical


def questions() -> list[str]:
    """Ten common questions about a price at a date."""
    moment = "TIMESTAMPTZ '{0} 00:00:00+00'"
    at = f"valid_from < {moment} AND coalesce(valid_to, TIMESTAMPTZ '9999-01-01 00:00:00+00') >= {moment}"
    models = (
        "deepseek/deepseek-v4-pro",
        "openai/gpt-5.5",
        "anthropic/claude-opus-4.7",
        "google/gemini-3-pro",
        "deepseek/deepseek-chat",
    )
    one = (
        "SELECT component, amount, currency, per, time_band, price_kind FROM price_intervals WHERE model_id ="
        " '{1}' AND first_party AND " + at
    )
    cheapest = (
        "SELECT model_id, provider_id, min(amount_usd) AS usd FROM price_intervals "
        "WHERE component = '{1}' AND service_tier = 'standard' AND "
        + at
        + " GROUP BY ALL ORDER BY usd, model_id, provider_id LIMIT 20"
    )
    asked = [
        one.format(day, model)
        for model, day in zip(
            models, ("2026-05-15", "2026-06-01", "2026-04-20", "2026-01-10", "2025-09-01"), strict=True
        )
    ]
    asked += [
        cheapest.format(day, part)
        for day, part in (("2026-06-01", "input"), ("2026-06-01", "output"), ("2025-12-01", "output"))
    ]
    asked.append(
        "SELECT valid_from, valid_to, amount FROM price_intervals "
        "WHERE model_id = 'deepseek/deepseek-chat' AND component = 'output' ORDER BY ALL"
    )
    asked.append(
        "SELECT provider_id, count(DISTINCT model_id) FROM price_intervals WHERE "
        + at.format("2026-03-01")
        + " GROUP BY ALL ORDER BY ALL"
    )
    return asked


def asked_of_us(folder: str) -> Iterator[Any]:
    """Ours: the ten questions through `gapledger query`'s door, views and all, over a home."""
    import duckdb  # noqa: F401

    from warehouse.location import Location
    from warehouse.query import query

    location = Location(folder)
    query(location, "SELECT 1")
    yield
    yield sum(query(location, sql).num_rows for sql in questions())


def asked_of_a_file(folder: str) -> Iterator[Any]:
    """The floor: DuckDB, a connection a question as above, on one sorted file."""
    import duckdb

    path = f"{folder}/sorted.parquet"
    whole = f"{folder}/marts/price_intervals.parquet"
    duckdb.sql(
        f"COPY (SELECT * FROM read_parquet('{whole}') ORDER BY model_id, component, valid_from) TO '{path}'"
        " (COMPRESSION zstd)"
    )
    yield
    count = 0
    for sql in questions():
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        count += (
            connection.sql(sql.replace("FROM price_intervals", f"FROM read_parquet('{path}')"))
            .to_arrow_table()
            .num_rows
        )
    yield count


def price_at_a_date(times: int, folder: str, over: str = "") -> list[Row]:
    """Ten questions, and of a home of ten years also what one of them takes."""
    what, goal = f"price at a date{over}, ten common queries", 2
    if not Path(folder, "marts", "price_intervals.parquet").exists():
        why = "no home with derived tables: --home (and --long)"
        return [skipped(what, "at most 2 times", why)]
    ours = typical(times, "queries:asked_of_us", folder)
    floor = typical(times, "queries:asked_of_a_file", folder)
    assert ours.gave == floor.gave, "both give the same rows"
    note = f"{ours.gave} rows; wall {seconds(ours.wall)} and {seconds(floor.wall)}"
    one = ours.cpu / len(questions())
    return [
        at_most(what, ours.cpu, floor.cpu, goal, note),
        Row("the same, one of them", seconds(one), "-", "-", "at most 50 ms", one <= 0.05, "mean"),
    ]
