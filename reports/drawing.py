"""Charts drawn by vl-convert from Vega-Lite specifications, without a browser and without a network.

The page holds them inline: a picture there takes its colours from the page's own variables, so that light and
dark are one drawing (`page.css` maps every colour of `PALETTE`). The files beside the page hold the same
picture on white, as SVG and PNG.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from reports import svg
from reports.svg import Point

# Okabe and Ito's colours: told apart with any colour vision. Group and meaning are also carried by shape,
# dash and label.
PALETTE = {
    "us": "#0072b2",
    "cn": "#d55e00",
    "other": "#7f7f80",
    "open": "#009e73",
    "ink": "#222223",
    "faint": "#666667",
    "rule": "#dddddf",
    "event": "#8c4f78",
    "paper": "#fffffe",
}
WIDTH, HEIGHT, NARROW = 760, 330, 330
_NO_TITLE, PANEL_NAME = (
    24,
    40,
)  # units kept above the drawing: for the value axis' name; for a panel's two lines
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
LETTER, LINE = 4.9, 13  # of the line below a picture file, in its units
Spec = dict[str, Any]
Panel = tuple[str, str, list[Spec]]

_CONFIG: Spec = {
    "background": PALETTE["paper"],
    "font": FONT,
    "padding": {"left": 14, "right": 16, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "labelColor": PALETTE["faint"],
        "titleColor": PALETTE["faint"],
        "gridColor": PALETTE["rule"],
        "domainColor": PALETTE["rule"],
        "tickColor": PALETTE["rule"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 4,
    },
    "axisX": {"grid": False},
    "axisY": {
        "domain": False,
        "ticks": False,
        "titleAnchor": "end",
        "titleAngle": 0,
        "titleAlign": "left",
        "titleY": -8,
        "titleX": 0,
    },
    "legend": {
        "labelColor": PALETTE["ink"],
        "titleColor": PALETTE["faint"],
        "labelFontSize": 12,
        "titleFontSize": 12,
        "orient": "bottom",
    },
    "text": {"font": FONT, "fontSize": 11.5, "color": PALETTE["ink"]},
    "title": {
        "color": PALETTE["ink"],
        "subtitleColor": PALETTE["faint"],
        "anchor": "start",
        "fontSize": 15,
        "subtitleFontSize": 12,
    },
}
KEY = "US: blue, circles. China: orange, squares"
# A picture file shows one definition, the headline's; on the page style.css shows the chosen one.
_OTHER_DEFINITION = re.compile(r'(<g class="[^"]*\bdef_(?!trailing12_)[a-z0-9]+__\d+_marks")')
_SIZE = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_ATTRIBUTES = re.compile(r' width="[0-9.]+" height="[0-9.]+"')


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: `inline` for the page, `alone` as an SVG file, its `points` for the pointer.

    `narrow` is another drawing of the same for a small screen, '' where the one drawing serves both.
    """

    inline: str
    alone: str
    points: tuple[Point, ...] = ()
    narrow: str = ""
    narrow_points: tuple[Point, ...] = ()


def draw(
    layers: list[Spec],
    *,
    title: str,
    subtitle: str,
    height: int = HEIGHT,
    key: str = KEY,
    narrow: list[Spec] | None = None,
    narrow_height: int = 0,
) -> Picture:
    """Draws layers over each other; the title stands on the picture file, on the page it is in the
    caption. `narrow`: other layers for a small screen, `NARROW` wide.
    """
    wide = {"width": WIDTH, "height": height, "layer": _numbered(layers, 0)}
    small = None
    if narrow is not None:
        small = {"width": NARROW, "height": narrow_height or height, "layer": _numbered(narrow, 0)}
    return _picture(wide, title, f"{subtitle}. {key}".strip(" ."), small)


def draw_panels(panels: list[Panel], columns: int, *, title: str, subtitle: str) -> Picture:
    """Draws small panels (a title, a line below it, and layers each) beside and below each other; on a small
    screen all below each other.
    """

    def body(count: int, width: int, height: int) -> Spec:
        each = [
            {
                "width": width,
                "height": height,
                "title": {"text": words, "subtitle": more, "fontSize": 12.5, "offset": 8},
                "layer": _numbered(layers, 100 * n),
            }
            for n, (words, more, layers) in enumerate(panels)
        ]
        return {"concat": each, "columns": count, "spacing": {"row": 26, "column": 34}}

    width = (WIDTH - 60 * (columns - 1)) // columns
    return _picture(
        body(columns, width, 120), title, f"{subtitle}. {KEY}", body(1, NARROW - 10, 110), above=PANEL_NAME
    )


def _numbered(layers: list[Spec], start: int) -> list[Spec]:
    """Layers with names of their own: one definition can have several."""
    return [{**layer, "name": f"{layer['name']}__{number}"} for number, layer in enumerate(layers, start)]


def _picture(
    body: Spec, title: str, subtitle: str, small: Spec | None = None, above: int = _NO_TITLE
) -> Picture:
    words = {"text": title, "subtitle": subtitle, "offset": 14, "frame": "group"}
    drawn = svg.read(_svg({**body, "title": words}))
    found = svg.points(drawn)
    alone = _OTHER_DEFINITION.sub(r'\1 display="none"', svg.written(svg.without_hover(drawn)))
    inline = _inline(svg.light(drawn), above)
    if small is None:
        return Picture(inline, alone, found)
    tight = {**_CONFIG, "padding": {"left": 6, "right": 8, "top": 4, "bottom": 4}}
    second = svg.read(_svg({**small, "config": tight}))
    narrow_points = svg.points(second)
    return Picture(inline, alone, found, _inline(svg.light(svg.without_hover(second)), 0), narrow_points)


def credited(drawn: str, sources: str) -> str:
    """The picture file with its sources and licence below it: on a slide nothing else says whose data it
    is.
    """
    size = _SIZE.search(drawn)
    if size is None:
        raise ValueError("a picture without a size: vl-convert no longer writes width, height and viewBox")
    width, height = float(size[1]), float(size[2])
    lines = textwrap.wrap(sources, int(width / LETTER))
    taller = height + LINE * len(lines) + 6
    style = f'font-family="{FONT}" font-size="10" fill="{PALETTE["faint"]}"'
    text = "".join(
        f'<text x="14" y="{height + LINE * (n + 1) - 4:g}" {style}>{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
    whole = (
        f'<rect x="0" y="{height:g}" width="{width:g}" height="{taller - height:g}"'
        f' fill="{PALETTE["paper"]}"/>{text}</svg>'
    )
    grown = _ATTRIBUTES.sub(f' width="{width:g}" height="{taller:g}"', drawn, count=1)
    grown = grown.replace(size[0], f'viewBox="0 0 {width:g} {taller:g}"', 1)
    return grown.removesuffix("</svg>") + whole


def begin() -> None:
    """Starts vl-convert's engine, which takes most of a second: what waits for something else can do it
    before the first chart.
    """
    _svg({"data": {"values": []}, "mark": "point"})


def png(drawn: str) -> bytes:
    """The picture as PNG, twice its size, for a slide."""
    import vl_convert

    return vl_convert.svg_to_png(drawn, scale=2)


def _svg(spec: Spec) -> str:
    import vl_convert

    full = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": _CONFIG, **spec}
    return vl_convert.vegalite_to_svg(full, allowed_base_urls=[], format_locale=None)


def _inline(root: ET.Element, above: float) -> str:
    """The drawing as it stands in the page: as wide as the column, cut where the title of the file stands
    (the page has it as caption), silent, since the figure's label speaks for it. `data-whole` has its size
    with the title, for those who save it from the page.
    """
    whole = root.attrib["viewBox"]
    _, _, width, height = (float(n) for n in whole.split())
    start = svg.top(root) - above if above else 0.0
    for name in ("width", "height"):
        root.attrib.pop(name, None)
    root.set("viewBox", f"0 {start:g} {width:g} {height - start:g}")
    root.set("data-whole", whole)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return svg.written(root)
