"""Epoch AI's own runs and model versions, as its benchmark-stitching repository kept them in 2025 (Airtable
exports).

benchmarks_runs.csv: `task`, `model` (API id with `_setting`), `Best score (across scorers)`, `Scores`
(`choice:0.85±0.02`, several scorers separated by commas; the best one's error is the score's), `started_at`
in English (`17 November 2025 4:28pm`), `Status`, from 2025-11 also `task version`. The same task in the
archive is a member (`epoch_gpqa_diamond`); the two FrontierMath sets are not, so the task's own name stays in
the metric. model_versions.csv: release date per version, some 30 columns of links that are not read. Dead
since 2025-11, kept for the record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._epoch import distinct, split_setting
from extractors.boards._read import csv_rows, day, name_of, number
from extractors.errors import UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

BASE = r"https://raw\.githubusercontent\.com/epoch-research/benchmark-stitching/[^/]+/data/"
BOARDS = {
    "GPQA diamond": "epoch_gpqa_diamond",
    "MATH level 5": "epoch_math_level_5",
    "OTIS Mock AIME 2024-2025": "epoch_otis_mock_aime_2024_2025",
    "FrontierMath-2025-02-28-Private": "epoch_frontiermath",
    "FrontierMath-2025-02-28-Public": "epoch_frontiermath_public",
    "FrontierMath-Tier-4-2025-07-01-Private": "epoch_frontiermath_tier_4",
    "FrontierMath-Tier-4-2025-07-01-Public": "epoch_frontiermath_tier_4_public",
    "SWE-Bench verified": "epoch_swe_bench_verified",
}
RUNS = ("task", "model", "Best score (across scorers)", "Scores", "started_at", "Status")

SOURCE = Source(
    id="epoch_runs",
    title="Epoch AI, benchmark runs of 2025 (benchmark-stitching)",
    kind="boards",
    addresses=(),
    matches=(BASE + r"benchmarks_runs\.csv", BASE + r"model_versions\.csv"),
    tables=(SCORES, RELEASES),
    licence="mit",
    expects=Expects(scores=(0, 1)),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """The runs' scores, or the versions' releases, by the address."""
    page = Page(capture)
    if capture.address.endswith("model_versions.csv"):
        table = csv_rows(capture, ("id", "Model", "Version release date"), page=page)
        read_entries(page, table, lambda line: [r for r in (_release(line, capture),) if r])
        return page.finished(distinct([row for row in page.rows if isinstance(row, Release)]))
    read_entries(page, csv_rows(capture, RUNS, page=page), lambda line: [_score(line, capture)])
    return finished(page)


def _score(line: Mapping[str, str], capture: Capture) -> Score:
    if line["Status"] != "Success":
        raise UnknownValue(capture, expected="a run that is a Success", found=line["Status"])
    if line["task"] not in BOARDS:
        raise UnknownValue(capture, expected=f"a task of {sorted(BOARDS)}", found=line["task"])
    model, setting = split_setting(name_of(line["model"], capture))
    best = number(line["Best score (across scorers)"], capture, f"the score of {model}")
    errors = [
        float(error)
        for value, error in re.findall(r":([\d.]+)±([\d.]+)", line["Scores"])
        if abs(float(value) - best) < 0.0051
    ]
    return Score(
        BOARDS[line["task"]],
        "1",
        "score",
        model,
        best,
        setting,
        score_se=min(errors) if errors and min(errors) > 0 else None,
        access="private" if line["task"].endswith("-Private") else "public",
        evaluated_on=day(line["started_at"], capture, "started_at"),
    )


def _release(line: Mapping[str, str], capture: Capture) -> Release | None:
    released = day(line["Version release date"], capture, "Version release date")
    if released is None or not line["id"]:
        return None
    return Release(split_setting(line["id"])[0], released, "api", canonical_model=line["Model"] or None)
