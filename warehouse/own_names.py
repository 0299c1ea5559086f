"""The names that files of a home have, by folder. What lies among them under another name (a copy that a
program made of a conflict, notes, a system's own files) is somebody else's: it is read by nobody, and stays.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_DAY = r"(?P<day>\d{4}-\d\d-\d\d)"
_WORD = r"[a-z0-9_]+"
FORMS = {
    "snapshots": rf"{_WORD}_v\d+/{_WORD}/{_DAY}\.parquet",
    "folded": rf"{_WORD}_v\d+/{_WORD}/(?P<month>\d{{4}}-\d\d)-[0-9a-f]+\.parquet",
    "quarantine": rf"(?:marts|{_WORD}/{_WORD})/{_DAY}\.parquet",
    "accepted": rf"{_WORD}/{_DAY}\.json",
    "passed_over": rf"{_WORD}/[0-9a-f]{{64}}\.json",
    "marts": rf"(?:as_of/{_DAY}/)?{_WORD}\.parquet|datapackage\.json",
}
_FORMS = {top: re.compile(form) for top, form in FORMS.items()}
GENERATION = re.compile(r"\d{20}-[0-9a-f]{8}")


def is_own(name: str) -> bool:
    """Whether a file of the home has a name of ours; outside the folders of `FORMS` every file has."""
    top, _, rest = name.partition("/")
    form = _FORMS.get(top)
    if form is None:
        return True
    found = form.fullmatch(rest)
    if found is None:
        return False
    said = found.groupdict()
    day = said.get("day") or (f"{said['month']}-01" if said.get("month") else None)
    return day is None or _is_day(day)


@lru_cache(maxsize=8192)
def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def is_generation(name: str) -> bool:
    """Whether a folder of `published/` has the name of a published set."""
    return GENERATION.fullmatch(name) is not None
