"""LMArena's own older form: arena-catalog's JSON files, with and without style control (frozen since
2025-12).

`{category: {model: {rating, rating_q025, rating_q975}}}`, overall as `full`; 8 categories at first, 29 at the
end. Organisations are not in it: they come from the companion scatterplot-data.json (`name`,
`model_api_name`, `organization`; priced models only).
"""

from __future__ import annotations

from extractors.authoring import Page
from extractors.boards._arena import STYLE_CONTROL, TEXT, rated
from extractors.boards._entries import finished
from extractors.boards._read import items, json_body, name_of
from extractors.errors import EmptyPage, LayoutChanged
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row

BASE = r"https://raw\.githubusercontent\.com/lmarena/arena-catalog/[^/]+/data/"

SOURCE = Source(
    id="lmarena_catalog",
    title="LMArena arena-catalog",
    kind="boards",
    addresses=(
        "https://raw.githubusercontent.com/lmarena/arena-catalog/main/data/leaderboard-text.json",
        "https://raw.githubusercontent.com/lmarena/arena-catalog/main/data/leaderboard-text-style-control.json",
    ),
    matches=(BASE + r"leaderboard-text(-style-control)?\.json",),
    companions=(BASE + r"scatterplot-data\.json",),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (1000, 40000)}, models=("llama-13b",), scores=(300, 2500)),
    stale_after_days=3650,
)


def parse(capture: Capture) -> list[Row]:
    """Every rating of every category; the address says which board."""
    board = STYLE_CONTROL if capture.address.endswith("-style-control.json") else TEXT
    data = json_body(capture)
    if not isinstance(data, dict) or "full" not in data:
        raise LayoutChanged(capture, expected="categories with 'full' among them", found=str(list(data)[:12]))
    labs = _organisations(capture)
    page = Page(capture)
    for category, models in data.items():
        if not models:
            raise EmptyPage(capture, expected=f"models under {category}", found="none")
        for model, entry in models.items():
            with page.part(f"{category} / {model}", repr(entry), 1):
                page.rows.append(
                    rated(
                        capture,
                        board,
                        name_of(model, capture),
                        entry["rating"],
                        category=category,
                        low=entry["rating_q025"],
                        high=entry["rating_q975"],
                        lab=labs.get(model),
                    )
                )
    return finished(page)


def _organisations(capture: Capture) -> dict[str, str]:
    found: dict[str, str] = {}
    for companion in capture.companions.values():
        for entry in items(json_body(companion), "", companion):
            for key in ("name", "model_api_name"):
                if entry.get(key) and entry.get("organization"):
                    found[entry[key]] = entry["organization"]
    return found
