"""What one reading says of a claim, and the verdict over several."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from transforms.claims.measurement import Measurement

SUPPORTED, CONTRADICTED, CONTESTED = "supported", "contradicted", "contested"


NOT_ESTABLISHED, NOT_COMPUTABLE = "not established", "not computable"


class Asked(NamedTuple):
    """What a claim says of its value: the range in which it is true, ends included, and the words."""

    low: float
    high: float
    words: str


def asked(claim: Any) -> Asked:
    """The range of values for which the claim (a row of `read_claims`) is true. `5 %` of tolerance is a
    factor of 1.05 to either side.
    """
    low, high, text = float(claim.value_low), float(claim.value_high), str(claim.tolerance)
    if text.endswith("%"):
        factor = 1 + float(text.rstrip("% ")) / 100
        wide = min(low / factor, low * factor), max(high / factor, high * factor)
    else:
        wide = low - float(text), high + float(text)
    words = f"{claim.comparator.replace('_', ' ')} {low:g}" + (
        f" and {high:g}" if claim.comparator == "between" else ""
    )
    words += ("" if claim.unit == "1" else f" {claim.unit}") + (
        f" (within {text})" if text not in {"0", "0 %"} else ""
    )
    ends = {
        "at_least": (wide[0], np.inf),
        "at_most": (-np.inf, wide[1]),
        "above": (np.nextafter(wide[1], np.inf), np.inf),
        "below": (-np.inf, np.nextafter(wide[0], -np.inf)),
        "not_shown_below": (wide[0], np.inf),
        "not_shown_above": (-np.inf, wide[1]),
    }
    return Asked(*ends.get(str(claim.comparator), wide), words)


def verdict_of(reading: Measurement, wanted: Asked, comparator: str) -> str:
    """What one reading says of a claim. `not_shown_...` claims that a change is not shown: only an interval
    beyond the end speaks against it.
    """
    if not np.isfinite(reading.value):
        return NOT_COMPUTABLE
    low, high = (reading.value if np.isnan(end) else end for end in (reading.lo90, reading.hi90))
    low, high = min(low, reading.value), max(high, reading.value)
    if wanted.low <= low and high <= wanted.high:
        return SUPPORTED
    if high < wanted.low or low > wanted.high:
        return CONTRADICTED
    return SUPPORTED if comparator.startswith("not_shown") else NOT_ESTABLISHED


def together(verdicts: Iterable[str]) -> str:
    """The verdict over several readings: see the module's docstring."""
    found = list(verdicts)
    yes, no, open_ = (found.count(v) for v in (SUPPORTED, CONTRADICTED, NOT_ESTABLISHED))
    if yes and no:
        return CONTESTED
    if not (yes or no or open_):
        return NOT_COMPUTABLE
    if open_ > yes + no:
        return NOT_ESTABLISHED
    return SUPPORTED if yes else CONTRADICTED


def _judged(readings: list[Measurement], wanted: Asked, comparator: str) -> list[tuple[Measurement, str]]:
    """Each reading with its verdict. A claim that a change is not shown asks all boards at once: intervals
    are widened for their number (Bonferroni), or one board in twenty would show a change that is not there.
    """
    number = sum(r.main for r in readings)
    if not comparator.startswith("not_shown") or number < 2:
        return [(r, verdict_of(r, wanted, comparator)) for r in readings]
    wider = NormalDist().inv_cdf(1 - 0.05 / number) / NormalDist().inv_cdf(0.95)
    spread = [
        r._replace(lo90=r.value - wider * (r.value - r.lo90), hi90=r.value + wider * (r.hi90 - r.value))
        for r in readings
    ]
    return [(r, verdict_of(wide, wanted, comparator)) for r, wide in zip(readings, spread, strict=True)]


OVERALL, JUDGED, BESIDE = "overall", "judged", "beside"
