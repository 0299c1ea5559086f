"""LMArena's published data set as a third party's daily JSON: the same rows as the Parquet, both
configurations.

`{"meta": {"subset": "text", "n_rows": 9124, ...}, "rows": [...]}`; the address says the day and the
configuration. Kept apart from the Parquet's sources because both exist for the same days.
"""

from __future__ import annotations

import re

from extractors.boards._arena import STYLE_CONTROL, TEXT
from extractors.boards._arena_dataset import json_records, scores
from extractors.errors import WrongPage
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row

BOARDS = {"text": TEXT, "text_style_control": STYLE_CONTROL}

SOURCE = Source(
    id="lmarena_hf_mirror",
    title="LMArena leaderboard data set, third party's JSON copy (Scarlett9826)",
    kind="boards",
    addresses=(),
    matches=(
        r"https://raw\.githubusercontent\.com/Scarlett9826/arena-ai-leaderboards/[^/]+/data/lmarena/[\d-]{10}/text(_style_control)?\.json",
    ),
    tables=(SCORES,),
    licence="cc_by_4_0",
    expects=Expects(rows={"scores": (3000, 60000)}, scores=(300, 2500)),
)


def parse(capture: Capture) -> list[Row]:
    """Every rating of every category of the configuration that the address names."""
    subset = re.search(r"/(text(?:_style_control)?)\.json$", capture.address)
    if subset is None:
        raise WrongPage(
            capture,
            expected="an address that ends in text.json or text_style_control.json",
            found=capture.address,
        )
    return [*scores(capture, BOARDS[subset[1]], json_records(capture, subset[1]))]
