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
from xml.sax.saxutils import escape

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
WIDTH, HEIGHT = 760, 330
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
LETTER, LINE = 4.9, 13  # of the line below a picture file, in its units
Spec = dict[str, Any]

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
_ARIA = re.compile(r' role="graphics-\w+"| aria-roledescription="[^"]*"| aria-hidden="true"')
_SIZE, _ROOT = (
    re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"'),
    re.compile(r'transform="translate\([0-9.]+,([0-9.]+)\)"'),
)
_ATTRIBUTES = re.compile(r' width="[0-9.]+" height="[0-9.]+"')
_LABEL = re.compile(r' aria-label="')


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: `inline` for the page, `alone` as an SVG file."""

    inline: str
    alone: str


def draw(layers: list[Spec], *, title: str, subtitle: str, height: int = HEIGHT, key: str = KEY) -> Picture:
    """Draws layers over each other; the title stands on the picture file, on the page it is in the
    caption.
    """
    return _picture(
        {"width": WIDTH, "height": height, "layer": _numbered(layers, 0)},
        title,
        f"{subtitle}. {key}".strip(" ."),
    )


def draw_stacked(panels: list[tuple[list[Spec], int]], *, title: str, subtitle: str) -> Picture:
    """Draws panels (layers, height) below each other, over one horizontal axis."""
    body = [
        {"width": WIDTH, "height": height, "layer": _numbered(layers, 100 * n)}
        for n, (layers, height) in enumerate(panels)
    ]
    return _picture({"vconcat": body, "spacing": 34}, title, f"{subtitle}. {KEY}")


def _numbered(layers: list[Spec], start: int) -> list[Spec]:
    """Layers with names of their own: one definition can have several."""
    return [{**layer, "name": f"{layer['name']}__{number}"} for number, layer in enumerate(layers, start)]


def _picture(body: Spec, title: str, subtitle: str) -> Picture:
    svg = _svg({**body, "title": {"text": title, "subtitle": subtitle, "offset": 14, "frame": "group"}})
    return Picture(_inline(svg), _OTHER_DEFINITION.sub(r'\1 display="none"', svg))


def credited(svg: str, sources: str) -> str:
    """The picture file with its sources and licence below it: on a slide nothing else says whose data it
    is.
    """
    size = _SIZE.search(svg)
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
    grown = _ATTRIBUTES.sub(f' width="{width:g}" height="{taller:g}"', svg, count=1)
    grown = grown.replace(size[0], f'viewBox="0 0 {width:g} {taller:g}"', 1)
    return grown.removesuffix("</svg>") + whole


def begin() -> None:
    """Starts vl-convert's engine, which takes most of a second: what waits for something else can do it
    before the first chart.
    """
    _svg({"data": {"values": []}, "mark": "point"})


def png(svg: str) -> bytes:
    """The picture as PNG, twice its size, for a slide."""
    import vl_convert

    return vl_convert.svg_to_png(svg, scale=2)


def _svg(spec: Spec) -> str:
    import vl_convert

    full = {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": _CONFIG, **spec}
    return vl_convert.vegalite_to_svg(full, allowed_base_urls=[], format_locale=None)


def _inline(svg: str) -> str:
    """For the page: the marks' descriptions become tips, and one label (the figure's) speaks for the whole
    drawing.
    """
    plain = _LABEL.sub(' data-tip="', _ARIA.sub("", svg)).replace(f' font-family="{FONT}"', "")
    size, root = _SIZE.search(plain), _ROOT.search(plain)
    if size and root:  # without the title, which the caption has
        above = float(root[1]) - 24
        plain = _ATTRIBUTES.sub("", plain, count=1)
        plain = plain.replace(size[0], f'viewBox="0 {above:g} {size[1]} {float(size[2]) - above:g}"', 1)
    return plain.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
