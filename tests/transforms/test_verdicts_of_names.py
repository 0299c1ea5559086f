"""Verdicts on names that have come to mean another model, and on resellers that follow a lab's price."""

from __future__ import annotations

from typing import Any

from tests.transforms.test_verdicts import feed, reason, verdicts

EARLY, LATE = "2026-04-01", "2026-06-20"
CHEAP, DEAR = (0.4, 2.0), (1.5, 7.5)


def priced(
    source: str, name: str, model: str, prices: tuple[float, float], at: str = LATE, **more: Any
) -> list[dict]:
    """Input and output of one name."""
    named = feed(source, at, listed_model=name, model_id=f"lab/{model}", **more)
    return [
        {**named, "component": part, "amount": amount}
        for part, amount in zip(("input", "output"), prices, strict=True)
    ]


def reasons(*rows: dict) -> set[str]:
    return set(verdicts(*rows)["reason"])


NEWER = priced("a", "orb-3.5", "orb-3.5", DEAR, EARLY)
DATED = [*priced("b", "orb-2505", "orb-3", CHEAP, EARLY), *priced("c", "orb-2505", "orb-3", CHEAP)]


def test_a_bare_name_at_the_newer_models_price_has_moved_on_to_it():
    assert reasons(*NEWER, *DATED, *priced("a", "orb-3", "orb-3", DEAR)) == {"alias re-pointed"}
    both = [*priced("a", "orb-3", "orb-3", DEAR), *priced("a", "orb-2505", "orb-3", CHEAP)]
    assert reasons(*NEWER, *DATED, *both, *priced("d", "orb-3", "orb-3", DEAR)) == {"alias re-pointed"}, (
        "and is no second offer of the model"
    )


def test_a_believed_bare_name_at_the_newer_models_price_has_moved_on_too():
    moved = priced("a", "orb-3", "orb-3", DEAR)
    assert reasons(*NEWER, *moved, *priced("b", "orb-2505", "orb-3", CHEAP, EARLY)) == {"alias re-pointed"}


def test_a_newer_model_at_the_old_price_moves_no_name():
    old = priced("b", "orb-3", "orb-3", DEAR, "2026-01-01")
    assert "alias re-pointed" not in reasons(*old, *NEWER, *priced("c", "orb-2505", "orb-3", CHEAP))
    fuller = priced("d", "orb-3-instruct", "orb-3", DEAR)
    found = reasons(*NEWER, *DATED, *priced("a", "orb-3", "orb-3", DEAR), *fuller)
    assert "alias re-pointed" not in found, "its own model is sold so under a fuller name"
    other = priced("a", "orb-3-mini", "orb-3-mini", DEAR, EARLY)
    assert "alias re-pointed" not in reasons(*other, *DATED, *priced("a", "orb-3", "orb-3", DEAR)), (
        "a mini is no newer orb-3"
    )


def test_one_equal_price_shows_no_other_meaning():
    half = priced("a", "orb-3", "orb-3", (1.5, 6.0))
    assert "alias re-pointed" not in reasons(*NEWER, *DATED, *half)


def test_a_rolling_name_means_what_it_costs():
    latest = priced("a", "orb-latest", "orb-3", DEAR)
    assert reasons(*NEWER, *DATED, *latest) == {"alias re-pointed"}
    assert "alias re-pointed" not in reasons(*DATED, *latest), "no model of the lab costs that"


def test_a_rolling_name_at_its_models_earlier_price_is_an_old_copy():
    moved = [
        *priced("b", "orb-2505", "orb-3", DEAR, EARLY),
        *priced("b", "orb-2505", "orb-3", CHEAP, "2026-05-20"),
    ]
    latest = priced("a", "orb-beta-latest", "orb-3", DEAR, "2026-04-10")
    sister = priced("c", "orb-3-many", "orb-3-many", DEAR, EARLY)
    assert reasons(*moved, *sister, *latest) == {"stale copy"}


def test_a_source_is_asked_by_the_models_own_name_before_a_rolling_one():
    own = feed("a", amount=2.0, listed_model="orb-3", model_id="lab/orb-3")
    rolling = {**own, "listed_model": "~lab/orb-latest", "amount": 0.1}
    assert verdicts(own, rolling, feed("b", amount=2.0, model_id="lab/orb-3")).empty
    found = verdicts(own, rolling, feed("b", amount=3.7, model_id="lab/orb-3")).iloc[0]
    assert found["values"] == "a=2; b=3.7"


def test_a_reseller_at_what_the_lab_charged_until_its_cut_is_an_old_copy():
    def host(source: str, amount: float, at: str = LATE) -> dict:
        return feed(source, at, amount=amount, our_provider_id="host", first_party=False)

    lab = [
        feed("page", EARLY, amount=6.0, first_party=True),
        feed("page", LATE, amount=2.5, first_party=True),
    ]
    assert reason(*lab, host("a", 6.0, "2026-04-10"), host("b", 2.5)) == "stale copy"
    assert reason(*lab, host("a", 5.0, "2026-04-10"), host("b", 2.5)) == "unresolved"
    assert reason(*lab, host("a", 6.0, "2026-04-10"), host("b", 3.1)) == "unresolved", "not the lab's of now"


def test_a_cached_price_beside_the_believed_input_price_is_no_old_copy():
    def cached(source: str, at: str, inputs: float, amount: float) -> list[dict]:
        return [feed(source, at, amount=inputs), feed(source, at, component="cache_read", amount=amount)]

    believed = [*cached("b", LATE, 0.8, 0.16), *cached("c", LATE, 0.8, 0.16)]
    assert reason(*cached("a", EARLY, 0.8, 0.23), *believed) == "unresolved"
    assert reasons(*cached("a", EARLY, 1.1, 0.23), *believed) == {"stale copy"}


def test_a_retired_name_that_took_over_anothers_prices_has_been_handed_on_to_it():
    def sold(source: str, name: str, amounts: tuple[float, float, float], at: str) -> list[dict]:
        told = zip(("input", "output", "cache_read"), amounts, strict=True)
        named = feed(source, at, listed_model=name, model_id=f"lab/{name}")
        return [{**named, "component": part, "amount": amount} for part, amount in told]

    old, new = (0.2, 1.5, 0.02), (1.0, 2.0, 0.2)
    moved = [*sold("a", "orb-code", old, EARLY), *sold("a", "orb-code", new, "2026-05-20")]
    other = [*sold("a", "orb-build", new, EARLY), *sold("b", "orb-code", old, LATE)]
    left = [*sold("c", "orb-code", old, EARLY), *sold("c", "orb-build", new, "2026-05-01")]
    assert reasons(*moved, *other, *left) == {"alias re-pointed"}
    assert "alias re-pointed" not in reasons(*moved, *other), "nobody has stopped listing it"
    more = sold("d", "orb-code", new, LATE)
    assert "alias re-pointed" not in reasons(*moved, *other, *left, *more), "the model itself costs that"


def test_a_source_that_takes_up_a_further_price_off_by_its_factor_holds_to_its_own():
    def listed(source: str, at: str, inputs: float, output: float) -> list[dict]:
        return [feed(source, at, amount=inputs), feed(source, at, amount=output, component="output")]

    believed = [*listed("b", "2026-05-20", 0.92, 3.68), *listed("c", "2026-05-20", 0.92, 3.68)]
    believed += [feed(s, "2026-05-20", amount=0.23, component="cache_read") for s in ("b", "c")]
    old = [*listed("a", EARLY, 1.05, 4.2), *listed("a", LATE, 1.05, 4.2)]
    assert reasons(*old, *believed) == {"stale copy"}
    further = feed("a", LATE, amount=0.2625, component="cache_read")
    assert reasons(*old, further, *believed) == {"unresolved"}
