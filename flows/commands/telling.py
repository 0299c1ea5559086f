"""What a run says when it ends: the headline, what was published, and failures of one cause in one line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from flows.commands.app import NOT_PUBLISHED, PUBLISHED
from flows.console import put, put_json, say, table

if TYPE_CHECKING:
    from flows.summary import Summary
    from warehouse.archive.warc import Imported
    from warehouse.location import Location

# As extractors/errors.py writes it: `expected a connection; found [Errno -2] ...; at ADDRESS; next: check`.
_PARTS = re.compile(
    r"expected (?:an? )?(?P<lacking>.*?); found (?P<found>.*?)(?:; (?:at|in) .*?)?; next: (?P<next>.*)", re.S
)
UNMATCHED_SHARE = 0.5
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


def failures(failed: Mapping[str, str], verbose: bool) -> Iterator[str]:
    """One line a cause: `failed, 76 sources: no connection ([Errno -2] ...); next: ...`; with `verbose`, or
    where one source alone has it, one line a source.
    """
    by_cause: dict[str, list[str]] = {}
    for source in sorted(failed):
        by_cause.setdefault(cause(source, failed[source]), []).append(source)
    for lacking, sources in sorted(by_cause.items(), key=lambda item: -len(item[1])):
        if verbose or len(sources) == 1:
            yield from (f"failed, {source}: {_without(source, failed[source])}" for source in sources)
            continue
        parts = [_PARTS.search(failed[source]) for source in sources]
        found, _ = (
            Counter(part["found"] for part in parts if part).most_common(1)[0] if any(parts) else ("", 0)
        )
        told = next((part["next"] for part in parts if part), "")
        words = f"no {lacking} ({found}); next: {told}" if found else lacking
        yield f"failed, {len(sources)} sources: {words}; --verbose names them"


def cause(source: str, error: str) -> str:
    """What an error says is lacking, without source, address and what stood there instead: the same for all
    sources that lack the same.
    """
    parts = _PARTS.search(error)
    return parts["lacking"] if parts else _without(source, error)


def _without(source: str, error: str) -> str:
    return error.removeprefix(f"{source}: ")


def unmatched_sources(
    location: Location, sources: Sequence[str] | Mapping[str, int]
) -> dict[str, tuple[int, int, list[str]]]:
    """Sources most of whose names mean no model: how many, of how many, and the most frequent of them."""
    from warehouse.marts import Marts

    marts = Marts(location)
    dates = marts.as_ofs()
    if not dates or not all(marts.has(name, dates[-1]) for name in ("unmatched", "model_aliases")):
        return {}
    lost = marts.read("unmatched", dates[-1], ["source_id", "listed_model", "rows"]).to_pandas()
    known = marts.read("model_aliases", dates[-1], ["source_id", "listed_model"]).to_pandas()
    matched = known.drop_duplicates().groupby("source_id", observed=True).size()
    found = {}
    for source, rows in lost[lost["source_id"].isin(list(sources))].groupby("source_id", observed=True):
        names = rows.sort_values("rows", ascending=False)["listed_model"].drop_duplicates()
        of = len(names) + int(matched.get(source, 0))
        if len(names) > UNMATCHED_SHARE * of:
            found[str(source)] = (len(names), of, names.head(NAMED).astype(str).tolist())
    return found


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
    for line in table(["file", "taken", "known before", "no source", "refused"], rows):
        put(line)
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
