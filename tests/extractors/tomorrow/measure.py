"""What a parser and the core make of a page of tomorrow."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from extractors.errors import ExtractError
from extractors.leftovers import models_of
from extractors.reading import parsed
from extractors.source import discover
from tests.extractors.golden import golden_files, load
from tests.extractors.tomorrow import data, grids, pages, price_rows
from tests.extractors.tomorrow.cell_kinds import CELLS
from tests.extractors.tomorrow.kinds import ODD_NAME, Change, Tomorrow
from tests.extractors.tomorrow.pages import price_at
from tests.extractors.tomorrow.site_kinds import SITES
from warehouse.capture import Capture
from warehouse.tables import ListPrice, Row, Score, Unread

SEED = 20261201
SMALL = 20
ROW = 2000  # characters of one row; a longer text is a page
SMALL_RATES = 60
STRUCK = Decimal("777.7")
SALE = b"Sale price"


@dataclass(frozen=True)
class Result:
    """One page of tomorrow: whether its known models are still published, what fell short, what was wrong.
    `small`: refused by the shares that the core allows (a fifth of the amounts, a third of the models), which
    a page of a few rows exceeds with one.
    """

    source_id: str
    page: str
    kind: str
    published: bool
    short: str = ""
    wrong: str = ""
    small: bool = False


def kinds_of(capture: Capture) -> dict[str, Change]:
    """The kinds of change that a body can have."""
    if capture.body.startswith(b"PK"):
        return grids.ARCHIVES
    if capture.body.startswith(b"PAR1"):
        return {}
    if "const " in capture.body[:4000].decode("utf-8", "replace"):
        return {"a byte order mark": pages.KINDS["a byte order mark"]}
    text = capture.body.decode("utf-8-sig", "replace")
    if (
        discover()[capture.source_id].source.kind == "vendors"
        or text.lstrip().startswith(("#", "<"))
        or "|--" in text
    ):
        return {**pages.KINDS, **CELLS, **SITES}
    if text.lstrip()[:1] in "{[" or capture.address.endswith((".yml", ".yaml")):
        feed = discover()[capture.source_id].source.kind == "feeds"
        return data.TREES if feed else {k: c for k, c in data.TREES.items() if k not in data.OF_PRICES}
    return grids.GRIDS


@cache
def read(rows_file: Path) -> tuple[Capture, tuple[Row, ...]]:
    """A golden capture and its rows today, leftovers among them."""
    capture, _ = load(rows_file)
    return capture, tuple(parsed(discover()[capture.source_id], capture))


def results(rows_file: Path, kinds: set[str] | None = None, seed: int = SEED) -> Iterator[Result]:
    """What becomes of every page of tomorrow made from one golden page."""
    capture, today = read(rows_file)
    yield from of_capture(capture, today, rows_file.name.removesuffix(".rows.json"), kinds, seed)


def of_capture(
    capture: Capture, today: tuple[Row, ...], page: str, kinds: set[str] | None, seed: int
) -> Iterator[Result]:
    """What becomes of the pages of tomorrow made from a capture, whose rows `today` are known."""
    for kind, change in kinds_of(capture).items():
        if kinds is None or kind in kinds:
            random = Random(f"{seed} {capture.source_id} {page} {kind}")
            vendor = discover()[capture.source_id].source.kind == "vendors"
            inner, wrap = price_rows.document(capture.body) if vendor else (capture.body, bytes)
            for tomorrow in change(inner, random):
                if tomorrow.body != inner:
                    bare = wrap(tomorrow.without) if tomorrow.without else b""
                    whole = tomorrow._replace(body=wrap(tomorrow.body), without=bare)
                    yield _result(capture, today, page, kind, whole)


def _result(capture: Capture, today: tuple[Row, ...], page: str, kind: str, tomorrow: Tomorrow) -> Result:
    known = models_of(today)
    where = capture.source_id, page, kind
    try:
        found = parsed(discover()[capture.source_id], replace(capture, body=tomorrow.body, sha256=""), known)
    except ExtractError as error:
        by_share = re.search(r"of the amounts unread|models unread|EmptyPage|the field|fields", str(error))
        said = f"{type(error).__name__}: {str(error)[:230]}"
        most = SMALL_RATES if capture.source_id == "ecb" else SMALL
        return Result(*where, False, said, small=bool(by_share) and len(today) < most)
    wrong = _wrong(capture.source_id, today, found, tomorrow) or _still_read(capture, today, found, tomorrow)
    here = models_of(found)
    missing = sorted(m for m in known - here if not (tomorrow.gone and _names(tomorrow.touched, m)))
    lost = _lost(today, found, tomorrow)
    short = f"models gone: {missing[:4]}" if missing else f"rows gone: {lost[:3]}" if lost else ""
    return Result(*where, not short, short, wrong)


def _statements(rows: Any) -> Counter[tuple[Any, ...]]:
    return Counter(_statement(row) for row in rows if not isinstance(row, Unread))


BESIDE = {
    "printed", "canonical_model", "score_low", "score_high", "interval_level", "score_se", "n", "cost_usd",
    "evaluated_on", "listed_lab",
}  # fmt: skip


def _statement(row: Any) -> tuple[Any, ...]:
    said = {k: v for k, v in row._asdict().items() if k not in BESIDE}
    if "region" in said:  # which of two endpoints with one tag is the second
        said["region"] = re.sub(r"#\d+$", "", said["region"])
    if "listed_setting" in said:  # which of two equal entries is the second depends on their order
        said["listed_setting"] = re.sub(r"(; )?entry \d+$", "", said["listed_setting"])
    return (type(row).__name__, *said.values())


def _model(row: Any) -> str:
    return str(getattr(row, "listed_model", ""))


def _wrong(source_id: str, today: tuple[Row, ...], found: list[Row], tomorrow: Tomorrow) -> str:
    """The statements that today's page has not, and that the change does not say."""
    strange = []
    before = _statements(today)
    amounts = {(_model(row), row.amount) for row in today if isinstance(row, ListPrice)}
    for row in found:
        if "777.70" in tomorrow.body.decode("utf-8", "replace") and isinstance(row, ListPrice):
            amount = row.amount.scaleb(-3) if row.amount == STRUCK * 1000 else row.amount
            if amount == STRUCK or (_model(row), amount) in amounts:  # struck: the list price of a promotion
                continue
        if isinstance(row, Unread) or _statement(row) in before:
            continue
        if isinstance(row, ListPrice) and row.amount in tomorrow.says:
            continue
        on_sale = SALE in tomorrow.body and isinstance(row, ListPrice) and row.price_kind == "promotional"
        if on_sale and _statement(row._replace(price_kind="list")) in before:
            continue  # the badge says that the price is a sale's
        if tomorrow.new and _plain(ODD_NAME) in _plain(str(row)):
            continue
        named = [m for m in models_of(today) if _names(tomorrow.touched, m)]
        if tomorrow.gone and any(_names(_model(row), m) for m in named):
            continue  # what is left of the model's entry says another thing
        limits = discover()[source_id].source.expects
        if isinstance(row, Score) and limits.scores and not limits.scores[0] <= row.score <= limits.scores[1]:
            continue  # set aside by the checks
        if isinstance(row, (ListPrice, Score)):
            strange.append(
                (
                    _model(row),
                    *(v for k, v in row._asdict().items() if k in ("component", "amount", "metric", "score")),
                )
            )
    return str(strange[:3]) if strange else ""


def _still_read(capture: Capture, today: tuple[Row, ...], found: list[Row], tomorrow: Tomorrow) -> str:
    """The statements that rest on the price that the change made vague, and that are still read."""
    if not tomorrow.without:
        return ""
    try:
        bare = replace(capture, body=tomorrow.without, sha256="")
        others = parsed(discover()[capture.source_id], bare, models_of(today))
    except ExtractError:
        return ""
    cells = tomorrow.touched.split(" | ")
    said = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", cells[price_at(cells)].replace(",", ""))}
    amounts = {amount.scaleb(power).normalize() for amount in said for power in (0, 3, 6)}
    now = _statements(found)
    rest = [s for s in _statements(today) - _statements(others) if s in now]
    still = [s[2:5] for s in rest if isinstance(s[4], Decimal) and s[4].normalize() in amounts]
    # Another price of the model may be the same amount: one of them is gone.
    before, after = (
        Counter((s[2], s[4]) for s in each.elements() if len(s) > 4) for each in (_statements(today), now)
    )
    still = [s for s in still if after[s[0], s[2]] >= before[s[0], s[2]]]
    return f"still read: {still[:3]}" if still else ""


def _lost(today: tuple[Row, ...], found: list[Row], tomorrow: Tomorrow) -> list[tuple[Any, ...]]:
    """The statements of today about models that the change did not touch, and that are neither read nor
    unread.
    """
    unread = {row.known_model for row in found if isinstance(row, Unread)}
    gone = _statements(today) - _statements(found)
    written = {Decimal(n) for n in re.findall(r"\d+(?:\.\d+)?", tomorrow.touched.replace(",", ""))}
    # A row that goes on with the model above it does not name it: its amounts are those that it printed.
    changed = {
        (n * share).scaleb(p).normalize() for n in written for p in (0, 3, 6) for share in (1, Decimal("0.5"))
    }
    of_prices = {_statement(row): _model(row) for row in today if isinstance(row, (ListPrice, Score))}
    return [
        s[1:6]
        for s in gone
        if s in of_prices
        and of_prices[s] not in unread
        and not _names(tomorrow.touched, of_prices[s])
        and not (isinstance(s[4], Decimal) and s[4].normalize() in changed and len(tomorrow.touched) < ROW)
    ]


def _names(text: str, model: str) -> bool:
    return _plain(model) in _plain(text)


def _plain(text: str) -> str:
    return re.sub(r"[^\w.]+", "", re.sub(r"<[^>]*>", "", text)).casefold()


def of_sources(sources: list[str]) -> Iterator[Result]:
    """The results of all golden pages of some sources (none named: of all)."""
    for rows_file in golden_files():
        if not sources or rows_file.parent.name in sources:
            yield from results(rows_file)
