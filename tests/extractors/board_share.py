"""Rows kept as a share of the rows stated, for every recorded board and registry: `python -m
tests.extractors.board_share`.

What a capture states is counted here from its bytes alone, with other code than the parsers': entries of a
list, lines of a table that carry a value, cells of a matrix. What is kept is counted in the parser's rows.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable

from extractors.errors import ParseError
from extractors.source import Source, discover
from tests import recordings
from warehouse.capture import Capture
from warehouse.tables import Release, Row, Score

KINDS = ("boards", "registries")


def lines(text: str) -> list[dict[str, str]]:
    return [line for line in csv.DictReader(io.StringIO(text)) if any(v for v in line.values())]


def parquet_rows(capture: Capture) -> int:
    import pyarrow.parquet as pq

    return pq.ParquetFile(io.BytesIO(capture.body)).metadata.num_rows


def of_zip(capture: Capture) -> int:
    with zipfile.ZipFile(io.BytesIO(capture.body)) as archive:
        texts = {n: archive.read(n).decode("utf-8-sig") for n in archive.namelist() if n.endswith(".csv")}
    skip = ("additional", "epoch_capabilities", "terminalbench")
    return sum(valued(text) for name, text in texts.items() if not name.startswith(skip))


def versions(capture: Capture) -> int:
    """Dated model versions, counted once for all their settings."""
    settings = r"_(none|minimal|low|medium|high|xhigh|max|thinking|unknown|\d+[kK])$"
    dated = {
        (re.sub(settings, "", line["id"]), line["Version release date"])
        for line in lines(capture.text())
        if line["id"]
    }
    return sum(bool(when) for _, when in dated)


def valued(text: str) -> int:
    """Lines of one of Epoch's tables with a number in the first column that has any, after the model's and
    the run's.
    """
    table = lines(text)
    numeric = [
        k
        for k in table[0]
        if k not in NOT_SCORES and any(re.fullmatch(r"-?[\d.]+(e-?\d+)?", v[k] or "") for v in table)
    ]
    return sum(bool(line[numeric[0]]) for line in table)


NOT_SCORES = {
    "Model version",
    "Shots",
    "Frames",
    "Training compute (FLOP)",
    "Release date",
    "Tools",
    "Prompt",
}
J = Callable[[Capture], int]
data = lambda c: json.loads(c.text())  # noqa: E731
STATED: dict[str, J] = {
    "lmarena_text": parquet_rows,
    "lmarena_text_style_control": parquet_rows,
    "lmarena_hf_mirror": lambda c: data(c)["meta"]["n_rows"],
    "lmarena_catalog": lambda c: sum(len(models) for models in data(c).values()),
    "lmarena_page": lambda c: len(re.findall(r"<tr", c.text())) - 1,
    "lmarena_page_copies": lambda c: sum(m["score"] is not None for m in data(c)["models"]),
    "lmarena_rank_data": lambda c: len(data(c) if isinstance(data(c), list) else data(c)["models"]),
    "lmarena_synthesized": lambda c: len(re.findall(r"\belo\"?:", c.text())),
    "lmarena_csv": lambda c: len(lines(c.text())),
    "lmarena_history": lambda c: len(lines(c.text())),
    "lmarena_flagships": lambda c: len(
        set(re.findall(r'"date": "([^"]+)",\s+"model_name": "([^"]+)",\s+"rating": ([\d.]+)', c.text()))
    ),
    "livebench": lambda c: len(c.text().strip().splitlines()) - 1,
    "epoch_eci": lambda c: sum(bool(line["ECI Score"]) for line in lines(c.text())),
    "epoch_benchmarks": of_zip,
    "epoch_benchmark_members": lambda c: valued(c.text()),
    "terminal_bench": lambda c: len(lines(c.text())),
    "epoch_runs": lambda c: versions(c) if "versions" in c.address else len(lines(c.text())),
    "swebench": lambda c: sum(len(b["results"]) for b in data(c)["leaderboards"]),
    "aider_polyglot": lambda c: len(re.findall(r"pass_rate_2:", c.text())),
    "aider_edit": lambda c: len(re.findall(r"pass_rate_2:", c.text())),
    "arc_prize": lambda c: len(data(c)["evaluations"]),
    "arc_prize_evaluations": lambda c: len(data(c)),
    "metr_time_horizon": lambda c: len(re.findall(r"p50_horizon_length:", c.text())),
    "artificial_analysis": lambda c: sum(
        v is not None for m in data(c)["data"] for v in m["evaluations"].values()
    ),
    "artificial_analysis_mirror": lambda c: sum(
        v is not None for m in data(c)["models"] for v in m["evaluations"].values()
    ),
    "artificial_analysis_free": lambda c: sum(
        v is not None for m in data(c)["models"] for k, v in m.items() if k != "slug"
    ),
    "vectara_hallucination": lambda c: len(re.findall(r"^\|[^|]+\|\s*[\d.]+ ?%", c.text(), re.MULTILINE)),
    "nyt_connections": lambda c: len(re.findall(r"^\|(?:\d+\|)?[^|]+\|\s*\d", c.text(), re.MULTILINE)),
    "epoch_notable_models": lambda c: sum(line["Publication date"] >= "2010" for line in lines(c.text())),
    "epoch_frontier_models": lambda c: sum(line["Publication date"] >= "2010" for line in lines(c.text())),
    "epoch_large_scale_models": lambda c: sum(line["Publication date"] >= "2010" for line in lines(c.text())),
    "metr_releases": lambda c: len(re.findall(r": \d{4}-\d\d-\d\d", c.text())),
}
HEADLINE = {
    "aider_polyglot": "pass_rate_2",
    "aider_edit": "pass_rate_2",
    "metr_time_horizon": "p50_horizon",
    "vectara_hallucination": "hallucination_rate",
    "epoch_benchmarks": "score",
    "epoch_benchmark_members": "score",
}


def kept(source: Source, capture: Capture, rows: list[Row]) -> int:
    scores = [row for row in rows if isinstance(row, Score)]
    if source.kind == "registries" or capture.address.endswith("model_versions.csv"):
        return sum(isinstance(row, Release) for row in rows)
    if source.id == "livebench":
        return len({(row.listed_model, row.listed_setting) for row in scores})
    return sum(row.metric == HEADLINE.get(source.id, row.metric) for row in scores)


def read() -> list[tuple[Source, Capture, list[Row] | ParseError]]:
    """Every recorded capture of a board or registry with its rows, or with the error that refused it."""
    sources = {name: reader.source for name, reader in discover().items()}
    return [
        (sources[capture.source_id], capture, rows)
        for file in sorted((recordings.ROOT / "boards").glob("*.warc.gz"))
        for capture, rows in recordings.rows_of("boards", file.name.removesuffix(".warc.gz"))
        if sources[capture.source_id].kind in KINDS
    ]


def shares(found: list[tuple[Source, Capture, list[Row] | ParseError]]) -> dict[str, tuple[int, int, int]]:
    """By source: captures, rows kept, rows stated."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for source, capture, rows in found:
        stated = STATED[source.id](capture)
        counted = (1, kept(source, capture, rows) if isinstance(rows, list) else 0, stated)
        sums[source.id] = [a + b for a, b in zip(sums[source.id], counted, strict=True)]
    return {name: (a, b, c) for name, (a, b, c) in sums.items()}


def main() -> None:
    """Prints a line per source."""
    sys.stdout.write(f"{'source':28} {'captures':>8} {'kept':>8} {'stated':>8} {'share':>8}\n")
    for name, (captures, rows, stated) in sorted(shares(read()).items()):
        sys.stdout.write(f"{name:28} {captures:8} {rows:8} {stated:8} {rows / stated:8.2%}\n")


if __name__ == "__main__":
    main()
