"""A new source that changes nothing is seen here: a golden page's names are models', or kept as unmatched.

`unmatched_names.csv` holds, by source, the names that no model is known for: a name that leaves the list has
found its model, one that is not in it needs an alias or a row of models.csv (CONTRIBUTING.md, step 4).
`python -m tests.transforms.test_golden_names` writes the list anew, for a person to look at the difference.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import pandas as pd

from extractors.source import discover
from tests.extractors.golden import golden_files, load
from tests.transforms.recorded_names import KEYS, NO_OFFERS, names_in
from transforms.identity.tables import build_identity
from warehouse.seeds import seeds
from warehouse.tables import Release

KEPT = Path(__file__).with_name("unmatched_names.csv")
AS_OF = date(2026, 12, 31)


def unmatched(files: list[Path]) -> set[tuple[str, str]]:
    """(source_id, listed_model) of the golden pages' names that identity joins to no model."""
    names: set[tuple[str, ...]] = set()
    releases = []
    for file in files:
        capture, rows = load(file)
        if rows is None:
            continue
        read = discover()[capture.source_id].parse(capture)
        names |= set(names_in(capture.source_id, read))
        releases += [
            (capture.source_id, capture.observed_on, *row) for row in read if isinstance(row, Release)
        ]
    first = pd.Timestamp("2023-01-01")
    frame = pd.DataFrame(sorted(names), columns=KEYS).assign(
        first_seen=first, last_seen=pd.Timestamp(AS_OF), rows=1
    )
    dated = pd.DataFrame(releases, columns=["source_id", "observed_on", *Release._fields])
    dated[["observed_on", "released_on"]] = dated[["observed_on", "released_on"]].apply(pd.to_datetime)
    left = build_identity(seeds(), frame, dated, NO_OFFERS, AS_OF)["unmatched"]
    return set(zip(left["source_id"].astype(str), left["listed_model"].astype(str), strict=True))


def kept() -> set[tuple[str, str]]:
    """The list of names that are known to be unmatched."""
    with KEPT.open(newline="", encoding="utf-8") as file:
        return {(row["source_id"], row["listed_model"]) for row in csv.DictReader(file)}


def test_every_name_of_a_golden_page_is_a_models_or_is_kept_as_unmatched() -> None:
    found, known = unmatched(golden_files()), kept()
    assert found - known == set(), "these names take part in no number: gapledger settle, or add the model"
    assert known - found == set(), "these names have found their model: take them out of unmatched_names.csv"


def main() -> None:
    """Writes the list anew."""
    with KEPT.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["source_id", "listed_model"])
        writer.writerows(sorted(unmatched(golden_files())))
    sys.stdout.write(f"{len(kept())} names are unmatched\n")


if __name__ == "__main__":
    main()
