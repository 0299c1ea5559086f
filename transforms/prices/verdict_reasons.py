"""Why one source prints another price than the believed one: the first of `CAUSES` whose premise the rows
confirm; "unresolved" where none does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from transforms.prices.statements import ROUTERS

REASONS = (
    "unit slip",
    "currency mix-up",
    "promotion versus list",
    "tier mix-up",
    "alias re-pointed",
    "stale copy",
    "one price for many models",
    "first-party page wins",
    "unresolved",
)
SAME = 1e-4
CURRENCY_SLACK = 0.04
EURO_AREA = frozenset({"AT", "BE", "DE", "ES", "FI", "FR", "IE", "IT", "LU", "NL", "PT"})
ELSEWHERE = "the price of the model's own lab"
OLDER = "believed price was not captured since this one was taken up"
ANOTHER_TIER = "the price of another tier, threshold, modality or region of this model"
TIER_THEN = "another tier's price in the days of this one"
BEFORE = "unchanged since before the believed price was taken up"
LABS_EARLIER = "the lab's own price until it changed it; the believed one is the lab's now"
NOTHING = "nothing in the rows explains the difference"
DAY = 86_400_000_000
SLACK = 7 * DAY  # a copy follows within days


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows say around one offer on the day, as amounts that could explain another value.

    promotions: of the same provider and component, in force or announced. earlier: (source, amount, end) of
    this offer's prices that have ended, and of promotions of its kind. other_tiers: (source, amount) of other
    tiers, thresholds, regions and settings of the same provider and build, in force. tiers_then: (source,
    amount, start, end) of those that have ended. yuan: of the same provider. other_market: (source, amount)
    of the same provider's other site. lab_price: (amount, start, end) of what the model's lab itself charges,
    or charged while it sold the model; lab_then: of what it charged in this tier until it went to the
    believed price. euro: least and greatest dollars of a euro, yuan_moved: greatest / least dollars of a
    yuan, of the last two years.
    """

    promotions: list[float] = field(default_factory=list)
    earlier: list[tuple[str, float, int]] = field(default_factory=list)
    other_tiers: list[tuple[str, float]] = field(default_factory=list)
    tiers_then: list[tuple[str, float, int, int]] = field(default_factory=list)
    yuan: list[float] = field(default_factory=list)
    other_market: list[tuple[str, float]] = field(default_factory=list)
    lab_price: list[tuple[float, int, int]] = field(default_factory=list)
    lab_then: list[tuple[float, int, int]] = field(default_factory=list)
    euro: tuple[float, float] = (np.nan, np.nan)
    yuan_moved: float = np.nan


Aliases = dict[tuple[str, str], list[float]]
Cause = Callable[[Any, Context, Aliases], str]


def reason_of(row: Any, around: Context, aliases: Aliases) -> tuple[str, str]:
    """(reason, detail) of one dissenter: its amount, the chosen one (`chosen_*`), when each was taken up and
    last seen. aliases: the amounts of the other models that a (source, name) meant.
    """
    for reason, cause in CAUSES:
        detail = cause(row, around, aliases)
        if detail:
            return reason, detail
    if row.chosen_own_page:
        return "first-party page wins", "the provider's own page prints another price"
    return "unresolved", ELSEWHERE if _held_then(row, around.lab_price) else NOTHING


def _held_then(row: Any, prices: Iterable[tuple[float, int, int]]) -> bool:
    """Whether one of the (amount, start, end) is this amount, in force while its source printed it."""
    start, seen = int(row.start), max(int(row.start), int(row.last_seen))
    return _among(
        float(row.amount), [amount for amount, begin, end in prices if begin <= seen and end > start]
    )


def _power_of_ten(row: Any, around: Context, aliases: Aliases) -> str:
    """Ten times the believed price, or a tenth, that nobody printed before: prices do fall to a tenth."""
    value, chosen = float(row.amount), float(row.chosen_amount)
    if value <= 0 or chosen <= 0 or _earlier(row, around, aliases):
        return ""
    power = np.log10(value / chosen)
    found = abs(power) > 0.5 and abs(power - round(power)) < 1e-6
    return f"{chosen:g} times ten to the {round(power):+d}" if found else ""


def _rounded(row: Any, _around: Context, _aliases: Aliases) -> str:
    """Fewer decimals of nearly the same amount."""
    return _fewer_decimals(row) if row.rounds else ""


def _in_cents(row: Any, _around: Context, _aliases: Aliases) -> str:
    """Fewer decimals of everything that is disputed, of one market and without hours."""
    hours = row.time_band != "always" or row.chosen_windows != "always"
    return _fewer_decimals(row) if row.cents and not row.market and not hours else ""


def _fewer_decimals(row: Any) -> str:
    value, chosen = float(row.amount), float(row.chosen_amount)
    if is_rounded(value, chosen):
        return "rounded"
    # A router's headline that moved to an amount of more decimals has changed.
    changed = row.moved and str(row.our_provider_id) in ROUTERS
    return "" if changed else f"the believed {chosen:g} is {value:g} rounded"


def _earlier(row: Any, around: Context, _aliases: Aliases) -> str:
    """What another source printed for the offer until it, or a third one, took the believed price up."""
    until = max(int(row.chosen_start), int(row.confirmed)) + SLACK
    others = [
        amount for source, amount, end in around.earlier if source != str(row.source_id) and end <= until
    ]
    return "an earlier price of this offer" if _among(float(row.amount), others) else ""


def _labs_earlier(row: Any, around: Context, _aliases: Aliases) -> str:
    """What the model's lab itself charged while this source took it up; the believed one is the lab's now."""
    return LABS_EARLIER if _held_then(row, around.lab_then) else ""


def _promotion(row: Any, around: Context, _aliases: Aliases) -> str:
    found = _among(float(row.amount), around.promotions)
    return "prints a promotion, or a price announced for later, as the price" if found else ""


def _meant_another(row: Any, _around: Context, aliases: Aliases) -> str:
    name = str(row.listed_model)
    others = aliases.get((str(row.source_id), name), [])
    return (
        f"the price of another model or build that {name} has named"
        if _among(float(row.amount), others)
        else ""
    )


def _tier(row: Any, around: Context, _aliases: Aliases) -> str:
    value, chosen = float(row.amount), float(row.chosen_amount)
    # A source that prints one amount for two offers has one amount, and no word of the other's.
    others = [amount for source, amount in around.other_tiers if source != str(row.source_id)]
    free = value == 0 and _among(chosen, [amount for _, amount in around.other_tiers])
    if free or (not row.by_chance and _among(value, others)):
        return ANOTHER_TIER
    bands = row.time_band != "always" or row.chosen_windows != "always"
    return "time bands of one and not of the other" if bands else ""


def _second_offer(row: Any, _around: Context, _aliases: Aliases) -> str:
    return "a source lists both amounts for this model, under two names: two offers" if row.twice else ""


def _currency(row: Any, around: Context, _aliases: Aliases) -> str:
    value, chosen = float(row.amount), float(row.chosen_amount)
    # A source that prints one amount for both sites has one amount, and no word of another's.
    elsewhere = [amount for source, amount in around.other_market if source != str(row.source_id)]
    beside = [amount for source, amount in around.other_market if source != str(row.chosen_source_id)]
    if _among(value, around.yuan, CURRENCY_SLACK) or _among(value, elsewhere, SAME):
        return "the yuan price, converted or as it stands, or the other market's"
    if row.market == "CN" and _among(chosen, beside, SAME):
        return f"the believed {chosen:g} is the other market's"
    low, high = sorted((value, chosen))
    least, most = around.euro
    slack = max(0.01 * high, min(0.005 * (1 + most), 0.04 * high))  # of cents, on both sides
    if str(row.provider_country) in EURO_AREA and low * least - slack <= high <= low * most + slack:
        return "the ratio is a euro rate of the last two years: one copy left the euro price unconverted"
    converted = row.currency == "USD" and high <= low * around.yuan_moved
    if converted and (
        row.market == "CN" or (str(row.provider_country) == "CN" and row.alike and not row.moved)
    ):
        return "off by no more than what the yuan moved: conversions of different days"
    return ""


def _renamed(row: Any, _around: Context, _aliases: Aliases) -> str:
    """The believed name, or this one, has come to mean another model or build, by what it costs."""
    return str(row.believed_renamed or row.renamed)


def _believed_older(row: Any, _around: Context, _aliases: Aliases) -> str:
    """The believed price was not seen again after another source moved to this one, or two took it up; a day
    that was announced and then put off was seen before it, and nobody moved to the believed price since.
    """
    if int(row.confirmed) > int(row.last_seen):
        return ""
    moved = row.moved or row.support > 1 or str(row.our_provider_id) in ROUTERS
    older = moved and int(row.chosen_last_seen) < min(int(row.start), int(row.last_seen))
    return (
        f"{row.chosen_source_id}'s believed price was not captured since this one was taken up"
        if older
        else ""
    )


def _not_seen_since(row: Any, _around: Context, _aliases: Aliases) -> str:
    """This one was not seen again after the believed source, or another, moved to the believed price; what
    was first printed beside the believed price is no older.
    """
    taken_up = max(int(row.chosen_start) if row.chosen_moved else -1, int(row.confirmed))
    before = row.moved or int(row.start) <= int(row.agreed_since) + SLACK
    older = before and int(row.last_seen) < taken_up
    return "not captured since the believed price was taken up" if older else ""


def _routers_headline(row: Any, around: Context, _aliases: Aliases) -> str:
    copied = str(row.our_provider_id) in ROUTERS and str(row.source_id) not in ROUTERS
    moved = int(row.last_seen) < int(row.chosen_last_seen) or bool(around.earlier)
    return "a copy of a router's headline, which moves from capture to capture" if copied and moved else ""


def _before_it(row: Any, _around: Context, _aliases: Aliases) -> str:
    """Said since before any source took the believed price up, two now printing it, where no page speaks; of
    what is cached beside the believed input price nothing says that it is old.
    """
    share = str(row.component).startswith("cache") and row.input_agrees
    since = not share and not row.moved and int(row.start) < int(row.agreed_since) - SLACK
    since = since and int(row.chosen_sources_agree) > 1
    return BEFORE if since and not row.chosen_own_page else ""


def _tier_of_then(row: Any, around: Context, _aliases: Aliases) -> str:
    """The price of another tier while this source printed it."""
    others = [(a, start, end) for source, a, start, end in around.tiers_then if source != str(row.source_id)]
    return TIER_THEN if not row.by_chance and _held_then(row, others) else ""


def _uplift(row: Any, _around: Context, _aliases: Aliases) -> str:
    return (
        "every component at the same round uplift: another deployment or region"
        if row.uplift and not row.moved
        else ""
    )


def _discount(row: Any, around: Context, _aliases: Aliases) -> str:
    found = row.discount and around.promotions
    return "every component at one round discount, of a model with promotions" if found else ""


def _for_many(row: Any, _around: Context, _aliases: Aliases) -> str:
    """An amount that the source prints for models whose believed prices differ: a default."""
    many = f"prints {float(row.amount):g} for models of the provider that others price apart"
    return many if row.for_many and not row.chosen_own_page else ""


# Equal amounts in the rows come first, then times, and round factors, which prove least, at the end.
CAUSES: tuple[tuple[str, Cause], ...] = (
    ("alias re-pointed", _renamed),
    ("unit slip", _power_of_ten),
    ("stale copy", _believed_older),
    ("tier mix-up", _second_offer),
    ("unit slip", _rounded),
    ("stale copy", _earlier),
    ("stale copy", _labs_earlier),
    ("promotion versus list", _promotion),
    ("alias re-pointed", _meant_another),
    ("unit slip", _in_cents),
    ("tier mix-up", _tier),
    ("currency mix-up", _currency),
    ("stale copy", _not_seen_since),
    ("stale copy", _routers_headline),
    ("tier mix-up", _tier_of_then),
    ("stale copy", _before_it),
    ("tier mix-up", _uplift),
    ("promotion versus list", _discount),
    ("one price for many models", _for_many),
)


def is_rounded(short: float, long: float) -> bool:
    """Whether `short` is `long` with fewer decimals, two at least; halves go either way."""
    places = max(2, len(f"{short:.9f}".rstrip("0").partition(".")[2]))
    return 1e-9 < abs(short - long) <= 0.5 * 10.0**-places + 1e-9 and abs(long - round(long, places)) > 1e-9


def _among(value: float, amounts: Iterable[float], slack: float = SAME) -> bool:
    return any(amount > 0 and abs(value / amount - 1) <= slack for amount in amounts)
