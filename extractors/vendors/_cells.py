"""Reading cells of price tables strictly: header words to columns, one cell to one amount with its currency
and unit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from extractors.authoring import Page
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.printed import Money, money
from extractors.vendors._amount_words import apart, on_request
from extractors.vendors._lines import known_columns
from extractors.vendors._wording import MONTHS, header_forms, is_per_million, names_models, plain
from warehouse.capture import Capture

MTOK = r"/ MTok"
NOTHING = frozenset({"-", "–", "—", "n/a", "N/A", "null", "Not available", "not available"})
_DATE = re.compile(r"(?P<month>[A-Z][a-z]+)\.? (?P<day>\d{1,2}),? (?P<year>\d{4})")


def folded(text: str) -> str:
    """Header words for comparison: one line, lower case, `&` as `and`."""
    return " ".join(text.replace("&", " and ").split()).casefold()


def columns(
    header: Sequence[str],
    known: Mapping[str, str],
    page: Page,
    place: str,
    body: Sequence[Sequence[str]] = (),
    *,
    ignore: Sequence[str] = (),
) -> dict[str, int]:
    """Where each column is: name -> index, from `known` (pattern of the folded header -> name). Columns that
    are neither known nor to be ignored are left over (`known_columns`; `body`: the lines below, as texts).

    LayoutChanged where two headers get one name, or an unknown column may bear on the others.
    """
    found: dict[str, int] = {}
    settled: dict[int, str] = {}
    for index, text in enumerate(folded(plain(text)) for text in header):
        names = _known_as(text, known)
        if not names:
            if any(re.fullmatch(pattern, text) for pattern in ignore):
                settled[index] = text
            continue
        if len(names) > 1 or names[0] in found:
            raise LayoutChanged(
                page.capture, expected="each column once", found=f"{text!r} in {list(header)}"
            )
        found[names[0]], settled[index] = index, names[0]
    models = [i for i, text in enumerate(header) if i not in settled and names_models(text)]
    if "model" in known.values() and "model" not in found and len(models) == 1:
        found["model"], settled[models[0]] = models[0], "model"
    both = {"input", "output"} <= {name.split()[-1] for name in found}
    known_columns(header, body, settled, page, place, amounts_may_be_new=both)
    return found


def _known_as(text: str, known: Mapping[str, str]) -> list[str]:
    """The names that a header is known by, in the fullest of its forms that is known at all."""
    for said in header_forms(text):
        if names := [name for pattern, name in known.items() if re.fullmatch(pattern, said)]:
            return names
    return []


def require(found: Mapping[str, int], names: Sequence[str], capture: Capture) -> None:
    """LayoutChanged unless all `names` are among the columns found."""
    if missing := [name for name in names if name not in found]:
        raise LayoutChanged(
            capture, expected=f"columns {list(names)}", found=f"{list(found)}; missing {missing}"
        )


def amount(
    text: str, capture: Capture, *, unit: str, currency: str = "USD", before: str = ""
) -> Decimal | None:
    """The one price in a cell, whose words after it fully match `unit` (and before it `before`); None where
    the cell says there is none.

    UnknownValue for an empty cell, another currency, another unit, several prices.
    """
    if text.strip() in NOTHING or on_request(text):
        return None
    found = money(apart(text)[0])
    if len(found) != 1:
        raise UnknownValue(
            capture, expected=f"one price in {currency} or one of {sorted(NOTHING)}", found=repr(text)
        )
    return checked(found[0], text, capture, unit=unit, currency=currency, before=before)


def checked(
    price: Money, text: str, capture: Capture, *, unit: str, currency: str = "USD", before: str = ""
) -> Decimal:
    """The amount of one printed price; UnknownValue where its currency or the words around it are not those
    expected.
    """
    if price.currency != currency:
        raise UnknownValue(capture, expected=f"a price in {currency}", found=repr(text))
    after = " ".join(price.after.split())
    right = re.fullmatch(unit, after) or (unit == MTOK and is_per_million(after))
    if not right or not re.fullmatch(before, " ".join(price.before.split())):
        raise UnknownValue(
            capture,
            expected=f"a price with the words /{before}/ before and /{unit}/ after it",
            found=repr(text),
        )
    return price.amount


def day(text: str, capture: Capture, *, next_day: bool = False) -> datetime:
    """A printed day (`August 31, 2026`) as the UTC instant at which it starts, or the day after it;
    UnknownValue otherwise.
    """
    match = _DATE.fullmatch(text.strip().rstrip("."))
    if match is None or match["month"].casefold() not in MONTHS:
        raise UnknownValue(capture, expected="a day such as 'August 31, 2026'", found=repr(text))
    when = datetime(
        int(match["year"]), MONTHS.index(match["month"].casefold()) + 1, int(match["day"]), tzinfo=UTC
    )
    return when + timedelta(days=next_day)


def kind_of_dates(start: datetime | None, end: datetime | None, capture: Capture) -> str:
    """The price kind of a price with dates: `announced` before it starts, `introductory` where it ends, else
    `list`.
    """
    if start is not None and start > capture.captured_at:
        return "announced"
    return "introductory" if end is not None else "list"


def no_challenge(text: str, capture: Capture) -> str:
    """The text of a page, unless it is a challenge or an error page in its place: WrongPage."""
    for sign in (
        "/cdn-cgi/challenge-platform/h/",
        "_cf_chl_opt",
        "challenge-error-text",
        "<title>Just a moment...</title>",
    ):
        if sign in text and len(text) < 100_000:
            raise WrongPage(capture, expected="the price page", found=f"a challenge in its place ({sign!r})")
    return text
