"""Epoch AI's benchmark archive: a zip of some 45 tables, each a benchmark, each a board (`epoch_<member>`).

A member is read by `_epoch_tables`; epoch_capabilities_index.csv and what belongs to it is `epoch_eci`'s,
terminalbench_external.csv is
`terminal_bench`'s. Captures of single members (`...zip#gpqa_diamond.csv`) belong to
`epoch_benchmark_members`: both exist for the same days.
"""

from __future__ import annotations

from extractors.authoring import Page
from extractors.boards._entries import finished
from extractors.boards._epoch import ARCHIVE, distinct, header_of, members, release, scores_in, split_setting
from extractors.boards._epoch_tables import read_scores
from extractors.boards._read import csv_rows
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row

OTHERS = ("epoch_capabilities_index", "eci_", "edi_", "terminalbench_external")

SOURCE = Source(
    id="epoch_benchmarks",
    title="Epoch AI, Benchmarking Hub (epoch.ai/benchmarks)",
    kind="boards",
    addresses=(ARCHIVE,),
    tables=(SCORES, RELEASES),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (1000, 50000)}),
)


def parse(capture: Capture) -> list[Row]:
    """Every score of every table, and the release of every model version that has a date."""
    page = Page(capture)
    dated: list[Release | None] = []
    for path, text in members(capture).items():
        name = path.rsplit("/", 1)[-1]
        if not name.endswith(".csv") or name.startswith(OTHERS) or "additional_eci_data/" in path:
            continue
        with page.part(path, text.split("\n", 1)[0], 1):
            if "Model version" not in header_of(text):
                if amounts := scores_in(text):
                    page.leave(path, text.split("\n", 1)[0], "a table without a column of models", amounts)
                continue
            read_scores(name, text, page)
            dated += _dated(text, page)
    page.rows += distinct(dated)
    return finished(page, repeats=True)


def _dated(text: str, page: Page) -> list[Release | None]:
    """The releases of a member's rows; a date that is none is left out with its row's place."""
    found: list[Release | None] = []
    for line in csv_rows(page.capture, ("Model version",), text=text):
        if line.get("Model version"):
            with page.part(line["Model version"], line.get("Release date", ""), 0):
                found.append(release(line, split_setting(line["Model version"])[0], page.capture))
    return found
