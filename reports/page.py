"""The page: one self-contained HTML file made from the derived tables of one as-of date, with its pictures
and its feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from reports.api.files import api_files
from reports.board_data import DEFINITIONS
from reports.components import Figure, Section, Switch
from reports.drawing import credited, png
from reports.embedded import dataset, links, meanings, page_data, site
from reports.feed import feed
from reports.headline import headline
from reports.sections import Spread, sections
from reports.selectors import Tables, compact

TOOLS = (
    ("csv", "CSV"), ("png", "PNG"), ("svg", "SVG"), ("link", "Link"), ("cite", "Cite"), ("trace", "Trace"),
)  # fmt: skip

if TYPE_CHECKING:
    from jinja2 import Template


def render(tables: Tables, as_of: date, spread: Spread | None = None) -> dict[str, bytes]:
    """The report's files by name under the home: `report/index.html`, the charts as SVG and PNG,
    `report/feed.xml`.

    Tables hold the rows of `as_of`; `claim_verdicts` and `lag_revisions` those of earlier days too, for the
    feed. Every table may be missing. The same tables give the same bytes. `spread` has the sections made by
    other processes. Every chart is there as SVG; as PNG those that the page opens with.
    """
    small = compact(tables)
    parts, top = sections(small, as_of, spread), headline(small, as_of)
    switches = [switch for part in parts for switch in part.switches]
    figures = [*([top.figure] if top.figure else []), *(f for part in parts for f in part.figures)]
    text = _template().render(
        as_of=as_of.isoformat(),
        headline=top,
        sections=parts,
        start={s.name: s.values[0][0] for s in switches if s.values},
        tools=TOOLS,
        links=links(),
        address=site("report/index.html"),
        picture=site(f"report/{top.figure.id}.png") if top.figure else "",
        meanings=meanings(),
        dataset=dataset(as_of, top.sentence),
        data=page_data(small, as_of, figures),
        style=_resource("page.css") + _definition_rules(),
        script=_resource("page.js"),
    )
    out = {"report/index.html": text.encode(), "report/feed.xml": feed(small, as_of)}
    files = {figure.id: credited(figure.picture.alone, figure.sources) for figure in figures}
    out |= api_files(tables, as_of)
    out |= {f"report/{name}.svg": picture.encode() for name, picture in files.items()}
    first = [*([top.figure] if top.figure else []), *first_shown(parts, switches)]
    out |= {f"report/{figure.id}.png": png(files[figure.id]) for figure in first}
    return out


def first_shown(parts: Sequence[Section], switches: Sequence[Switch]) -> list[Figure]:
    """The figures that are seen before anything is switched."""
    start = {s.name: s.values[0][0] for s in switches if s.values}
    definition = start.get("definition", "")
    return [
        figure
        for part in parts
        for figure in part.figures
        if (not figure.shown.switch or start.get(figure.shown.switch) == figure.shown.value)
        and figure.shown.unless != definition
        and figure.shown.definition in ("", definition)
    ]


def _definition_rules() -> str:
    """Which segments of a chart are seen: those of the chosen definition."""
    return "".join(f'[data-definition="{d}"] [class*="def_{d}__"]{{display:inline}}\n' for d in DEFINITIONS)


def _resource(name: str) -> str:
    return files("reports").joinpath(name).read_text("utf-8")


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_resource("page.html.j2"))
