"""Arena ratings of priced models, as a third party kept them (synthesized_data.js of llm-pareto-frontier).

JavaScript: `export const data = [` and one object per line, keys quoted (since 2025-06-17) or not
(2025-05-27), with `model`, `elo`,
`votes`, `organization` or `provider`, and prices of the cheapest host (not read: host prices of another
date). Style control is off up to the capture of 2026-07-01 09:25 and on from that of 09:40 (compared with the
data set of 2026-06-30); names were rewritten for people until 2025-08.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import orjson

from extractors.authoring import Page
from extractors.boards._arena import STYLE_CONTROL, TEXT, rated
from extractors.boards._entries import finished
from extractors.boards._read import body_text, name_of
from extractors.errors import LayoutChanged, Truncated, UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

KNOWN = frozenset(
    [
        "model",
        "elo",
        "price",
        "provider",
        "votes",
        "input_price",
        "output_price",
        "cheapest_provider",
        "organization",
    ]
)
STYLE_CONTROL_SINCE = datetime(2026, 7, 1, 9, 30, tzinfo=UTC)

SOURCE = Source(
    id="lmarena_synthesized",
    title="LMArena ratings of priced models, third party's copy (Paraplouis, synthesized_data.js)",
    kind="boards",
    addresses=(),
    matches=(
        r"https://raw\.githubusercontent\.com/Paraplouis/llm-pareto-frontier/[^/]+/data/synthesized_data\.js",
    ),
    tables=(SCORES,),
    licence="none_stated",
    # Names were rewritten in 2025-06 and 2025-07.
    expects=Expects(rows={"scores": (20, 2000)}, scores=(300, 2500), vanished_share=1.0),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per priced model."""
    text = body_text(capture)
    found = re.search(r"const data = \[\n(.*?)\n\];?", text, re.DOTALL)
    if found is None:
        raise (Truncated if "const data = [" in text else LayoutChanged)(
            capture, expected="const data = [ ... ]", found=text[-120:]
        )
    lines = [line for line in found[1].splitlines() if line.strip() and not line.strip().startswith("//")]
    page = Page(capture)
    for line in lines:
        with page.part("const data", line, 1):
            page.rows.append(_row(_entry(line, capture), capture))
    return finished(page)


def _entry(line: str, capture: Capture) -> dict[str, Any]:
    plain = re.sub(r"([{,]\s*)([a-z_]+):", r'\1"\2":', line.strip().rstrip(","))
    try:
        entry = orjson.loads(plain)
    except orjson.JSONDecodeError as error:
        raise UnknownValue(capture, expected="one object per line", found=line) from error
    return entry


def _row(entry: dict[str, Any], capture: Capture) -> Score:
    board = STYLE_CONTROL if capture.captured_at >= STYLE_CONTROL_SINCE else TEXT
    lab = entry.get("organization") or entry.get("provider")
    return rated(
        capture,
        board,
        name_of(entry.get("model"), capture),
        entry.get("elo"),
        votes=entry.get("votes"),
        lab=lab,
    )
