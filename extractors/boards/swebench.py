"""SWE-bench: leaderboards.json of the site's repository, all boards in one file.

`{"leaderboards": [{"name", "results": [...]}]}`. bash-only runs every model in one fixed agent
(mini-SWE-agent): only it isolates the model; it was called verified-micro or verified-mini for a day.
Verified, Lite, Test and Multimodal mix agents and several models in one system, named in `tags` (`Model:
...`, `Org: ...`, `System: Attempts - 1`). Row keys grew from 11 to 19; `cost` is the run's total and
`instance_cost` the cost per task (2025-11 on); `per_instance_details` swells the file to 4 MB. bash-only
results of mini-SWE-agent 1 and 2 are not comparable: its major version is the board's (0.x counts as 1). A
name may be listed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import day, items, json_body, maybe, name_of, number, settings
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

# Board id and number of tasks, from the data sets' cards.
BOARDS = {
    "bash-only": ("swebench_bash_only", 500),
    "verified-micro": ("swebench_bash_only", 500),
    "verified-mini": ("swebench_bash_only", 500),
    "verified": ("swebench_verified", 500),
    "lite": ("swebench_lite", 300),
    "test": ("swebench_test", 2294),
    "multimodal": ("swebench_multimodal", 517),
    "multilingual": ("swebench_multilingual", 300),
}
READ = frozenset({"name", "resolved", "date", "tags", "instance_cost", "mini-swe-agent_version"})
IGNORED = frozenset(
    {
        "folder",
        "logs",
        "org_logo",
        "logo",
        "oss",
        "os_model",
        "os_system",
        "site",
        "trajs",
        "trajs_docent",
        "checked",
        "warning",
        "cost",
        "instance_calls",
        "per_instance_details",
        "verified",
        "attempts",
        "agent",
        "agent_org",
    }
)

SOURCE = Source(
    id="swebench",
    title="SWE-bench",
    kind="boards",
    headline=True,
    addresses=(
        "https://raw.githubusercontent.com/SWE-bench/swe-bench.github.io/master/data/leaderboards.json",
    ),
    matches=(
        r"https://raw\.githubusercontent\.com/SWE-bench/swe-bench\.github\.io/[^/]+/data/leaderboards\.json",
    ),
    tables=(SCORES,),
    licence="cc_by_nc_4_0",
    expects=Expects(rows={"scores": (50, 20000)}, scores=(0, 100)),
)


def parse(capture: Capture) -> list[Row]:
    """The share of tasks resolved, per cent, of every entry of every board."""
    page = Page(capture)
    for board in items(json_body(capture), "leaderboards", capture):
        name = str(board.get("name"))
        results = items(board, "results", capture)
        if name.lower() not in BOARDS:
            page.leave(name, f"{len(results)} results", "a board that no rule knows", 1)
            continue
        read_entries(page, results, _reader(name.lower(), capture), READ | IGNORED)
    return finished(page)


def _reader(board: str, capture: Capture) -> Callable[[Mapping[str, Any]], list[Score]]:
    return lambda entry: [_row(board, entry, capture)]


def _row(board: str, entry: Mapping[str, Any], capture: Capture) -> Score:
    board_id, tasks = BOARDS[board]
    model = name_of(entry.get("name"), capture)
    tags = [str(tag).split(": ", 1) for tag in entry.get("tags") or [] if ": " in str(tag)]
    tagged = {
        kind: " + ".join(value for key, value in tags if key == kind) for kind in ("Model", "Org", "System")
    }
    version = str(entry.get("mini-swe-agent_version") or "1")
    return Score(
        board_id,
        str(max(1, int(version.split(".", maxsplit=1)[0]))) if board_id == "swebench_bash_only" else "1",
        "resolved",
        model,
        number(entry.get("resolved"), capture, f"resolved of {model}"),
        settings({"model": tagged["Model"], "system": tagged["System"]}),
        tagged["Org"] or None,
        n=tasks,
        cost_usd=maybe(entry.get("instance_cost"), capture, "instance_cost"),
        evaluated_on=day(entry.get("date"), capture, "date"),
    )
