"""What the page carries besides what is seen: the points of its charts and the models for its script, its
description for search engines, its definitions and its links.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from reports.board_data import DEFINITIONS, MEANINGS
from reports.components import Figure
from reports.model_panels import HEADS, model_panels
from reports.selectors import Tables
from reports.svg import Point

SHORT = 4  # letters of a cell that a number would not shorten
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
BESIDE = (
    ("Numbers of today as JSON, with every file's address", "api/v1/latest.json", "application/json"),
    ("Prices in force as JSON", "api/v1/prices/current.json", "application/json"),
    ("Changes of prices as JSON", "api/v1/changes.json", "application/json"),
    ("Events as an Atom feed", "feed.xml", "application/atom+xml"),
    ("All tables (Parquet): fields, units, licences, digests", "../datapackage.json", "application/json"),
)  # fmt: skip


def page_data(tables: Tables, as_of: date, figures: Iterable[Figure]) -> str:
    """The JSON that the page's script reads: points by figure, models, and the heads of their tables."""
    models, words = shared(model_panels(tables, as_of))
    return _json(
        {
            "as_of": as_of.isoformat(),
            "heads": HEADS,
            "figures": {f.id: _drawings(f) for f in figures},
            "words": words,
            "models": models,
        }
    )


def shared(models: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """(models, words): each cell text that occurs more than once is replaced by its index in `words`.
    Sources, days and boards repeat, and are most of the cells.
    """
    cells = Counter(cell for m in models for key in HEADS for row in m.get(key, ()) for cell in row)
    words = [cell for cell, count in cells.most_common() if count > 1 and len(cell) > SHORT]
    place = {cell: n for n, cell in enumerate(words)}
    return [
        {k: [[place.get(c, c) for c in row] for row in v] if k in HEADS else v for k, v in m.items()}
        for m in models
    ], words


def _drawings(figure: Figure) -> dict[str, Any]:
    wide = _points(figure.picture.points)
    return {"wide": wide} | (
        {"narrow": _points(figure.picture.narrow_points)} if figure.picture.narrow else {}
    )


def _points(points: Sequence[Point]) -> dict[str, Any]:
    """Points as [x, y, index of the words, definition], lines with dx and dy added; the distinct words."""
    words = list(dict.fromkeys(p.words for p in points))
    place = {text: n for n, text in enumerate(words)}
    each = [
        [p.x, p.y, place[p.words], p.definition or 0, *((p.dx, p.dy) if p.dx or p.dy else ())] for p in points
    ]
    return {"words": words, "points": each}


def dataset(as_of: date, sentence: str) -> str:
    """The page as a schema.org Dataset (JSON-LD)."""
    files = [
        {"@type": "DataDownload", "name": words, "contentUrl": target, "encodingFormat": kind}
        for words, target, kind in BESIDE
    ]
    return _json(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": "gapledger: the gap between the Chinese and the US AI frontier",
            "description": f"{sentence} Lags by board, prices, capability and claims, traced to captures.",
            "dateModified": as_of.isoformat(),
            "temporalCoverage": f"2023-01-01/{as_of.isoformat()}",
            "license": CC_BY,
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": "gapledger"},
            "keywords": ["AI models", "API prices", "benchmarks", "United States", "China"],
            "variableMeasured": [*DEFINITIONS.values()],
            "distribution": files,
            **({"url": address} if (address := repository()) else {}),
        }
    )


def _json(value: Any) -> str:
    """JSON that may stand inside a script element: no `<` ends it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def repository() -> str:
    """The repository's address as the installed package states it; empty where it states none."""
    try:
        stated = metadata("gapledger").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    by = {name.strip().lower(): target.strip() for name, _, target in (s.partition(",") for s in stated)}
    return by.get("repository") or by.get("source") or by.get("homepage") or ""


def links() -> list[tuple[str, str]]:
    """Words and targets: the files beside the page, and the repository where one is stated."""
    address = repository()
    return [
        *((words, target) for words, target, _ in BESIDE),
        *([("Repository: code, method, licence", address)] if address else []),
    ]


def meanings() -> list[tuple[str, str]]:
    """The definitions of the lag and of the bases of prices."""
    lag = [
        (f"Lag: {DEFINITIONS[name][0].lower()}{DEFINITIONS[name][1:]}", MEANINGS[name])
        for name in DEFINITIONS
    ]
    return [
        ("Lag: all boards together", "one capability for each model from all boards that tested both"
         " countries; the mean, over a year, of how long the US had already had what China's best model"
         " reaches"),
        *lag,
        ("Price at equal capability", "what a model of a given capability costs on each side, over all models"
         " on sale up to 540 days old, at 3 input to 1 output token"),
        ("As known on", "only what had been captured by that day counts; every older page can be rebuilt"),
    ]  # fmt: skip
