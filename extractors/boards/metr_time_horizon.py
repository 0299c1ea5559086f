"""METR's time horizons: the length of tasks, in human minutes, that a model does with 50 % and with 80 %
success.

benchmark_results_1_1.yaml and _1_0.yaml: `results: {model key: {metrics: {p50_horizon_length: {estimate,
ci_low, ci_high}, p80_..., average_score}, release_date, scaffolds}}`; the interval is METR's 95 % bootstrap.
1.1 has no Chinese model, 1.0 has seven. Estimates are revised downwards as well (2026-03-03). Keys carry the
harness (`_inspect`, `_elicited`), which becomes the setting. The version is `benchmark_name`:
`METR-Horizon-v1` is 1.0.
"""

from __future__ import annotations

from typing import Any

from extractors.authoring import Page
from extractors.boards._entries import finished
from extractors.boards._read import day, maybe, name_of, number, yaml_body
from extractors.errors import EmptyPage, LayoutChanged, UnknownValue
from extractors.lists import links
from extractors.source import Listing, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, SCORES, Release, Row, Score

VERSIONS = {"METR-Horizon-v1": "1.0", "METR-Horizon-v1.1": "1.1"}
METRICS = {
    "p50_horizon_length": "p50_horizon",
    "p80_horizon_length": "p80_horizon",
    "average_score": "average_score",
}
IGNORED = frozenset({"is_sota", "usage"})
HARNESSES = ("_inspect", "_elicited")

SOURCE = Source(
    id="metr_time_horizon",
    title="METR, time horizons (metr.org)",
    kind="boards",
    headline=True,
    addresses=(
        "https://metr.org/assets/benchmark_results_1_1.yaml",
        "https://metr.org/assets/benchmark_results_1_0.yaml",
    ),
    matches=(r"https://metr\.org/assets/benchmark_results_1_\d\.yaml",),
    tables=(SCORES, RELEASES),
    licence="none_stated",
    expects=Expects(rows={"scores": (10, 2000)}, scores=(0, 1e6)),
    stale_after_days=90,
    listing=Listing(at=("https://metr.org/time-horizons/",), most=4),
)


def addresses(capture: Capture) -> list[str]:
    """The files of every version that the page links."""
    return links(capture, r"https://metr\.org/assets/benchmark_results_\d+_\d+\.yaml")


def parse(capture: Capture) -> list[Row]:
    """Both horizons in minutes and the average score of every model, and its release."""
    data = yaml_body(capture)
    if not isinstance(data, dict) or not isinstance(data.get("results"), dict):
        raise LayoutChanged(capture, expected="results by model", found=str(data)[:200])
    version = VERSIONS.get(str(data.get("benchmark_name")))
    if version is None:
        raise UnknownValue(
            capture, expected=f"a benchmark_name of {sorted(VERSIONS)}", found=str(data.get("benchmark_name"))
        )
    if not data["results"]:
        raise EmptyPage(capture, expected="at least one model", found="none")
    page = Page(capture)
    for key, entry in data["results"].items():
        with page.part(str(key), str(entry), 2):
            model, setting = _harness(name_of(key, capture))
            page.rows += _rows(model, setting, entry, version, capture)
            if released := day(entry.get("release_date"), capture, "release_date"):
                page.rows.append(Release(model, released, "announced"))
    return finished(page)


def _harness(key: str) -> tuple[str, str]:
    for ending in HARNESSES:
        if key.endswith(ending):
            return key.removesuffix(ending), f"harness={ending[1:]}"
    return key, ""


def _rows(model: str, setting: str, entry: dict[str, Any], version: str, capture: Capture) -> list[Score]:
    metrics = entry.get("metrics") if isinstance(entry, dict) else None
    if not isinstance(metrics, dict) or "p50_horizon_length" not in metrics:
        raise LayoutChanged(
            capture, expected=f"metrics {sorted(METRICS)}", found=f"{model}: {sorted(metrics or [])}"
        )
    rows = []
    for name, value in metrics.items():
        if name in METRICS:
            low, high = (
                maybe(value.get("ci_low"), capture, "ci_low"),
                maybe(value.get("ci_high"), capture, "ci_high"),
            )
            estimate = number(value.get("estimate"), capture, f"{name} of {model}")
            level = None if low is None else 0.95
            rows.append(
                Score(
                    "metr_time_horizon",
                    version,
                    METRICS[name],
                    model,
                    estimate,
                    setting,
                    score_low=low,
                    score_high=high,
                    interval_level=level,
                )
            )
    return rows
