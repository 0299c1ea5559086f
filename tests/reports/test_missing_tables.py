"""The page where a table is missing or empty: the section says so, and nothing else breaks."""

from __future__ import annotations

import json
from functools import cache

import pytest

from reports import drawing
from reports.page import render
from tests.reports.made import made
from tests.reports.made_names import AS_OF
from tests.reports.test_page import SECTIONS

SVG, PNG = drawing._svg, cache(drawing.png)


def test_sections_without_a_table_are_named():
    bare = render({}, AS_OF)["report/index.html"].decode()
    assert bare.count('class="missing"') == len(SECTIONS) - 3


@cache
def drawn(spec: str) -> str:
    return SVG(json.loads(spec))


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chart that the missing table does not change is not drawn again."""
    monkeypatch.setattr(drawing, "_svg", lambda spec: drawn(json.dumps(spec)))
    monkeypatch.setattr("reports.page.png", PNG)


@pytest.mark.parametrize("name", sorted(made()))
def test_a_table_that_is_missing_or_empty_breaks_nothing_else(name, drawn_once):
    tables = made()
    without = render({n: t for n, t in tables.items() if n != name}, AS_OF)
    empty = render({**tables, name: tables[name].slice(0, 0)}, AS_OF)
    assert "<h1>" in without["report/index.html"].decode()
    assert "<h1>" in empty["report/index.html"].decode()
