"""What Epoch AI's tables share: the archive's members, names with a run setting behind an underscore, model
facts.

`Model version` is the API id with how it was run behind the last underscore: `gpt-5-2025-08-07_high`,
`..._16K` (thinking budget in tokens), `..._none`. `unknown` means that a setting there was, but which is not
known. Other endings (`Qwen-1_8B`, `gpt-j_6b`) belong to the name.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from extractors.boards._read import day
from extractors.containers import zip_members
from extractors.errors import WrongPage
from warehouse.capture import Capture
from warehouse.tables import Release

ARCHIVE = "https://epoch.ai/data/benchmark_data.zip"
ARCHIVE_PATTERN = r"https://epoch\.ai/data/benchmark_data\.zip"
SETTING = re.compile(r"_(none|minimal|low|medium|high|xhigh|max|thinking|unknown|\d+[kK])$")
OPEN = {"open weights": True, "api access": False, "hosted access": False, "unreleased": False}


def members(capture: Capture) -> dict[str, str]:
    """The archive's files by name, as text. WrongPage without a zip's magic bytes, Truncated where its
    directory is missing.
    """
    try:
        return {name: body.decode("utf-8-sig") for name, body in zip_members(capture).items()}
    except UnicodeDecodeError as error:
        raise WrongPage(capture, expected="members in UTF-8", found=str(error)) from error


def header_of(text: str) -> list[str]:
    """The columns of a table of the archive: by them its members are known, and not by their names."""
    return [name.strip() for name in next(csv.reader(io.StringIO(text)), [])]


def scores_in(text: str) -> int:
    """How many rows of a table have a number under a header of scores; 0 for tables of words."""
    rows = list(csv.DictReader(io.StringIO(text)))
    named = [
        name for name in (rows[0] if rows else ()) if name and re.search(r"(?i)\b(score|accuracy)\b", name)
    ]
    return sum(any(re.fullmatch(r"-?[\d.]+ ?%?", (row[n] or "").strip()) for n in named) for row in rows)


def split_setting(version: str) -> tuple[str, str]:
    """(model, setting) of a `Model version`; the setting is empty where none is said."""
    found = SETTING.search(version)
    if found is None:
        return version, ""
    return version[: found.start()], found[1]


def is_open(accessibility: str) -> bool | None:
    """Whether `Model accessibility` (`Open weights (restricted use)`, `API access`, ...) means that the
    weights can be had.
    """
    word = accessibility.split("(", maxsplit=1)[0].strip().lower()
    return OPEN.get(word)


def release(line: Mapping[str, str], model: str, capture: Capture) -> Release | None:
    """The release that a row of the index or the archive states; None without a date."""
    released = day(line.get("Release date"), capture, "the release")
    if released is None:
        return None
    return Release(
        model,
        released,
        "api",
        lab=line.get("Organization") or None,
        listed_country=line.get("Country") or None,
        open_weights=is_open(line.get("Model accessibility", "")),
        canonical_model=line.get("Model name") or None,
    )


def distinct(releases: list[Release | None]) -> list[Release]:
    """The releases without repeats: the first of each model and day."""
    found: dict[tuple[str, object], Release] = {}
    for row in releases:
        if row is not None:
            found.setdefault((row.listed_model, row.released_on), row)
    return list(found.values())
