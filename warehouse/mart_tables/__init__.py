"""The derived tables, declared by theme: every module here has TABLES. All marts carry `as_of`."""

from __future__ import annotations

import importlib
import pkgutil

from warehouse.schema import Table


def mart_tables() -> dict[str, Table]:
    """Every derived table by name, found by walking this folder; ValueError where two themes declare one
    name.
    """
    found: dict[str, Table] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        for table in importlib.import_module(f"{__name__}.{info.name}").TABLES:
            if table.name in found:
                raise ValueError(f"two mart tables are called {table.name}")
            found[table.name] = table
    return found
