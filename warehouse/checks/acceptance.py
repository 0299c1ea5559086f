"""A day that the checks hold back, released by a person who looked: what was held, who let it pass and why,
and for which bytes.

`accepted/<source_id>/<day>.json` in the home. An acceptance is for the captures it was given for: other bytes
of the same day are held again. It is kept, so that a backfill of the same archive publishes the same days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from warehouse.elsewhere import said_elsewhere
from warehouse.expects import Expects
from warehouse.location import Location
from warehouse.parquet import leave_out, unreadable
from warehouse.seals import DamagedError, read_json, sealed_json
from warehouse.snapshots import Snapshots
from warehouse.source_rows import SourceRows
from warehouse.tables import UNREAD


def name_of(source_id: str, day: date) -> str:
    """The file's name in the home."""
    return f"accepted/{source_id}/{day.isoformat()}.json"


def accept(
    location: Location,
    source_id: str,
    day: date,
    digests: Iterable[str],
    problems: Iterable[str],
    reason: str,
    at: str,
) -> None:
    """Records the acceptance of a source's day; ValueError without a reason."""
    if not reason.strip():
        raise ValueError("an acceptance needs a reason (--reason): it is what a later reader has to go by")
    said = {
        "source_id": source_id,
        "day": day.isoformat(),
        "captures": sorted(digests),
        "problems": sorted(problems),
        "reason": reason.strip(),
        "accepted_at": at,
    }
    location.write(name_of(source_id, day), sealed_json(said))


def accepted(location: Location, readings: Iterable[SourceRows]) -> dict[tuple[str, date], str]:
    """The reasons by (source, day) of those acceptances that hold for the captures in these readings."""
    said: dict[tuple[str, date], dict[str, Any]] = {}
    for name in location.names("accepted", ".json"):
        try:
            one = read_json(location.read(name))
            one["captures"] = {str(sha) for sha in one["captures"]}
            said[one["source_id"], date.fromisoformat(one["day"])] = one
        except (ValueError, KeyError, TypeError, OSError, DamagedError) as bad:
            leave_out(unreadable(name, bad))
    found = {}
    for reading in readings:
        for day in reading.days:
            held = said.get((reading.source_id, day), {})
            if held and {p.sha256 for p in reading.parts_on(day)} <= held["captures"]:
                found[reading.source_id, day] = str(held["reason"])
    return found


def held_back(
    snapshots: Snapshots, readings: Sequence[SourceRows], day: date, expects: Mapping[str, Expects]
) -> tuple[set[str], set[str]]:
    """Why the checks hold a source's day back (nothing where they do not), and its captures' digests."""
    from warehouse.checks.jump_guard import HELD
    from warehouse.checks.validation import validate

    problems: set[str] = set()
    digests: set[str] = set()
    for reading in (reading for reading in readings if reading.table is not UNREAD):
        beside = [reading, *said_elsewhere(snapshots, [reading], expects)]
        verdict = validate(reading.table, beside, expects)[reading.source_id, day]
        held = (why for why in verdict.quarantined.values() if why.startswith(HELD))
        problems |= {*verdict.problems, *held}
        digests |= {part.sha256 for part in reading.parts_on(day)}
    return problems, digests
