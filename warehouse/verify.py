"""Every file of a home, compared with the digest that was kept when it was written.

Parquet and JSON state their own digest (warehouse/seals.py), an archive file that of its records in its first
one, the descriptor that of the page's files. Files of before such digests are read as a whole instead: a
page of Parquet, a record of WARC or a JSON that is torn is found, one changed cell is not. They are counted.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow.compute as pc

from warehouse.archive.members import stated_digest
from warehouse.archive.records import ArchiveError, read_records
from warehouse.bookkeeping import CAPTURES, OUTCOMES
from warehouse.folded import may_be_folded
from warehouse.location import DESCRIPTOR, HISTORY, Location
from warehouse.parquet import SnapshotError, advice, opened
from warehouse.seals import DamagedError, is_whole
from warehouse.snapshots import Snapshots

FOLDERS = (
    "snapshots",
    "folded",
    "kept",
    "quarantine",
    "accepted",
    "passed_over",
    "raw",
    "pack",
    "marts",
    "report",
)
Place = tuple[str, int, int]


@dataclass(slots=True)
class Checked:
    """What a verification found: how many files and bytes, how many of them without a kept digest, and what
    is wrong, by file.
    """

    files: int = 0
    size: int = 0
    unsealed: int = 0
    of: int = 0
    problems: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """In words, a line a problem."""
        said = f"{self.files} of {self.of} files, {self.size / 2**20:.0f} MB"
        kept = (
            f"{self.unsealed} of them written before digests were kept"
            if self.unsealed
            else "all with a digest"
        )
        return [
            *(
                f"DAMAGED {name}: {why}; {_what_to_do(name, why)}"
                for name, why in sorted(self.problems.items())
            ),
            f"{said}, {kept}: {len(self.problems)} damaged",
        ]


def _what_to_do(name: str, why: str) -> str:
    """The advice for a file; of one that is gone there is nothing to delete."""
    said = advice(name)
    return said.removeprefix("delete it and ") if why.startswith("is not there") else said


def verify(location: Location, seconds: float | None = None, seed: int = 0) -> Checked:
    """Verifies all files of a home and the archive's index; with `seconds` as many as fit, by `seed`."""
    look = Look(location)
    names = [n for folder in FOLDERS for n in location.names(folder)] + [DESCRIPTOR] * location.exists(
        DESCRIPTOR
    )
    done = Checked(of=len(names))
    if seconds is not None:
        random.Random(seed).shuffle(names)  # noqa: S311
    until = None if seconds is None else time.monotonic() + seconds
    for name in names:
        if until is not None and time.monotonic() >= until:
            return done
        _note(done, look, name)
    if until is None:
        done.problems |= look.index_problems() | look.missing()
    return done


def _note(done: Checked, look: Look, name: str) -> None:
    if not look.location.exists(name):
        return  # superseded since the names were read
    try:
        body = look.location.read(name)
        done.size += len(body)
        done.unsealed += not look.check(name, body)
    except (DamagedError, SnapshotError, ArchiveError, OSError, ValueError, KeyError) as bad:
        done.problems[name] = str(bad)[:300]
    done.files += 1


@dataclass
class Look:
    """What one verification has read so far."""

    location: Location
    records: dict[Place, str] = field(default_factory=dict)
    archive_files: set[str] = field(default_factory=set)
    aside: Counter[tuple[str, str]] = field(default_factory=Counter)  # rows set aside, by source and day

    def check(self, name: str, body: bytes) -> bool:
        """Whether a file has the digest that was kept of it; False where none was, and it reads well as a
        whole. An error of some kind where it is damaged.
        """
        top = name.split("/", maxsplit=1)[0]
        if top == "raw":
            return self._archive(name, body)
        if top == "pack":
            return self._pack(name, body)
        if top == "report":
            return self._listed(name, body)
        if name.endswith(".parquet"):
            if top == "quarantine" and len(parts := name.removesuffix(".parquet").split("/")) == 4:
                self.aside[parts[2], parts[3]] += opened(body, name).metadata.num_rows
            if is_whole(body):
                return True
            opened(body, name).read()
            return False
        if name.endswith(".json"):
            json.loads(body)
            return is_whole(body)
        return False

    def _archive(self, name: str, body: bytes) -> bool:
        self.archive_files.add(name)
        stated, rest = stated_digest(body)
        if stated and hashlib.sha256(rest).hexdigest() != stated:
            raise ArchiveError("its records have another digest than its first one states")
        for record in read_records(io.BytesIO(body), name):
            if record.problem:
                raise ArchiveError(f"the record at {record.capture.offset}: {record.problem}")
            at = record.capture
            self.records[name, at.offset, at.length] = at.sha256
        return bool(stated)

    def _pack(self, name: str, body: bytes) -> bool:
        if name.endswith("manifest.json"):
            return is_whole(body)
        stated = json.loads(self.location.read("pack/manifest.json"))["files"][name.removeprefix("pack/")]
        if hashlib.sha256(body).hexdigest() != stated["sha256"]:
            raise DamagedError("not the digest that pack/manifest.json states")
        return True

    @cached_property
    def _descriptor(self) -> Mapping[str, Any]:
        return self._said(DESCRIPTOR)

    def _said(self, name: str) -> Mapping[str, Any]:
        """What a descriptor says; nothing where there is none. DamagedError where it was changed."""
        if not self.location.exists(name):
            return {}
        body = self.location.read(name)
        is_whole(body)
        stated: dict[str, Any] = json.loads(body)
        return stated

    @cached_property
    def _digests(self) -> Mapping[str, str]:
        return {f["path"]: f["hash"] for f in self._descriptor.get("report", ())}

    def _listed(self, name: str, body: bytes) -> bool:
        stated = self._digests.get(name)
        if stated is not None and stated != "sha256:" + hashlib.sha256(body).hexdigest():
            raise DamagedError(f"not the digest that {DESCRIPTOR} states")
        return stated is not None

    def index_problems(self) -> dict[str, str]:
        """Archive files with records that the index does not know, and records that only the index knows."""
        try:
            rows = Snapshots(self.location).table(CAPTURES).to_pylist()
        except SnapshotError as bad:  # by its digest it may be whole, and not what its name says
            return {str(bad).partition(" ")[0]: "cannot be read as the archive's index"}
        indexed = {
            (r["warc"], r["warc_offset"], r["warc_length"]): r["capture_sha256"] for r in rows if r["warc"]
        }
        found = {}
        for place, sha in self.records.items():
            if place not in indexed:
                found[place[0]] = "a record that the index does not know; run: gapledger reindex"
            elif indexed[place] != sha:
                found[place[0]] = f"the record at {place[1]} has another digest than the index states"
        for place in indexed.keys() - self.records.keys():
            found.setdefault(place[0], f"no record at {place[1]}, where the index states one")
        return found

    def missing(self) -> dict[str, str]:
        """What is not there: files that the descriptor states, and rows set aside that outcomes count."""
        found: dict[str, str] = {}
        for told in (self._gone, self._set_aside):
            with suppress(DamagedError, SnapshotError, OSError, ValueError, KeyError):  # named by itself
                found |= told()
        return found

    def _gone(self) -> dict[str, str]:
        resources = self._descriptor.get("resources", ())
        stated = {f["path"]: DESCRIPTOR for part in resources for f in part.get("files", (part,))}
        stated |= {part["history"]: DESCRIPTOR for part in resources if "history" in part}
        folder = HISTORY.rpartition("/")[0]
        stated |= {f"{folder}/{part['path']}": HISTORY for part in self._said(HISTORY).get("resources", ())}
        stated |= dict.fromkeys(self._digests, DESCRIPTOR)
        folded = Snapshots(self.location).folded
        return {
            name: f"is not there, and {descriptor} states it"
            for name, descriptor in stated.items()
            if not self.location.exists(name) and not (may_be_folded(name) and folded.of_day(name))
        }

    def _set_aside(self) -> dict[str, str]:
        """A day of a source of which fewer rows set aside are there than its newest check counted."""
        rows = Snapshots(self.location).table(OUTCOMES)
        checks = rows.filter(pc.equal(rows.column("step"), "check")).select(
            ["source_id", "observed_on", "started_at", "run_id", "rows_quarantined", "success"]
        )
        counted: dict[tuple[str, date], tuple[str, int]] = {}
        for source_id, day, _, run_id, count, good in zip(
            *(c.to_pylist() for c in checks.sort_by("started_at").columns), strict=True
        ):
            run, before = counted.get((source_id, day), (run_id, 0))
            counted[source_id, day] = run_id, count * good + (before if run == run_id else 0)
        return {
            f"quarantine/*/{source_id}/{day}.parquet": f"is not there: {left} of the {count} rows set aside"
            for (source_id, day), (_, count) in counted.items()
            if (left := self.aside[source_id, day.isoformat()]) < count
        }
