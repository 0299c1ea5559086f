"""Captures that ended their reader (it crashed, or took more time than any page does): remembered in the
home, so that they are passed over from then on by every run, and the other captures are read.

`passed_over/<source_id>/<sha256>.json`. What is remembered holds for the code that was ended: other code
tries once again.
"""

from __future__ import annotations

import logging

from warehouse.capture import Capture
from warehouse.clock import utc_now
from warehouse.location import Location
from warehouse.seals import DamagedError, read_json, sealed_json

log = logging.getLogger("gapledger.home")


def name_of(source_id: str, sha256: str) -> str:
    """The file's name in the home."""
    return f"passed_over/{source_id}/{sha256}.json"


def remember(location: Location, capture: Capture, why: str, code: str) -> None:
    """Records that reading a capture with the code of that digest ended the reader, and how."""
    said = {
        "source_id": capture.source_id,
        "capture_sha256": capture.sha256,
        "address": capture.address,
        "captured_at": capture.captured_at.isoformat(),
        "why": why,
        "code": code,
        "recorded_at": utc_now().isoformat(timespec="seconds"),
    }
    location.write(name_of(capture.source_id, capture.sha256), sealed_json(said))


def passed_over(location: Location, source_id: str, code: str) -> dict[str, str]:
    """By digest, why a source's captures are passed over by this code. A record that cannot be read is named
    in the log and left out: its capture is tried again.
    """
    found = {}
    for name in location.names(f"passed_over/{source_id}", ".json"):
        try:
            said = read_json(location.read(name))
            if said["code"] == code:
                found[str(said["capture_sha256"])] = str(said["why"])
        except (ValueError, KeyError, TypeError, OSError, DamagedError) as bad:
            log.warning("%s cannot be read (%s); delete it: its capture is tried again", name, bad)
    return found
