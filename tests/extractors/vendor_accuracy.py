"""How many cells of the expected files the vendors' parsers give: `python -m tests.extractors.vendor_accuracy
[FOLDER...]`.

A cell is one of input, cached_input and output of one line of
recordings/vendors/expected/<folder>/<capture>.csv. It is right when the rows parsed from that capture which
answer to the line's model, currency, unit and tier (tests/extractors/vendor_tiers) all carry the cell's
amount, and there is at least one. A cell that the file leaves empty must give no row; where it gives one, it
counts as a wrong cell. A line whose model is `(none)` is a page that must be refused.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

from extractors.errors import ParseError
from extractors.source import discover
from tests import recordings
from tests.extractors.vendor_tiers import COMPONENT, IN_FORCE, TOKENS, Wants, generic
from warehouse.capture import Capture
from warehouse.tables import ListPrice

EXPECTED = recordings.ROOT / "vendors" / "expected"


@dataclass
class Tally:
    """The cells of one folder: how many are expected, how many right, what is wrong with the others, what the
    files have wrong.
    """

    folder: str
    right: int = 0
    expected: int = 0
    wrong: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.folder:<42} {self.right:>5} / {self.expected:<5}"
            f" {self.right / max(self.expected, 1):7.1%}"
        )


def folders() -> list[str]:
    """The vendor folders that have expected files; none without the recordings."""
    return sorted(p.name for p in EXPECTED.glob("*")) if EXPECTED.is_dir() else []


def tally(folder: str) -> Tally:
    """Compares every expected file of a folder with what its captures give today."""
    result = Tally(folder)
    captures = list(recordings.captures("vendors", folder))
    for file in sorted((EXPECTED / folder).glob("*.csv")):
        mine = [c for c in captures if file.stem in _stems(c)]
        assert mine, f"no capture for {file.name} in {folder}"
        for capture in mine:
            _compare(result, file, capture)
    return result


def _stems(capture: Capture) -> set[str]:
    tail = capture.address.split("?")[0].rstrip("/").rsplit("/", 1)[-1].removesuffix(".md")
    times = {f"{capture.captured_at:%Y-%m-%dT%H%M%SZ}"} | (
        {f"{capture.observed_on}"} if capture.captured_at.hour == 0 else set()
    )
    return times | {f"{time}_{tail}" for time in times}


def _compare(result: Tally, file: Path, capture: Capture) -> None:
    lines = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    where = f"{result.folder}/{file.stem}"
    rows: list[ListPrice] = []
    refusal = ""
    try:
        if not capture.source_id:
            raise LookupError(f"no source reads {capture.address}")
        rows = [row for row in discover()[capture.source_id].parse(capture) if isinstance(row, ListPrice)]
    except (ParseError, LookupError) as error:
        refusal = str(error)
    if [line["model"] for line in lines] == ["(none)"]:
        result.expected += 1
        result.right += bool(refusal and capture.source_id)
        if not refusal or not capture.source_id:
            result.wrong.append(f"{where}: to be refused; {len(rows)} rows were read {refusal}")
        return
    if refusal:
        result.wrong.append(f"{where}: {refusal}")
        result.expected += sum(bool(line[column]) for line in lines for column in COMPONENT)
        return
    for line in lines:
        for column in COMPONENT:
            _cell(result, where, line, column, rows)


def _cell(result: Tally, where: str, line: dict[str, str], column: str, rows: list[ListPrice]) -> None:
    folder = _folder_module(result.folder)
    label = f"{where}: {line['model']} | {line['tier']} | {column}"
    reason = _disputed(folder, where.rsplit("/", 1)[-1], line, column)
    wanted = line[column].strip()
    if not wanted and column in getattr(folder, "UNPRINTED", ()):
        return
    for name in _listed(folder, line):
        try:
            wants = _wants(folder, line, column)
        except LookupError as error:
            result.expected += 1
            result.wrong.append(f"{label}: {error}")
            continue
        found = sorted({row.amount for row in rows if _answers(row, name, line, column, wants)})
        if not wanted and not found:
            continue
        if reason:
            result.disputed.append(
                f"{label}: file {wanted or 'nothing'}, page {[str(a) for a in found]}: {reason}"
            )
            continue
        result.expected += 1
        right = bool(wanted) and found == [Decimal(wanted)]
        result.right += right
        if not right:
            result.wrong.append(
                f"{label} of {name}: expected {wanted or 'nothing'}, found {[str(a) for a in found]}"
            )


def _wants(folder: ModuleType | None, line: dict[str, str], column: str) -> Wants:
    wants: Wants = {
        "service_tier": "standard",
        "price_kind": IN_FORCE.__contains__,
        "per": "1e6 tokens",
        "modality": TOKENS.__contains__,
    }
    for part in (p.strip() for p in line["tier"].split(";")):
        own = getattr(folder, "WORDS", {}).get(part)
        words = own if own is not None else generic(part)
        if words is None:
            raise LookupError(
                f"no rule for the tier wording {part!r}: add it to WORDS in vendor_tiers/<folder>.py"
            )
        wants |= words
    adjust = getattr(folder, "adjust", None)
    return adjust(line, column, wants) if adjust else wants


def _answers(row: ListPrice, name: str, line: dict[str, str], column: str, wants: Wants) -> bool:
    if (
        _fold(row.listed_model) != _fold(name)
        or row.component != COMPONENT[column]
        or row.currency != line["currency"]
    ):
        return False
    return all(_meets(getattr(row, key), want) for key, want in wants.items())


def _meets(value: Any, want: Any) -> bool:
    return bool(want(value)) if callable(want) else bool(value == want)


def _fold(name: str) -> str:
    return "".join(name.casefold().split())


def _listed(folder: ModuleType | None, line: dict[str, str]) -> list[str]:
    listed = getattr(folder, "listed", None)
    return listed(line) if listed else line["model"].split(" + ")


def _disputed(folder: ModuleType | None, stem: str, line: dict[str, str], column: str) -> str:
    for key, reason in getattr(folder, "KNOWN_WRONG", {}).items():
        if all(
            want in ("*", have)
            for want, have in zip(key, (stem, line["model"], line["tier"], column), strict=True)
        ):
            return str(reason)
    return ""


def _folder_module(folder: str) -> ModuleType | None:
    name = f"tests.extractors.vendor_tiers.{folder.replace('-', '_')}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


def _report(names: list[str]) -> Iterator[str]:
    tallies = [tally(folder) for folder in names]
    for each in tallies:
        yield from (f"WRONG    {text}" for text in each.wrong)
        yield from (f"DISPUTED {text}" for text in each.disputed)
    yield f"{'folder':<42} {'right':>5} / cells"
    yield from map(str, tallies)
    total = Tally("all", sum(t.right for t in tallies), sum(t.expected for t in tallies))
    yield f"{total}; {sum(len(t.disputed) for t in tallies)} cells disputed"


def main() -> None:
    """Prints the mismatches and the table for the folders named, or for all."""
    for line in _report(sys.argv[1:] or folders()):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
