"""Faults planted in data, and the gate that must catch each: the page's text, or the rows of a parser that
read it wrongly.

A fault is planted in the second night of a small home whose first night was good, and goes the way that every
night goes: archive, parser, row checks, day checks, snapshot, identity.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from tests.faults.good_nights import FIRST, MODELS, SECOND, Rows

Change = Callable[[Rows], Rows]


class Fault(NamedTuple):
    """One fault. `gate`: parser, row (quarantine), held (quarantine until it has stood a week), day (the
    source is stopped).
    """

    name: str
    base: str
    change: Change
    gate: str
    found: str


def one(at: int = 0, **changes: Any) -> Change:
    """A change of one row's fields; a function as a value gets the old one."""

    def change(rows: Rows) -> Rows:
        new = {k: v(getattr(rows[at], k)) if callable(v) else v for k, v in changes.items()}
        return [*rows[:at], rows[at]._replace(**new), *rows[at + 1 :]]

    return change


def every(pick: Callable[[Any], bool] = lambda row: True, **changes: Any) -> Change:
    """The same change of every row that `pick` takes."""
    return lambda rows: [
        row._replace(**{k: v(getattr(row, k)) if callable(v) else v for k, v in changes.items()})
        if pick(row)
        else row
        for row in rows
    ]


def only(pick: Callable[[Any], bool]) -> Change:
    """The rows that `pick` takes, the others gone."""
    return lambda rows: [row for row in rows if pick(row)]


def swapped(models: Sequence[str]) -> Change:
    """Input and output of these models exchanged."""
    turn = {"input": "output", "output": "input"}
    return lambda rows: [
        r._replace(component=turn.get(r.component, r.component)) if r.listed_model in models else r
        for r in rows
    ]


def copied(**changes: Any) -> Change:
    """A second row of the first one's key that says something else."""
    return lambda rows: [*rows, one(0, **changes)(rows)[0]]


def times(factor: str) -> Callable[[Decimal], Decimal]:
    """Multiplies an amount."""
    return lambda amount: amount * Decimal(factor)


def _number(row: Any) -> int:
    return int(row.listed_model.split("-")[1])


ALL = [f"model-{i}" for i in range(MODELS)]


FAULTS = (
    Fault(
        "a unit slip of 1,000 on one price", "prices", one(3, amount=times("0.001")), "held", "1e+03 times"
    ),
    Fault(
        "a unit slip of 1,000 on one price, upwards, within the limits",
        "prices",
        one(2, amount=times("1000")),
        "held",
        "1e+03 times",
    ),
    Fault("a unit slip of 1,000 on every price", "prices", every(amount=times("0.001")), "day", "quarantine"),
    Fault("a unit slip of 20 on every price", "prices", every(amount=times("20")), "day", "tenfold"),
    Fault("a decimal point slipped on one price", "prices", one(4, amount=times("10")), "held", "10 times"),
    Fault(
        "a decimal point slipped on a tenth of the prices",
        "prices",
        every(lambda r: _number(r) % 10 == 0, amount=times("10")),
        "day",
        "quarantine",
    ),
    Fault("zero for unknown", "prices", one(0, amount=Decimal(0)), "row", "charged_amount"),
    Fault(
        "a cached price per token among those per million",
        "prices",
        one(2, amount=times("0.000001")),
        "row",
        "any_token_amount",
    ),
    Fault("a negative price", "prices", one(0, amount=Decimal(-1)), "row", "amount"),
    Fault("a free price that is not zero", "prices", one(0, price_kind="free"), "row", "free_amount"),
    Fault("a price beyond every price", "prices", one(0, amount=Decimal(50000)), "row", "amount_most"),
    Fault("a price that is no number", "prices", one(0, amount=Decimal("NaN")), "day", ""),
    Fault("input and output of one model swapped", "prices", swapped(["model-7"]), "held", "changed places"),
    Fault("input and output of every model swapped", "prices", swapped(ALL), "day", "quarantine"),
    Fault("CNY where only USD is sold", "prices", one(0, currency="CNY"), "row", "source_currency"),
    Fault("every price in CNY where only USD is sold", "prices", every(currency="CNY"), "day", "quarantine"),
    Fault("a currency that does not exist", "prices", one(0, currency="USX"), "row", "currency"),
    Fault("a component that no table knows", "prices", one(0, component="inputs"), "row", "component"),
    Fault("a unit that no table knows", "prices", one(0, per="1e9 tokens"), "row", "per"),
    Fault("a row twice, with another price", "prices", copied(amount=Decimal("9.9")), "row", "duplicate key"),
    Fault(
        "half of the models gone",
        "prices",
        only(lambda r: _number(r) < MODELS // 2),
        "day",
        "models to be gone",
    ),
    Fault(
        "every output price gone, and the cached ones",
        "prices",
        only(lambda r: r.component == "input"),
        "day",
        "at least 90 rows",
    ),
    Fault(
        "half of every model's prices gone",
        "prices",
        lambda rows: [
            r for r in rows if r.component == "input" or (r.component == "output" and _number(r) % 2)
        ],
        "day",
        "components to be gone",
    ),
    Fault("one row left", "prices", lambda rows: rows[:1], "day", "at least 90 rows"),
    Fault(
        "three times as many rows as ever",
        "prices",
        lambda rows: [r._replace(region=region) for region in ("", "eu", "cn") for r in rows],
        "day",
        "at most 400 rows",
    ),
    Fault(
        "another vendor's page",
        "prices",
        every(listed_model=lambda m: m.replace("model", "other")),
        "day",
        "models to be gone",
    ),
    Fault("a name of 5,000 letters", "prices", one(0, listed_model="m" * 5000), "row", "listed_model"),
    Fault("a name that is empty", "prices", one(0, listed_model=""), "row", "listed_model"),
    Fault(
        "a name with control characters",
        "prices",
        one(0, listed_model="model\x1b[2J\x00"),
        "row",
        "listed_model",
    ),
    Fault("no provider", "prices", one(0, provider_id=None), "row", "provider_id"),
    Fault(
        "an offer that ends before it begins",
        "prices",
        one(0, effective_from=SECOND, effective_to=FIRST),
        "row",
        "effective_to >= effective_from",
    ),
    Fault(
        "a price announced for a wrong year",
        "prices",
        one(0, effective_from=datetime(2062, 6, 1, tzinfo=UTC)),
        "row",
        "latest_start",
    ),
    Fault("a score above its scale", "scores", one(5, score=3001.0, score_high=None), "row", "score_most"),
    Fault("a score below its scale", "scores", one(5, score=-1.0, score_low=None), "row", "score_least"),
    Fault("a score that is no number", "scores", one(5, score=float("nan")), "row", "score"),
    Fault("a score without bounds", "scores", one(5, score=float("inf"), score_high=None), "row", "score"),
    Fault(
        "an error bar on an anchor that is no number",
        "scores",
        one(59, score_se=float("nan")),
        "row",
        "score_se: not a number",
    ),
    Fault("an error bar without end", "scores", one(59, score_high=float("inf")), "row", "score_high"),
    Fault("a score outside its own interval", "scores", one(5, score=2500.0), "row", "score_high >= score"),
    Fault(
        "an evaluation in the future", "scores", one(5, evaluated_on=date(2027, 1, 1)), "row", "evaluated_on"
    ),
    Fault(
        "an index rebased by a factor",
        "scores",
        every(score=lambda s: s * 1.2, score_low=None, score_high=None),
        "day",
        "a new scale",
    ),
    Fault(
        "an index rebased by a step",
        "scores",
        every(score=lambda s: s + 50, score_low=None, score_high=None),
        "day",
        "a new scale",
    ),
    Fault(
        "half of a board's models gone",
        "scores",
        only(lambda r: _number(r) % 2 == 0),
        "day",
        "models to be gone",
    ),
    Fault("a model twice on a board", "scores", copied(score=1500.0, score_high=None), "day", "quarantine"),
    Fault(
        "a release in the next century",
        "releases",
        one(5, released_on=date(2126, 1, 1)),
        "row",
        "released_on",
    ),
    Fault(
        "a release before there were such models",
        "releases",
        one(5, released_on=date(1926, 1, 1)),
        "row",
        "released_on",
    ),
    Fault("a kind of date that no table knows", "releases", one(5, date_kind="rumoured"), "row", "date_kind"),
    Fault("a rate of the future", "rates", one(59, rate_on=date(2026, 12, 24)), "row", "rate_on"),
    Fault("a rate with a slipped point", "rates", one(30, rate=11.3), "row", "rate"),
    Fault("a newest rate with a slipped point", "rates", one(59, rate=0.116), "row", "rate"),
    Fault("a rate upside down", "rates", one(30, rate=0.0), "row", "rate"),
)
