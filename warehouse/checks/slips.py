"""What a feed says of another's price and cannot be right as it stands: held back, with the reason.

A vendor's own page is asked for the order of its prices by its parser. Feeds are written by many hands, and
their slips stay for months: a price per thousand given per million, input and output exchanged. So their
rows are compared with the entry's own other components, and with the same model elsewhere, whenever they are
seen and not only when they move. Elsewhere: the other providers of the same feed on the day, and of each
other source the newest snapshot before the day. What is held stays held until the feed or the others say
otherwise, or a person accepts the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa

from warehouse.checks.jump_guard import HELD
from warehouse.expects import Expects
from warehouse.source_rows import Numbers, SourceRows

FAR, NEAR = 100.0, 3.0  # times dearer or cheaper than the others, and how well these must agree
OWN_FAR = 200.0
_OFFER = [
    "provider_id", "listed_model", "service_tier", "thinking", "context_from_tokens", "output_from_tokens",
    "region", "time_band", "currency", "effective_from",
]  # fmt: skip
_COLUMNS = [*_OFFER, "component", "modality", "per", "price_kind"]
_MODEL = ["name", "component", "currency"]
TIERS = (("batch", "standard"), ("flex", "standard"), ("standard", "priority"), ("standard", "fast"))
_JUDGED = ["number", "amount", "said_by"]
NONE = pd.Index([], dtype="int64")


class Slips:
    """Holds the slips of second hands, day by day. A reading without captures is what another source said
    before (warehouse/elsewhere.py).
    """

    def __init__(self, readings: Sequence[SourceRows], expects: Mapping[str, Expects]) -> None:
        priced = [r for r in readings if "amount" in r.distinct.column_names]
        judged = [r for r in priced if r.parts and expects[r.source_id].second_hand]
        self._words = _Words(priced if judged else [])
        self._frames = {r.source_id: self._words.frame(r) for r in judged}
        self._judged: dict[tuple[int, bytes], str] = {}

    def begin(self) -> None:
        """Forgets the days since the readings' beginning."""
        self._words.begin()

    def learn(self, source_id: str, day: date, published: Numbers) -> None:
        """The rows of a source's newest published day."""
        self._words.learn(source_id, day, published)

    def held(self, source_id: str, day: date, numbers: Numbers) -> dict[int, str]:
        """Of a second hand's rows of a day those to hold, with the reason."""
        frame = self._frames.get(source_id)
        if frame is None:
            return {}
        frame = frame[np.isin(frame["number"].to_numpy(), numbers)]
        held = _out_of_order(frame) | _tiers_out_of_order(frame)
        suspects = frame[self._words.suspect(frame)]
        if not suspects.empty:
            said = self._words.said_by(day, source_id, numbers)
            models, words = said["model"].to_numpy(), said.index.to_numpy()
            who, prices = said["said_by"].to_list(), said["amount"].to_list()
            asked = suspects["model"].to_numpy()
            low, high = np.searchsorted(models, asked), np.searchsorted(models, asked + 1)
            columns = [suspects.index.to_list(), *(suspects[name].to_list() for name in _JUDGED), low, high]
            for row, number, amount, said_by, first, end in zip(*columns, strict=True):
                key = row, words[first:end].tobytes()
                if key not in self._judged:
                    same = zip(who[first:end], prices[first:end], strict=True)
                    self._judged[key] = _unlike(amount, said_by, same)
                if why := self._judged[key]:
                    held[number] = why
        return {number: HELD + why for number, why in held.items()}


def _unlike(amount: float, said_by: str, said: Iterable[tuple[str, float]]) -> str:
    """Why a row lies FAR from what at least two others, who agree, say of the model; "" where not. `said`:
    who says what of it.
    """
    others: dict[str, list[float]] = {}
    for who, price in said:
        if who != said_by:
            others.setdefault(who, []).append(price)
    known = [median(prices) for prices in others.values()]
    if len(known) >= 2 and max(known) <= NEAR * min(known):
        other = median(known)
        if amount > FAR * other or amount * FAR < other:
            return f"{amount:g}, where {len(known)} others say {other:g} of the same model"
    return ""


class _Words:
    """What each source says of the models of which any price lies FAR from another: only there can one be
    held for it. `whole`: the token prices of all readings; `plain`: what they are compared with.
    """

    def __init__(self, readings: Sequence[SourceRows]) -> None:
        frames = [_tokens(r).assign(at=at) for at, r in enumerate(readings)]
        if not frames:
            frames = [pd.DataFrame(columns=[*_COLUMNS, *_MODEL[:1], "amount", "number", "said_by", "at"])]
        whole = pd.concat(frames, ignore_index=True)
        whole["model"] = whole.groupby(_MODEL, sort=False, dropna=False).ngroup() if len(whole) else 0
        plain = whole[(whole["service_tier"] == "standard") & (whole["context_from_tokens"] == 0)]
        amounts = plain.groupby("model")["amount"]
        self._least, self._most = amounts.min(), amounts.max()
        self._whole, self._readings = whole, readings
        self._plain = plain[plain["model"].isin(whole.loc[self.suspect(whole), "model"].unique())]
        self._rows = {r: self._plain[self._plain["at"] == r] for r in range(len(readings))}
        self._in_force: dict[str, tuple[date, pd.Index]] = {}

    def frame(self, reading: SourceRows) -> pd.DataFrame:
        """The token prices of one reading, `model` and `offer` numbered."""
        at = next(n for n, r in enumerate(self._readings) if r is reading)
        return self._whole[self._whole["at"] == at]

    def suspect(self, frame: pd.DataFrame) -> np.ndarray:
        """Which rows lie FAR from anything that anybody ever said of the model: no day holds others."""
        least = frame["model"].map(self._least).to_numpy(dtype=float)
        most = frame["model"].map(self._most).to_numpy(dtype=float)
        amount = frame["amount"].to_numpy(dtype=float)
        return np.asarray((amount > FAR * least) | (amount * FAR < most))

    def begin(self) -> None:
        """Each source's words are those of its last good snapshot before its reading."""
        self._in_force = {}
        for at, reading in enumerate(self._readings):
            if reading.parts and reading.baseline:
                newest = max(part.day for part in reading.baseline)
                rows = np.concatenate([p.rows for p in reading.baseline if p.day == newest])
                self._in_force[reading.source_id] = newest, self._of(at, rows)

    def learn(self, source_id: str, day: date, published: Numbers) -> None:
        """The words of a source's newest published day."""
        if self._readings:
            at = next(n for n, r in enumerate(self._readings) if r.source_id == source_id and r.parts)
            self._in_force[source_id] = day, self._of(at, published)

    def _of(self, at: int, rows: Numbers) -> pd.Index:
        """Which words are of these rows of a reading."""
        mine = self._rows[at]
        return mine.index[np.isin(mine["number"].to_numpy(), rows)]

    def said_by(self, day: date, source_id: str, numbers: Numbers) -> pd.DataFrame:
        """The words in force on a day for a source's rows of that day, sorted by model: its own of the day,
        the others' of before. What another said before is that of its reading without captures, where it has
        published nothing yet.
        """
        there = {s: words for s, (said_on, words) in self._in_force.items() if said_on < day}
        for at, reading in enumerate(self._readings):
            if reading.source_id == source_id:
                if reading.parts:
                    there[source_id] = self._of(at, numbers)
            elif not reading.parts and reading.source_id not in there:
                there[reading.source_id] = self._before(at, reading, day)
        chosen = np.concatenate([NONE, *there.values()]).astype(np.int64)
        return self._plain.loc[np.sort(chosen)].sort_values("model", kind="stable")

    def _before(self, at: int, reading: SourceRows, day: date) -> pd.Index:
        days = [part.day for part in reading.baseline if part.day < day]
        rows = [part.rows for part in reading.baseline if days and part.day == max(days)]
        return self._of(at, np.concatenate(rows)) if rows else NONE


def _tokens(reading: SourceRows) -> pd.DataFrame:
    """The list prices of text tokens in a reading: _COLUMNS, amount, `number` (of the row), `offer` (a number
    of _OFFER), `across` (a number of one component of an offer in all its service tiers), `name` (the model
    without vendor and variant, as far as spelling goes) and `said_by`.
    """
    frame = reading.distinct.select(_COLUMNS).to_pandas()
    frame["amount"] = reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)
    frame["number"] = np.arange(len(frame))
    text = (frame["per"] == "1e6 tokens") & (frame["modality"] == "text") & (frame["price_kind"] == "list")
    frame = frame[text & frame["component"].isin(["input", "output", "cache_read"]) & (frame["amount"] > 0)]
    names = {name: _bare(name) for name in frame["listed_model"].unique()}
    said_by = reading.source_id + " " + frame["provider_id"].astype(str)
    offer = frame.groupby(_OFFER, dropna=False, sort=False).ngroup().to_numpy()
    one = ["component", *(name for name in _OFFER if name != "service_tier")]
    across = frame.groupby(one, dropna=False, sort=False).ngroup().to_numpy()
    names_of = frame["listed_model"].map(names)
    return frame.assign(name=names_of, said_by=said_by, offer=offer, across=across)


def _bare(listed: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", listed.casefold().rsplit("/", 1)[-1].split(":", 1)[0])


def _out_of_order(frame: pd.DataFrame) -> dict[int, str]:
    """Rows of offers whose output is cheaper than their input, whose cache is dearer, or whose components are
    hundreds of times apart. Both rows of a pair are held: one is wrong, and which one is not known.
    """
    offer, component = frame["offer"].to_numpy(dtype=np.int64), frame["component"].to_numpy(dtype=object)
    amount, number = frame["amount"].to_numpy(dtype=float), frame["number"].to_numpy(dtype=np.int64)
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


def _tiers_out_of_order(frame: pd.DataFrame) -> dict[int, str]:
    """Rows of a component that costs more in a slower tier than in the standard one, or less in a faster one:
    both of the pair, as in `_out_of_order`.
    """
    held: dict[int, str] = {}
    columns = ["across", "amount", "number"]
    by_tier = {tier: frame.loc[frame["service_tier"] == tier, columns] for pair in TIERS for tier in pair}
    for low, high in TIERS:
        both = by_tier[low].merge(by_tier[high], on="across", suffixes=("_low", "_high"))
        odd = both[both["amount_low"] > both["amount_high"]]
        columns_of = (
            odd[name].to_list() for name in ("amount_low", "amount_high", "number_low", "number_high")
        )
        for slow, fast, one, other in zip(*columns_of, strict=True):
            why = f"{low} at {slow:g} beside {high} at {fast:g} in one entry"
            held |= {one: why, other: why}
    return held
