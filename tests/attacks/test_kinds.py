"""Every kind of what attacks broke has tests, several cases each; the table of docs/trust.md names them."""

from __future__ import annotations

import importlib
import inspect
from math import prod
from typing import Any

import pytest

from tests.attacks.kinds import ROOT, Kind, kinds, lines


def cases(test: str) -> int:
    """How many cases a test has, or all tests of a file; AttributeError where there is no such test."""
    file, _, name = test.partition("::")
    module = importlib.import_module(file.removesuffix(".py").replace("/", "."))
    named = [getattr(module, name.partition("[")[0])] if name else list(vars(module).values())
    tests = [one for one in named if inspect.isfunction(one) and one.__name__.startswith("test_")]
    assert tests, test
    return sum(prod(map(_values, getattr(one, "pytestmark", []))) for one in tests)


def _values(mark: Any) -> int:
    return len(mark.args[1]) if mark.name == "parametrize" else 1


def test_there_are_23_kinds() -> None:
    assert [kind.number for kind in kinds()] == list(range(1, 24))


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: str(kind.number))
def test_a_kind_has_several_tests(kind: Kind) -> None:
    assert sum(map(cases, kind.tests)) >= 2
    assert all(cases(test) for test in kind.shown)
    for file, mended, _ in kind.mend:
        assert mended in (ROOT / file).read_text(encoding="utf-8"), f"{file} has {mended!r} no more"


def test_the_table_of_the_documentation_is_that_of_the_tests() -> None:
    assert "\n".join(lines()) in (ROOT / "docs/trust.md").read_text(encoding="utf-8")
