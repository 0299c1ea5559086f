"""The addresses of published files that outside readers know. They are frozen in docs/CONTRACT.lock: one
may come, and none goes. `<...>` stands for one part of an address.
"""

from __future__ import annotations

import re

API = "report/api/v1"
# Address -> the schema below api/v1/schema/ that its content fits; empty where the form is no JSON of ours.
ADDRESSES = {
    "datapackage.json": "",
    "marts/datapackage.json": "",
    "marts/<table>.parquet": "",
    "report/index.html": "",
    "report/feed.xml": "",
    "report/llms.txt": "",
    "report/croissant.json": "",
    f"{API}/latest.json": "latest.json",
    f"{API}/prices/current.json": "prices-current.json",
    f"{API}/prices/<lab>/<model>.json": "prices-model.json",
    f"{API}/lag/<board>.csv": "",
    f"{API}/changes.json": "changes.json",
    f"{API}/litellm.json": "litellm.json",
    f"{API}/models-dev.json": "models-dev.json",
    f"{API}/llm-prices.json": "llm-prices.json",
    f"{API}/feed.xml": "",
    f"{API}/feed/<lab>.xml": "",
    f"{API}/gapledger.duckdb": "",
    f"{API}/schema/<name>.json": "",
}


def address_of(name: str) -> str | None:
    """The address that a published file has; None where it has none that readers know."""
    fits = (a for a in ADDRESSES if re.fullmatch(re.sub(r"<\w+>", "[^/]+", a.replace(".", r"\.")), name))
    return next(fits, None)
