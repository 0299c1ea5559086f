"""Following what moves: a site's list of what it has is asked first, and what it names is captured without
any edit here.

A list is a capture like any other: archived, dated, explained. The source's module reads it with a pure
`addresses(capture)`. Whatever a list says, the source's own addresses are asked all the same, and what is
wrong with a list is a named outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from extractors.addresses import plain, same_site
from extractors.errors import ExtractError, FetchError
from extractors.isolation import ReaderEndedError, in_child
from extractors.source import Listing, Reader, Source
from extractors.watching import watched
from warehouse.archive.warc import Response
from warehouse.capture import Capture

MOST_NAMED = 10_000  # a list of more is no list of a site's own
MOST_NEWS = 20  # of one list's addresses that no rule reads, a night; of more their number is told

Ask = Callable[[str], Response]
Earlier = Callable[[str], Capture | None]


@dataclass
class Followed:
    """What a source's lists gave: responses (the lists' own first), what was wrong with a list or an address
    of it, and what is news: addresses that no rule reads, a page that moved.
    """

    responses: list[Response] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    news: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)


def nothing_earlier(_: str) -> None:
    """Of an archive without captures."""


def follow(
    reader: Reader,
    ask: Ask,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    gone: bool = False,
    earlier: Earlier = nothing_earlier,
) -> Followed:
    """Asks the lists of a source, and the addresses that they name and that are due.

    ask: gives an address' response or raises FetchError. rows: the index rows of the source's captures so
    far (address, observed_on). gone: the source's own addresses failed; a list that is there only for that
    (`most` is 0) is asked then and not else. earlier: gives the newest archived capture of a list. Lists lie
    on the site of the source's own addresses.
    """
    done = Followed()
    listing = reader.source.listing
    if listing is None or not (listing.most or gone):
        return done
    named: dict[str, None] = {}
    asked: set[str] = set()
    waiting = [at for at in listing.at if any(same_site(at, own) for own in reader.source.addresses)]
    while waiting:
        at = waiting.pop(0)
        asked.add(at)
        found = _named_by(reader, listing, at, ask, done)
        leads = [a for a in found if listing.leads_to(a) and a not in {*asked, *waiting}]
        waiting += leads[: listing.most_leads if at in listing.at else 0]  # one led to leads no further
        named |= dict.fromkeys(a for a in found if not listing.leads_to(a))
    done.named = list(named)
    readable = [a for a in named if reader.source.reads(a) or reader.source.accompanies(a)]
    known = {row["address"] for row in rows}
    if listing.most:  # a list that is only asked where a page moved names many others
        done.news += _told([a for a in named if a not in {*readable, *known}])
    for address in due(_as_news(readable, reader, asked, earlier, known), reader, rows, now.date()):
        try:
            done.responses.append(ask(address))
        except FetchError as failed:
            done.problems.append(str(failed))
    return done


def _told(strangers: Sequence[str]) -> list[str]:
    news = [f"{address}: a new address that no rule reads" for address in strangers[:MOST_NEWS]]
    left = len(strangers) - MOST_NEWS
    return [*news, f"{left} more new addresses that no rule reads"] if left > 0 else news


def _named_by(reader: Reader, listing: Listing, at: str, ask: Ask, done: Followed) -> list[str]:
    """The addresses that one list names; none, and a problem, where it cannot be asked or read."""
    assert reader.addresses is not None
    source = reader.source
    try:
        response = ask(at)
        done.responses.append(response)
        capture = Capture(
            source.id, at, response.captured_at, response.body, response.content_type, response.status
        )
        said, problem = in_child(named_in, (capture, reader), reader)
    except FetchError as failed:
        said, problem = [], str(failed)
    except ReaderEndedError as ended:
        said, problem = [], f"{source.id}: the list {at} {ended}"
    if problem:
        done.problems.append(problem)
        return []
    return _believed(said, source, listing, at, done)


def _believed(said: Sequence[str], source: Source, listing: Listing, at: str, done: Followed) -> list[str]:
    """Of what a list says the addresses that may be asked; what is wrong with it is a problem."""
    found = _plainly(said, at, source.addresses)
    odd = [address for address in said if plain(address, at) is None]
    if odd:
        done.problems.append(
            f"{source.id}: the list {at} names {len(odd)} addresses that are not asked as they are written:"
            f" {odd[0][:200]!r}"
        )
    if not said:
        done.problems.append(
            f"{source.id}: the list {at} names nothing; expected at least one address; next: open the list,"
            " and adapt addresses() in the source's file"
        )
    if len(said) > MOST_NAMED:
        done.problems.append(
            f"{source.id}: the list {at} names {len(said)} addresses; at most {MOST_NAMED} are believed, and"
            " none of these is asked"
        )
        return []
    abroad = [a for a in found if not (same_site(a, at) or listing.abroad(a))]
    if abroad:
        done.problems.append(
            f"{source.id}: the list {at} names {len(abroad)} addresses of another site, which are not asked:"
            f" {abroad[0]}"
        )
    return [a for a in found if a not in set(abroad)]


def named_in(job: tuple[Capture, Reader]) -> tuple[list[str], str]:
    """The addresses that a list names, each once, in its order; or none, and why it cannot be read."""
    capture, reader = job
    assert reader.addresses is not None
    try:
        with watched(capture):
            return list(dict.fromkeys(reader.addresses(capture))), ""
    except ExtractError as failed:
        return [], str(failed)
    except Exception as defect:  # a list that no rule foresaw must not stop the addresses that are known
        said = f"the list {capture.address} cannot be read: {type(defect).__name__}: {defect}"
        return [], f"{capture.source_id}: {said}"


def _plainly(said: Iterable[str], at: str, own: Iterable[str]) -> list[str]:
    """What a list says in one spelling an address: the source's own where it is one of these, else the first
    of those that differ by nothing but a closing slash.
    """
    spelt = {address.rstrip("/"): address for address in own}
    asked = (address for address in (plain(one, at) for one in said) if address is not None)
    return list(dict.fromkeys(spelt.setdefault(address.rstrip("/"), address) for address in asked))


def _as_news(
    named: Sequence[str], reader: Reader, lists: Iterable[str], earlier: Earlier, known: Collection[str]
) -> list[str]:
    """The addresses that no archived list names, before the others: a site may list what is new to it among
    what is old. In the lists' order where nothing can be told of before, and where a night asks all that were
    never captured.
    """
    listing, before = reader.source.listing, set[str]()
    unknown = sum(address not in known for address in named)
    for at in lists if listing is not None and unknown > listing.most else ():
        with suppress(Exception):  # an old list that no rule reads tells nothing; of today's it was said
            if (capture := earlier(at)) is not None:
                said, _ = in_child(named_in, (capture, reader), reader)
                before |= set(_plainly(said, at, reader.source.addresses))
    return sorted(named, key=before.__contains__)


def due(named: Iterable[str], reader: Reader, rows: Sequence[Mapping[str, Any]], today: date) -> list[str]:
    """The addresses to ask tonight, at most `listing.most`: those never captured in the list's order, then
    those whose turn it is, the longest not captured first. Where more were never captured than are asked,
    half are the list's first and half take turns by the day, in the order of their letters (a list's own may
    be another every night): addresses that answer nothing keep no other waiting.
    """
    listing = reader.source.listing
    assert listing is not None
    seen: dict[str, list[date]] = {}
    for row in rows:
        seen.setdefault(row["address"], []).append(row["observed_on"])
    others = [a for a in named if a not in reader.source.addresses]
    new = [a for a in others if a not in seen]
    again = [a for a in others if a in seen and _turn(seen[a], listing.again_after, today)]
    again.sort(key=lambda a: max(seen[a]))
    if len(new) > listing.most:
        first, rest = new[: listing.most - listing.most // 2], sorted(new)
        start = today.toordinal() * (listing.most // 2) % len(rest)
        turns = [a for a in rest[start:] + rest[:start] if a not in first]
        return [*first, *turns][: listing.most]
    return [*new, *again][: listing.most]


def _turn(days: Sequence[date], again_after: tuple[int, ...] | None, today: date) -> bool:
    """Whether an address captured on these days is asked again: every night, or once past each of the days
    after its first capture.
    """
    last = max(days)
    if last >= today:
        return False
    if again_after is None:
        return True
    age, then = (today - min(days)).days, (last - min(days)).days
    return any(then < after <= age for after in again_after)


def stand_in(reader: Reader, ask: Ask, followed: Followed, gone: str) -> None:
    """Asks the one address that the lists name for a page of the source that is gone, and keeps its answer as
    the page's, as after a redirect. Where the lists name none or several, a person decides. Of a source with
    several pages an address of the same host can stand for one.
    """
    listing, own = reader.source.listing, reader.source.addresses
    if listing is None or not listing.replaces:
        return
    host = urlsplit(gone).netloc
    near = [a for a in dict.fromkeys(followed.named) if a not in own and same_site(a, gone)]
    named = near if len(own) == 1 else [a for a in near if urlsplit(a).netloc == host]
    if len(named) != 1:
        if named:
            followed.news.append(f"{gone} is gone; its list names {len(named)} pages: {', '.join(named[:5])}")
        return
    answer = next((r for r in followed.responses if r.address == named[0]), None) or ask(named[0])
    followed.responses = [r for r in followed.responses if r.address != named[0]]
    followed.responses.append(replace(answer, address=gone))
    followed.news.append(f"{gone} is gone; read from {named[0]}, which its list names: make it the address")
