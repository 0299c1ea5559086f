"""Epoch AI's benchmark archive: a zip of some 45 tables, each a benchmark, each a board (`epoch_<member>`).

A member is read by `_epoch_tables`; epoch_capabilities_index.csv and what belongs to it is `epoch_eci`'s,
terminalbench_external.csv is
`terminal_bench`'s. Captures of single members (`...zip#gpqa_diamond.csv`) belong to
`epoch_benchmark_members`: both exist for the same days.
"""

from __future__ import annotations

from extractors.boards._epoch import ARCHIVE, distinct, members, release, split_setting
from extractors.boards._epoch_tables import scores_of
from extractors.boards._read import csv_rows, scored, told_apart
from extractors.errors import LayoutChanged
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

OTHERS = ("epoch_capabilities_index", "additional_eci_data/", "eci_", "edi_", "terminalbench_external")

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
    found = {
        name: text
        for name, text in members(capture).items()
        if name.endswith(".csv") and not name.startswith(OTHERS)
    }
    if not found:
        raise LayoutChanged(capture, expected="tables (*.csv) in the archive", found="none")
    rows: list[Score] = []
    dated: list[Release | None] = []
    for name, text in found.items():
        rows.extend(scores_of(name, text, capture))
        for line in csv_rows(capture, ("Model version",), text=text):
            if line["Model version"]:
                dated.append(release(line, split_setting(line["Model version"])[0], capture))
    return [*scored(told_apart(rows, repeats=True), capture), *distinct(dated)]
