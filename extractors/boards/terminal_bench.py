"""Terminal-Bench as Epoch AI's archive copies it: one row per agent and model, with standard errors.

tbench.ai's own page was not recorded and its form is not known to us, so this reads Epoch's member
terminalbench_external.csv, whose rows link back to the board: `Model version`, `Agent`, `Accuracy mean`,
`Accuracy SE`, `Run date`, `Source Link` (which ends in the board's version). Half the rows state no link;
Epoch's table has held version 2.0 only since its first capture (2026-01-22). One model has many rows, one per
agent: the best agent is the model's best setting. A capture of the member's address may be the whole zip.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._epoch import ARCHIVE, ARCHIVE_PATTERN, members, split_setting
from extractors.boards._read import csv_rows, day, maybe, name_of, number, settings
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

MEMBER = "terminalbench_external.csv"
COLUMNS = frozenset(
    {"Model version", "Agent", "Accuracy mean", "Accuracy SE", "Run date", "Organization", "Source Link"}
)
IGNORED = frozenset(
    {
        "Release date",
        "Country",
        "Training compute (FLOP)",
        "Training compute notes",
        "Agent Org",
        "Model Org",
        "Notes",
        "Source",
        "Created",
        "Name",
        "id",
        "Cost per task",
    }
)

SOURCE = Source(
    id="terminal_bench",
    title="Terminal-Bench, as copied by Epoch AI (epoch.ai/benchmarks)",
    kind="boards",
    headline=True,
    addresses=(f"{ARCHIVE}#{MEMBER}",),
    matches=(ARCHIVE_PATTERN + r"#terminalbench_external\.csv",),
    tables=(SCORES,),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (20, 5000)}, scores=(0, 1)),
)


def parse(capture: Capture) -> list[Row]:
    """One accuracy per agent and model."""
    text = _member(capture) if capture.body.startswith(b"PK") else None
    page = Page(capture)
    table = csv_rows(capture, COLUMNS, text=text, page=page)
    read_entries(page, table, lambda line: [_row(line, capture)], {*COLUMNS, *IGNORED})
    return finished(page, repeats=True)


def _member(capture: Capture) -> str:
    found = members(capture)
    return next((text for name, text in found.items() if name.rsplit("/", 1)[-1] == MEMBER), "-")


def _row(line: Mapping[str, str], capture: Capture) -> Score:
    model, setting = split_setting(
        name_of(line["Model version"] or line.get("Name") or line["Agent"], capture)
    )
    linked = re.search(r"terminal-bench/(\d+\.\d+)", line["Source Link"] + " " + line.get("Source", ""))
    return Score(
        "terminal_bench",
        linked[1] if linked else "2.0",
        "accuracy",
        model,
        number(line["Accuracy mean"], capture, f"accuracy of {model}"),
        settings({"agent": line["Agent"], "setting": setting}),
        line["Organization"] or None,
        score_se=maybe(line["Accuracy SE"], capture, "Accuracy SE"),
        reporter="third party",
        evaluated_on=day(line["Run date"], capture, "Run date"),
    )
