"""The checks set single rows aside with their reasons, and stop a source whose day is not what it should
be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from warehouse.capture import Capture
from warehouse.checks.validation import Verdict, validate
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES, SCORES, ListPrice, Score

WHEN = datetime(2026, 4, 24, 3, tzinfo=UTC)
EXPECTS = Expects(rows={"list_prices": (5, 200)}, models=("m0",), amounts=(0.01, 100))


def prices(count: int = 100, **changes: object) -> list[ListPrice]:
    plain = ListPrice("acme", "m", "input", Decimal("1.5"), "USD")
    return [plain._replace(**{"listed_model": f"m{i}", **changes}) for i in range(count)]


def reading(nights: Sequence[Sequence[ListPrice]]) -> SourceRows:
    rows = RowSet("acme", LIST_PRICES)
    for night, said in enumerate(nights):
        rows.add(
            Capture(
                "acme", "https://acme.example/prices", WHEN + timedelta(days=night), f"night {night}".encode()
            ),
            said,
        )
    return rows.reading()


def verdicts(nights: Sequence[Sequence[ListPrice]], expects: Expects = EXPECTS) -> list[Verdict]:
    found = validate(LIST_PRICES, [reading(nights)], {"acme": expects})
    return [found["acme", date(2026, 4, 24) + timedelta(days=i)] for i in range(len(nights))]


def test_good_rows_pass_whole() -> None:
    [verdict] = verdicts([prices()])
    assert verdict.good
    assert not verdict.quarantined


@pytest.mark.parametrize(
    ("odd", "reason"),
    [
        (prices(1, currency="EUR"), "source_currency"),
        (prices(1, amount=Decimal("1500")), "amount_most >= token_amount"),
        (prices(1, amount=Decimal("0.0015")), "token_amount >= amount_least"),
        (prices(1, amount=Decimal(0)), "charged_amount"),
        (prices(1, price_kind="free"), "free_amount"),
        (prices(1, component="inputs"), "component"),
        (
            prices(1, effective_from=WHEN, effective_to=WHEN - timedelta(days=1)),
            "effective_to >= effective_from",
        ),
        (prices(1, provider_id=None), "provider_id"),
    ],
)
def test_an_odd_row_is_set_aside_with_its_reason_and_the_others_are_published(
    odd: list[ListPrice], reason: str
) -> None:
    [verdict] = verdicts([[*prices(), *(row._replace(listed_model="odd") for row in odd)]])
    assert verdict.good
    assert [reason in why for why in verdict.quarantined.values()] == [True]


def test_two_rows_of_one_capture_with_one_key_are_both_set_aside() -> None:
    [verdict] = verdicts([[*prices(), prices(1)[0]._replace(amount=Decimal(3))]])
    assert len(verdict.quarantined) == 2


@pytest.mark.parametrize(
    ("nights", "expected"),
    [
        ([prices(3)], "at least 5 rows"),
        ([prices(201)], "at most 200 rows"),
        ([prices(listed_model="x1")], "models of the families that this source lists"),
        ([prices(), prices(50)], "models to be gone"),
        ([prices(), prices(amount=Decimal("0.015"))], "change more than tenfold"),
        ([prices(currency="CNY")], "in quarantine"),
    ],
)
def test_a_day_that_is_not_what_it_should_be_is_not_published(
    nights: list[list[ListPrice]], expected: str
) -> None:
    last = verdicts(nights)[-1]
    assert not last.good
    assert any(expected in problem for problem in last.problems)


def test_a_first_snapshot_is_known_by_the_families_of_its_models_not_by_a_list_that_ages() -> None:
    later = [row._replace(listed_model=f"kimi-k{n}") for n, row in enumerate(prices())]
    [verdict] = verdicts([later], Expects(rows={"list_prices": (5, 200)}, models=("kimi-k2.5-turbo",)))
    assert verdict.good


def test_after_a_good_snapshot_the_known_models_are_its_own_and_an_unread_one_has_not_vanished() -> None:
    rows = RowSet("acme", LIST_PRICES)
    expects = Expects(rows={"list_prices": (5, 200)}, models=("z1",))
    said = [prices(), prices(60), prices(60)]
    for night, unread in enumerate((frozenset(), frozenset({f"m{n}" for n in range(60, 100)}), frozenset())):
        when = WHEN + timedelta(days=night)
        capture = Capture("acme", "https://acme.example/prices", when, f"night {night}".encode())
        rows.add(capture, said[night], unread)
    found = validate(LIST_PRICES, [rows.reading([(prices_table(), {})])], {"acme": expects})
    assert [found["acme", day].good for day in sorted(d for _, d in found)] == [True, True, True]


def prices_table() -> pa.Table:
    """A snapshot of the night before, of the same models."""
    rows = RowSet("acme", LIST_PRICES)
    before = WHEN - timedelta(days=1)
    rows.add(Capture("acme", "https://acme.example/prices", before, b"before"), prices())
    return rows.reading().rows_on(before.date())


def test_a_day_is_compared_with_the_last_good_one_not_with_a_refused_one() -> None:
    first, second, third = verdicts([prices(), prices(50), prices()])
    assert (first.good, second.good, third.good) == (True, False, True)


def test_a_date_ahead_of_its_capture_is_set_aside_until_its_day_comes() -> None:
    tomorrow = prices(
        1, effective_from=datetime(2026, 4, 24, tzinfo=UTC) + timedelta(days=801), listed_model="early"
    )
    first, second, third = verdicts([[*prices(), *tomorrow]] * 3)
    assert [*first.quarantined.values()] == ["a date that lies ahead of the day of the capture"]
    assert not second.quarantined
    assert not third.quarantined
    [alone] = verdicts([[*prices(), *tomorrow]])
    assert ["latest_start" in why for why in alone.quarantined.values()] == [True]


def named(*models: str) -> list[ListPrice]:
    return [row._replace(listed_model=model) for row, model in zip(prices(len(models)), models, strict=True)]


def test_a_new_spelling_or_version_follows_a_name_of_its_family_and_one_name_follows_one() -> None:
    expects = Expects(rows={"list_prices": (1, 200)})
    before = named("Ministral 3 - 8B", "Ministral 3 - 14B", "OCR 4", "Moderation", "Mixtral 8x7B")
    after = named("Ministral 3 (8B)", "Ministral 3 (14B)", "OCR 4.1", "Moderation 2", "GLM 5.2")
    assert verdicts([before, after], expects)[1].good
    [_, cut] = verdicts([before, named("Ministral 3 (8B)", "OCR 4.1")], expects)
    assert "found 60%" in cut.problems[0]
    one_for_many = named("gpt-1", "gpt-2", "gpt-3", "gpt-4"), named("gpt-5")
    assert not verdicts(one_for_many, expects)[1].good


def test_a_page_may_change_altogether_once_its_last_good_capture_is_old() -> None:
    rows = RowSet("acme", LIST_PRICES)
    for night, said in (
        (0, prices()),
        (120, [r._replace(listed_model=f"n{r.listed_model}") for r in prices()]),
    ):
        rows.add(
            Capture("acme", "https://acme.example/prices", WHEN + timedelta(days=night), f"{night}".encode()),
            said,
        )
    found = validate(LIST_PRICES, [rows.reading()], {"acme": Expects()})
    assert all(verdict.good for verdict in found.values())


def test_a_score_outside_its_own_interval_or_not_a_number_is_set_aside() -> None:
    rows = RowSet("board", SCORES)
    good = [
        Score("b", "1", "rating", f"m{i}", 1000.0 + i, score_low=990.0, score_high=1200.0) for i in range(120)
    ]
    odd = [
        Score("b", "1", "rating", "low", 900.0, score_low=990.0),
        Score("b", "1", "rating", "nan", float("nan")),
    ]
    rows.add(Capture("board", "https://b.example", WHEN, b"x"), [*good, *odd])
    [verdict] = validate(SCORES, [rows.reading()], {"board": Expects()}).values()
    assert sorted(why.split()[0] for why in verdict.quarantined.values()) == ["score", "score"]


def test_a_published_snapshot_says_where_it_comes_from_and_keeps_the_quarantine(tmp_path: Path) -> None:
    snapshots = Snapshots(Location(str(tmp_path)))
    read = reading([[*prices(), *prices(1, listed_model="odd", currency="EUR")]])
    [verdict] = validate(LIST_PRICES, [read], {"acme": EXPECTS}).values()
    assert snapshots.publish(read, verdict, "facts", "code") == 100
    rows = snapshots.read("snapshots/list_prices_v1/acme/2026-04-24.parquet")
    meta = {k.decode(): v.decode() for k, v in rows.schema.metadata.items()}
    assert (meta["table"], meta["licence"], meta["source"]) == ("list_prices", "facts", "acme")
    assert rows.schema.field("amount").metadata[b"unit"] == b"currency/per"
    assert snapshots.read("quarantine/list_prices/acme/2026-04-24.parquet")["listed_model"].to_pylist() == [
        "odd"
    ]
    held = snapshots.latest(LIST_PRICES, "acme", date(2026, 4, 25))
    assert held is not None
    assert list(held[1].values()) == ["https://acme.example/prices"]
