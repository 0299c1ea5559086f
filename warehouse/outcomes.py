"""One row per step per source per run: how long a source has been failing is a query, not a search in
logs.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from warehouse.bookkeeping import OUTCOMES
from warehouse.clock import utc_now
from warehouse.snapshots import Snapshots

# Steps whose `error` is news about what a site lists, and no failure of the source: its own addresses were
# asked all the same.
DISCOVER = "discover"


def new_run_id(now: datetime) -> str:
    """A run's id: its time, and enough chance that two runs of one second differ."""
    return f"{now:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:6]}"


@dataclass(slots=True)
class Step:
    """A step under way; its figures are filled in while it runs."""

    rows_in: int = 0
    rows_out: int = 0
    rows_quarantined: int = 0
    error: str | None = None
    capture_sha256: str | None = None


@dataclass(slots=True)
class Outcomes:
    """The outcomes of one run."""

    run_id: str
    rows: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def step(self, source_id: str, observed_on: date, step: str) -> Iterator[Step]:
        """Records a step; it succeeded when nothing was raised and no error was noted."""
        at, began, now = Step(), time.monotonic(), utc_now()
        try:
            yield at
        except BaseException as error:
            at.error = at.error or f"{type(error).__name__}: {error}"
            raise
        finally:
            self.note(source_id, observed_on, step, now, time.monotonic() - began, at)

    def note(
        self, source_id: str, observed_on: date, step: str, started_at: datetime, seconds: float, at: Step
    ) -> None:
        """Records a step that ran elsewhere."""
        self.rows.append(
            {
                "run_id": self.run_id,
                "source_id": source_id,
                "observed_on": observed_on,
                "step": step,
                "started_at": started_at,
                "seconds": round(seconds, 3),
                "success": at.error is None,
                "rows_in": at.rows_in,
                "rows_out": at.rows_out,
                "rows_quarantined": at.rows_quarantined,
                "error": at.error,
                "capture_sha256": at.capture_sha256,
            }
        )

    @property
    def failed(self) -> dict[str, str]:
        """By source, the last error of the run. That a capture cannot be read which is older than a day that
        the run published of the source is in the rows, and is no failure of the source.
        """
        good: dict[str, date] = {}
        for row in self.rows:
            if row["step"] == "check" and row["success"]:
                day, source_id = row["observed_on"], row["source_id"]
                good[source_id] = max(day, good.get(source_id, day))
        return {
            r["source_id"]: r["error"]
            for r in self.rows
            if r["error"] and r["step"] != DISCOVER and r["observed_on"] >= good.get(r["source_id"], date.min)
        }

    def write(self, snapshots: Snapshots, run_day: date) -> None:
        """Writes the rows, in the files of the run's day."""
        snapshots.append(OUTCOMES, self.rows, run_day)
