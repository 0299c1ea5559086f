"""Single tables of Epoch AI's benchmark archive, kept one by one (`benchmark_data.zip#gpqa_diamond.csv`).

The same tables as in `epoch_benchmarks`, verbatim; partial, because one capture is one table. The members
that are boards of their own (the index, Terminal-Bench) belong to those sources.
"""

from __future__ import annotations

from extractors.authoring import Page
from extractors.boards._entries import finished
from extractors.boards._epoch import ARCHIVE_PATTERN
from extractors.boards._epoch_tables import read_scores
from extractors.boards._read import body_text
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row

SOURCE = Source(
    id="epoch_benchmark_members",
    title="Epoch AI, Benchmarking Hub, single tables (epoch.ai/benchmarks)",
    kind="boards",
    addresses=(),
    matches=(
        ARCHIVE_PATTERN
        + r"#(?!epoch_capabilities_index|terminalbench_external|additional_eci_data|eci_|edi_)"
        r"[a-z0-9_]+\.csv",
    ),
    tables=(SCORES,),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (5, 20000)}),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """Every score of the table that the address names."""
    page = Page(capture)
    read_scores(capture.address.rsplit("#", 1)[1], body_text(capture), page)
    return finished(page, repeats=True)
