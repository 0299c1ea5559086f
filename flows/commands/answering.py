"""The commands that answer by name: price, lag, cost, find, changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import TYPE_CHECKING, Annotated, Any

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
    option,
    text,
)

if TYPE_CHECKING:
    from reports.answers.names import Called

Name = Annotated[str, typer.Argument(help="A model: its id, its name, or what sources print.")]
On = Annotated[date | None, on_day("--on", "On which day.")]
PRICE_COLUMNS = ("provider_id", "component", "amount", "currency", "amount_usd", "price_kind", "time_band")
PRICE_CONDITIONS = (
    "market", "revision", "setting", "service_tier", "context_from_tokens", "output_from_tokens", "region",
    "modality", "thinking", "per",
)  # fmt: skip
PRICE_MORE = ("valid_from", "valid_to", "source_id", "sources_agree")
CHANGES_SHOWN = 40


def clock(text: str) -> time:
    """A time of day as typed (`08:30Z`); typer.BadParameter says what is right."""
    plain = text.removesuffix("Z").removesuffix("z")
    try:
        return time.fromisoformat(plain if plain[1:2] != ":" else f"0{plain}")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no time of day; give HH:MM, UTC") from None


At = Annotated[time | None, typer.Option("--at", parser=clock, metavar="HH:MM", help="At which time, UTC.")]


def _give(rows: Sequence[dict[str, Any]], columns: Sequence[str], json: bool, csv: bool) -> None:
    """The rows as JSON, as CSV with all columns, or as a table of some."""
    if json and csv:
        raise ValueError("give --json or --csv, not both")
    from flows.console import put_bytes, put_json, put_table
    from warehouse.cells import csv_bytes, shown

    if json:
        put_json(list(rows))
    elif csv:
        import pyarrow as pa

        put_bytes(csv_bytes(pa.Table.from_pylist(list(rows))))
    else:
        put_table(list(columns), [[shown(row.get(c)) for c in columns] for row in rows])


def _nothing(json: bool, why: str) -> int:
    """Says why there is no row; JSON is an empty list."""
    from flows.console import put_json, say

    if json:
        put_json([])
    say(why)
    return NOT_PUBLISHED


@command("price", "price gpt-5.5 --on 2026-05-10", 'price "DeepSeek V4 Pro" --on 2026-08-20 --at 08:30Z')
def price(
    location: Location,
    name: Name,
    on: On = None,
    at: At = None,
    provider: Annotated[str | None, text("--provider", "ID", "Whose price.")] = None,
    tier: Annotated[str | None, text("--tier", "TIER", "Of which service tier: batch, flex, ...")] = None,
    region: Annotated[str | None, text("--region", "REGION", "Of which region.")] = None,
    currency: Annotated[str | None, text("--currency", "CODE", "In which currency it is sold.")] = None,
    everything: Annotated[
        bool, option("--all", "Every provider, service tier, modality, region and build.")
    ] = False,
    json: Json = False,
    csv: Csv = False,
) -> int:
    """What a model costs on a day, at its own lab or at everybody who sells it."""
    from flows.console import put, say
    from reports.answers.prices import Terms, priced
    from reports.answers.published import as_of_dates

    terms = Terms(provider, tier, region, currency, everything)
    meant, found = priced(location, name, on, at, terms)
    _say_meant(name, meant)
    rows = found.to_pylist()
    newest = as_of_dates(location)[-1]
    if on is not None and on > newest:
        say(f"known up to {newest}: what was in force then, or announced for later, is shown for {on}")
    if not rows:
        known = _first_price(location, meant.model_id)
        return _nothing(json, f"no price of {meant.model_id} is known then{known}")
    if not (json or csv):
        put(f"{rows[0]['model_id']}, per {rows[0]['per']}" + _whose(rows))
    _give(rows, _price_columns(rows), json, csv)
    return PUBLISHED


def _price_columns(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The columns that a table of prices shows: those in which rows differ, and those that always matter."""
    differ = {c for c in rows[0] if len({r[c] for r in rows}) > 1}
    kept = [c for c in PRICE_COLUMNS if c not in ("price_kind", "time_band") or c in differ]
    return [*kept, *(c for c in PRICE_CONDITIONS if c in differ), *PRICE_MORE]


def _whose(rows: Sequence[dict[str, Any]]) -> str:
    """Said where the prices are not the lab's own."""
    own = any(r["first_party"] for r in rows)
    return "" if own else "; its own lab's price is not known then: these are other providers'"


def _first_price(location: Location, model_id: str) -> str:
    """What to do where a model has no price on a day: the days of which prices are known."""
    from reports.answers.prices import priced_days

    days = priced_days(location, model_id)
    if days:
        return f"; prices are known from {days[0]} to {days[1]}"
    family = model_id.rpartition("/")[2]
    return f" nor on any other day; models of like names: gapledger find {family}"


def _say_meant(name: str, meant: Called) -> None:
    """Says, beside the answer, what was left out of a name to find its model."""
    from flows.console import say

    if meant.left_out:
        say(f"{name!r} is read as {meant.model_id}, without {meant.left_out}")


@command("cost", "cost gpt-5.5 --input 2000000 --cached 8000000 --output 300000")
def cost(
    location: Location,
    name: Name,
    input_: Annotated[float, text("--input", "N", "Input tokens.")] = 0.0,
    cached: Annotated[float, text("--cached", "N", "Cached input tokens.")] = 0.0,
    output: Annotated[float, text("--output", "N", "Output tokens.")] = 0.0,
    on: On = None,
    at: At = None,
    provider: Annotated[str | None, text("--provider", "ID", "Where.")] = None,
    json: Json = False,
    csv: Csv = False,
) -> int:
    """What a workload costs, in US dollars, the cheapest provider and hours first."""
    from reports.answers.prices import cost as costs

    tokens = {"input": input_, "cache_read": cached, "output": output}
    if min(tokens.values()) < 0 or not any(tokens.values()):
        raise ValueError("give at least one of --input, --cached, --output, as a number of tokens above 0")
    rows = costs(location, name, tokens, on, at, provider)
    if not rows:
        return _nothing(json, f"nobody's prices of {name} cover this workload then")
    _give(
        rows, ["provider_id", "cost_usd", "time_band", "currency", "input", "cache_read", "output"], json, csv
    )
    return PUBLISHED


@command("lag", "lag deepseek-v4-pro", "lag deepseek-v4-pro --as-of 2026-07-01 --json")
def lag(location: Location, name: Name, as_of: AsOf = None, json: Json = False, csv: Csv = False) -> int:
    """How far behind a model was when it came, on every board that has it, in sentences to cite."""
    from flows.console import put
    from reports.answers.lags import lagged, sentence
    from reports.answers.published import as_of_dates
    from reports.selectors import board_names

    rows = lagged(location, name, as_of)
    if not rows:
        return _nothing(
            json,
            f"no board has {name} as a follower: a lag is told of the models of the side behind (Chinese,"
            f" European, open weights); gapledger find {name!r} shows models",
        )
    if json or csv:
        _give(rows, [], json, csv)
        return PUBLISHED
    known, boards = as_of or as_of_dates(location)[-1], board_names()
    for row in rows:
        board = f"{boards.get(row['board_id'], row['board_id'])} {row['board_version']}"
        put(f"{row['leader']} - {row['follower']}: {sentence(row, board, known)}")
    return PUBLISHED


@command("find", 'find "deepseek v4"')
def find(
    location: Location,
    text: Annotated[str, typer.Argument(help="Part of a name, as you remember it.")],
    as_of: AsOf = None,
    json: Json = False,
    csv: Csv = False,
) -> int:
    """The models whose names are most like what you type; nothing is joined by it."""
    from reports.answers.names import find as found

    rows = [
        {"model_id": f.model_id, "name": f.name, "matched": f.matched, "likeness": f.likeness}
        for f in found(location, text, as_of)
    ]
    if not rows:
        return _nothing(json, f"no model's name is like {text!r}")
    _give(rows, list(rows[0]), json, csv)
    return PUBLISHED


@command("changes", "changes --since 2026-08-01", "changes --lab deepseek --json")
def changes(
    location: Location,
    since: Annotated[date | None, on_day("--since", "From when.")] = None,
    lab: Annotated[str | None, text("--lab", "LAB", "Of one lab's models.")] = None,
    artefacts: Annotated[
        bool, option("--artefacts", "Also what only looks like a change, with what explains it.")
    ] = False,
    as_of: AsOf = None,
    json: Json = False,
    csv: Csv = False,
) -> int:
    """Changes of prices at labs' own shops, the newest first, each with what it rests on."""
    from flows.console import say
    from reports.answers.prices import changed

    rows = changed(location, since, lab, artefacts, as_of)
    columns = ["valid_from", "model_id", "component", "amount_before", "amount", "currency", "change"]
    columns += ["change_verdict", "source_id", *(["why"] if artefacts else [])]
    if not rows:
        return _nothing(
            json, "no change of a price is known for this; an earlier --since, or --artefacts, shows more"
        )
    _give(rows if json or csv else rows[:CHANGES_SHOWN], columns, json, csv)
    if len(rows) > CHANGES_SHOWN and not (json or csv):
        say(f"{CHANGES_SHOWN} of {len(rows)} changes shown; --csv gives all")
    return PUBLISHED
