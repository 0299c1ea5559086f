"""What the page carries besides what is seen: the points of its charts and the models for its script, its
description for search engines, its definitions and its links.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, metadata
from typing import Any

from reports.board_data import DEFINITIONS, MEANINGS
from reports.components import Figure
from reports.model_panels import HEADS, model_panels
from reports.selectors import Tables
from reports.svg import Point

SHORT = 4  # letters of a cell that a number would not shorten
SITE, REPOSITORY = "GAPLEDGER_SITE", "GAPLEDGER_REPOSITORY"
CC_BY = "https://creativecommons.org/licenses/by/4.0/"
BESIDE = (
    ("Numbers of today as JSON, with every file's address", "api/v1/latest.json", "application/json"),
    ("Prices in force as JSON", "api/v1/prices/current.json", "application/json"),
    ("Changes of prices as JSON", "api/v1/changes.json", "application/json"),
    ("Events as an Atom feed", "feed.xml", "application/atom+xml"),
    ("All tables (Parquet): fields, units, licences, digests", "../datapackage.json", "application/json"),
)  # fmt: skip


def page_data(tables: Tables, as_of: date, figures: Iterable[Figure]) -> str:
    """The JSON that the page's script reads: points by figure, models, the heads of their tables, and the
    texts that come more than once.
    """
    drawings = {f.id: _drawings(f) for f in figures}
    models = [_packed(m) for m in model_panels(tables, as_of)]
    words = shared([drawings, models])
    place = {text: n for n, text in enumerate(words)}
    return _json(
        {
            "as_of": as_of.isoformat(),
            "heads": HEADS,
            "words": words,
            "figures": _numbered(drawings, place),
            "models": _numbered(models, place),
        }
    )


def shared(value: Any) -> list[str]:
    """The texts in nested lists and dicts that come more than once and are longer than a number, the most
    frequent first: sources, days, boards and labs are most of what the page says.
    """
    counts = Counter(_texts(value))
    return [text for text, count in counts.most_common() if count > 1 and len(text) > SHORT]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)


def _numbered(value: Any, place: Mapping[str, int]) -> Any:
    """The same with each shared text as its number."""
    if isinstance(value, str):
        return place.get(value, value)
    if isinstance(value, dict):
        return {key: _numbered(part, place) for key, part in value.items()}
    return [_numbered(part, place) for part in value] if isinstance(value, (list, tuple)) else value


def _packed(model: Mapping[str, Any]) -> list[Any]:
    """[weight, id, name, lab, released, facts, rows of each of HEADS ...], empty ones at the end left out."""
    each = [model[key] for key in ("weight", "id", "name", "lab", "released", "facts")]
    each += [model.get(key, []) for key in HEADS]
    while not each[-1] and each[-1] != 0:
        each.pop()
    return each


def _drawings(figure: Figure) -> dict[str, Any]:
    wide = _points(figure.picture.points)
    return {"wide": wide} | (
        {"narrow": _points(figure.picture.narrow_points)} if figure.picture.narrow else {}
    )


def _points(points: Sequence[Point]) -> dict[str, Any]:
    """`words`: what points say, each once, as its lines; `points`: each as [x, y, number of its words], with
    its definition where it has one (0: none), and a line with its length.
    """
    words = list(dict.fromkeys(p.words for p in points))
    place = {text: n for n, text in enumerate(words)}
    return {"words": [text.split("¦") for text in words], "points": [_point(p, place) for p in points]}


def _point(point: Point, place: Mapping[str, int]) -> list[Any]:
    at: list[Any] = [_short(point.x), _short(point.y), place[point.words]]
    if point.dx or point.dy:
        return [*at, point.definition or 0, _short(point.dx), _short(point.dy)]
    return [*at, point.definition] if point.definition else at


def _short(value: float) -> float:
    """A coordinate without the fraction of a whole number."""
    return int(value) if value == int(value) else value


def dataset(as_of: date, sentence: str) -> str:
    """The page as a schema.org Dataset (JSON-LD)."""
    files = [
        {"@type": "DataDownload", "name": words, "contentUrl": _absolute(target), "encodingFormat": kind}
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
            **({"url": address} if (address := site("report/index.html") or repository()) else {}),
        }
    )


def _json(value: Any) -> str:
    """JSON that may stand inside a script element: no `<` ends it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def repository() -> str:
    """The repository's address: what GAPLEDGER_REPOSITORY says, else what the installed package states; empty
    where nobody does.
    """
    if said := _web_address(REPOSITORY):
        return said
    try:
        stated = metadata("gapledger").get_all("Project-URL") or []
    except PackageNotFoundError:
        return ""
    by = {name.strip().lower(): target.strip() for name, _, target in (s.partition(",") for s in stated)}
    return by.get("repository") or by.get("source") or by.get("homepage") or ""


def site(name: str) -> str:
    """The address of a published file (`report/index.html`) where GAPLEDGER_SITE says at which address the
    set is served; else empty: others' previews of the page have a picture only with it.
    """
    base = _web_address(SITE)
    return f"{base.rstrip('/')}/{name}" if base else ""


def _web_address(setting: str) -> str:
    """A setting that is a web address; ValueError for anything else."""
    said = os.environ.get(setting, "").strip()
    if said and not re.fullmatch(r"https?://[^\s\"'<>]+", said):
        raise ValueError(f"{setting}: expected a web address like https://example.org/, found {said!r}")
    return said


def _absolute(target: str) -> str:
    """The address of a file beside the page: whole where the site's is known, else relative to the page."""
    return site(posixpath.normpath(f"report/{target}")) or target


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
