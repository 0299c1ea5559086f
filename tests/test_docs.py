"""What the documents show is true: every query runs, every example script runs, every link leads
somewhere.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from extractors.errors import ParseError
from warehouse.capture import Capture
from warehouse.location import Location
from warehouse.query import connect
from warehouse.seeds import read_seed

ROOT = Path(__file__).parents[1]
QUERIES = re.findall(
    r"## (\d+\. [^\n]+)\n.*?```sql\n(.*?)```",
    (ROOT / "docs" / "queries.md").read_text(encoding="utf-8"),
    re.DOTALL,
)
# Without a second capture nothing was revised, and without a second price source nothing disagrees.
MAY_BE_EMPTY = ("7.", "11.")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_there_are_at_least_ten_queries():
    assert len(QUERIES) >= 10
    assert len(QUERIES) == (ROOT / "docs" / "queries.md").read_text(encoding="utf-8").count("```sql")


@pytest.mark.parametrize(("title", "sql"), [pytest.param(*q, id=q[0]) for q in QUERIES])
def test_every_query_of_the_page_runs(small_home: Path, title: str, sql: str):
    rows = connect(Location(str(small_home))).sql(sql).fetchall()
    assert rows or title.startswith(MAY_BE_EMPTY), title


@pytest.mark.parametrize("script", ["read_pandas.py", "read_polars.py"])
def test_the_example_scripts_run(small_home: Path, script: str):
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / script, small_home], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "20" in done.stdout


def test_the_sql_example_runs(small_home: Path):
    sql = (ROOT / "examples" / "duckdb.sql").read_text().replace("data/marts", f"{small_home}/marts")
    assert connect(Location(str(small_home))).execute(sql).fetchall()


def test_the_lines_of_the_readme_read_the_parquet(small_home: Path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert block is not None
    lines = [line for line in block[1].splitlines() if line.strip()]
    assert len(lines) == 3
    done = subprocess.run(
        [sys.executable, "-c", block[1].replace("data/", f"{small_home}/")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_worked_example_of_the_contributors_page_reads_its_page():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code, page, meta = (
        textwrap.dedent(re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1])
        for kind in ("python", "html", "json")
    )
    names: dict = {}
    exec(compile(code, "acme.py", "exec"), names)
    said = json.loads(meta)
    when = datetime.fromisoformat(said["captured_at"])
    capture = Capture("acme", said["address"], when, page.encode(), said["content_type"])
    assert names["SOURCE"].reads(capture.address)
    rows = [(r.listed_model, r.component, str(r.amount), r.currency, r.per) for r in names["parse"](capture)]
    per = "1e6 tokens"
    assert rows == [
        ("acme-1", "input", "0.50", "USD", per),
        ("acme-1", "output", "2.00", "USD", per),
        ("acme-2", "input", "1.25", "USD", per),
    ]
    with pytest.raises(ParseError, match="USD"):
        names["parse"](replace(capture, body=page.replace("$", "¥").encode()))


def test_the_board_of_the_contributors_page_reads_its_page_and_its_line_is_what_the_seed_takes():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[1]
    page, line = (re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)[1] for kind in ("csv", "text"))
    names: dict = {}
    exec(compile(code, "acme_exam.py", "exec"), names)
    when = datetime(2026, 11, 20, tzinfo=UTC)
    capture = Capture("acme_exam", names["SOURCE"].addresses[0], when, page.encode(), "text/csv")
    rows = [(r.board_id, r.listed_model, r.score, r.n) for r in names["parse"](capture)]
    assert rows == [("acme_exam", "GPT-5", 71.5, 400), ("acme_exam", "DeepSeek-V3.1", 58.25, 400)]
    seed = (ROOT / "warehouse" / "seeds" / "boards.csv").read_text(encoding="utf-8")
    assert read_seed("boards", seed + line)["board_id"].iloc[-1] == "acme_exam"
    with pytest.raises(ValueError, match=r"unit is 'percent', .* did you mean 'per cent'"):
        read_seed("boards", seed + line.replace("per cent", "percent"))


@pytest.mark.parametrize("page", [pytest.param(p, id=p.relative_to(ROOT).as_posix()) for p in PAGES])
def test_links_between_the_documents_lead_somewhere(page: Path):
    targets = [
        t.split("#")[0]
        for t in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if "://" not in t
    ]
    assert [t for t in targets if t and not (page.parent / t).exists()] == []
