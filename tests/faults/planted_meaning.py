"""Faults in what a printed name or price means, and the gate behind the snapshots that must catch each.

`seeds`: a table kept by hand is refused when it is read. `identity`: the name joins nothing wrong and is
listed as unmatched.
`verdict`: two sources disagree, the right one is believed, and the row says why the other was not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from tests.transforms.made_prices import euro_rates, observed
from transforms.identity.tables import build_identity
from transforms.prices.runs import price_runs
from transforms.prices.table import reconciled_intervals, source_intervals
from transforms.prices.verdicts import price_verdicts
from warehouse.seeds import check_references, columns_of, read_seed, seeds

AS_OF, DAY = date(2026, 11, 20), pd.Timestamp("2026-07-01")
ALIASES = ",".join(columns_of("aliases"))
RELEASE_TEXTS = ("source_id", "listed_model", "lab", "date_kind", "date_precision", "canonical_model")
RELEASE_FIGURES = ("open_weights", "params_total", "params_active", "context_tokens")
NO_RELEASES = pd.DataFrame(
    {name: pd.Series(dtype="object") for name in (*RELEASE_TEXTS, *RELEASE_FIGURES)}
    | {name: pd.Series(dtype="datetime64[us]") for name in ("released_on", "observed_on")}
)
NO_OFFERS = pd.DataFrame(
    {"source_id": [], "observed_on": pd.to_datetime([]), "listed_model": [], "open_weights": []}
)


class Meaning(NamedTuple):
    """One fault; `plant` raises AssertionError where its gate lets it through."""

    name: str
    gate: str
    plant: Callable[[], None]


def _refused(table: str, text: str, told: str) -> Callable[[], None]:
    def plant() -> None:
        try:
            frame = read_seed(table, text)
            check_references(table, frame)
        except ValueError as refused:
            assert told in str(refused), str(refused)
            return
        raise AssertionError("the seed is read as if nothing were wrong")

    return plant


def _names(source: str, model: str, lab: str) -> pd.DataFrame:
    row = {
        "source_id": source,
        "provider_id": "",
        "listed_model": model,
        "listed_setting": "",
        "listed_lab": lab,
        "canonical_model": "",
        "table": "offers",
        "first_seen": pd.Timestamp("2026-06-01"),
        "last_seen": pd.Timestamp("2026-06-02"),
        "rows": 2,
    }
    return pd.DataFrame([row])


def _with_alias(alias: dict[str, str]) -> dict[str, pd.DataFrame]:
    """The seeds with one planted alias more."""
    row = pd.DataFrame([dict.fromkeys(columns_of("aliases"), "") | {"evidence": "planted"} | alias])
    frame = seeds()["aliases"]
    row = row.assign(valid_from=pd.NaT, valid_to=pd.NaT).astype(frame.dtypes.to_dict())
    return {**seeds(), "aliases": pd.concat([frame, row], ignore_index=True)}


def _unmatched(source: str, model: str) -> Callable[[], None]:
    """The name joins no model and is listed."""

    def plant() -> None:
        found = build_identity(seeds(), _names(source, model, ""), NO_RELEASES, NO_OFFERS, AS_OF)
        assert found["model_aliases"].empty
        assert found["unmatched"]["listed_model"].tolist() == [model]

    return plant


def _not_joined_to(
    model_id: str, source: str, model: str, lab: str, alias: dict[str, str]
) -> Callable[[], None]:
    """The name, whose lab the source states, does not join the model to which a planted alias points."""

    def plant() -> None:
        found = build_identity(_with_alias(alias), _names(source, model, lab), NO_RELEASES, NO_OFFERS, AS_OF)
        assert model_id not in found["model_aliases"]["model_id"].tolist()

    return plant


def _verdict(reason: str, chosen: float, *rows: dict[str, Any]) -> Callable[[], None]:
    """The provider's own page is believed, and the feed's price is explained."""

    def plant() -> None:
        said = source_intervals(price_runs(observed(*rows)), DAY)
        found = price_verdicts(said, reconciled_intervals(said), DAY, euro_rates(), DAY)
        assert list(zip(found["reason"], found["chosen_amount"], strict=True)) == [(reason, chosen)]

    return plant


PAGE = {"at": "2026-06-20", "amount": 2.0}


def _feed(amount: float, **more: Any) -> dict[str, Any]:
    return {"source_id": "feed", "at": "2026-06-20", "amount": amount, **more}


PROMOTION = {**PAGE, "price_kind": "promotional", "amount": 0.5, "effective_to": "2026-08-01"}
MEANINGS = (
    Meaning(
        "an alias of a model that is not there",
        "seeds",
        _refused("aliases", f"{ALIASES}\n*,made,,,,nobody/made,,,why\n", "nobody/made"),
    ),
    Meaning(
        "an alias without evidence",
        "seeds",
        _refused("aliases", f"{ALIASES}\n*,made,,,,openai/o1,,,\n", "evidence"),
    ),
    Meaning(
        "one name with two meanings of one day",
        "seeds",
        _refused(
            "aliases",
            f"{ALIASES}\n*,made,,,,openai/o1,,,why\n*,made,,,,openai/gpt-4o,,,why\n",
            "a second row",
        ),
    ),
    Meaning(
        "an alias that points to another lab's model",
        "identity",
        _not_joined_to(
            "deepseek/deepseek-v3",
            "models_dev",
            "gpt-4o",
            "openai",
            {"source_id": "*", "listed_model": "gpt-4o", "model_id": "deepseek/deepseek-v3"},
        ),
    ),
    Meaning("a model renamed to what nobody knows", "identity", _unmatched("deepseek_en", "whalesong-9")),
    Meaning("a name that is nearly another's", "identity", _unmatched("livebench", "gtp-4o")),
    Meaning(
        "a name that points elsewhere at its provider",
        "verdict",
        _verdict(
            "alias re-pointed",
            2.0,
            *(
                {**row, "component": part, "amount": amount}
                for row, amounts in (
                    ({**PAGE, "listed_model": "m-latest"}, (2.0, 8.0)),
                    ({**PAGE, "listed_model": "m-2"}, (3.7, 8.0)),
                    (_feed(0.0, listed_model="m-latest"), (3.7, 8.0)),
                )
                for part, amount in zip(("input", "output"), amounts, strict=True)
            ),
        ),
    ),
    Meaning("a unit slip in a feed", "verdict", _verdict("unit slip", 2.0, PAGE, _feed(2000.0))),
    Meaning(
        "CNY as USD in a feed",
        "verdict",
        _verdict(
            "currency mix-up",
            2.6,
            {**PAGE, "amount": 14.9, "currency": "CNY", "component": "output"},
            {**PAGE, "amount": 2.6, "component": "output"},
            _feed(14.9, component="output"),
        ),
    ),
    Meaning(
        "a promotion as list price in a feed",
        "verdict",
        _verdict("promotion versus list", 2.0, PAGE, PROMOTION, _feed(0.5)),
    ),
    Meaning(
        "the batch price as the standard one in a feed",
        "verdict",
        _verdict("tier mix-up", 2.0, PAGE, {**PAGE, "service_tier": "batch", "amount": 1.1}, _feed(1.1)),
    ),
    Meaning(
        "last year's price in a feed",
        "verdict",
        _verdict("stale copy", 2.0, {"at": "2026-01-01", "amount": 5.0}, PAGE, _feed(5.0, at="2026-01-02")),
    ),
)
