"""What a run says when it ends: the headline, what was published, and failures of one cause in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from extractors.causes import failures
from flows.commands.app import NOT_PUBLISHED, PUBLISHED
from flows.console import put, put_json, put_table, say
from warehouse.unmatched import unmatched_sources

if TYPE_CHECKING:
    from extractors.source_read import SourceRead
    from flows.summary import Summary
    from warehouse.archive.warc import Imported
    from warehouse.differences import Difference
    from warehouse.location import Location

NAMED = 4


def tell_summary(location: Location, summary: Summary, verbose: bool, as_json: bool) -> int:
    """The end of a run or backfill, as lines or as JSON."""
    page = location.full("report/index.html")
    strangers = unmatched_sources(location, summary.published.rows)
    if as_json:
        put_json(
            {
                "run_id": summary.run_id,
                "as_of": summary.as_of,
                "published": dict(summary.published.rows),
                "failed": dict(summary.failed),
                "unread": dict(summary.published.unread),
                "marts": dict(summary.marts),
                "headline": list(summary.headline),
                "unmatched": {source: {"names": n, "of": of} for source, (n, of, _) in strangers.items()},
                "page": page,
            }
        )
        return PUBLISHED
    for line in summary.headline:
        put(line)
    rows = summary.published.rows
    done = f"{sum(rows.values())} rows of {len(rows)} sources published"
    say(f"as of {summary.as_of}: {done}; run {summary.run_id}")
    for line in failures(summary.failed, verbose):
        say(line)
    if summary.published.unread:
        counted = ", ".join(f"{source} {n}" for source, n in sorted(summary.published.unread.items()))
        say(f"amounts that no rule reads (table unread): {counted}")
    for source, (n, of, some) in sorted(strangers.items()):
        more = ", ..." if n > len(some) else ""
        say(
            f"unmatched, {source}: {n} of its {of} names ({', '.join(some)}{more}) are no model's and"
            f" take part in no number; next: gapledger settle --source {source}"
        )
    say(f"page: {page}")
    return PUBLISHED


def tell_imported(results: Sequence[Imported], verbose: bool, as_json: bool) -> int:
    """What was taken of each file, and what has no source."""
    taken, known = sum(len(r.taken) for r in results), sum(r.known for r in results)
    if as_json:
        put_json(
            [
                {
                    "file": r.file,
                    "taken": len(r.taken),
                    "known": r.known,
                    "without_source": dict(r.without_source),
                    "refused": list(r.refused),
                }
                for r in results
            ]
        )
        return PUBLISHED if taken or known else NOT_PUBLISHED
    rows = [
        [r.file, str(len(r.taken)), str(r.known), str(sum(r.without_source.values())), str(len(r.refused))]
        for r in results
    ]
    put_table(["file", "taken", "known before", "no source", "refused"], rows)
    strangers = {address: n for r in results for address, n in r.without_source.items()}
    if strangers:
        say(f"{sum(strangers.values())} records have no source that reads them{':' if verbose else ''}")
        shown = sorted(strangers.items()) if verbose else sorted(strangers.items())[:NAMED]
        for address, number in shown:
            say(f"  {number:4}  {address}")
        if len(shown) < len(strangers):
            say(f"  and {len(strangers) - len(shown)} addresses more; --verbose names them")
    for result in results:
        for problem in result.refused:
            say(f"refused, {result.file}: {problem}")
    say(f"taken {taken}, known before {known}; next: gapledger backfill --from ... --to ... --mode archive")
    return PUBLISHED if taken or known else NOT_PUBLISHED


def tell_reparsed(
    reads: Sequence[SourceRead], found: Sequence[Difference], replaced: int | None, as_json: bool
) -> None:
    """How today's parsers read the archive otherwise. `replaced`: the days published; None: nothing was."""
    if as_json:
        put_json([asdict(one) for one in found])
        return
    figures = ["published", "read now", "added", "removed", "changed"]
    rows = [
        [d.source_id, d.table, f"{d.day}"]
        + [str(n) for n in (d.before, d.after, d.added, d.removed, d.changed)]
        + [d.problem[:120]]
        for d in found
    ]
    put_table(["source", "table", "day", *figures, "held because"], rows)
    unread = {f"{r.source_id} {day}: {error}" for r in reads for day, error in r.failed_days.items()}
    for line in [*(r.error for r in reads if r.error), *sorted(unread)]:
        say(f"not read, {line}")
    captures, read_now = sum(r.captures for r in reads), sum(r.rows for r in reads)
    done = "nothing was replaced; --replace publishes the new reading"
    done = done if replaced is None else f"replaced: {replaced} days"
    say(f"{captures} captures read again, {read_now} rows; {len(found)} days differ; {done}")
