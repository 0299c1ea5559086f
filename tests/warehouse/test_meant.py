"""A word that no row has is answered with the words that were meant."""

from __future__ import annotations

import duckdb
import pytest

from warehouse.lineage.walk import _rows
from warehouse.query import QueryError


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pair", "2 values of comparison begin with it, as 'pair:a/b|c/d'"),
        ("flagships", "did you mean 'flagship'"),
        ("flagship", "no row of ratios has comparison=flagship, ratio=3$"),
    ],
)
def test_a_word_that_no_row_has_names_those_that_begin_with_it_or_are_near(typed, said):
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE ratios AS SELECT * FROM (VALUES ('pair:a/b|c/d', 1.0), ('pair:a/b|e/f', 2.0),"
            " ('flagship', 2.0)) AS t(comparison, ratio)"
        )
        with pytest.raises(QueryError, match=said.replace("|", r"\|")):
            _rows(connection, "ratios", {"comparison": typed, "ratio": "3"})
