"""A sample of the pages of tomorrow: no value is ever wrong. `python -m tests.extractors.tomorrow` makes
them all.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.extractors.golden import golden_files
from tests.extractors.tomorrow.measure import SEED, kinds_of, read, results

SAMPLE = 6


def _name(rows_file: Path) -> str:
    return f"{rows_file.parent.name}/{rows_file.name.removesuffix('.rows.json')}"


@pytest.mark.parametrize("rows_file", golden_files(), ids=_name)
def test_a_page_of_tomorrow_gives_no_value_that_it_does_not_say(rows_file: Path) -> None:
    kinds = sorted(kinds_of(read(rows_file)[0]))
    some = set(Random(f"{SEED} {_name(rows_file)}").sample(kinds, min(SAMPLE, len(kinds))))
    assert [(r.kind, r.wrong) for r in results(rows_file, some) if r.wrong] == []


def test_there_are_at_least_twenty_kinds_of_change_to_pages_and_to_data() -> None:
    found = [kinds for f in golden_files() if (kinds := kinds_of(read(f)[0]))]
    # A page whose prices stand in a script, and not in a table or a document, can be changed in few ways.
    assert sum(len(kinds) >= 12 for kinds in found) >= 0.9 * len(found)
    assert sorted(len(kinds) for kinds in found)[len(found) // 2] >= 20
    assert len({kind for kinds in found for kind in kinds}) >= 50
