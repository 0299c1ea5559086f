"""A board's entries, each by itself: an odd one goes aside with its reason, and takes no other with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._read import number_duplicates, scored
from extractors.errors import UnknownValue
from warehouse.tables import Row, Score, Unread

FAR_ABOVE, AMONG_AT_LEAST = 5.0, 8
A_FRACTION = "a fraction among per cents: every other score of its metric lies far above 1"


def read_entries(
    page: Page,
    entries: Iterable[Mapping[str, Any]],
    read: Callable[[Mapping[str, Any]], Iterable[Row]],
    known: frozenset[str] | set[str] | None = None,
) -> None:
    """Adds what `read` gives for each entry; one that it refuses becomes a leftover of one amount.

    Keys outside `known` (None: any key may be there) are a leftover of no amount, once with the number of
    their entries: the columns that are read are known by their names.
    """
    strangers: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        with page.part(_place(entry), (f"{key}={value!r}" for key, value in entry.items()), 1):
            page.rows += read(entry)
        if known is not None and not entry.keys() <= known:
            for key in entry.keys() - known:
                strangers[str(key)].append(_place(entry))
    for key, places in sorted(strangers.items()):
        where = f"{len(places)} entries, the first {places[0]}"
        page.leave(where, key, "a key or column that no rule knows", 0)


def _place(entry: Mapping[str, Any]) -> str:
    first = next(iter(entry.values()), "an empty entry")
    return (first if isinstance(first, str) else repr(first))[:120]


def finished(page: Page, *, repeats: bool = False) -> list[Row]:
    """What the page gives: scores told apart, fractions among per cents set aside, leftovers.

    EmptyPage where there is no score.
    """
    scores = [row for row in page.rows if isinstance(row, Score)]
    others = dict.fromkeys(row for row in page.rows if not isinstance(row, (Score, Unread)))
    kept = number_duplicates(_without_slips(scores, page), repeats=repeats)
    return page.finished([*scored(kept, page.capture), *others])


def _without_slips(scores: list[Score], page: Page) -> list[Score]:
    groups: dict[tuple[str, str, str], list[Score]] = defaultdict(list)
    for row in scores:
        groups[row.board_id, row.board_version, row.metric].append(row)
    odd: dict[Score, str] = {}
    for group in groups.values():
        odd |= {row: A_FRACTION for row in group if _a_fraction(row, group)}
        below = [row for row in group if row.score < 0]
        if len(below) == 1 and len(group) > 3:
            odd[below[0]] = "below zero, where every other score of its metric is not"
    for row in dict.fromkeys(row for row in scores if row in odd):
        page.leave(row.listed_model, f"{row.metric} {row.score}", odd[row], 1)
    return [row for row in scores if row not in odd]


def _a_fraction(row: Score, group: list[Score]) -> bool:
    """Whether a score lies within (0, 1] while all others of its metric lie far above, and is no share of its
    number of tasks in per cent.
    """
    if not 0 < row.score <= 1 or len(group) < AMONG_AT_LEAST or "cost" in row.metric:
        return False
    least = min(other.score for other in group if other is not row)
    if least < max(FAR_ABOVE, 5 * row.score):
        return False
    return not row.n or not _is_share(row.score, row.n)


def _is_share(score: float, n: int) -> bool:
    solved = round(score * n / 100)
    places = len(f"{score:.6f}".rstrip("0").partition(".")[2])
    return solved > 0 and abs(round(100 * solved / n, places) - score) < 1e-9


def agrees(rate: float, solved: float | None, asked: Iterable[float | None], model: str, page: Page) -> None:
    """UnknownValue where a rate in per cent is contradicted by its own counts: `solved` of any of `asked`."""
    numbers = [n for n in asked if n]
    if solved is None or not numbers:
        return
    if all(abs(100 * solved / n - rate) > 0.6 for n in numbers):
        raise UnknownValue(
            page.capture,
            expected=f"a rate of {model} that its own counts give",
            found=f"{rate} beside {solved:g} of {' or '.join(f'{n:g}' for n in numbers)}",
        )
