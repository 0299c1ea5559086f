"""What the page is made of: sections of sentences, figures and tables. All text here is plain; the template
escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.drawing import Picture


@dataclass(frozen=True, slots=True)
class Grid:
    """A table to be shown. `numeric` names the columns aligned to the right; `marks` gives a cell a class by
    its text (a verdict's); a `folded` one is closed however short it is.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    marked: int | None = None
    folded: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """When a part is shown: for one value of a switch, or (`unless`) for every other; without a switch
    always.
    """

    switch: str = ""
    value: str = ""
    definition: str = ""
    unless: str = ""


ALWAYS = Shown()


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, what it shows in words (`alt`, for those who do not see it), the data behind it and whose data
    that is. `trace`: the command that leads from its newest number to the bytes;
    `unseen`: what that number does not know.
    """

    id: str
    title: str
    alt: str
    picture: Picture
    grids: tuple[Grid, ...]
    sources: str
    shown: Shown = ALWAYS
    trace: str = ""
    unseen: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that is shown for one choice of the switches."""

    text: str
    shown: Shown = ALWAYS


@dataclass(frozen=True, slots=True)
class Switch:
    """A control of the page: its name, its label, its values with their words; the first is chosen at the
    start.
    """

    name: str
    label: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the audit: who said what, the verdict, the value, why, and the readings behind it."""

    id: str
    verdict: str
    text: str
    who: str
    value: str
    why: str
    source: str
    readings: Grid
    trace: str


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page, in reading order. `missing` says what is not there and why; `note` how to read
    it.

    `key`: its charts draw both countries, so that blue circles and orange squares are explained.
    """

    id: str
    title: str
    note: str = ""
    statements: tuple[Statement, ...] = ()
    figures: tuple[Figure, ...] = ()
    grids: tuple[Grid, ...] = ()
    switches: tuple[Switch, ...] = ()
    key: bool = False
    missing: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def verdicts(self) -> list[tuple[str, int]]:
        """The verdicts of the claims with their number, in the claims' order."""
        said = [claim.verdict for claim in self.claims]
        return [(verdict, said.count(verdict)) for verdict in dict.fromkeys(said)]
