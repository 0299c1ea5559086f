"""What each published table rests on, declared: from a derived row to the snapshot rows behind it, and from
those to a capture.

`DEPENDENCIES` names, for every derived table, the tables that its rows rest on and the columns that join
them. One declaration serves both `gapledger explain` (one row, followed to the bytes) and the proof over a
whole home (every row, none an orphan).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from warehouse.nearest import did_you_mean
from warehouse.tables import SNAPSHOT_TABLES

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
class Dependency:
    """A row `m` of a derived table rests on rows `t` of `on`, joined by `by` (`column` or `column of t=column
    of m`).

    also: what else must hold between `t` and `m`, as SQL (the same figure; not observed later).
    when: SQL condition on `m`; where it does not hold, the dependency is not asked of the row.
    group: dependencies of one group stand for each other: one of them is enough.
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
    Dependency(
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


def _model(on: str, column: str, *more: str, when: str = "", also: str = "true") -> Dependency:
    return Dependency(
        on, (f"model_id={column}", *more), when or f"m.{column} IS NOT NULL AND m.{column} <> ''", also=also
    )


DEPENDENCIES: Mapping[str, tuple[Dependency, ...]] = {
    "models": (
        Dependency("named", ("model_id",), group="known"),
        Dependency("seed_models", ("model_id",), group="known"),
    ),
    "model_dates": (
        Dependency("seed_model_dates", ("model_id", "revision", "date_kind"), group="dated"),
        Dependency("named_releases", ("model_id", "date_kind"), group="dated"),
        Dependency(
            "model_aliases", ("model_id", "revision"), group="dated"
        ),  # the day in a build's printed name
    ),
    "model_aliases": (Dependency("said", ("source_id", "provider_id", "listed_model", "listed_setting")),),
    "unmatched": (Dependency("said", ("source_id", "provider_id", "listed_model", "listed_setting")),),
    "price_intervals": PRICED,
    "source_price_intervals": PRICED,
    "price_changes": (Dependency("price_intervals", (*OFFER, "price_kind", "valid_from")),),
    "model_prices": (Dependency("price_intervals", ("model_id", "provider_id")),),
    "price_verdicts": (
        Dependency(
            "source_price_intervals",
            (*OFFER, "source_id=chosen_source"),
            also="abs(t.amount - m.chosen_amount) <= 1e-9",
        ),
    ),
    "price_ratio": (
        _model("price_intervals", "us_model_id", "provider_id=us_provider_id"),
        _model("price_intervals", "cn_model_id", "provider_id=cn_provider_id"),
        Dependency("capability", (), "m.level IS NOT NULL"),
    ),
    "frontier": (
        Dependency(
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
        Dependency("named_scores", (*BOARD, "observed_on=vintage"), PRINTED),
        *(_model("capability", side, when=f"NOT {PRINTED} AND m.{side} <> ''") for side in SIDES),
    ),
    "lag_trend": (Dependency("lag", (*BOARD, "leader", "follower")),),
    "lag_revisions": (
        _model("named_scores", "follower_model_id", *BOARD),
        Dependency("named_scores", (*BOARD, "observed_on=vintage_new")),
    ),
    "capability": (Dependency("named_scores", ("model_id",)),),
    "coverage": (Dependency("named_scores", BOARD, f"m.board_id <> '' AND {PRINTED}"),),
    "completed_lag": (Dependency("named_scores", BOARD),),
    "pooled_lag": (Dependency("pooled_capability", ()),),
    "pooled_capability": (
        Dependency("named_scores", ("model_id",), "m.boards > 0"),
        Dependency("models", ("model_id",), "m.boards = 0"),
    ),
    "policy_effects": (Dependency("pooled_capability", ()),),
    "board_effects": (Dependency("named_scores", BOARD),),
    "price_index": (Dependency("pooled_capability", ()), Dependency("price_intervals", ())),
    "price_index_ratio": (Dependency("price_index", ("basis", "priced_at", "population")),),
    "price_fall": (
        Dependency("price_index", ("country", "level", "basis", "priced_at", "population", "month")),
    ),
    "frontier_premium": (_model("capability", "edge_model_id"), _model("price_intervals", "edge_model_id")),
    "price_decline": (Dependency("price_ratio", ("basis", "level")),),
    "cadence": (_model("model_dates", "last_model_id"),),
    "cost_per_task": (
        Dependency("named_scores", (*BOARD, "metric", "model_id", "source_id", "observed_on")),
    ),
    "hosting_footprint": (
        Dependency("named_list_prices", ("model_id",), group="hosted"),
        Dependency("named_offers", ("model_id",), group="hosted"),
    ),
    "host_premium": (Dependency("price_intervals", ("model_id",)),),
    "capacity": (
        Dependency("named_offers", ("model_id", "source_id", "observed_on"), group="sign"),
        Dependency("source_price_intervals", ("model_id", "source_id"), group="sign"),
    ),
    "forecast": (_model("model_dates", "last_model_id"), Dependency("lag", BOARD)),
    "claim_verdicts": (Dependency("seed_claims", ("claim_id",)),),
    "address_freshness": (Dependency("captures", ("source_id", "address")),),
    "freshness": (Dependency("captures", ("source_id",), "m.last_success IS NOT NULL"),),
    "gates": (),  # counts of a check over the tables of its date; no captured cell in it
    "set_aside": (),  # how many rows a gate took out, and why; the rows lie in quarantine/marts/
    "attributions": (),  # what the licences declare (warehouse/licences.py); no captured cell in it
}


# The walk goes on from the helper tables to the snapshots, or ends at a seed: a row kept by hand, with its
# evidence.
HELPERS: Mapping[str, tuple[Dependency, ...]] = {
    "named": tuple(Dependency(f"named_{name}", ("model_id",), group="named") for name in NAMED),
    "said": tuple(
        Dependency(
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


def dependencies_of(table: str) -> tuple[Dependency, ...]:
    """What a table's rows rest on: as declared for a derived table, the capture for a snapshot's; ValueError
    for any other name.
    """
    if table in SNAPSHOTS:
        return (Dependency("captures", ("source_id", "capture_sha256")),)
    if table in DEPENDENCIES:
        return DEPENDENCIES[table]
    if table in HELPERS:
        return HELPERS[table]
    if table == "captures":
        return ()
    names = sorted((*DEPENDENCIES, *SNAPSHOTS, "captures"))
    near = did_you_mean(table, names, f"; tables: {', '.join(names)}")
    raise ValueError(f"no lineage is declared for a table called {table}{near}")
