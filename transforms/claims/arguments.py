"""The arguments of a claim's metric: which it takes, and which values they may have. A wrong one is an error
that says what is right.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from transforms.claims.facts import SCOPES
from transforms.claims.measurement import listed
from transforms.claims.prices import BASES

CHOICES: Mapping[str, tuple[str, ...]] = {
    "basis": BASES,
    "comparisons": ("at_capability", "flagship"),
    "component": BASES,
    "kind": ("list", "charged"),
    "sample": ("all", "efficient"),
    "scope": SCOPES,
    "statistic": ("mean", "median", "min", "max"),
    "tiers": ("major", "minor", "variant"),
    "vintage": ("launch", "as_of"),
}
DAYS = ("day", "before", "since", "until")


def takes(measure: Callable[..., Any]) -> str:
    """The arguments of a metric in words: those that it needs, and those that may be left out with what they
    are then.
    """
    given = [p for p in inspect.signature(measure).parameters.values() if p.name != "view"]
    needed = [p.name for p in given if p.default is p.empty]
    others = [f"{p.name} ({_said(p.default)})" for p in given if p.default is not p.empty]
    return "; ".join(
        [f"it needs {', '.join(needed)}"] * bool(needed) + [f"it may have {', '.join(others)}"] * bool(others)
    )


def _said(default: Any) -> str:
    return ", ".join(str(part) for part in listed(default)) if default != "" else "none"


def check(measure: Callable[..., Any], arguments: Mapping[str, Any]) -> None:
    """ValueError where the metric does not take these arguments or these values of them."""
    try:
        inspect.signature(measure).bind(None, **arguments)
    except TypeError as wrong:
        raise ValueError(f"{wrong}; {takes(measure)}") from None
    for name, value in arguments.items():
        for part in listed(value):
            if name in CHOICES and part not in CHOICES[name]:
                raise ValueError(f"{name} is {part!r}, expected one of {', '.join(CHOICES[name])}")
            if name in DAYS and part != "":
                _check_day(name, part)


def _check_day(name: str, text: Any) -> None:
    try:
        pd.Timestamp(str(text))
    except ValueError:
        raise ValueError(f"{name} is {text!r}, expected a day as YYYY-MM-DD") from None
