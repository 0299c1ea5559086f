"""The imports of the code, read from its text: rooms, arrows and chains."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
ROOMS = ("extractors", "flows", "reports", "transforms", "warehouse")


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


def graph_of(room: str) -> dict[str, set[str]]:
    """The modules of a room, each with those of the same room that it imports; the command line is one."""
    found = sorted((ROOT / room).rglob("*.py"))
    files = {p.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): p for p in found}
    graph: dict[str, set[str]] = {name: set() for name in files}
    for name, file in files.items():
        for target in imported_modules(file):
            graph[name] |= {target} & files.keys() - {name}
    return graph


def imported_modules(file: Path) -> Iterator[str]:
    """Every module that a file imports when it runs, wherever the import stands."""

    def walk(nodes: Iterable[ast.AST]) -> Iterator[str]:
        for node in nodes:
            if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
                yield from walk(node.orelse)
                continue
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield from walk(ast.iter_child_nodes(node))

    return walk([ast.parse(file.read_text(encoding="utf-8"))])


def longest_chain(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of the longest chain of imports; AssertionError names a circle."""
    best: dict[str, list[str]] = {}

    def chain(name: str, above: tuple[str, ...]) -> list[str]:
        assert name not in above, f"a circle of imports: {' -> '.join((*above, name))}"
        if name not in best:
            below = [chain(other, (*above, name)) for other in sorted(graph[name])]
            best[name] = [name, *max(below, key=len, default=[])]
        return best[name]

    return max((chain(name, ()) for name in sorted(graph)), key=len)


def functions_of(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1
