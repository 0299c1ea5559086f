"""Which groups of models the pooled lag compares, and until when it speaks of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from transforms.boards import speaks
from transforms.boards.frontier import CLOSED, EUROPE, OPEN, Flags, in_group
from transforms.pooled.panel import MEASURED, Panel
from transforms.pooled.rulers import Ruler

LEAST_MEASURED = 3  # models of a group: fewer make no frontier
LEAST_SHARED = 3  # rulers that have measured models of both groups: what else joins them is the prior
LEAST_GENERAL = 2  # current rulers of many subjects that have to speak of a day
OTHERS = "other_US"  # the US without the lab that it is compared with
HEADLINE = ("US", "CN")


class Pair(NamedTuple):
    """Two groups by name, and their models (masks)."""

    leader: str
    follower: str
    leading: Flags
    following: Flags


def members(panel: Panel, group: str, without: str = "") -> Flags:
    """The models of a group of `in_group`, or of the US without a lab."""
    if group == OTHERS:
        return (panel.country == "US") & (panel.facts["lab_id"] != without).to_numpy(dtype=bool)
    return in_group(panel.facts, group)


def pair_of(panel: Panel, leader: str, follower: str) -> Pair:
    """The pair of two groups."""
    return Pair(leader, follower, members(panel, leader, follower), members(panel, follower, leader))


def pairs_of(panel: Panel) -> list[Pair]:
    """The US and China; closed and open weights; the US and Europe; each Chinese lab behind the US; each US
    lab behind the others. Groups with fewer than three measured models are left out, and pairs of which fewer
    than three rulers have measured models of both.
    """
    names = [HEADLINE, (CLOSED, OPEN), ("US", EUROPE)]
    measured = panel.tested >= MEASURED
    labs = panel.facts["lab_id"].fillna("").to_numpy(dtype=str)
    for country, leader in (("CN", "US"), ("US", OTHERS)):
        found, count = np.unique(labs[measured & (panel.country == country)], return_counts=True)
        names += [(leader, str(lab)) for lab in found[count >= LEAST_MEASURED]]
    pairs = [pair_of(panel, leader, follower) for leader, follower in names]
    return [pair for pair in pairs if comparable(panel, pair)]


def comparable(panel: Panel, pair: Pair) -> bool:
    """Whether enough is measured of both groups, on enough rulers that have both."""
    measured = panel.tested >= MEASURED
    sides = [side & measured for side in (pair.leading, pair.following)]
    first, second = (set(panel.ruler[side[panel.model]].tolist()) for side in sides)
    return min(int(side.sum()) for side in sides) >= LEAST_MEASURED and len(first & second) >= LEAST_SHARED


def speaks_until(rulers: Sequence[Ruler], pair: Pair, as_of: int, flagships: speaks.Flagships) -> int | None:
    """The latest day of which at least two current rulers of many subjects speak; None where fewer do."""
    groups = tuple("US" if name == OTHERS else name for name in (pair.leader, pair.follower))
    days = []
    for ruler in rulers:
        content = speaks.newest(ruler.version.content, as_of)
        if ruler.general and content is not None:
            found = speaks.speaks(as_of, content, flagships, set(ruler.rows["model_id"]), groups)
            if found.until is not None and found.state == "current":
                days.append(min(found.until, ruler.version.ended))
    return sorted(days)[-LEAST_GENERAL] if len(days) >= LEAST_GENERAL else None
