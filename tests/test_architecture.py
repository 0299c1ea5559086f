"""The rooms and the one-way rule, one door a library, and what no file of the repository may hold
(CONTRIBUTING.md).
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests import imports
from tests.imports import ROOT, all_imports, functions_of, graph_of, imports_of, longest_chain, modules

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
    "httpcore": {"extractors/judged_network.py"},
    "protego": {"extractors/robots.py"},
    "bs4": {"extractors/html.py", "extractors/markup.py"},
    "lxml": {"extractors/html.py"},
    "markdown_it": {"extractors/html.py"},
    "yaml": {"extractors/boards/_yaml.py", "warehouse/claims_file.py"},
    "genai_prices": {"extractors/feeds/_genai_package.py"},
    "currency_converter": {"extractors/rates/ecb.py"},
    "warcio": {"warehouse/archive/"},
    "pydantic": {
        "warehouse/seeds.py",
        "warehouse/seed_types.py",
        "warehouse/seed_rows.py",
        "warehouse/claims_file.py",
    },
    "fsspec": {"warehouse/location.py"},
    "filelock": {"warehouse/holding.py"},
    "great_expectations": {"warehouse/checks/"},
    "duckdb": {"warehouse/query.py", "warehouse/duckdb_file.py"},
    "scipy": {"transforms/"},
    "rapidfuzz": {"transforms/identity/candidates.py", "reports/answers/names.py"},
    "vl_convert": {"reports/"},
    "jinja2": {"reports/"},
    "markupsafe": {"reports/"},
    "prefect": {"flows/"},
    "distributed": {"flows/pools.py"},
    "rich": {"flows/console.py"},
    "apprise": {"flows/messages.py"},
    "model_prices": {"extractors/feeds/model_prices.py"},
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
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    heads = [i.head for i in imports_of(tmp_path / file)]
    assert [h for h in heads if h in ROOMS and h not in ROOMS[file.split("/", maxsplit=1)[0]]] == found


def test_the_rooms_and_their_arrows_are_these(capsys):
    files = Counter(file.relative_to(ROOT).parts[0] for file in modules())
    pairs = Counter((i.file.split("/")[0], i.head) for i in all_imports() if i.head in ROOMS)
    arrows = {pair: count for pair, count in sorted(pairs.items()) if pair[0] != pair[1]}
    lines = []
    for room, count in files.items():
        to = ", ".join(f"{head} ({n} times)" for (own, head), n in arrows.items() if own == room)
        chain = " -> ".join(longest_chain(graph_of(room)))
        lines.append(f"{room}: {count} files; imports {to or 'no other room'}; longest chain: {chain}\n")
    with capsys.disabled():
        sys.stdout.write("\n" + "".join(lines))
    below = {"extractors", "transforms", "reports"}
    assert {head for room, head in arrows if room == "flows"} == {*below, "warehouse"}
    assert {pair for pair in arrows if pair[0] != "flows"} == {(room, "warehouse") for room in below}


def test_flows_are_three_arrows_deep():
    """From a command to its run, to a stage of the run, to what the stage is spread over."""
    graph = graph_of("flows")
    line = {name for name in graph if name.startswith("flows.commands")} | {"flows.cli"}
    graph["flows.cli"] = set().union(*(graph.pop(name) for name in line)) - line  # the command line, as one
    graph = {name: targets - line for name, targets in graph.items()}
    chain = longest_chain(graph)
    assert len(chain) - 1 <= 3, " -> ".join(chain)


def test_a_chain_is_counted_wherever_its_imports_stand(tmp_path: Path, monkeypatch):
    (tmp_path / "flows").mkdir()
    for name, text in {
        "a": "def f():\n    from flows import b\n",
        "b": "import flows.c\n",
        "c": "if TYPE_CHECKING:\n    import flows.a\nelse:\n    import flows.d\n",
        "d": "",
    }.items():
        (tmp_path / f"flows/{name}.py").write_text(text)
    monkeypatch.setattr(imports, "ROOT", tmp_path)
    assert longest_chain(graph_of("flows")) == ["flows.a", "flows.b", "flows.c", "flows.d"]
    (tmp_path / "flows/d.py").write_text("import flows.b\n")
    with pytest.raises(AssertionError, match="a circle of imports"):
        longest_chain(graph_of("flows"))


LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def test_files_and_functions_are_short_and_none_is_a_drawer_for_the_rest():
    written = [*modules(), *(p for top in ("tests", "studies") for p in (ROOT / top).rglob("*.py"))]
    mine = {p.relative_to(ROOT).as_posix(): p for p in written}
    lengths = {name: len(p.read_text(encoding="utf-8").splitlines()) for name, p in mine.items()}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}
    long = {
        f"{file.relative_to(ROOT).as_posix()}:{name}": n
        for file in modules()
        for name, n in functions_of(file)
        if n > LONGEST_FUNCTION
    }
    assert long == {}
    drawers = [name for name in lengths if re.search(r"(^|/)_?(utils?|helpers?|common|misc)\.py$", name)]
    assert drawers == []


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
