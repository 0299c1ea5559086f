"""Every parser on damaged copies of its golden captures: rows, or a named error. `python -m
tests.faults.test_fuzz` counts.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.errors import ExtractError
from extractors.reading import parsed
from extractors.source import discover
from tests.extractors.golden import golden_files, load
from warehouse.tables import TABLE_OF_ROW

EXAMPLES = 12
FILES: dict[str, Any] = {
    f"{file.parent.name}/{file.name.removesuffix('.rows.json')}": file for file in golden_files()
}
STRANGE = (
    b"",
    b"null",
    b"-1",
    b"1e400",
    b'"x"',
    b"[]",
    b"{}",
    b"\xff\xfe",
    b"\x00",
    "￥".encode(),
    b"<table>",
    b"9" * 400,
)


def damaged(body: bytes, rng: random.Random) -> bytes:
    """A copy with one to three damages: bytes flipped, a piece lost, doubled or replaced, a tag or a value
    taken out, the end cut off.
    """
    for _ in range(rng.randint(1, 3)):
        at, length = rng.randrange(len(body) + 1), rng.randint(1, 40)
        kind = rng.randrange(7)
        if kind == 0 and body:
            at = rng.randrange(len(body))
            body = body[:at] + bytes([body[at] ^ (1 << rng.randrange(8))]) + body[at + 1 :]
        elif kind == 1:
            body = body[:at] + body[at + length :]
        elif kind == 2:
            body = body[:at] + body[at : at + length] * 3 + body[at + length :]
        elif kind == 3:
            body = body[:at] + rng.choice(STRANGE) + body[at + length :]
        elif kind == 4:
            body = body[:at]
        else:
            pattern = rb"<[^>]{1,80}>" if kind == 5 else rb'"[^"]{0,40}"|\b\d[\d.]*\b'
            found = list(re.finditer(pattern, body[:200_000]))
            if found:
                hit = rng.choice(found)
                body = body[: hit.start()] + rng.choice(STRANGE) + body[hit.end() :]
    return body


def outcome(page: str, seed: int) -> str:
    """`rows`, the name of the error, or `unnamed X` where the parser itself raised something without a
    name.
    """
    capture, _ = load(FILES[page])
    source_id = capture.source_id
    reader = discover()[source_id]
    hurt = replace(capture, body=damaged(capture.body, random.Random(seed)), sha256="")
    try:
        rows = parsed(reader, hurt)
    except ExtractError as named:
        assert source_id in str(named)
        unnamed = getattr(named, "expected", "") == "a page that the parser knows"
        return f"unnamed {type(named.__cause__).__name__}" if unnamed else type(named).__name__
    assert all(type(row) in TABLE_OF_ROW for row in rows)
    return "rows"


@pytest.mark.parametrize("page", sorted(FILES))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_page_gives_rows_or_a_named_error(page: str, seed: int) -> None:
    outcome(page, seed)


def main(examples: int) -> None:
    """Counts outcomes over all parsers, and which stumble without a name of their own."""
    total: Counter[str] = Counter()
    stumbled: Counter[str] = Counter()
    for page in sorted(FILES):
        for seed in range(examples):
            said = outcome(page, seed)
            total[said] += 1
            stumbled[page.split("/")[0]] += said.startswith("unnamed")
    parsers = len({page.split("/")[0] for page in FILES})
    counts = f"parsers {parsers}, pages {len(FILES)}, damaged pages {sum(total.values())}"
    sys.stdout.write(f"{counts}: {dict(total.most_common())}\n")
    sys.stdout.write(f"parsers that stumbled: {dict(+stumbled)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
