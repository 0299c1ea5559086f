"""Every row of the late feeds and boards against its raw body: `python -m tests.extractors.late_cells`.

The body is read here a second time, with json, csv, zipfile and regular expressions and nothing of the
parsers: a row's amount must stand in the entry of its own model (times the power of ten of its unit, or times
a factor that the entry states), a score in the line of its own model. The other way round, every plain price
of a feed's entry must be a row, unless the entry is a leftover.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from statistics import fmean
from typing import Any

from extractors.reading import parsed
from extractors.source import discover, source_of
from tests import recordings
from warehouse.archive.warc import read_warc
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Release, Row, Score, Unread

Seen = Iterator[tuple[bool, object]]  # (right, the cell)


def numbers(value: Any) -> Iterator[Decimal]:
    """Every number of a JSON value, at any depth; those in texts too."""
    if isinstance(value, dict):
        yield from (n for inner in value.values() for n in numbers(inner))
    elif isinstance(value, list):
        yield from (n for inner in value for n in numbers(inner))
    elif isinstance(value, Decimal | int | str) and _is_number(value):
        yield Decimal(value)


def _is_number(value: Decimal | int | str) -> bool:
    return not isinstance(value, str | bool) or re.fullmatch(r"\d+(?:\.\d+)?", str(value)) is not None


def _near(amount: Decimal, wanted: Decimal) -> bool:
    return abs(amount - wanted) <= Decimal("1e-9")


def _among(amount: Decimal, found: set[Decimal], power: int) -> bool:
    plain = {n.scaleb(power) for n in found}
    factors = [n for n in found if Decimal("0.05") < n <= 10]
    return any(_near(amount, n) for n in plain) or any(_near(amount, n * f) for n in plain for f in factors)


def _priced(rows: list[Row], entry_of: Callable[[ListPrice], Any], power: int) -> Seen:
    leaves: dict[tuple[str, str], set[Decimal]] = {}
    for row in (r for r in rows if isinstance(r, ListPrice)):
        key = (row.provider_id, row.listed_model)
        if key not in leaves:
            leaves[key] = set(numbers(entry_of(row)))
        tokens = row.per == "1e6 tokens" or row.per.startswith("1e6") or row.per == "1 megapixel"
        free = row.price_kind == "free" and row.amount == 0
        yield free or _among(row.amount, leaves[key], power if tokens else 0), row


def _there(rows: list[Row], wanted: Iterator[tuple[str, str, Decimal]], unread: set[str]) -> Seen:
    """Whether each plain price (model, component, amount per 1e6 tokens) is a row of text."""
    said: dict[tuple[str, str], set[Decimal]] = {}
    for row in rows:
        if isinstance(row, ListPrice) and row.per == "1e6 tokens":
            said.setdefault((row.listed_model, row.component), set()).add(row.amount)
    for model, component, amount in wanted:
        found = said.get((model, component), set())
        yield model in unread or any(_near(amount, have) for have in found), (model, component, amount)


PLAIN = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cache_read",
}


def litellm(capture: Capture, rows: list[Row]) -> Seen:
    """LiteLLM: an entry a key, USD per token."""
    whole = json.loads(capture.body, parse_float=Decimal)
    unread = {row.place for row in rows if isinstance(row, Unread)}
    yield from _priced(rows, lambda row: whole[row.listed_model], 6)
    no_model = {"sample_spec", "fallback_generalizations"}
    wanted = (
        (model, component, Decimal(entry[key]).scaleb(6))
        for model, entry in whole.items()
        if model not in no_model and entry.get("litellm_provider")
        for key, component in PLAIN.items()
        if entry.get(key) and not (key == "cache_read_input_token_cost" and entry.get("tiered_pricing"))
    )
    yield from _there(rows, wanted, unread)


def genai_prices(capture: Capture, rows: list[Row]) -> Seen:
    """genai-prices: a list of providers with their models, USD per 1e6 tokens."""
    whole = json.loads(capture.body, parse_float=Decimal)
    entries = {(p["id"].lower(), m["id"]): m for p in whole for m in p["models"]}

    def entry(row: ListPrice) -> Any:
        names = [m for p, m in entries if p == row.provider_id and row.listed_model.startswith(m)]
        return [entries[row.provider_id, m] for m in names]

    yield from _priced(rows, entry, 0)
    wanted = (
        (model, component, Decimal(entry["prices"][key]))
        for (_, model), entry in entries.items()
        if isinstance(entry["prices"], dict)
        for key, component in (("input_mtok", "input"), ("output_mtok", "output"))
        if isinstance(entry["prices"].get(key), Decimal | int) and entry["prices"][key]
    )
    yield from _there(rows, wanted, {row.known_model for row in rows if isinstance(row, Unread)})


def model_prices(capture: Capture, rows: list[Row]) -> Seen:
    """model-prices: prices by provider, model and tier, USD per 1e6 tokens, with factors in schedules."""
    whole = json.loads(capture.body, parse_float=Decimal)
    prices = whole["prices"]
    yield from _priced(
        rows, lambda r: [prices[r.provider_id][r.listed_model], whole["schedules"], whole["bases"]], 0
    )
    wanted = (
        (model, component, Decimal(step["rates"][component]))
        for models in prices.values()
        for model, tiers in models.items()
        for history in tiers.values()
        for step in history
        if step["rates"]
        for component in ("input", "output")
        if isinstance(step["rates"].get(component), Decimal | int) and step["rates"][component]
    )
    yield from _there(rows, wanted, {row.known_model for row in rows if isinstance(row, Unread)})


def livebench(capture: Capture, rows: list[Row]) -> Seen:
    """LiveBench: a line a model; a category is the mean of its tasks, the average that of the categories."""
    beside = {address: other for address, other in capture.companions.items() if "categories_" in address}
    [categories] = [json.loads(other.body) for other in beside.values()]
    lines = list(csv.DictReader(io.StringIO(capture.text())))
    for row in (r for r in rows if isinstance(r, Score)):
        right = []
        for line in (line for line in lines if line["model"].startswith(row.listed_model)):
            means = {c: fmean(float(line[task]) for task in tasks) for c, tasks in categories.items()}
            score = (
                fmean(means.values())
                if row.metric == "average"
                else means[row.metric.removeprefix("category:")]
            )
            right.append(abs(score - row.score) < 1e-9)
        yield any(right), row


def lmarena_hf_mirror(capture: Capture, rows: list[Row]) -> Seen:
    """LMArena's mirror: an object a category and model."""
    said = {(r["category"], r["model_name"]): r for r in json.loads(capture.body)["rows"]}
    for row in (r for r in rows if isinstance(r, Score)):
        category = row.metric.removeprefix("rating:") if ":" in row.metric else "overall"
        one = said.get((category, row.listed_model), {})
        want = [one.get(k) for k in ("rating", "rating_lower", "rating_upper", "vote_count")]
        yield want == [row.score, row.score_low, row.score_high, row.n], row


def vectara_hallucination(capture: Capture, rows: list[Row]) -> Seen:
    """Vectara: `|model|1.8 %|98.2 %|99.5 %|172.4|`."""
    line = re.compile(r"^\|([^|]+)\|([\d.]+) %\|[\d.]+ %\|([\d.]+) %\|[\d.]+\|$", re.M)
    said = {m[1]: {"hallucination_rate": m[2], "answer_rate": m[3]} for m in line.finditer(capture.text())}
    scores = {(r.listed_model, r.metric): r.score for r in rows if isinstance(r, Score)}
    for model, metrics in said.items():
        for metric, printed in metrics.items():
            yield scores.pop((model, metric), None) == float(printed), (model, metric, printed)
    yield from ((False, left) for left in scores)


def epoch_benchmarks(capture: Capture, rows: list[Row]) -> Seen:
    """Epoch's archive: `glm-5.2_max` with its score in one member."""
    with zipfile.ZipFile(io.BytesIO(capture.body)) as archive:
        lines = list(csv.DictReader(io.StringIO(archive.read("swe_bench_verified.csv").decode())))
    for row in rows:
        if isinstance(row, Score):
            name = f"{row.listed_model}_{row.listed_setting}"
            one = next(line for line in lines if line["Model version"] == name)
            yield row.score == float(one["mean_score"]) and row.score_se == float(one["stderr"]), row
        elif isinstance(row, Release):
            days = {
                line["Release date"] for line in lines if line["Model version"].startswith(row.listed_model)
            }
            yield row.released_on.isoformat() in days, row


CHECKS = (
    litellm,
    genai_prices,
    model_prices,
    livebench,
    lmarena_hf_mirror,
    vectara_hallucination,
    epoch_benchmarks,
)


def captures(source_id: str) -> Iterator[Capture]:
    """The late captures of a feed or board, each with its companions."""
    every = list(read_warc(recordings.LATE / f"{source_id}.warc.gz"))
    for capture in every:
        source = source_of(capture.address)
        if source is not None and source.reads(capture.address):
            beside = {other.address: other for other in every if other is not capture}
            yield replace(capture, source_id=source.id, companions=beside)


def cells(check: Callable[[Capture, list[Row]], Seen]) -> tuple[int, int, list[object]]:
    """Cells right, cells checked, and the first that are wrong, of all late captures of a source."""
    right, checked, wrong = 0, 0, []
    for capture in captures(check.__name__):
        for fine, cell in check(capture, parsed(discover()[capture.source_id], capture)):
            right, checked = right + fine, checked + 1
            if not fine:
                wrong.append(cell)
    return right, checked, wrong[:10]


def main() -> int:
    """Prints cells right of cells checked by source; 1 where one is wrong."""
    short = False
    for check in CHECKS:
        right, checked, wrong = cells(check)
        sys.stdout.write(f"{check.__name__:24} {right:6} of {checked:6} cells right\n")
        sys.stdout.write("".join(f"    wrong: {cell}\n" for cell in wrong))
        short |= right != checked
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
