"""Kind 1 of what attacks broke: a capture that ends its reader is a failure by name, remembered, and stops
no other source.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from extractors.isolation import CHILDREN
from extractors.source_read import SourceJob, read_source
from tests.attacks.poisoned import DAY, KINDS, OTHERS, SOURCE, backfilled, poisoned_home, poisoned_source
from warehouse.location import Location
from warehouse.passed_over import passed_over
from warehouse.source_rows import SourceRows


def days_read(location: Location) -> tuple[list[date], list[str]]:
    """The days of the poisoned source that are read, and what is said of the others."""
    read = read_source(SourceJob(location, SOURCE, None, DAY, "test"))
    assert read.error is None
    readings: list[SourceRows] = list(read.readings)
    return sorted({day for r in readings for day in r.days}), [f.error for f in read.failures]


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_capture_that_ends_its_reader_is_named_and_the_others_are_read(kind: str, tmp_path: Path) -> None:
    location = poisoned_home(tmp_path, [kind])
    with poisoned_source():
        days, [said] = days_read(location)
    assert days == [date(2026, 10, 1)]
    assert "poisoned.example/prices captured 2026-10-02" in said
    assert "sha256" in said


def test_what_ended_its_reader_is_passed_over_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = poisoned_home(tmp_path, ["a kill", "an abort"])
    with poisoned_source():
        days_read(location)
        assert len(location.names(f"passed_over/{SOURCE}", ".json")) == 2
        ended: list[object] = []
        monkeypatch.setattr("extractors.source_read.remember", lambda *said: ended.append(said))
        days, said = days_read(location)
    assert (days, ended, len(said)) == ([date(2026, 10, 1)], [], 2)


def test_other_code_tries_a_capture_once_more_and_a_damaged_record_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    location = poisoned_home(tmp_path, ["a kill"])
    with poisoned_source():
        days_read(location)
    [name] = location.names(f"passed_over/{SOURCE}", ".json")
    assert passed_over(location, SOURCE, "other code") == {}
    body = location.read(name)
    location.write(name, body.replace(b"SIGKILL", b"SIGKILK"))
    from extractors.source_read import code_digest

    assert passed_over(location, SOURCE, code_digest()) == {}
    assert name in caplog.text


def test_a_backfill_ends_with_all_other_sources_published(tmp_path: Path) -> None:
    location = poisoned_home(tmp_path, ["a kill", "an exit without farewell", "a crash in a C library"])
    with poisoned_source():
        summary = backfilled(location)
    assert {*OTHERS} <= summary.published.rows.keys()
    assert len(summary.published.refused[SOURCE]) == 3


def test_children_are_as_many_as_cores_and_end_with_their_parent(tmp_path: Path) -> None:
    location = poisoned_home(tmp_path, [])
    with poisoned_source():
        days_read(location)
        assert 1 <= CHILDREN._started <= CHILDREN.most
    assert CHILDREN._started == 0


LIMITED = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
from datetime import UTC, datetime
from extractors.watching import watched, watched_by
from warehouse.capture import Capture
watched_by(lambda capture: None)
with watched(Capture("s", "https://s.example/", datetime.now(UTC), b"")):
    print(resource.getrlimit(resource.RLIMIT_CPU))
"""


def test_a_lower_limit_of_processor_time_than_a_parses_own_is_kept_and_refuses_no_page() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("(15, 15)", "")
