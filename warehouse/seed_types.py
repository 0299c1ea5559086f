"""The types of a seed's columns: each takes a cell's text; its ValueError words what is allowed."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator

from warehouse.columns import DATE_KINDS, PRECISIONS
from warehouse.licences import LICENCES


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = None
    if text and (found is None or len(text) != len("2025-01-31")):
        raise ValueError("YYYY-MM-DD")
    return found


def _flag(text: str) -> bool | None:
    if text not in {"yes", "no", ""}:
        raise ValueError("'yes' or 'no'")
    return {"yes": True, "no": False}.get(text)


def _number(text: str) -> float | None:
    if not re.fullmatch(r"(-?\d+(\.\d+)?(e\d+)?)?", text):
        raise ValueError("a number")
    return float(text) if text else None


def like(pattern: str, allowed: str) -> AfterValidator:
    """Text that `pattern` matches as a whole; `allowed` says it in words."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(allowed)
        return text

    return AfterValidator(check)


def among(*choices: str) -> AfterValidator:
    """One of some words."""

    def check(text: str) -> str:
        if text not in choices:
            raise ValueError(", ".join(repr(choice) for choice in choices))
        return text

    return AfterValidator(check)


# A pydantic type each: what may be empty has the ending OrEmpty.
_KEY = r"[a-z0-9_]+", "lower-case letters, digits and _"
_MODEL = r"[a-z0-9_]+/[a-z0-9][a-z0-9.+_-]*", "lab/model in lower case"
_COUNTRY = r"[A-Z]{2}", "two capital letters"
_ADDRESS = r"https?://\S+( \(.+\))?", "an address with https://, and where in it in brackets"
Text = Annotated[str, like(r"\S(.*\S)?", "text without spaces around it")]
TextOrEmpty = Annotated[str, like(r"(\S(.*\S)?)?", "text without spaces around it, or nothing")]
Key = Annotated[str, like(*_KEY)]
KeyOrEmpty = Annotated[str, like(f"({_KEY[0]})?", f"{_KEY[1]}, or nothing")]
ModelId = Annotated[str, like(*_MODEL)]
ModelIdOrEmpty = Annotated[str, like(f"({_MODEL[0]})?", f"{_MODEL[1]}, or nothing")]
Country = Annotated[str, like(*_COUNTRY)]
CountryOrEmpty = Annotated[str, like(f"({_COUNTRY[0]})?", f"{_COUNTRY[1]}, or nothing")]
Address = Annotated[str, like(*_ADDRESS)]
AddressOrEmpty = Annotated[str, like(f"({_ADDRESS[0]})?", f"{_ADDRESS[1]}, or nothing")]
Day = Annotated[date, BeforeValidator(_day)]
DayOrEmpty = Annotated[date | None, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
FlagOrEmpty = Annotated[bool | None, BeforeValidator(_flag)]
Number = Annotated[float, BeforeValidator(_number)]
NumberOrEmpty = Annotated[float | None, BeforeValidator(_number)]
Confidence = Literal["high", "medium", "low"]
DateKind = Annotated[str, among(*DATE_KINDS)]
Precision = Annotated[str, among(*PRECISIONS)]
LicenceKey = Annotated[str, among(*sorted(LICENCES))]
Kind = Literal["lab", "host", "cloud", "aggregator", "subscription", "tool", "local"]
KindOrEmpty = Literal["", "lab", "host", "cloud", "aggregator", "subscription", "tool", "local"]
Unit = Literal[
    "fraction",
    "per cent",
    "points",
    "minutes",
    "Elo points",
    "ECI points",
    "index points",
    "capability points",
]
