"""Slips in feeds, which stay for months: held with the reason, whenever they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.source import discover
from warehouse.capture import Capture
from warehouse.checks.validation import Verdict, validate
from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.location import home
from warehouse.snapshots import Snapshots
from warehouse.source_rows import RowSet, SourceRows
from warehouse.tables import LIST_PRICES, ListPrice

WHEN = datetime(2026, 10, 5, tzinfo=UTC)
FEED = Expects(jump=100.0, second_hand=True, amounts=(0.0005, 1000.0))
PAGE = Expects(amounts=(0.0005, 1000.0))


def offer(provider: str, model: str, given: str, out: str, cache: str = "") -> list[ListPrice]:
    rows = [ListPrice(provider, model, "input", Decimal(given), "USD")]
    rows.append(rows[0]._replace(component="output", amount=Decimal(out)))
    return [*rows, rows[0]._replace(component="cache_read", amount=Decimal(cache))] if cache else rows


PADDING = [row for n in range(200) for row in offer("pad", f"pad-{n}", "1", "2")]


def reading(source_id: str, rows: Sequence[ListPrice], days: int = 0) -> SourceRows:
    found = RowSet(source_id, LIST_PRICES)
    when = WHEN + timedelta(days=days)
    found.add(Capture(source_id, f"https://{source_id}.example/", when, source_id.encode()), rows)
    return found.reading()


def held(feed: Sequence[ListPrice], *others: SourceRows, expects: Expects = FEED) -> set[tuple[str, str]]:
    mine = reading("feed", [*PADDING, *feed])
    known = {"feed": expects, **{other.source_id: PAGE for other in others}}
    verdict = validate(LIST_PRICES, [mine, *others], known)["feed", date(2026, 10, 5)]
    assert verdict.good
    rows = mine.distinct.to_pylist()
    return {(rows[n]["listed_model"], rows[n]["component"]) for n in verdict.quarantined}


ELSEWHERE = (
    reading("moonshot", offer("moonshot", "kimi-k2.5", "0.6", "3"), days=-1),
    reading("mirror", offer("fireworks", "accounts/x/kimi-k2.5", "0.6", "2.5"), days=-2),
)
BOTH = {("moonshotai/kimi-k2.5", "input"), ("moonshotai/kimi-k2.5", "output")}


def test_a_price_a_thousand_times_what_others_say_of_the_model_is_held_at_first_sight():
    assert held(offer("openrouter", "moonshotai/kimi-k2.5", "600", "900"), *ELSEWHERE) == BOTH
    assert held(offer("openrouter", "moonshotai/kimi-k2.5", "0.5", "2.8"), *ELSEWHERE) == set()


def test_others_who_do_not_agree_or_who_had_not_spoken_before_the_day_hold_nothing():
    apart = (ELSEWHERE[0], reading("mirror", offer("fireworks", "kimi-k2.5", "6", "25"), days=-1))
    same_day, later = (
        tuple(reading(r.source_id, offer("x", "kimi-k2.5", "0.6", "3"), days=n) for r in ELSEWHERE)
        for n in (0, 3)
    )
    for others in (apart, same_day, later, ELSEWHERE[:1]):
        assert held(offer("openrouter", "moonshotai/kimi-k2.5", "600", "900"), *others) == set()


def test_output_cheaper_than_input_in_a_feed_holds_both_and_a_vendors_page_is_its_parsers_business():
    odd = offer("oci", "oci/x.g3", "3", "0.15")
    assert held(odd) == {("oci/x.g3", "input"), ("oci/x.g3", "output")}
    assert held(odd, expects=PAGE) == set()


def test_a_cache_dearer_than_input_and_components_hundreds_of_times_apart_are_held():
    assert held(offer("a", "m", "1", "2", cache="3")) == {("m", "input"), ("m", "cache_read")}
    assert held(offer("a", "m", "0.01", "20")) == {("m", "input"), ("m", "output")}
    assert held(offer("a", "m", "1", "1", cache="0.1")) == set()


@pytest.mark.parametrize("tier", ["batch", "flex", "priority", "fast"])
def test_a_slower_tier_dearer_than_the_standard_one_or_a_faster_one_cheaper_holds_both(tier: str):
    rows = offer("a", "m", "1", "4")
    slower = tier in ("batch", "flex")
    odd, right = ("4.5", "2") if slower else ("3.5", "8")
    beside = rows[1]._replace(service_tier=tier, amount=Decimal(odd))
    assert held([*rows, beside]) == {("m", "output")}
    mine = reading("feed", [*PADDING, *rows, beside])
    found = validate(LIST_PRICES, [mine], {"feed": FEED})["feed", date(2026, 10, 5)].quarantined
    assert {mine.distinct.to_pylist()[n]["service_tier"] for n in found} == {"standard", tier}
    assert all(tier in why and "in one entry" in why for why in found.values())
    assert held([*rows, beside._replace(amount=Decimal(right))]) == set()
    assert held([*rows, beside._replace(amount=Decimal("4"))]) == set()
    assert held([*rows, beside._replace(context_from_tokens=200_000)]) == set()
    assert held([*rows, beside], expects=PAGE) == set()


def test_a_feed_that_is_read_alone_is_compared_with_what_others_last_said_in_the_home(tmp_path: Path):
    snapshots = Snapshots(home(str(tmp_path)))
    for other in (*ELSEWHERE, reading("late", offer("late", "kimi-k2.5", "600", "900"), days=3)):
        for day in other.days:
            snapshots.publish(other, Verdict(other.source_id, day), "facts", "made")
    mine = reading("feed", [*PADDING, *offer("openrouter", "moonshotai/kimi-k2.5", "600", "900")])
    expects = {"feed": FEED, "moonshot": PAGE, "mirror": PAGE, "late": PAGE}
    beside = said_elsewhere(snapshots, [mine], expects)
    assert [(r.source_id, r.days) for r in beside] == [("mirror", []), ("moonshot", [])]
    verdicts = validate(LIST_PRICES, [mine, *beside], expects)
    assert [*verdicts] == [("feed", date(2026, 10, 5))]
    assert len(verdicts["feed", date(2026, 10, 5)].quarantined) == 2
    assert said_elsewhere(snapshots, [reading("moonshot", PADDING)], expects) == []


def test_in_a_home_without_other_sources_a_feed_is_compared_with_the_packages_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("GAPLEDGER_HISTORY")
    expects = {source_id: reader.source.expects for source_id, reader in discover().items()}
    mine = reading("openrouter", [*PADDING, *offer("openrouter", "moonshotai/kimi-k2.5", "600", "900")])
    beside = said_elsewhere(Snapshots(home(str(tmp_path))), [mine], expects)
    found = validate(LIST_PRICES, [mine, *beside], expects)["openrouter", date(2026, 10, 5)]
    names = mine.distinct.column("listed_model").to_pylist()
    held = {names[n]: why for n, why in found.quarantined.items() if names[n].startswith("moonshotai")}
    assert "of the same model" in held["moonshotai/kimi-k2.5"]
