"""Capture: fetch what is live, take what is embedded, archive both before anything reads them, import what
others captured.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from pathlib import Path
from time import monotonic as time_now
from typing import TYPE_CHECKING

from extractors.errors import FetchError
from extractors.following import Followed, follow, stand_in
from extractors.forms import Asked
from extractors.keys import hidden, keys_in_use
from extractors.reading import Failure
from extractors.source import Source, discover, source_of
from warehouse.archive.index import CaptureIndex, by_day, index_rows
from warehouse.archive.warc import WITHOUT_BODY, ArchiveError, Imported, Response
from warehouse.bookkeeping import CAPTURES
from warehouse.capture import Capture
from warehouse.clock import utc_now
from warehouse.outcomes import DISCOVER, Outcomes, Step
from warehouse.snapshots import Snapshots

if TYPE_CHECKING:
    from extractors.fetch import Fetcher, Known


@dataclass(frozen=True, slots=True)
class Captured:
    """What was captured of one source, or why nothing was."""

    source_id: str
    responses: tuple[Response, ...] = ()
    error: str | None = None
    retryable: bool = False
    seconds: float = 0.0
    started_at: datetime = field(default_factory=utc_now)
    news: tuple[str, ...] = ()
    forms: Asked | None = None


_replaying: list[Fetcher] = []


def fetcher() -> Fetcher:
    """The process's one fetcher: politeness to a host is kept across the sources that share it."""
    return _replaying[-1] if _replaying else _of_the_network()


@cache
def _of_the_network() -> Fetcher:
    from extractors.fetch import Fetcher

    return Fetcher()


@contextmanager
def fetched_by(client: Fetcher) -> Iterator[None]:
    """Within the block every thread of this process asks by `client`: a replay's, say, of another web."""
    _replaying.append(client)
    try:
        yield
    finally:
        _replaying.pop()


def capture_source(source: Source, index: CaptureIndex, client: Fetcher | None, now: datetime) -> Captured:
    """Fetches one source, and what its site's lists name; where its own addresses fail or `client` is None,
    takes its embedded body. The error of a failed fetch stays told.
    """
    started = utc_now()
    error, retryable = None, False
    responses: list[Response] = []
    followed, forms = Followed(), None
    if client is not None and source.addresses:
        known = _known(source, index)
        forms = Asked(source, client, known, time_now() + client.manners.source_timeout)
        try:
            responses = forms.pages()
        except FetchError as failed:
            error, retryable = str(failed), failed.retryable
        except Exception as defect:  # one source that cannot be asked must not stop the others
            error = hidden(f"{source.id}: {type(defect).__name__}: {defect}", keys_in_use())
        gone = source.addresses if error and not retryable else tuple(forms.lost)
        followed = _follow(source, index, client, known, now, gone)
        error = error or _gone_pages(source, forms, followed)
        responses += followed.responses
    if not responses and source.embedded is not None:
        responses = [r for r in _embedded(source, now) if r.captured_at <= now]
    seconds = (utc_now() - started).total_seconds()
    news = (*(forms.news if forms else ()), *followed.problems, *followed.news)
    return Captured(source.id, tuple(responses), error, retryable, seconds, started, news, forms)


def _gone_pages(source: Source, forms: Asked, followed: Followed) -> str | None:
    """The error for pages that are gone while others of the source answered, and for which no other address
    spoke. Where the site lists all its pages it is news: the list says what there is instead.
    """
    spoke = {response.address for response in followed.responses}
    lost = [str(failed) for page, failed in forms.lost.items() if page not in spoke]
    if source.listing is not None and source.listing.most:
        forms.news += lost
        return None
    return lost[0] if lost else None


def in_other_forms(captured: Captured, failures: Iterable[Failure]) -> Captured | None:
    """The pages of a capture that their parser refused, in their next other form; None where none answers."""
    if captured.forms is None:
        return None
    started, told = utc_now(), len(captured.forms.news)
    responses = captured.forms.refused(failures)
    news = tuple(captured.forms.news[told:])
    seconds = (utc_now() - started).total_seconds()
    again = replace(captured, responses=tuple(responses), seconds=seconds, started_at=started, news=news)
    return again if responses else None


def _follow(
    source: Source,
    index: CaptureIndex,
    client: Fetcher,
    known: Mapping[str, Known],
    now: datetime,
    gone: Sequence[str],
) -> Followed:
    """What the source's lists name, and where its pages moved; whatever goes wrong there is said, and stops
    nothing.
    """
    rows = [row for row in index.rows if row["source_id"] == source.id]
    until = time_now() + client.manners.source_timeout

    def ask(address: str) -> Response:
        return client.ask(source, address, known.get(address), until)

    def earlier(address: str) -> Capture | None:
        found = [c for c in index.of(source.id) if c.address == address]
        return index.load(found[-1]) if found else None

    try:
        followed = follow(discover()[source.id], ask, rows, now, bool(gone), earlier)
        for page in gone:
            stand_in(discover()[source.id], ask, followed, page)
    except Exception as defect:
        said = hidden(f"{source.id}: its lists: {type(defect).__name__}: {defect}", keys_in_use())
        followed = Followed(problems=[said])
    for (source_id, address), to in list(client.moved.items()):
        if source_id == source.id:
            followed.news.append(f"{address} moved permanently to {to}; make it the source's address")
            del client.moved[source_id, address]
    return followed


def _embedded(source: Source, now: datetime) -> Iterable[Response]:
    assert source.embedded is not None
    for body in source.embedded():
        when = now if body.published_on is None else datetime.combine(body.published_on, time(), UTC)
        headers = (("Content-Type", body.content_type),)
        yield Response(source.id, body.address, when, 200, headers, body.body, body.body, "embedded")


def _known(source: Source, index: CaptureIndex) -> dict[str, Known]:
    from extractors.fetch import Known

    known = {}
    for address, row in index.newest(source.id).items():
        light = index.of(source.id, row["observed_on"], row["observed_on"])
        capture = next(c for c in reversed(light) if c.address == address)
        body = partial(_body, index, capture)
        known[address] = Known(row["etag"], row["last_modified"], body, row["content_type"])
    return known


def _body(index: CaptureIndex, capture: Capture) -> bytes:
    return index.load(capture).body


def archive(
    snapshots: Snapshots, index: CaptureIndex, captured: Captured, outcomes: Outcomes, day: date
) -> None:
    """Archives what was captured of one source, one file a day, before anything reads it, and enters it in
    the index.
    """
    step = Step(rows_out=len(captured.responses), error=captured.error)
    fresh = [r for r in captured.responses if _as_capture(r) not in index]
    whole = _readable(index, fresh)
    for when in sorted({r.captured_at.date() for r in fresh}):
        batch = [r for r in fresh if r.captured_at.date() == when]
        archived = snapshots.archive.write(batch, whole)
        headers = {r.address: (_header(r, "etag"), _header(r, "last-modified")) for r in batch}
        snapshots.append(CAPTURES, index_rows(archived, headers), when)
        step.capture_sha256 = archived[-1].capture.sha256
    outcomes.note(captured.source_id, day, "fetch", captured.started_at, captured.seconds, step)
    for number, said in enumerate(captured.news):
        # one row a piece of news: started_at is part of the key
        at = captured.started_at + timedelta(microseconds=number + 1)
        outcomes.note(captured.source_id, day, DISCOVER, at, 0.0, Step(error=said))


def _readable(index: CaptureIndex, fresh: Iterable[Response]) -> dict[str, Capture]:
    """The captures whose bodies the archive holds, by digest, without those of `fresh` that it only believes
    to hold: a body that is gone or damaged is kept again, whole.
    """
    whole = index.whole()
    for sha in {_as_capture(r).sha256 for r in fresh} & whole.keys():
        try:
            index.load(whole[sha])
        except ArchiveError:
            del whole[sha]
    return whole


def _as_capture(response: Response) -> Capture:
    sha = hashlib.sha256(response.body).hexdigest()
    return Capture(response.source_id, response.address, response.captured_at, b"", sha256=sha)


def answers_as_before(index: CaptureIndex, captured: Captured) -> bool:
    """Whether every address gave the bytes of its newest capture in the index."""
    before = index.newest(captured.source_id)
    return all(
        before.get(r.address, {}).get("capture_sha256") == _as_capture(r).sha256 for r in captured.responses
    )


def _header(response: Response, name: str) -> str | None:
    return next((v for k, v in response.headers if k.lower() == name), None)


def _by_day(path: Path) -> tuple[str, str]:
    """A home's own files are taken in the order of their days: a body lies in the first, revisits refer to
    it.
    """
    day = re.search(r"\d{4}-?\d\d-?\d\d", path.name)
    return (day[0].replace("-", "") if day else "", str(path))


def import_files(
    snapshots: Snapshots, paths: Sequence[Path], progress: Callable[[str], None] = lambda _: None
) -> list[Imported]:
    """Takes WARC files into the archive; what was known before is not taken twice. The source of a record is
    found by its address.
    """
    discover()
    index = CaptureIndex(snapshots)
    whole = index.whole()
    sources: dict[str, str | None] = {}

    def find(address: str) -> str | None:
        if address not in sources:
            source = source_of(address)
            sources[address] = source.id if source else None
        return sources[address]

    done = []
    for path in sorted(paths, key=_by_day):
        progress(path.name)
        result = snapshots.archive.take(path, find, index.__contains__, whole)
        snapshots.append_days(CAPTURES, dict(sorted(by_day(index_rows(result.taken, {})).items())))
        done.append(result)
    for number, path in enumerate(sorted(paths, key=_by_day)):  # a body may lie in a file that came later
        if any(WITHOUT_BODY in said for said in done[number].refused):
            again = snapshots.archive.take(path, find, CaptureIndex(snapshots).__contains__, whole)
            snapshots.append_days(CAPTURES, dict(sorted(by_day(index_rows(again.taken, {})).items())))
            done[number].taken += again.taken
            done[number].refused = again.refused
    return done
