"""What a feed says of another's price and cannot be right as it stands: held back, with the reason.

A vendor's own page is asked for the order of its prices by its parser. Feeds are written by many hands, and
their slips stay for months: a price per thousand given per million, input and output exchanged. So their
rows are compared with the entry's own other components, and with the same model elsewhere, whenever they are
seen and not only when they move. What is held stays held until the feed or the others say otherwise, or a
person accepts the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse.checks.jump_guard import HELD, Held
from warehouse.expects import Expects
from warehouse.source_rows import SourceRows

FAR, NEAR = 100.0, 3.0  # times dearer or cheaper than the others, and how well these must agree
OWN_FAR = 200.0
_OFFER = [
    "provider_id", "listed_model", "service_tier", "thinking", "context_from_tokens", "output_from_tokens",
    "region", "time_band", "currency", "effective_from",
]  # fmt: skip
_COLUMNS = [*_OFFER, "component", "modality", "per", "price_kind"]


def slips(
    readings: Sequence[SourceRows],
    expects: Mapping[str, Expects],
    released: Mapping[tuple[str, date], object],
) -> Held:
    """By source and day the rows held, with the reason; nothing on days in `released`. A reading without
    captures is what another source says, to compare with (warehouse/elsewhere.py).
    """
    priced = [r for r in readings if "amount" in r.distinct.column_names]
    if not any(expects[r.source_id].second_hand for r in priced):
        return {}
    frames = {r.source_id: _tokens(r) for r in priced}
    others = pd.concat(frames.values(), ignore_index=True)
    found: Held = {}
    for reading in (r for r in priced if r.parts and expects[r.source_id].second_hand):
        frame = frames[reading.source_id]
        far = _far_from(frame, others)
        for day, numbers in _by_day(reading):
            if (reading.source_id, day) in released:
                continue
            held = {**_out_of_order(frame, numbers), **_unlike(far, numbers, day)}
            if held:
                found[reading.source_id, day] = {n: HELD + why for n, why in held.items()}
    return found


def _by_day(reading: SourceRows) -> Iterator[tuple[date, np.ndarray]]:
    for day in reading.days:
        yield day, np.unique(np.concatenate([part.rows for part in reading.parts_on(day)]))


def _tokens(reading: SourceRows) -> pd.DataFrame:
    """The list prices of text tokens in a reading: _COLUMNS, amount, `number` (of the row), `offer` (a number
    of _OFFER), `name` (the model without vendor and variant, as far as spelling goes), `said_by` and `since`
    (ordinal of the first day).
    """
    frame = reading.distinct.select(_COLUMNS).to_pandas()
    frame["amount"] = reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)
    frame["number"] = np.arange(len(frame))
    since = np.full(len(frame), 10**7)
    for part in (*reading.parts, *reading.baseline):
        since[part.rows] = np.minimum(since[part.rows], part.day.toordinal())
    frame["since"] = since
    text = (frame["per"] == "1e6 tokens") & (frame["modality"] == "text") & (frame["price_kind"] == "list")
    frame = frame[text & frame["component"].isin(["input", "output", "cache_read"]) & (frame["amount"] > 0)]
    names = {name: _bare(name) for name in frame["listed_model"].unique()}
    said_by = reading.source_id + " " + frame["provider_id"].astype(str)
    offer = frame.groupby(_OFFER, dropna=False, sort=False).ngroup().to_numpy()
    return frame.assign(name=frame["listed_model"].map(names), said_by=said_by, offer=offer)


def _bare(listed: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", listed.casefold().rsplit("/", 1)[-1].split(":", 1)[0])


def _out_of_order(frame: pd.DataFrame, numbers: np.ndarray) -> dict[int, str]:
    """Rows of offers whose output is cheaper than their input, whose cache is dearer, or whose components are
    hundreds of times apart. Both rows of a pair are held: one is wrong, and which one is not known.
    """
    there = np.isin(frame["number"].to_numpy(), numbers)
    offer, component = frame["offer"].to_numpy()[there], frame["component"].to_numpy(dtype=object)[there]
    amount, number = frame["amount"].to_numpy()[there], frame["number"].to_numpy()[there]
    size = int(offer.max(initial=-1)) + 1
    amounts, rows = {}, {}
    for name in ("input", "output", "cache_read"):
        mine = component == name
        amounts[name], rows[name] = np.full(size, np.nan), np.full(size, -1)
        amounts[name][offer[mine]], rows[name][offer[mine]] = amount[mine], number[mine]
    held: dict[int, str] = {}
    for low, high in (("input", "output"), ("cache_read", "input")):
        odd = (amounts[low] > amounts[high]) | (amounts[high] > OWN_FAR * amounts[low])
        for at in np.flatnonzero(odd):
            why = f"{high} at {amounts[high][at]:g} beside {low} at {amounts[low][at]:g} in one entry"
            held |= {int(rows[low][at]): why, int(rows[high][at]): why}
    return held


def _far_from(frame: pd.DataFrame, others: pd.DataFrame) -> list[tuple[int, float, pd.DataFrame]]:
    """Rows that lie far from the median of all who ever said a price of the model: number, amount, and what
    the others said.
    """
    by = ["name", "component", "currency"]
    plain = others[(others["service_tier"] == "standard") & (others["context_from_tokens"] == 0)]
    median = plain.groupby(by)["amount"].median().rename("median")
    joined = frame.join(median, on=by)
    odd = joined[(joined["amount"] > FAR * joined["median"]) | (joined["amount"] * FAR < joined["median"])]
    groups = plain.groupby(by)
    found = []
    for row in odd[[*by, "number", "amount", "said_by"]].to_dict("records"):
        same = groups.get_group(tuple(row[name] for name in by))
        found.append((int(row["number"]), float(row["amount"]), same[same["said_by"] != row["said_by"]]))
    return found


def _unlike(far: list[tuple[int, float, pd.DataFrame]], numbers: np.ndarray, day: date) -> dict[int, str]:
    """Rows of a day that lie FAR from what at least two others, who agree, had said of the model by then."""
    held = {}
    there = set(numbers.tolist())
    for number, amount, same in far:
        if number not in there:
            continue
        known = same[same["since"] <= day.toordinal()].groupby("said_by")["amount"].median()
        if len(known) < 2 or known.max() > NEAR * known.min():
            continue
        other = float(known.median())
        if amount > FAR * other or amount * FAR < other:
            held[number] = f"{amount:g}, where {len(known)} others say {other:g} of the same model"
    return held
