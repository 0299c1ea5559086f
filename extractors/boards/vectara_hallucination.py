"""Vectara's hallucination leaderboard: one table in the README, rates in per cent with a blank before the
sign.

Lower is better for `hallucination_rate`; the factual consistency rate is its complement and is not repeated,
the answer rate is a metric of its own. `n`: of the first data set's 1,000 documents the 831 that every model
summarised count for the rate, of the second's 7,700 those that the model answered. The judging model and the
data changed without a word in the table, so the version is read from the text: HHEM-1 when no model is named,
HHEM-2.1 from 2024-08, HHEM-2.3 with the new data set from 2025-11. The README of 2023-10-31 is a bare title
and is refused as empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._pipes import pipe_tables
from extractors.boards._read import body_text, name_of, number
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

COLUMNS = ("model", "hallucination rate", "factual consistency rate", "answer rate")
IGNORED = frozenset({"average summary length (words)"})
# judge as named in the text, newest first -> documents asked, documents judged where the same ones count for
# every model
JUDGES = {"HHEM-2.3": (7700, None), "HHEM-2.1": (1000, 831), "HHEM-1": (1000, 831)}

# One row (Gemini-1.5-Pro-002, 2024-12 to 2025-10) prints 6.6 % beside 93.7 %.
ROUNDING = 0.35

SOURCE = Source(
    id="vectara_hallucination",
    title="Vectara hallucination leaderboard",
    kind="boards",
    addresses=("https://raw.githubusercontent.com/vectara/hallucination-leaderboard/main/README.md",),
    matches=(r"https://raw\.githubusercontent\.com/vectara/hallucination-leaderboard/[^/]+/README\.md",),
    tables=(SCORES,),
    licence="apache_2_0",
    # Every name was rewritten in 2024-09 and again with the new data set in 2025-11.
    expects=Expects(rows={"scores": (10, 2000)}, scores=(0, 100), vanished_share=1.0),
    stale_after_days=60,
)


def parse(capture: Capture) -> list[Row]:
    """The hallucination rate and the answer rate of every model, per cent."""
    text = body_text(capture)
    page = Page(capture)
    tables = pipe_tables(capture, page)
    found = [(header, lines) for _, header, lines in tables if "hallucination rate" in header]
    if not found:
        raise EmptyPage(capture, expected="a table with Hallucination Rate", found=text[:120])
    found.sort(key=lambda table: -len(table[1]))
    for header, lines in found[1:]:
        page.leave("a second table", header, f"{len(lines)} rows of a table beside the leaderboard", 1)
    header, lines = found[0]
    if set(COLUMNS) - set(header):
        raise LayoutChanged(capture, expected=f"columns {COLUMNS}", found=str(header))
    version = _version(text, capture)
    read_entries(page, lines, lambda line: _rows(line, version, capture), {*COLUMNS, *IGNORED})
    return finished(page)


def _version(text: str, capture: Capture) -> str:
    named = {f"HHEM-{number_}" for number_ in re.findall(r"HHEM-(\d+\.\d+)(?!\S*Open)", text)} - {"HHEM-1.0"}
    if not named:
        return "HHEM-1"
    known = [judge for judge in JUDGES if judge in named]
    if named - set(JUDGES):
        raise UnknownValue(capture, expected=f"a judge of {sorted(JUDGES)}", found=str(sorted(named)))
    return known[0]


def _rows(line: Mapping[str, str], version: str, capture: Capture) -> list[Score]:
    model = name_of(line["model"], capture)
    rate, consistent = (number(line[name], capture, f"{name} of {model}") for name in COLUMNS[1:3])
    answered = number(line["answer rate"], capture, f"the answer rate of {model}")
    if abs(rate + consistent - 100) > ROUNDING:
        raise UnknownValue(capture, expected="rates that add up to 100", found=str(dict(line)))
    asked, judged = JUDGES[version]
    n = round(asked * answered / 100) if judged is None else judged
    return [
        Score("vectara_hallucination", version, "hallucination_rate", model, rate, n=n),
        Score("vectara_hallucination", version, "answer_rate", model, answered, n=asked),
    ]
