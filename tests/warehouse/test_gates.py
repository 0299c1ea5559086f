"""The gates of the derived tables: a planted fault a rule is caught, sound tables pass, the held stay out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from warehouse.checks.marts.gated import EVERY_RULE, gated, held_tables
from warehouse.checks.marts.held import held_notes
from warehouse.checks.marts.judge import Judged, judge
from warehouse.checks.marts.rule import Rule, never
from warehouse.location import Location
from warehouse.mart_rows import declared_tables, in_files
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts

AS_OF = pd.Timestamp("2026-11-15")
Tables = dict[str, pd.DataFrame]
NOT_OF_AN_OFFER = (
    "price_kind", "amount", "amount_usd", "valid_from", "valid_to", "valid_to_basis", "last_seen_at",
    "source_id", "listed_model", "own_page", "first_party",
)  # fmt: skip


def at(day: str | None) -> pd.Timestamp:
    return pd.Timestamp(day, tz="UTC") if day else pd.NaT


def price(**more: object) -> dict:
    row = {
        "provider_id": "acme", "market": "", "model_id": "acme/one", "revision": "", "setting": "",
        "component": "input", "service_tier": "standard", "modality": "text", "region": "",
        "context_from_tokens": 0, "time_band": "always",
        "price_kind": "list", "amount": 2.0, "currency": "USD", "amount_usd": 2.0,
        "valid_from": at("2026-03-01"), "valid_to": at(None), "valid_to_basis": "",
        "last_seen_at": at("2026-11-10"), "source_id": "acme", "listed_model": "one", "own_page": True,
        "first_party": True,
    }  # fmt: skip
    return row | more


def verdict(why: str, **more: object) -> dict:
    """The believed price is 2 on acme's own page; a feed prints 3."""
    row = {
        "chosen_source": "acme",
        "chosen_amount": 2.0,
        "detail": f"feed: {why}",
        "values": "acme=2; feed=3",
    }
    offer = {name: cell for name, cell in price().items() if name not in NOT_OF_AN_OFFER}
    return offer | row | more


FEED = {"source_id": "feed", "own_page": False}
HOST = FEED | {"provider_id": "host", "first_party": False}


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def sound() -> Tables:
    """Small tables in which no rule is broken."""
    prices = pd.DataFrame([price(), price(component="output", amount=8.0, amount_usd=8.0)])
    said = pd.DataFrame([price(), price(**FEED), price(**HOST)])
    ratio = {
        "day": day("2026-11-15"), "window_days": 0, "us_model_id": "acme/one", "cn_model_id": "zhi/two",
        "us_price_usd": 2.0, "cn_price_usd": 4.0, "ratio": 0.5,
    }  # fmt: skip
    lag = {
        "board_id": "arena", "board_version": "1", "definition": "parity", "state": "lags",
        "valid_on": day("2026-10-01"), "leader_model_id": "acme/one", "follower_model_id": "zhi/two",
        "lag_days": 90.0,
    }  # fmt: skip
    alias = {
        "source_id": "feed", "provider_id": "acme", "listed_model": "one", "model_id": "acme/one",
        "revision": "", "setting": "", "valid_from": day("2026-02-01"), "valid_to": pd.NaT,
    }  # fmt: skip
    return {
        "models": pd.DataFrame(
            {
                "model_id": ["acme/one", "zhi/two"],
                "country": ["US", "CN"],
                "released_on": [day("2026-02-01"), day("2026-01-15")],
                "open_weights": [False, True],
            }
        ),
        "model_dates": pd.DataFrame(
            {
                "model_id": ["zhi/two", "acme/old", "acme/one"],
                "revision": ["", "", "preview"],
                "date_kind": ["weights", "withdrawn", "announced"],
                "released_on": [day("2026-01-20"), day("2026-05-01"), day("2026-01-10")],
            }
        ),
        "model_aliases": pd.DataFrame([alias, alias | {"listed_model": "acme-one", "valid_from": pd.NaT}]),
        "price_intervals": prices,
        "source_price_intervals": said,
        "model_prices": pd.DataFrame({"day": [day("2026-11-15")], "model_id": ["acme/one"]}),
        "price_ratio": pd.DataFrame([ratio]),
        "price_decline": pd.DataFrame(
            {"first_price_usd": [4.0], "last_price_usd": [1.0], "slope_log_per_year": [-1.0]}
        ),
        "price_verdicts": pd.DataFrame([verdict("rounded")]),
        "capability": pd.DataFrame({"model_id": ["acme/one"]}),
        "frontier": pd.DataFrame(
            {
                "valid_on": [day("2026-02-01")],
                "model_id": ["zhi/two"],
                "revision": [""],
                "group": ["open_weights"],
            }
        ),
        "lag": pd.DataFrame([lag]),
        "claim_verdicts": pd.DataFrame(
            {"board_id": ["arena"], "verdict": ["supported"], "arguments": ['{"model": "acme/one"}']}
        ),
        # evidence
        "openness_said": pd.DataFrame({"model_id": ["acme/one", "acme/four"], "said_open": [False, True]}),
        "boards_content": pd.DataFrame(
            {"board_id": ["arena"], "board_version": ["1"], "content_on": [day("2026-10-20")]}
        ),
        "boards_listed": pd.DataFrame({"board_id": ["arena"], "model_id": ["acme/one"]}),
        "names_listed": pd.DataFrame(
            {"source_id": ["feed"], "listed_model": ["one"], "canonical_model": ["acme-one"]}
        ),
        "captures_read": pd.DataFrame(
            {
                "source_id": "acme",
                "address": 0,
                "captured_at": [at(f"2026-{month}-10") for month in ("05", "08", "09", "11")],
                "offers": [10, 10, 4, 10],
                "had": [0, 10, 10, 10],
                "whole": [True, True, False, True],
                "post": False,
            }
        ),
    }


def changed(table: str, **cells: object) -> Callable[[Tables], Tables]:
    def plant(tables: Tables) -> Tables:
        frame = tables[table].copy()
        row = frame.iloc[[0]].assign(**cells)
        return tables | {table: pd.concat([frame, row], ignore_index=True)}

    return plant


def _no_dollars(tables: Tables) -> Tables:
    more = price(model_id="zhi/two", currency="CNY", amount_usd=float("nan"))
    return tables | {"price_intervals": pd.concat([tables["price_intervals"], pd.DataFrame([more])])}


def _dropped_twice(tables: Tables) -> Tables:
    old = at("2026-05-10")
    said = [price(last_seen_at=old, valid_to=at("2026-08-10")), price(**FEED)]
    return tables | {"source_price_intervals": pd.DataFrame(said)}


def planted_loss() -> Tables:
    """Sound tables but for a Chinese model that lost its price in dollars."""
    return _no_dollars(sound())


WITHDRAWN = {"model_id": "acme/old", "valid_from": at("2026-03-01")}
UNSEEN_PROMOTION = {"price_kind": "promotional", "last_seen_at": at("2026-09-01")}
ENDED_BY_A_PART = {"valid_to": at("2026-09-10"), "valid_to_basis": "no longer shown"}
PLANTED = [
    (1, "price_intervals", changed("price_intervals", valid_from=at("2025-06-01"))),
    (1, "source_price_intervals", changed("source_price_intervals", valid_from=at("2025-06-01"))),
    (1, "price_ratio", changed("price_ratio", day=day("2026-01-20"))),
    (1, "model_prices", changed("model_prices", day=day("2026-01-20"))),
    (2, "source_price_intervals", changed("source_price_intervals", **FEED, valid_from=at("2026-01-25"))),
    (3, "price_intervals", changed("price_intervals", price_kind="promotional", own_page=False)),
    (3, "source_price_intervals", changed("source_price_intervals", **UNSEEN_PROMOTION)),
    (4, "models", changed("models", model_id="acme/one-turbo")),
    (5, "source_price_intervals", changed("source_price_intervals", **FEED, model_id="acme/three")),
    (6, "frontier", changed("frontier", valid_on=day("2026-01-05"), group="CN")),
    (6, "model_aliases", changed("model_aliases", listed_model="one-preview", setting="preview low")),
    (7, "lag", changed("lag", valid_on=day("2026-11-01"))),
    (8, "price_intervals", changed("price_intervals", amount_usd=float("nan"))),
    (8, "models", _no_dollars),
    (9, "price_intervals", changed("price_intervals", **WITHDRAWN)),
    (9, "source_price_intervals", _dropped_twice),
    (10, "source_price_intervals", changed("source_price_intervals", **ENDED_BY_A_PART)),
    (11, "price_decline", changed("price_decline", slope_log_per_year=0.0)),
    (12, "claim_verdicts", changed("claim_verdicts", arguments='{"model": "moon/k3"}')),
    (13, "models", changed("models", model_id="acme/four")),
    (13, "frontier", changed("frontier", valid_on=day("2026-01-18"))),
    (14, "price_verdicts", changed("price_verdicts", detail="feed: rounded; feed: rounded")),
    (14, "price_verdicts", changed("price_verdicts", detail="feed: an earlier price of this offer")),
    (16, "source_price_intervals", changed("source_price_intervals", **HOST, last_seen_at=at("2026-07-01"))),
    (17, "lag", changed("lag", state="undefined")),
    (17, "price_ratio", changed("price_ratio", ratio=2.0)),
]  # fmt: skip


def judged(tables: Tables) -> Judged:
    return judge(tables, EVERY_RULE, AS_OF)


def broken(found: Judged) -> set[tuple[int, str]]:
    failed = found.gates[found.gates["rows_failed"] > 0]
    return set(zip(failed["rule"], failed["judged_table"], strict=True))


def test_sound_tables_pass_every_rule_and_lose_no_row():
    tables = sound()
    found = judged(tables)
    assert broken(found) == set()
    assert len(found.gates) == len(EVERY_RULE)
    assert {name: len(frame) for name, frame in found.tables.items()} == {
        n: len(f) for n, f in tables.items()
    }


@pytest.mark.parametrize(("number", "table", "plant"), PLANTED, ids=[f"{n}-{t}" for n, t, _ in PLANTED])
def test_a_planted_fault_is_caught_by_its_rule(number: int, table: str, plant: Callable[[Tables], Tables]):
    found = judged(plant(sound()))
    assert (number, table) in broken(found)
    told = found.set_aside[found.set_aside["rule"] == number]
    assert len(told) and told["printed_row"].str.startswith("{").all()


def test_every_rule_has_a_planted_fault():
    assert {(rule.number, rule.judges) for rule in EVERY_RULE} == {(n, t) for n, t, _ in PLANTED}


def test_a_row_that_fails_is_no_part_of_its_table_and_is_kept_with_its_reason():
    tables = gated(changed("price_ratio", ratio=2.0)(sound()), EVERY_RULE, AS_OF)
    assert tables["price_ratio"]["ratio"].tolist() == [0.5]
    assert tables["set_aside"]["set_aside_reason"].tolist() == [
        "a ratio that is not the quotient of its two prices"
    ]


def test_a_model_that_is_set_aside_takes_its_rows_along():
    tables = changed("models", model_id="acme/one-turbo")(sound())
    tables = changed("model_prices", model_id="acme/one-turbo")(tables)
    found = judged(tables).tables
    assert found["model_prices"]["model_id"].tolist() == ["acme/one"]
    assert "acme/one-turbo" not in set(found["models"]["model_id"])


def test_a_held_table_is_left_out_and_named():
    tables = gated(_no_dollars(sound()), EVERY_RULE, AS_OF)
    held = held_tables(tables["gates"])
    assert held == {"model_prices", "price_ratio", "price_decline", "frontier_premium"}
    assert not held & tables.keys()


def test_a_rule_whose_tables_are_not_there_judges_nothing():
    rule = Rule(99, "never", "lag", ("nowhere",), lambda tables, _day: never([True] * len(tables["lag"])))
    assert len(judge(sound(), (rule,), AS_OF).gates) == 0


def test_status_names_what_is_held_on_the_newest_date(tmp_path: Path):
    gates = gated(planted_loss(), EVERY_RULE, AS_OF)["gates"]
    marts = Marts(Location(str(tmp_path)))
    tables = declared_tables({"gates": gates}, AS_OF.date(), {})
    marts.publish({AS_OF.date(): in_files(tables)}, {}, mart_tables())
    (note,) = held_notes(marts)
    assert note.startswith("held back by a gate on 2026-11-15: model_prices, price_ratio")
    assert "rule 8" in note


@pytest.mark.parametrize("word", ["lightning", "highspeed", "flex", "sg", "intl"])
def test_every_word_of_serving_makes_a_twin(word: str):
    found = judged(changed("models", model_id=f"acme/one-{word}")(sound()))
    assert (4, "models") in broken(found)


@pytest.mark.parametrize(
    "arguments", ['{"about": "moon/k3"}', '{"than": "moon/k3"}', '{"models": ["acme/one", "moon/k3"]}']
)
def test_a_claim_may_name_its_model_under_any_argument(arguments: str):
    found = judged(changed("claim_verdicts", arguments=arguments)(sound()))
    assert (12, "claim_verdicts") in broken(found)
