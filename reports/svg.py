"""What was drawn, read back: a chart's SVG with its points as data, and lighter for the page.

vl-convert writes each mark's words as `aria-label`. Here they become `Point`s (where, what), so that the page
can say which point is nearest to the pointer; layers whose name has `hover_` are drawn for that alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET

SPACE = "http://www.w3.org/2000/svg"
_NUMBER = r"-?[0-9.]+(?:e-?[0-9]+)?"
_MOVE = re.compile(rf"translate\(({_NUMBER}),({_NUMBER})\)")
_BAR = re.compile(rf"^M({_NUMBER}),({_NUMBER})h({_NUMBER})v({_NUMBER})")
_LONG = re.compile(r"(-?\d+\.\d)\d+")
_DEFINITION = re.compile(r"(?:\b|_)def_([a-z0-9]+)__")
_HOVER = re.compile(r"\bhover_")
_USUAL = {"opacity": "1", "stroke-dasharray": "1,0", "stroke-width": "1", "y2": "0", "font-weight": "normal"}
_DROPPED = ("role", "aria-roledescription", "aria-hidden", "aria-label", "font-family", "pointer-events")


@dataclass(frozen=True, slots=True)
class Point:
    """A drawn mark in the drawing's own units: a point (`dx` and `dy` 0) or a straight line from x, y on.

    `definition` is the definition of the lag that it belongs to, '' for all; `words` its lines, split by `¦`.
    """

    x: float
    y: float
    dx: float
    dy: float
    definition: str
    words: str


def read(svg: str) -> ET.Element:
    """The drawing as a tree of names without a namespace: the feed registers the empty prefix for its own,
    and ElementTree has one registry for all.
    """
    plain = svg.replace(f' xmlns="{SPACE}"', "", 1)
    return ET.fromstring(plain)  # noqa: S314 - written by vl-convert a moment ago


def points(root: ET.Element) -> tuple[Point, ...]:
    """Every mark that has words of its own, in the order of drawing."""
    out: list[Point] = []
    _collect(root, 0.0, 0.0, "", out)
    return tuple(out)


def _collect(element: ET.Element, x: float, y: float, kind: str, out: list[Point]) -> None:
    moved = _MOVE.search(element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    name = element.get("class", "")
    kind = name if "role-mark" in name else "" if "role-" in name else kind
    words = element.get("aria-label", "")
    if kind and words and "mark-line" not in kind and "mark-area" not in kind and "mark-text" not in kind:
        bar = _BAR.match(element.get("d", "")) if moved is None else None
        at = (x + float(bar[1]) + float(bar[3]) / 2, y + float(bar[2]) + float(bar[4]) / 2) if bar else (x, y)
        found = _DEFINITION.search(kind)
        line = float(element.get("x2") or 0), float(element.get("y2") or 0)
        sizes = (round(n, 1) for n in (*at, *line))
        out.append(
            Point(next(sizes), next(sizes), next(sizes), next(sizes), found[1] if found else "", words)
        )
    for child in element:
        _collect(child, x, y, kind, out)


def without_hover(root: ET.Element) -> ET.Element:
    """The drawing without the layers that only the pointer needs; changes the tree."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _HOVER.search(child.get("class", "")):
                parent.remove(child)
    return root


def light(root: ET.Element) -> ET.Element:
    """The drawing without what the page does not need: roles and labels of marks (one label, the figure's,
    speaks for all), fonts, empty backgrounds and long fractions; changes the tree.
    """
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("class") in ("background", "foreground") and child.get("d", "") in (
                "",
                "M0,0h0v0h0Z",
            ):
                parent.remove(child)
        for name in _DROPPED:
            parent.attrib.pop(name, None)
        for name, usual in _USUAL.items():
            if parent.get(name) == usual:
                del parent.attrib[name]
        for name in ("d", "transform", "x2", "y2"):
            if name in parent.attrib:
                parent.set(name, _LONG.sub(r"\1", parent.attrib[name]))
    return root


def top(root: ET.Element) -> float:
    """Where the drawing proper begins, below the title."""
    moved = next((m for g in root if (m := _MOVE.search(g.get("transform", "")))), None)
    return float(moved[2]) if moved else 0.0


def written(root: ET.Element) -> str:
    """The tree as text, in its space again."""
    root.set("xmlns", SPACE)
    return ET.tostring(root, encoding="unicode")
