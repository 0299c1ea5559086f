"""The headline numbers in words: how far behind, how much cheaper, how often, each with its board or basis,
date and interval.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from reports.all_boards import boards_figure
from reports.answers.unseen_words import beside
from reports.board_lags import current_lags, lag_lines
from reports.components import Figure
from reports.pooled import coverage_sentence, index_ratio_sentence, pooled_first, pooled_more, pooled_sentence
from reports.selectors import Tables, board_names, compact, model_names, picked, ratios_today, records
from reports.unseen import unseen
from reports.wording import day, interval, months, months_interval, named, number, times
from warehouse.checks.marts.held import held_line

BASIS_WORDS = {
    "input": "input tokens",
    "output": "output tokens",
    "cache_read": "cached input",
    "blend_3_1": "3 input to 1 output token",
    "blend_agentic": "an agent's mix (90 % of input cached)",
    "task": "measured cost per task",
}
MAJORS = {"deepseek": "DeepSeek", "openai": "OpenAI", "google": "Google", "anthropic": "Anthropic"}


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline: one sentence, the chart of all boards, what else belongs beside it, and what a gate
    holds back.
    """

    sentence: str
    figure: Figure | None
    more: tuple[str, ...]
    held: tuple[str, ...]


def headline(tables: Tables, as_of: date) -> Headline:
    """The headline of the page."""
    pooled = pooled_first(tables)
    first = pooled or _lag_sentence(current_lags(tables, as_of), as_of)
    more = (*pooled_more(tables), coverage_sentence(tables, "pooled_lag")) if pooled else ()
    held = tuple(f"{line[0].upper()}{line[1:]}." for line in held_lines(tables))
    return Headline(first, boards_figure(tables, as_of), tuple(said for said in more if said), held)


def _chosen(lags: pd.DataFrame) -> list[dict[str, Any]]:
    """The first board, and the first that has an interval."""
    rows = records(lags)
    bounded = [r for r in rows if r["lo90_days"] is not None]
    return rows[:1] + [r for r in bounded[:1] if r is not rows[0]]


def _lag_sentence(lags: pd.DataFrame, as_of: date) -> str:
    if not len(lags):
        return (
            f"As known on {as_of}, the lag is not established: no board with enough US and Chinese models was"
            " captured."
        )
    names = board_names()
    said = [
        f"on {names.get(r['board_id'], r['board_id'])} ({months_interval(r['lo90_days'], r['hi90_days'])})"
        for r in _chosen(lags)
    ]
    values = [months(r["lag_days"]) for r in _chosen(lags)]
    start, one = (
        f"As known on {as_of}, the best Chinese AI models were",
        f"{values[0]} months behind the best US ones {said[0]}",
    )
    if len(lags) == 1:
        return f"{start} {one}, mean of a year; no other board is current."
    boards = " and ".join(f"{value} {where}" for value, where in zip(values, said, strict=True))
    low, high = months(lags["lag_days"].min()), months(lags["lag_days"].max())
    return (
        f"{start} {low} to {high} months behind the best US ones, depending on the board: {boards}, each the"
        " mean of a year."
    )


def held_lines(tables: Tables) -> list[str]:
    """One line a gate that keeps tables of the date back: which rule, how many rows, which tables, and their
    last good values.
    """
    return [held_line(row) for row in _held_rows(tables)]


def _held_rows(tables: Tables) -> list[dict[str, Any]]:
    gates = picked(tables, "gates")
    return records(gates[gates["held"].fillna("").astype(str) != ""])


def _instead(tables: Tables, name: str) -> str:
    """What stands in the place of a headline whose table a gate holds; empty where it is not held."""
    for row in _held_rows(tables):
        if name in row["held"].split(", "):
            good = row["last_good"] or "no earlier value"
            on = f"last good, as known on {day(row['last_good_on'])}: " if row["last_good"] else ""
            return f"held back by a gate (rule {row['rule']}); {on}{good}"
    return ""


def told_of(tables: Tables, names: Collection[str]) -> str:
    """What the headline says that rests on the tables `names`, in one text: the last good value of held ones;
    empty where it says nothing of them.
    """
    small = compact(tables)
    lines: dict[str, Callable[[], str]] = {
        "pooled_lag": lambda: pooled_sentence(small),
        "price_index_ratio": lambda: index_ratio_sentence(small),
        "price_ratio": lambda: ratio_line(small),
        "cadence": lambda: "; ".join(cadence_lines(small)),
    }
    return ". ".join(said for name, line in lines.items() if name in names and (said := line()))


def _open(r: dict[str, Any]) -> str:
    """Said where the interval of a ratio has 1 in it."""
    straddles = r["ratio_lo90"] is not None and r["ratio_lo90"] <= 1 <= r["ratio_hi90"]
    return ", so that who is cheaper is not established" if straddles else ""


def cadence_sentence(tables: Tables) -> str:
    """DeepSeek's last two major models and the flagships of the large labs, for readers."""
    first, *more = cadence_lines(tables)
    if not more:
        return f"{first[0].upper()}{first[1:]}."
    r = records(_last_major(tables))[0]
    return (
        f"DeepSeek's last two major models came {months(r['value'])} months apart, the last on"
        f" {day(r['last_released_on'])}; {more[0].removeprefix('cadence, ')}."
    )


def headline_lines(tables: Tables, as_of: date) -> list[str]:
    """The headline as lines of text: the lag on every main board, the price ratio, the cadence; what is
    missing is said.
    """
    small = compact(tables)
    return [
        f"Known on {as_of.isoformat()}:",
        *held_lines(tables),
        *(f"lag, all boards together: {said}" for said in [pooled_sentence(small)] if said),
        *(f"price of equal capability: {said}" for said in [index_ratio_sentence(small)] if said),
        *lag_lines(small, as_of),
        ratio_line(small),
        *cadence_lines(small),
    ]


def ratio_line(tables: Tables, basis: str = "blend_3_1") -> str:
    """The price ratio at the Chinese frontier's capability."""
    if instead := _instead(tables, "price_ratio"):
        return f"price ratio: {instead}"
    ratios = ratios_today(tables, basis)
    frontier = ratios[ratios["level"].isna()]
    if not len(frontier):
        return (
            "price ratio: not established, no US and Chinese models of equal capability with prices were"
            " captured by then"
        )
    r = records(frontier)[0]
    names = model_names(tables)
    return (
        f"price ratio, at the Chinese frontier's capability, {BASIS_WORDS[basis]}: the US price is"
        f" {times(r['ratio'])} the Chinese one ({interval(r['ratio_lo90'], r['ratio_hi90'])}{_open(r)};"
        f" {day(r['day'])}; {_sold(r, 'us', names)} against {_sold(r, 'cn', names)})"
        f"{beside(unseen(tables, 'price_ratio'))}"
    )


def _sold(row: dict[str, Any], side: str, names: dict[str, str]) -> str:
    model = str(row[f"{side}_model_id"])
    return f"{named(names.get(model, model))} at ${number(row[f'{side}_price_usd'])}"


def _last_major(tables: Tables) -> pd.DataFrame:
    return picked(tables, "cadence", lab_id="deepseek", measure="last_days", release_tier="major")


def cadence_lines(tables: Tables) -> list[str]:
    """Days between DeepSeek's last two majors, and releases of it and of the large US labs in the longest
    window.
    """
    last = records(_last_major(tables))
    if not last:
        return ["cadence: not established, no release dates were captured by then"]
    r = last[0]
    lines = [
        f"cadence, DeepSeek: {months(r['value'])} months between its last two major models, the last on"
        f" {day(r['last_released_on'])}"
    ]
    counts = picked(
        tables, "cadence", measure="releases", release_tier=["any", "flagship"], lab_id=list(MAJORS)
    )
    window = counts["window_days"].max() if len(counts) else 0
    by = {
        (c["lab_id"], c["release_tier"]): c["value"] for c in records(counts[counts["window_days"] == window])
    }
    labs = [
        f"{name} {number(by.get((lab, 'flagship')))} of {number(by[(lab, 'any')])}"
        for lab, name in MAJORS.items()
        if (lab, "any") in by
    ]
    if labs:
        lines.append(f"cadence, flagships of all releases in {months(window)} months: {', '.join(labs)}")
    return lines
