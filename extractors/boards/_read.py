"""What the boards' parsers share: bodies decoded with named errors, cells read strictly, rows that would
share a key told apart.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from extractors.authoring import Page, plain_name
from extractors.boards._yaml import loaded
from extractors.bodies import json_of
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.printed import signed
from warehouse.capture import Capture
from warehouse.tables import Score

BLANK = frozenset({"", "-", "—", "n/a", "none", "null"})


def body_text(capture: Capture) -> str:
    """The body as UTF-8 text; EmptyPage where there is none, WrongPage where it is HTML or no text at all."""
    try:
        text = capture.text()
    except UnicodeDecodeError as error:
        raise WrongPage(
            capture, expected="UTF-8 text", found=f"{error.reason} at byte {error.start}"
        ) from error
    if not text.strip():
        raise EmptyPage(capture, expected="a body", found="nothing")
    if re.match(r"\s*<(!doctype|html|\?xml)", text, re.IGNORECASE):
        raise WrongPage(capture, expected="data", found=text[:120])
    return text


def json_body(capture: Capture) -> Any:
    """The body as JSON. Truncated where it ends inside a value, WrongPage where it is something else."""
    body_text(capture)
    return json_of(capture)


def yaml_body(capture: Capture) -> Any:
    """The body as YAML, dates as dates; Truncated where it cannot be read to its end."""
    return loaded(body_text(capture), capture)


def items(value: Any, key: str, capture: Capture) -> list[dict[str, Any]]:
    """The non-empty list of objects under `key` of an object (`key` empty: the value itself)."""
    found = value.get(key) if key and isinstance(value, dict) else value
    if key and not isinstance(value, dict):
        raise LayoutChanged(capture, expected=f"an object with {key!r}", found=type(value).__name__)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        what = sorted(value) if isinstance(value, dict) else type(value).__name__
        raise LayoutChanged(
            capture, expected=f"a list of objects{f' under {key!r}' if key else ''}", found=str(what)
        )
    if not found:
        raise EmptyPage(
            capture, expected="at least one entry", found=f"an empty list{f' under {key!r}' if key else ''}"
        )
    return found


def csv_rows(
    capture: Capture, required: Iterable[str], *, text: str | None = None, page: Page | None = None
) -> list[dict[str, str]]:
    """The rows of a CSV with a header line, cells stripped.

    LayoutChanged where a required column is missing or a row has more cells than the header (with `page` such
    a row is its leftover), Truncated where
    the last row is short or a quote stays open, EmptyPage where there are no rows. Shorter rows elsewhere
    lack their last keys.
    """
    content = body_text(capture) if text is None else text
    try:
        grid = [row for row in csv.reader(io.StringIO(content), strict=True) if row]
    except csv.Error as error:
        raise Truncated(capture, expected="closed quotes", found=str(error)) from error
    header = [name.strip() for name in grid[0]] if grid else []
    missing = sorted(set(required) - set(header))
    if missing:
        raise LayoutChanged(capture, expected=f"columns {missing}", found=", ".join(header)[:300])
    if len(grid) < 2:
        raise EmptyPage(capture, expected="rows under the header", found="none")
    if len(grid[-1]) < len(header):
        raise Truncated(
            capture, expected=f"{len(header)} cells in the last row", found=f"{len(grid[-1])}: {grid[-1]}"
        )
    for too_long in [row for row in grid if len(row) > len(header)]:
        if page is None:
            raise LayoutChanged(
                capture, expected=f"{len(header)} cells a row", found=f"{len(too_long)}: {too_long}"
            )
        page.leave(too_long[:1], too_long, f"expected {len(header)} cells a row; found {len(too_long)}", 1)
        grid.remove(too_long)
    return [{name: cell.strip() for name, cell in zip(header, row, strict=False)} for row in grid[1:]]


def number(value: Any, capture: Capture, what: str) -> float:
    """A finite number from a cell or a JSON value (`87.1`, `97.0 %`, `1,502`); UnknownValue where it is not
    one.
    """
    try:
        found = float(signed(str(value).strip().removesuffix("%").strip()))
    except ValueError as odd:
        raise UnknownValue(capture, expected=f"a number for {what}", found=f"{value!r} ({odd})") from odd
    if isinstance(value, bool) or not math.isfinite(found):
        raise UnknownValue(capture, expected=f"a number for {what}", found=repr(value))
    return found


def maybe(value: Any, capture: Capture, what: str) -> float | None:
    """`number`, or None for a blank cell."""
    return None if value is None or str(value).strip().lower() in BLANK else number(value, capture, what)


def whole(value: Any, capture: Capture, what: str) -> int | None:
    """A whole number (votes, items), or None for a blank cell; UnknownValue for fractions."""
    found = maybe(value, capture, what)
    if found is not None and found != int(found):
        raise UnknownValue(capture, expected=f"a whole number for {what}", found=repr(value))
    return None if found is None else int(found)


def day(value: Any, capture: Capture, what: str) -> date | None:
    """The UTC day of `2026-07-01`, `2026-07-01T15:30:30.000Z`, `24 April 2025 3:01pm` or a YAML date; None
    for a blank cell.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).date() if value.tzinfo else value.date()
    if value is None or isinstance(value, date):
        return value
    text = str(value).strip()
    if text.lower() in BLANK:
        return None
    try:
        if re.match(r"\d{1,2} [A-Z]", text):
            return datetime.strptime(" ".join(text.split()[:3]), "%d %B %Y").replace(tzinfo=UTC).date()
        return (
            date.fromisoformat(text) if len(text) == 10 else day(datetime.fromisoformat(text), capture, what)
        )
    except ValueError as error:
        raise UnknownValue(capture, expected=f"a day for {what}", found=text) from error


def name_of(value: Any, capture: Capture, what: str = "the model's name") -> str:
    """A non-empty printed name, white space made single."""
    text = plain_name(str(value or ""))
    if not text:
        raise UnknownValue(capture, expected=what, found="nothing")
    return text


def settings(pairs: Mapping[str, Any]) -> str:
    """`key=value` of what is said, joined by `; `: how a row was run where the source has a column for it."""
    return "; ".join(
        f"{key}={' '.join(str(v).split())}" for key, v in pairs.items() if v is not None and str(v).strip()
    )


def number_duplicates(rows: Sequence[Score], *, repeats: bool = False) -> list[Score]:
    """The rows with `entry N` added to the setting of those that would share a key, in the board's order.

    A board may list one model twice under one name with two results. Exact repeats are dropped, unless
    `repeats` says that they are statements of their own (two papers that report the same number).
    """
    seen: Counter[tuple[Any, ...]] = Counter()
    kept: list[Score] = []
    for row in rows if repeats else dict.fromkeys(rows):
        key = (
            row.board_id,
            row.board_version,
            row.metric,
            row.listed_model,
            row.listed_setting,
            row.reporter,
            row.evaluated_on,
        )
        seen[key] += 1
        entry = f"entry {seen[key]}" if seen[key] > 1 else ""
        kept.append(row._replace(listed_setting="; ".join(filter(None, (row.listed_setting, entry)))))
    return kept


def scored(rows: Sequence[Score], capture: Capture) -> list[Score]:
    """The rows, or EmptyPage where a page of the right form holds no score."""
    if not rows:
        raise EmptyPage(capture, expected="at least one score", found="none")
    return list(rows)
