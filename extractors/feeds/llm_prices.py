"""llm-prices.com: {"prices": [{id, vendor, name, input, output, input_cached, from_date, to_date}]}, USD per
1e6 tokens.

`historical-v1.json` carries every price ever, `from_date` inclusive and `to_date` exclusive, null = open; a
record may start in the future. `current-v1.json` has no dates and `updated_at`; it is a part of the other one
and is read when it was archived. Traps. `input_cached` is null even where the vendor has a cached price. A
price above a context threshold is a record of its own, `...-200k` with `>200k` in the name: it is read as a
tier of the id before the suffix, whose name says `≤200k` (one id was once written `gemini-2.5-pro--200k`).
`grok-4-fast` stands twice with the same prices.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from extractors.feeds._amounts import Amounts
from extractors.feeds._feed import (
    UNREADABLE,
    FeedAudit,
    Json,
    account,
    body,
    name_in,
    read_entries,
    set_aside,
)
from extractors.feeds._unknown import unknown_key
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import LIST_PRICES, ListPrice, Row

SOURCE = Source(
    id="llm_prices",
    title="llm-prices.com",
    kind="feeds",
    addresses=("https://www.llm-prices.com/historical-v1.json",),
    matches=(r"https://www\.llm-prices\.com/(?:historical|current)-v1\.json",),
    tables=(LIST_PRICES,),
    licence="none_stated",
    expects=Expects(
        jump=100.0,
        second_hand=True,
        rows={"list_prices": (150, 3_000)},
        models=("gpt-4o", "claude-opus-4", "gemini-2.5-pro"),
        amounts=(0.001, 1000.0),
        vanished_share=0.2,
    ),
)

COMPONENTS = {"input": "input", "output": "output", "input_cached": "cache_read"}
OTHER_FIELDS = frozenset({"id", "vendor", "name", "from_date", "to_date"})
AMOUNT = Amounts(0)
_TIER = re.compile(r"(?P<base>.+?)-{1,2}(?P<k>\d+)k")


def parse(capture: Capture) -> list[Row]:
    """Prices of one capture, with the dates that the site gives them."""
    return read(capture).rows


def read(capture: Capture) -> FeedAudit:
    """The rows with the account of every entry."""
    return read_entries(capture, _read)


def _read(capture: Capture, reading: FeedAudit) -> None:
    records: list[Json] = body(capture, dict)["prices"]
    ids = {name_in(record) for record in records}
    for record in records:
        before = len(reading.rows)
        try:
            _record(record, ids, capture.captured_at, reading)
        except UNREADABLE as error:
            set_aside(reading, before, name_in(record), error, name_in(record))
            continue
        account(reading, before, "listed twice")


def _record(record: Json, ids: set[str], captured_at: datetime, reading: FeedAudit) -> None:
    start, end = _midnight(record.get("from_date")), _midnight(record.get("to_date"))
    model, threshold = _tier(record["id"], record["name"], ids)
    kind = "announced" if start and start > captured_at else "list"
    before = len(reading.rows)
    for field, value in record.items():
        if field in COMPONENTS:
            if value is None:
                reading.ignored["null"] += 1
                continue
            if isinstance(value, bool):
                raise ValueError(f"{record['id']}: {field} is {value!r}")
            amount = AMOUNT[value]
            if not amount:
                reading.ignored["zero"] += 1
                continue
            printed = record["id"] if threshold else None
            row = ListPrice(
                record["vendor"].lower(),
                model,
                COMPONENTS[field],
                amount,
                "USD",
                context_from_tokens=threshold,
                price_kind=kind,
                effective_from=start,
                effective_to=end,
                printed=printed,
            )
            if row not in reading.rows:
                reading.rows.append(row)
    for field in record.keys() - COMPONENTS.keys() - OTHER_FIELDS:
        unknown_key(reading, before, record["id"], model, field, record[field])


def _tier(model: str, name: str, ids: set[str]) -> tuple[str, int]:
    """The id without its threshold, and the threshold in tokens; ValueError where id and name do not say the
    same.
    """
    above = re.search(r">\s*(\d+)k", name)
    if above is None:
        return model, 0
    match = _TIER.fullmatch(model)
    if match is None or match["k"] != above[1]:
        raise ValueError(f"{model}: the name {name!r} has a threshold that the id has not")
    return (match["base"] if match["base"] in ids else model), int(above[1]) * 1000


def _midnight(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day).replace(tzinfo=UTC) if day else None
