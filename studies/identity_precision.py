"""Prints how often a join is right on labelled pairs: `python -m studies.identity_precision
[--recordings] [--wrong]`.

labelled_pairs.csv has two names of each pair from a source that prints both (models.dev's id and
canonical_model_id of 2026-09-30, OpenRouter's id and canonical slug or weights id, Epoch's version and model
name), whether they are the same model, and which model it is, settled by hand where the source lumps models
together. Precision = right pairs / pairs whose two names both got a model. A same pair is right when both
names are `expected_model_id`; a different pair when the models differ.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

from transforms.identity.index import Index, index_seeds
from transforms.identity.long_tail import add_registries
from transforms.identity.resolve import resolve
from warehouse.seeds import seeds

PAIRS = Path(__file__).with_name("labelled_pairs.csv")


def index(recordings: bool = False) -> Index:
    """The index of the seeds; with the recordings' registries where asked."""
    made = index_seeds(seeds(), date(2026, 11, 20))
    if recordings:
        from studies.identity_coverage import REGISTRIES
        from tests.transforms.recorded_names import recorded

        add_registries(made, recorded((*REGISTRIES, ("prices", "models_dev")))[1])
    return made


def measured(made: Index) -> tuple[int, list[dict[str, str]], list[dict[str, str]]]:
    """How many pairs were joined on both sides, the wrong ones, and the joins across countries."""
    joined, wrong, abroad = 0, [], []
    for pair in csv.DictReader(PAIRS.read_text(encoding="utf-8").splitlines()):
        one = {m.model_id for m in resolve(made, pair["source"], pair["listed_model"])}
        other = {m.model_id for m in resolve(made, "label", pair["other_name"])}
        if not one or not other:
            continue
        joined += 1
        right = pair["expected_model_id"] in one & other if pair["relation"] == "same" else not one & other
        if not right:
            wrong.append(pair | {"one": min(one), "other": min(other)})
        if pair["relation"] == "same" and _country(made, min(one)) != _country(
            made, pair["expected_model_id"]
        ):
            abroad.append(pair | {"one": min(one)})
    return joined, wrong, abroad


def _country(made: Index, model_id: str) -> str:
    return made.country(model_id.partition("/")[0], date(2026, 11, 20))


def main() -> None:
    """Prints the precision, and the wrong pairs with --wrong."""
    joined, wrong, abroad = measured(index("--recordings" in sys.argv))
    sys.stdout.write(
        f"{joined} labelled pairs joined, {len(wrong)} wrong: precision {1 - len(wrong) / joined:.4f}; "
    )
    sys.stdout.write(f"{len(abroad)} joins across countries\n")
    if "--wrong" in sys.argv:
        sys.stdout.writelines(f"    {p}\n" for p in wrong)


if __name__ == "__main__":
    main()
