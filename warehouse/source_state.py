"""How every source is doing, from the names of its snapshots and its newest outcomes: quick to read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from warehouse.bookkeeping import OUTCOMES
from warehouse.content_age import ContentAge, ages, captured, together
from warehouse.folded import day_names
from warehouse.location import Location
from warehouse.outcomes import DISCOVER
from warehouse.parquet import footer
from warehouse.schema import Table
from warehouse.snapshots import Snapshots
from warehouse.source_facts import SourceFacts, Sources
from warehouse.tables import UNREAD

ENDED = 3650  # stale_after_days of a source that is not updated any more: its facts stand


OUTCOME = ["run_id", "step", "started_at", "observed_on", "error"]


@dataclass(frozen=True, slots=True)
class SourceState:
    """One source's state as of a day."""

    source_id: str
    title: str
    kind: str
    last_success: date | None
    age_days: int | None
    rows: int
    unread: int
    failing_since: date | None
    error: str | None
    stale: bool
    required: bool
    proven: bool
    ended: bool = False
    news: tuple[str, ...] = ()
    age: ContentAge | None = None
    feeds_headline: bool = False
    quiet: bool = False

    @property
    def state(self) -> str:
        """One word: fresh, stale, failing, ended, resting (never tried, or no key) or unproven."""
        if self.last_success is None:
            return "failing" if self.failing_since else ("resting" if self.proven else "unproven")
        if self.failing_since:
            return "failing"
        return "ended" if self.ended else ("stale" if self.stale else "fresh")

    @property
    def content_on(self) -> date | None:
        """The day on which its content last changed."""
        return None if self.age is None else self.age.content_on

    @property
    def captured_on(self) -> date | None:
        """The day of its newest capture."""
        return None if self.age is None else self.age.captured_on

    @property
    def rhythm_days(self) -> int | None:
        """The longest pause between two changes of its content."""
        return None if self.age is None else self.age.rhythm_days

    @property
    def quietness(self) -> str:
        """The line for a source that feeds a headline and says nothing new for longer than its rhythm; ''
        where there is nothing to say.
        """
        if not (self.quiet and self.age):
            return ""
        rhythm = self.age.rhythm_days
        usual = f"its longest pause before was {rhythm} days" if rhythm else "its rhythm is not known yet"
        return (
            f"{self.source_id} feeds a headline, and its content is of {self.age.content_on}"
            f" (captured {self.age.captured_on}); {usual}"
        )

    def as_row(self) -> list[str]:
        """The state as cells of text."""
        seen, content, age, since = (
            str(self.last_success or "-"),
            str(self.content_on or "-"),
            "-" if self.age_days is None else str(self.age_days),
            str(self.failing_since or "-"),
        )
        return [
            self.source_id,
            self.kind,
            self.state,
            seen,
            content,
            age,
            str(self.rows),
            str(self.unread),
            since,
            (self.error or "")[:90],
        ]

    def as_json(self) -> dict[str, Any]:
        """The state as JSON values."""
        hidden = {"title", "age"}
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in hidden}
        plain |= {name: getattr(self, name) for name in ("content_on", "captured_on", "rhythm_days")}
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in plain.items()} | {
            "state": self.state
        }


def source_states(
    location: Location, today: date, sources: Sources, captures: Sequence[Mapping[str, Any]] | None = None
) -> list[SourceState]:
    """The state of every source, in order of their ids. `captures`: those of the home, where they are known
    (content_age.captured).
    """
    snapshots = Snapshots(location)
    files = _files(location, today)
    known = ages(captured(snapshots, today) if captures is None else captures, today)
    return [_state(snapshots, source, files, today, known.get(source.id, {})) for source in sources.values()]


def _files(location: Location, until: date) -> dict[tuple[str, str], list[str]]:
    """Snapshot and outcome files up to a day, by folder and source, in time order."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in day_names(location):
        _, directory, source_id, file = name.split("/")
        if file[:10] <= until.isoformat():
            found.setdefault((directory, source_id), []).append(name)
    return found


def _state(
    snapshots: Snapshots,
    source: SourceFacts,
    files: dict[tuple[str, str], list[str]],
    today: date,
    known: Mapping[str, ContentAge],
) -> SourceState:
    content = together(age for address, age in known.items() if source.reads(address))
    newest = [files[key][-1] for table in source.tables if (key := (table.directory, source.id)) in files]
    last = max((date.fromisoformat(name[-18:-8]) for name in newest), default=None)
    rows = sum(
        _rows(snapshots, name) for name in newest if last is not None and name[-18:-8] == last.isoformat()
    )
    told = _Outcomes(snapshots, files.get((OUTCOMES.directory, source.id), []))
    since, error = _failing(told, last)
    age = None if last is None else (today - last).days
    stale = age is None or age > source.stale_after_days
    return SourceState(
        source.id,
        source.title,
        source.kind,
        last,
        age,
        rows,
        unread_on(snapshots, source.id, last),
        since,
        error,
        stale,
        source.required,
        source.proven,
        ended(source, content),
        _news(told),
        content,
        source.feeds_headline,
        source.feeds_headline and content is not None and content.quiet(today),
    )


def ended(source: SourceFacts, content: ContentAge | None) -> bool:
    """Whether a source has ended: it says so itself, or it is a board that was found unchanged for long."""
    return source.stale_after_days >= ENDED or (
        source.kind == "boards" and content is not None and content.ended
    )


class _Outcomes:
    """The outcomes of a source's runs, a file a day, each read once."""

    def __init__(self, snapshots: Snapshots, files: Sequence[str]) -> None:
        self.files = files
        self.rows = cache(lambda name: snapshots.read(name, OUTCOME).to_pylist())


def _news(told: _Outcomes) -> tuple[str, ...]:
    """What the newest run found on the site's lists: new addresses, a page that moved, a list gone."""
    rows = told.rows(told.files[-1]) if told.files else []
    last_run = max(rows, key=lambda r: r["started_at"])["run_id"] if rows else ""
    found = [r for r in rows if r["run_id"] == last_run and r["step"] == DISCOVER and r["error"]]
    return tuple(r["error"] for r in sorted(found, key=lambda r: r["started_at"]))


def unread_on(snapshots: Snapshots, source_id: str, day: date | None) -> int:
    """The amounts that a source's captures of a day left unread."""
    name = "" if day is None else snapshots.name(UNREAD, source_id, day)
    if not name or not snapshots.location.exists(name):
        return 0
    return int(sum(snapshots.read(name, ["amounts"]).column("amounts").to_pylist()))


def unread_before(snapshots: Snapshots, source_id: str, day: date, tables: Sequence[Table]) -> int:
    """The amounts left unread by the last good snapshot before a day."""
    days = [d for table in tables for d in snapshots.days(table, source_id) if d < day]
    return unread_on(snapshots, source_id, max(days, default=None))


def _rows(snapshots: Snapshots, name: str) -> int:
    try:
        return int(footer(snapshots.location.read(name), name).num_rows)
    except FileNotFoundError:
        return snapshots.read(name, ["observed_on"]).num_rows  # folded


def _failing(told: _Outcomes, last: date | None) -> tuple[date | None, str | None]:
    """Since which run day each run of the source had an error, and the newest error; (None, None) where the
    newest run had none. That a capture older than the newest good snapshot (`last`) cannot be read is no
    failure of today.
    """
    since: date | None = None
    error: str | None = None
    for name in reversed(told.files):
        rows = told.rows(name)
        last_run = max(rows, key=lambda r: r["started_at"])["run_id"]
        of_run = [r for r in rows if r["run_id"] == last_run and r["step"] != DISCOVER]
        errors = [r["error"] for r in of_run if r["error"] and (last is None or r["observed_on"] >= last)]
        if not errors:
            break
        since, error = date.fromisoformat(name[-18:-8]), error or errors[0]
    return since, error


def failed_twice(rows: Sequence[Mapping[str, Any]]) -> str | None:
    """The newest error of a source whose last two runs had one and the run before them none; else None.

    rows: its newest outcomes, each with run_id, started_at and error.
    """
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: r["started_at"]):
        runs.setdefault(row["run_id"], []).append(row)
    errors = [next((r["error"] for r in of_run if r["error"]), None) for of_run in runs.values()][-3:]
    if len(errors) < 2 or not (errors[-1] and errors[-2]) or (len(errors) == 3 and errors[0]):
        return None
    return str(errors[-1])


def newest_outcomes(location: Location, source_id: str) -> list[dict[str, Any]]:
    """run_id, started_at and error of a source's last outcomes: those of its last three files."""
    snapshots = Snapshots(location)
    names = location.names(f"snapshots/{OUTCOMES.directory}/{source_id}", ".parquet")[-3:]
    return [
        row for name in names for row in snapshots.read(name, OUTCOME).to_pylist() if row["step"] != DISCOVER
    ]


def gone_stale(
    before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """The rows of `now` that are stale and were not in `before`, both of the `freshness` table, by source."""
    was = {row["source_id"] for row in before if row["state"] == "stale"}
    fresh = [row for row in now if row["state"] == "stale" and row["source_id"] not in was]
    return sorted(fresh, key=lambda row: str(row["source_id"]))
