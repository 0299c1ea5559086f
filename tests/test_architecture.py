"""The rooms and the one-way rule, one door a library, and what no file of the repository may hold
(CONTRIBUTING.md).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "flows": {"flows", "extractors", "transforms", "reports", "warehouse"},
    "extractors": {"extractors", "warehouse"},
    "transforms": {"transforms", "warehouse"},
    "reports": {"reports", "warehouse"},
    "warehouse": {"warehouse"},
}
# Tables and their bytes: every room may hold one.
OPEN = {"numpy", "pandas", "pyarrow", "orjson"}
# Each other library has one door: the folders (ending with /) or files that may import it.
DOORS = {
    "httpx": {"extractors/fetch.py"},
    "stamina": {"extractors/fetch.py"},
    "httpcore": {"extractors/addresses.py"},
    "protego": {"extractors/robots.py"},
    "bs4": {"extractors/html.py", "extractors/markup.py"},
    "lxml": {"extractors/html.py"},
    "markdown_it": {"extractors/html.py"},
    "yaml": {"extractors/boards/_yaml.py", "warehouse/claims_file.py"},
    "genai_prices": {"extractors/feeds/genai_prices.py"},
    "currency_converter": {"extractors/rates/ecb.py"},
    "warcio": {"warehouse/archive/"},
    "pydantic": {"warehouse/seeds.py", "warehouse/seed_rows.py", "warehouse/claims_file.py"},
    "fsspec": {"warehouse/location.py"},
    "filelock": {"warehouse/holding.py"},
    "great_expectations": {"warehouse/checks/"},
    "duckdb": {"warehouse/query.py"},
    "scipy": {"transforms/"},
    "rapidfuzz": {"transforms/identity/candidates.py", "reports/answers/names.py"},
    "vl_convert": {"reports/"},
    "jinja2": {"reports/"},
    "markupsafe": {"reports/"},
    "prefect": {"flows/"},
    "distributed": {"flows/pools.py"},
    "rich": {"flows/console.py"},
    "typer": {"flows/cli.py", "flows/commands/"},
}
# What would slow every command down when imported with the module: inside a function instead, or in a module
# that is itself imported late.
HEAVY = {
    "great_expectations",
    "prefect",
    "scipy",
    "bs4",
    "vl_convert",
    "duckdb",
    "warcio",
    "distributed",
    "rich",
    "markdown_it",
}
LATE = {"flows/tasks.py", "flows/automations.py"}


class Import(NamedTuple):
    file: str
    line: int
    head: str
    at_top: bool


def modules() -> list[Path]:
    return sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))


def imports_of(file: Path) -> Iterator[Import]:
    """Every import that runs; names for type checkers alone (`if TYPE_CHECKING`) bring nothing in and are
    left out.
    """
    name = file.relative_to(ROOT).as_posix()

    def walk(node: ast.AST, at_top: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.Import):
                yield from (
                    Import(name, child.lineno, alias.name.split(".")[0], at_top) for alias in child.names
                )
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{name}:{child.lineno}: a relative import hides its room"
                yield Import(name, child.lineno, (child.module or "").split(".")[0], at_top)
            yield from walk(child, at_top and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))

    yield from walk(ast.parse(file.read_text(encoding="utf-8")), True)


@cache
def all_imports() -> tuple[Import, ...]:
    return tuple(found for file in modules() for found in imports_of(file))


def test_the_tree_is_read():
    assert len(modules()) > 100
    assert {i.head for i in all_imports()} >= {"warehouse", "httpx", "prefect", "duckdb"}


def test_arrows_point_one_way():
    wrong = [
        i for i in all_imports() if i.head in {*ROOMS, "tests"} and i.head not in ROOMS[i.file.split("/")[0]]
    ]
    assert wrong == [], (
        "flows -> extractors, transforms, reports -> warehouse; the three never import each other, nothing"
        " imports flows"
    )


def test_every_library_is_used_behind_its_door():
    strangers = [i for i in all_imports() if i.head not in {*sys.stdlib_module_names, *ROOMS, *OPEN}]
    outside = [
        i
        for i in strangers
        if not any(i.file == door or (door[-1] == "/" and i.file.startswith(door)) for door in DOORS[i.head])
    ]
    assert outside == []


def test_what_is_heavy_is_imported_where_it_is_needed_and_not_with_the_module():
    assert [i for i in all_imports() if i.at_top and i.head in HEAVY and i.file not in LATE] == []


def test_the_command_line_starts_without_the_heavy_libraries():
    script = (
        f"import sys, flows.cli, flows.commands; print(sorted({HEAVY | {'pandas', 'httpx'}!r} &"
        " set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("transforms/x.py", "def f():\n    from extractors.errors import ParseError\n", ["extractors"]),
        ("warehouse/x.py", "import flows.cli\n", ["flows"]),
        ("reports/x.py", "from warehouse.marts import Marts\n", []),
    ],
)
def test_the_rule_sees_a_wrong_arrow_wherever_it_stands(
    tmp_path: Path, monkeypatch, file: str, text: str, found: list[str]
):
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text)
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    heads = [i.head for i in imports_of(tmp_path / file)]
    assert [h for h in heads if h in ROOMS and h not in ROOMS[file.split("/", maxsplit=1)[0]]] == found


def test_modules_are_short_and_none_is_a_drawer_for_the_rest():
    lengths = {
        p.relative_to(ROOT).as_posix(): len(p.read_text(encoding="utf-8").splitlines()) for p in modules()
    }
    assert {name: n for name, n in lengths.items() if n > 600} == {}
    assert [name for name in lengths if re.search(r"(^|/)_?(utils?|helpers?|common|misc)\.py$", name)] == []


def test_nothing_prints():
    calls = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in modules()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert calls == []


def tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


# Written in pieces, so that this file does not hold them.
HOSTS = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb." + "debian.org",
    "conda." + "anaconda.org",
)
FOLDERS = re.compile(
    r"(?<![\w./:<>-])/(?:"
    + "|".join(("wor" + "k", "ro" + "ot", "ho" + "me", "Use" + "rs", "tm" + "p"))
    + r")/\w"
)


def test_no_file_names_a_registry_or_a_path_of_somebodys_machine():
    found = []
    for path in tracked():
        body = path.read_bytes()
        if b"\0" in body:
            continue
        for number, line in enumerate(body.decode("utf-8", "replace").splitlines(), 1):
            if any(host in line for host in HOSTS) or (
                path.suffix not in {".html", ".json"} and FOLDERS.search(line)
            ):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_recordings_and_the_data_stay_out_of_the_repository():
    sizes = {p.relative_to(ROOT).as_posix(): p.stat().st_size for p in tracked()}
    assert {
        name: size for name, size in sizes.items() if size > 1_500_000 or name.endswith((".warc", ".warc.gz"))
    } == {}
