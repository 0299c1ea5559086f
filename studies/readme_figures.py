"""The figures of the README's "What the numbers say", from a home: `python -m studies.readme_figures HOME
[--as-of D] [--write]`.

Prints the section as the derived tables of that day give it, and exits with 1 where the README says something
else; `--write` puts it in.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from reports.pooled import index_ratio_sentence, pooled_sentence
from reports.selectors import board_names, compact, lags_today, picked, records
from reports.wording import factor, months
from warehouse.conventions import DAYS_PER_MONTH
from warehouse.location import Location
from warehouse.marts import Marts

README = Path(__file__).parents[1] / "README.md"
SECTION = re.compile(r"(?<=## What the numbers say\n\n).*?(?=\nBuilt from recorded pages)", re.DOTALL)
AS_OF = "2026-07-01"
WIDTH = 140
TABLES = (
    "lag", "price_ratio", "cadence", "coverage", "pooled_lag", "price_index", "price_index_ratio",
)  # fmt: skip
LAGS = (
    "livebench",
    "artificial_analysis",
    "lmarena_text",
    "epoch_eci",
    "capability_index",
    "metr_time_horizon",
    "arc_agi_2",
    "arc_agi_1",
)
LAUNCHES = {
    "artificial_analysis": "on Artificial Analysis", "livebench": "on LiveBench",
    "lmarena_text_style_control": "on Arena with style control", "epoch_eci": "on Epoch's index",
}  # fmt: skip
V4_PRO, R1 = "deepseek/deepseek-v4-pro", "deepseek/deepseek-r1"
PAIRS = {"openai/gpt-5.5": "GPT-5.5", "anthropic/claude-opus-4.7": "Claude Opus 4.7"}


def section(tables: dict[str, pa.Table], as_of: date) -> str:
    """The section's Markdown; KeyError where a figure that it needs is not in the tables."""
    return "\n".join(
        [
            *_wrapped(pooled_sentence(tables)),
            *_wrapped(index_ratio_sentence(tables)),
            "Board by board there is no single lag. US against China, mean of the last twelve months"
            " (`trailing12`), 90 % interval in brackets; a board that",
            f"states no errors has none, and a board that tested too few of either side ends earlier or is"
            f" left out ({_left_out(tables)}). As known on {as_of}:",
            "",
            "| board | months behind | to |",
            "|---|---|---|",
            *_lags(tables),
            "",
            *_launches(tables),
            *_pairs(tables),
            *_ratios(tables, as_of),
            *_cadence(tables, as_of),
            "",
        ]
    )


def _lags(tables: dict[str, pa.Table]) -> list[str]:
    names, by = board_names(), {r["board_id"]: r for r in records(lags_today(compact(tables)))}
    rows = sorted((by[board] for board in LAGS if board in by), key=lambda r: r["lag_days"])
    return [
        f"| {names[r['board_id']]}{_version(r)} | {months(r['lag_days'])}{_interval(r)} |"
        f" {r['valid_on']:%Y-%m-%d} |"
        for r in rows
    ]


def _left_out(tables: dict[str, pa.Table]) -> str:
    """The boards that say nothing on that day."""
    names, by = board_names(), {r["board_id"] for r in records(lags_today(compact(tables)))}
    return ", ".join(names[board] for board in LAGS if board not in by) or "none here"


def _wrapped(text: str | None) -> list[str]:
    """A sentence as lines of the README, with an empty one after it; nothing where there is none."""
    return [*textwrap.wrap(text, WIDTH), ""] if text else []


def _version(r: dict[str, Any]) -> str:
    return f" {r['board_version']}" if re.fullmatch(r"[\d.-]{3,}", r["board_version"]) else ""


def _interval(r: dict[str, Any]) -> str:
    return (
        " (no interval)"
        if r["lo90_days"] is None
        else f" [{months(r['lo90_days'])}, {months(r['hi90_days'])}]"
    )


def _event(tables: dict[str, pa.Table], board: str, model: str) -> dict[str, Any]:
    rows = picked(
        tables,
        "lag",
        definition="event",
        leader="US",
        follower="CN",
        kind="released",
        tolerance=0.0,
        vintage_basis="as_of",
        board_id=board,
        follower_model_id=model,
        follower_revision="",
    )
    found = records(rows.sort_values("board_version"))
    if not found:
        raise KeyError(f"no lag of {model} at its release on {board}")
    return found[-1]


def _launches(tables: dict[str, pa.Table]) -> list[str]:
    said = []
    for board, words in LAUNCHES.items():
        r = _event(tables, board, V4_PRO)
        ends = "" if r["lo90_days"] is None else f" [{r['lo90_days']:.0f}, {r['hi90_days']:.0f}]"
        said.append((r["lag_days"], f"{r['lag_days']:.0f}{ends} {words}"))
    first, *more = [words for _, words in sorted(said)]
    first = first.replace(" ", " days behind ", 1) if "[" not in first else first
    old = _event(tables, "epoch_eci", R1)
    return [
        f"- One model, four boards: DeepSeek V4 Pro at its release (2026-04-24) was {first},",
        (
            f"  {', '.join(more[:-1])}, and {more[-1]}; DeepSeek R1 (2025-01-20) was {old['lag_days']:.0f}"
            " days behind on Epoch's index."
        ),
    ]


def _pairs(tables: dict[str, pa.Table]) -> list[str]:
    said = []
    for model, name in PAIRS.items():
        rows = picked(
            tables,
            "price_ratio",
            comparison=f"pair:{model}|{V4_PRO}",
            basis="output",
            day=date(2026, 4, 24),
            window_days=0,
        )
        said.append((name, records(rows)[0]["ratio"]))
    (one, its), (other, theirs) = said
    return [
        f"- Price, output tokens, list, on 2026-04-24: {one} cost {its:.1f} times as much as DeepSeek V4 Pro,"
        f" {other} {theirs:.1f} times."
    ]


def _ratios(tables: dict[str, pa.Table], as_of: date) -> list[str]:
    rows = picked(
        tables,
        "price_ratio",
        comparison="at_capability",
        basis="blend_3_1",
        bound="point",
        window_days=0,
        day=as_of,
    )
    by = {r["level"]: r for r in records(rows)}
    here, fixed = by[None], by[150.0]
    straddles = here["ratio_lo90"] <= 1 <= here["ratio_hi90"]
    return [
        (
            f"- Price at equal capability (the Chinese frontier's), 3 input to 1 output token, on {as_of}:"
            f" the US charged {factor(here['ratio'])} times as much, with an"
        ),
        (
            f"  interval of {_ends(here)}{': who is cheaper there is not established' if straddles else ''}. "
            f"At a fixed level of 150: {factor(fixed['ratio'])} times {_ends(fixed)}."
        ),
    ]


def _ends(r: dict[str, Any]) -> str:
    return f"[{factor(r['ratio_lo90'])}, {factor(r['ratio_hi90'])}]"


def _cadence(tables: dict[str, pa.Table], as_of: date) -> list[str]:
    r = records(picked(tables, "cadence", lab_id="deepseek", measure="last_days", release_tier="major"))[0]
    days, in_months = f"{r['value']:.0f} days", f"{r['value'] / DAYS_PER_MONTH:.1f} months"
    return [f"- Cadence to {as_of}: {days} ({in_months}) between DeepSeek's last two major models."]


def main() -> int:
    """Compares, or writes."""
    parser = argparse.ArgumentParser(description="the README's figures, from a home")
    parser.add_argument("home")
    parser.add_argument("--as-of", type=date.fromisoformat, default=AS_OF)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    as_of = date.fromisoformat(given.as_of) if isinstance(given.as_of, str) else given.as_of
    marts, text = Marts(Location(given.home)), README.read_text(encoding="utf-8")
    ours = section({name: marts.read(name, as_of) for name in TABLES}, as_of)
    theirs = SECTION.search(text)
    if theirs is None:
        raise ValueError('no section "What the numbers say" before "Built from recorded pages" in the README')
    if given.write:
        README.write_text(SECTION.sub(lambda _: ours, text), encoding="utf-8")
    difference = list(
        difflib.unified_diff(theirs[0].splitlines(), ours.splitlines(), "README.md", given.home, lineterm="")
    )
    sys.stdout.write("\n".join(difference or ["the README says what the home gives"]) + "\n")
    return int(bool(difference) and not given.write)


if __name__ == "__main__":
    raise SystemExit(main())
