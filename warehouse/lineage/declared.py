"""What each published table rests on, declared: from a derived row to the snapshot rows behind it, and from
those to a capture.

`RESTS` names, for every derived table, the tables that its rows rest on and the columns that join them. One
declaration serves both
`gapledger explain` (one row, followed to the bytes) and the proof over a whole home (every row, none an
orphan).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.location import Location
from warehouse.nearest import did_you_mean
from warehouse.tables import SNAPSHOT_TABLES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SEEDS = Path(__file__).parents[1] / "seeds"
SNAPSHOTS = tuple(table.name for table in SNAPSHOT_TABLES)
# The columns of the named snapshots by which anything is joined to them.
JOINED = {
    "list_prices": (
        "source_id",
        "provider_id",
        "listed_model",
        "component",
        "currency",
        "amount",
        "capture_sha256",
        "observed_on",
    ),
    "scores": (
        "source_id",
        "listed_model",
        "listed_setting",
        "board_id",
        "board_version",
        "metric",
        "score",
        "observed_on",
    ),
    "releases": ("source_id", "listed_model", "date_kind", "observed_on"),
    "offers": ("source_id", "provider_id", "listed_model", "observed_on"),
}
NAMED = tuple(JOINED)


@dataclass(frozen=True, slots=True)
class Rest:
    """A row `m` of a derived table rests on rows `t` of `on`, joined by `by` (`column` or `column of t=column
    of m`).

    also: what else must hold between `t` and `m`, as SQL (the same figure; not observed later).
    when: SQL condition on `m`; where it does not hold, this rest is not asked of the row.
    group: rests of one group stand for each other: one of them is enough.
    """

    on: str
    by: tuple[str, ...]
    when: str = "true"
    group: str = ""
    also: str = "true"

    @property
    def condition(self) -> str:
        """The join as SQL; an empty text and a null are the same nothing."""
        pairs = [(name.split("=")[0], name.split("=")[-1]) for name in self.by]
        return " AND ".join(
            [*(f"t.{theirs} IS NOT DISTINCT FROM m.{ours}" for theirs, ours in pairs), self.also]
        )


BOARD = ("board_id", "board_version")
# The chosen price may hold in a narrower time band than its source prints: it was cut to the band of
# another's statement.
OFFER = (
    "provider_id",
    "model_id",
    "revision",
    "setting",
    "component",
    "service_tier",
    "modality",
    "currency",
    "per",
    "region",
)
PRICED = (
    Rest(
        "list_prices",
        ("source_id", "listed_model", "component", "currency", "capture_sha256"),
        also="abs(t.amount - m.amount) <= 1e-9",
    ),
)
# A board's statement of a day holds what it said of a model until then: models leave boards. Scores that a
# licence keeps back are empty.
SAID_BY_THEN = "t.observed_on <= m.vintage"
SIDES = ("leader_model_id", "follower_model_id")
# our own index is printed nowhere: its lags rest on the `capability` of their models
PRINTED = "(m.board_id <> 'capability_index')"


def _model(on: str, column: str, *more: str, when: str = "", also: str = "true") -> Rest:
    return Rest(
        on, (f"model_id={column}", *more), when or f"m.{column} IS NOT NULL AND m.{column} <> ''", also=also
    )


RESTS: Mapping[str, tuple[Rest, ...]] = {
    "models": (
        Rest("named", ("model_id",), group="known"),
        Rest("seed_models", ("model_id",), group="known"),
    ),
    "model_dates": (
        Rest("seed_model_dates", ("model_id", "revision", "date_kind"), group="dated"),
        Rest("named_releases", ("model_id", "date_kind"), group="dated"),
        Rest("model_aliases", ("model_id", "revision"), group="dated"),  # the day in a build's printed name
    ),
    "model_aliases": (Rest("said", ("source_id", "provider_id", "listed_model", "listed_setting")),),
    "unmatched": (Rest("said", ("source_id", "provider_id", "listed_model", "listed_setting")),),
    "price_intervals": PRICED,
    "source_price_intervals": PRICED,
    "price_changes": (Rest("price_intervals", (*OFFER, "price_kind", "valid_from")),),
    "model_prices": (Rest("price_intervals", ("model_id", "provider_id")),),
    "price_verdicts": (
        Rest(
            "source_price_intervals",
            (*OFFER, "source_id=chosen_source"),
            also="abs(t.amount - m.chosen_amount) <= 1e-9",
        ),
    ),
    "price_ratio": (
        _model("price_intervals", "us_model_id", "provider_id=us_provider_id"),
        _model("price_intervals", "cn_model_id", "provider_id=cn_provider_id"),
        Rest("capability", (), "m.level IS NOT NULL"),
    ),
    "frontier": (
        Rest(
            "named_scores",
            (*BOARD, "model_id"),
            also=f"{SAID_BY_THEN} AND (m.score IS NULL OR t.score = m.score)",
        ),
    ),
    "lag": (
        *(
            _model("named_scores", side, *BOARD, when=f"{PRINTED} AND m.{side} <> ''", also=SAID_BY_THEN)
            for side in SIDES
        ),
        Rest("named_scores", (*BOARD, "observed_on=vintage"), PRINTED),
        *(_model("capability", side, when=f"NOT {PRINTED} AND m.{side} <> ''") for side in SIDES),
    ),
    "lag_trend": (Rest("lag", (*BOARD, "leader", "follower")),),
    "lag_revisions": (
        _model("named_scores", "follower_model_id", *BOARD),
        Rest("named_scores", (*BOARD, "observed_on=vintage_new")),
    ),
    "capability": (Rest("named_scores", ("model_id",)),),
    "pooled_lag": (Rest("pooled_capability", ()),),
    "pooled_capability": (
        Rest("named_scores", ("model_id",), "m.boards > 0"),
        Rest("models", ("model_id",), "m.boards = 0"),
    ),
    "board_effects": (Rest("named_scores", BOARD),),
    "price_index": (Rest("pooled_capability", ()), Rest("price_intervals", ())),
    "price_index_ratio": (Rest("price_index", ("basis", "priced_at", "population")),),
    "price_fall": (Rest("price_index", ("country", "level", "basis", "priced_at", "population", "month")),),
    "frontier_premium": (_model("capability", "edge_model_id"), _model("price_intervals", "edge_model_id")),
    "price_decline": (Rest("price_ratio", ("basis", "level")),),
    "cadence": (_model("model_dates", "last_model_id"),),
    "cost_per_task": (Rest("named_scores", (*BOARD, "metric", "model_id", "source_id", "observed_on")),),
    "hosting_footprint": (
        Rest("named_list_prices", ("model_id",), group="hosted"),
        Rest("named_offers", ("model_id",), group="hosted"),
    ),
    "host_premium": (Rest("price_intervals", ("model_id",)),),
    "capacity": (
        Rest("named_offers", ("model_id", "source_id", "observed_on"), group="sign"),
        Rest("source_price_intervals", ("model_id", "source_id"), group="sign"),
    ),
    "forecast": (_model("model_dates", "last_model_id"), Rest("lag", BOARD)),
    "claim_verdicts": (Rest("seed_claims", ("claim_id",)),),
    "freshness": (Rest("captures", ("source_id",), "m.last_success IS NOT NULL"),),
    "attributions": (),  # what the licences declare (warehouse/licences.py); no captured cell in it
}


# The walk goes on from the helper tables to the snapshots, or ends at a seed: a row kept by hand, with its
# evidence.
HELPERS: Mapping[str, tuple[Rest, ...]] = {
    "named": tuple(Rest(f"named_{name}", ("model_id",), group="named") for name in NAMED),
    "said": tuple(
        Rest(
            name,
            (
                "source_id",
                "listed_model",
                *(c for c in ("provider_id", "listed_setting") if c in JOINED[name]),
            ),
            group="said",
        )
        for name in NAMED
    ),
    **dict.fromkeys(("seed_models", "seed_model_dates", "seed_claims"), ()),
}
SEED_FILES = {
    "seed_models": "models.csv",
    "seed_model_dates": "model_dates.csv",
    "seed_claims": "claims.yaml",
}


def rests_of(table: str) -> tuple[Rest, ...]:
    """What a table's rows rest on: as declared for a derived table, the capture for a snapshot's; ValueError
    for any other name.
    """
    if table in SNAPSHOTS:
        return (Rest("captures", ("source_id", "capture_sha256")),)
    if table in RESTS:
        return RESTS[table]
    if table in HELPERS:
        return HELPERS[table]
    if table == "captures":
        return ()
    names = sorted((*RESTS, *SNAPSHOTS, "captures"))
    near = did_you_mean(table, names, f"; tables: {', '.join(names)}")
    raise ValueError(f"no lineage is declared for a table called {table}{near}")


def connect_as_of(location: Location, as_of: date | None) -> DuckDBPyConnection:
    """The home's tables with the derived ones as known on `as_of`, and the helpers that `RESTS` names: names
    joined to models, seeds.
    """
    from warehouse.query import connect

    connection = connect(location, as_of)
    there = set(tables_of(connection))
    for name in SNAPSHOTS:
        if name not in there:
            connection.execute(f"CREATE VIEW {name} AS SELECT {_columns(name)} WHERE false")
    said = " UNION ".join(
        f"SELECT DISTINCT source_id, {_or_empty('provider_id', name)} AS provider_id, listed_model,"  # noqa: S608
        f" {_or_empty('listed_setting', name)} AS listed_setting FROM {name}"
        for name in NAMED
    )
    connection.execute(f"CREATE TABLE said AS {said}")
    _seeds(connection)
    _name(connection, "VIEW")
    return connection


def keep_what_joins(connection: DuckDBPyConnection) -> None:
    """Puts in place of the snapshots' views tables of their joined columns, each combination once: for a
    proof over many dates.
    """
    for name, columns in JOINED.items():
        connection.execute(f"CREATE TABLE kept_{name} AS SELECT DISTINCT {', '.join(columns)} FROM {name}")  # noqa: S608
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM kept_{name}")  # noqa: S608
        connection.execute(f"DROP VIEW IF EXISTS named_{name}")


def move_to(connection: DuckDBPyConnection, location: Location, as_of: date) -> list[str]:
    """Makes the derived tables of a connection those that were known on `as_of`; gives their names."""
    from warehouse.query import as_of_views

    for name in RESTS:
        connection.execute(f"DROP VIEW IF EXISTS {name}")
    built = as_of_views(connection, location, as_of)
    _name(connection, "TABLE")
    return built


def _name(connection: DuckDBPyConnection, kind: str) -> None:
    """Joins the printed names of the snapshots to models, as the aliases of the date say, each within the
    days for which it holds.
    """
    if "model_aliases" not in tables_of(connection):
        return
    for name in NAMED:
        here = "".join(f" AND a.{c} = t.{c}" for c in ("provider_id", "listed_setting") if c in JOINED[name])
        connection.execute(
            f"CREATE OR REPLACE {kind} named_{name} AS SELECT t.*, a.model_id, a.revision"  # noqa: S608
            f" FROM {name} t JOIN model_aliases a"
            f" ON a.source_id = t.source_id AND a.listed_model = t.listed_model {here}"
            " AND t.observed_on >= coalesce(a.valid_from, DATE '1970-01-01') AND t.observed_on <"
            " coalesce(a.valid_to, DATE '9999-12-31')"
        )
    union = " UNION ".join(f"SELECT DISTINCT model_id FROM named_{name}" for name in NAMED)  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TABLE named AS {union}")


def _or_empty(column: str, table: str) -> str:
    return column if column in JOINED[table] else "''"


def _columns(table: str) -> str:
    declared = next(t for t in SNAPSHOT_TABLES if t.name == table)
    return ", ".join(f"NULL AS {name}" for name in declared.column_names)


def _seeds(connection: DuckDBPyConnection) -> None:
    for name in ("models", "model_dates"):
        path = str(SEEDS / f"{name}.csv").replace("'", "''")
        connection.execute(
            f"CREATE VIEW seed_{name} AS SELECT COLUMNS(*)::VARCHAR"  # noqa: S608
            f" FROM read_csv('{path}', all_varchar=true, nullstr='\\N')"
        )
    from warehouse.claims_file import seed_claims

    connection.execute("CREATE TABLE seed_claims(claim_id VARCHAR)")
    connection.executemany("INSERT INTO seed_claims VALUES (?)", [[c] for c in seed_claims()["claim_id"]])


def tables_of(connection: DuckDBPyConnection) -> list[str]:
    """The tables and views of a connection."""
    return [
        row[0]
        for row in connection.execute(
            "SELECT table_name FROM information_schema.tables ORDER BY 1"
        ).fetchall()
    ]


def records(connection: DuckDBPyConnection, sql: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    """The rows of a statement, each by column name."""
    done = connection.execute(sql, list(values))
    names = [column[0] for column in done.description or ()]
    return [dict(zip(names, row, strict=True)) for row in done.fetchall()]


def orphans(connection: DuckDBPyConnection, table: str) -> Iterator[tuple[str, int]]:
    """What a table's rows lack: (the rest, how many rows have nothing there). Nothing is yielded where every
    row rests on something.
    """
    there = set(tables_of(connection))
    groups: dict[str, list[Rest]] = {}
    for number, rest in enumerate(rests_of(table)):
        groups.setdefault(rest.group or str(number), []).append(rest)
    for rests in groups.values():
        lacking = " AND ".join(
            (
                f"NOT EXISTS (SELECT 1 FROM {r.on} t WHERE {r.condition or 'true'})"  # noqa: S608
                if r.on in there
                else "true"
            )
            for r in rests
        )
        [(count,)] = connection.execute(
            f"SELECT count(*) FROM {table} m WHERE {rests[0].when} AND {lacking}"  # noqa: S608
        ).fetchall()
        if count:
            yield " or ".join(r.on for r in rests), int(count)


def behind(
    connection: DuckDBPyConnection, table: str, row: Mapping[str, Any], limit: int
) -> list[tuple[str, Sequence[dict[str, Any]], int]]:
    """The rows behind one row of a table: (table, at most `limit` rows, how many there are), one entry a rest
    that applies.
    """
    there = set(tables_of(connection))
    found: list[tuple[str, Sequence[dict[str, Any]], int]] = []
    names = list(row)
    one = "SELECT " + ", ".join(f"? AS {name}" for name in names)
    for rest in rests_of(table):
        if rest.on not in there:
            continue
        source = f"FROM {rest.on} t, ({one}) m WHERE {rest.when} AND {rest.condition or 'true'}"
        values = [row[name] for name in names]
        [(count,)] = connection.execute(f"SELECT count(*) {source}", values).fetchall()
        if count:
            rows = records(connection, f"SELECT t.* {source} LIMIT {limit}", values)
            found.append((rest.on, rows, int(count)))
    return found
