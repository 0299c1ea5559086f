"""The checks of single rows: what a table's declaration and its sources' `Expects` ask of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.checks.suites import run_suite
from warehouse.expects import Expects
from warehouse.schema import Table
from warehouse.source_rows import Numbers, SourceRows

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

LATEST_START_DAYS, LATEST_RELEASE_DAYS = 800, 400  # what is announced for later than that is a wrong year
LATEST_WITHDRAWAL_DAYS = 1100  # said years ahead
UNIX_DAY, DAY_US = date(1970, 1, 1).toordinal(), 24 * 3600 * 10**6
# Arrow's engine searches this; an escape that it does not know would make pandas search in Python, four times
# slower.
PRINTABLE = r"^[^\x00-\x08\x0b-\x1f\x7f]{0,500}$"


def check_rows(
    table: Table, readings: Sequence[SourceRows], expects: Mapping[str, Expects]
) -> dict[str, dict[int, str]]:
    """By source: row number -> why the row is set aside on whatever day, over the distinct rows of all
    readings.
    """
    frames, starts = [], [0]
    for reading in readings:
        frames.append(_row_frame(reading, expects[reading.source_id]))
        starts.append(starts[-1] + len(frames[-1]))
    frame = pd.concat(frames, ignore_index=True)
    failed = run_suite(f"{table.name} rows", row_suite(table, expects, set(frame["source_id"])), frame)
    reasons: dict[str, dict[int, str]] = {r.source_id: {} for r in readings}
    for index, why in failed.items():
        at = int(np.searchsorted(starts, index, side="right")) - 1
        reading = readings[at]
        reasons[reading.source_id][index - starts[at]] = "; ".join(why)
    _add_no_numbers(readings, reasons)
    _add_odd_rates(readings, reasons)
    return reasons


def _row_frame(reading: SourceRows, expects: Expects) -> pd.DataFrame:
    frame = reading.distinct.to_pandas(date_as_object=False, strings_to_categorical=False)
    for name in frame.select_dtypes("datetimetz").columns:
        frame[name] = frame[name].dt.tz_localize(
            None
        )  # all UTC; Great Expectations cannot compare zoned instants
    frame["source_id"] = reading.source_id
    # What is wrong on a row's last day was wrong on every day; the days before it are looked at one by one.
    last = np.full(len(frame), np.datetime64("2000-01-01"), dtype="datetime64[D]")
    for part in (*reading.parts, *reading.baseline, *reading.held):
        last[part.rows] = np.maximum(last[part.rows], np.datetime64(part.day))
    frame["last_observed"] = pd.to_datetime(last)
    frame["latest_start"] = frame["last_observed"] + pd.Timedelta(days=LATEST_START_DAYS)
    if "released_on" in frame:
        gone = frame["date_kind"].eq("withdrawn").to_numpy()
        ahead = np.where(gone, LATEST_WITHDRAWAL_DAYS, LATEST_RELEASE_DAYS)
        frame["latest_release"] = frame["last_observed"] + pd.to_timedelta(ahead, unit="D")
    if "amount" in frame:
        frame["amount"] = reading.distinct.column("amount").cast(pa.float64()).to_numpy(zero_copy_only=False)
        frame["source_currency"] = frame["source_id"] + ":" + frame["currency"].fillna("")
        token = (
            (frame["per"] == "1e6 tokens")
            & (frame["modality"] == "text")
            & frame["component"].isin(["input", "output"])
        )
        frame["token_amount"] = frame["amount"].where(token & (frame["price_kind"] != "free"))
        frame["any_token_amount"] = frame["amount"].where(
            (frame["per"] == "1e6 tokens") & (frame["price_kind"] != "free")
        )
        frame["amount_least"], frame["amount_most"] = expects.amounts
        frame["any_least"] = frame["amount_least"] / 100  # what is cached costs less, but not a thousandth
        frame["free_amount"] = frame["amount"].where(frame["price_kind"] == "free")
        frame["charged_amount"] = frame["amount"].where(frame["price_kind"] != "free")
    if "score" in frame and expects.scores is not None:
        frame["score_least"], frame["score_most"] = expects.scores
    return frame


def row_suite(table: Table, expects: Mapping[str, Expects], sources: set[str]) -> list[Expectation]:
    """The expectations on rows that follow from a table's declaration and from what its sources are expected
    to say.
    """
    import great_expectations.expectations as gxe

    suite: list[Expectation] = []
    for f in (f for f in table.fields if f.name not in {"observed_on", "observed_at", "capture_sha256"}):
        c = f.column
        if not f.nullable:
            suite.append(gxe.ExpectColumnValuesToNotBeNull(column=c.name))
        if c.choices:
            suite.append(gxe.ExpectColumnValuesToBeInSet(column=c.name, value_set=list(c.choices)))
        if c.pattern:
            suite.append(gxe.ExpectColumnValuesToMatchRegex(column=c.name, regex=f"^(?:{c.pattern})$"))
        if c.minimum is not None or c.maximum is not None:
            suite.append(
                gxe.ExpectColumnValuesToBeBetween(column=c.name, min_value=c.minimum, max_value=c.maximum)
            )
        if pa.types.is_string(c.type) and not (f.nullable or c.choices):
            suite.append(gxe.ExpectColumnValuesToMatchRegex(column=c.name, regex=PRINTABLE))
    for name in ("listed_model",):
        if name in table.column_names:
            suite.append(gxe.ExpectColumnValueLengthsToBeBetween(column=name, min_value=1, max_value=300))
    suite.extend(_special(table, expects, sources))
    return suite


def _special(table: Table, expects: Mapping[str, Expects], sources: set[str]) -> list[Expectation]:
    import great_expectations.expectations as gxe

    def at_least(larger: str, smaller: str) -> Expectation:
        return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=larger, column_B=smaller, or_equal=True, ignore_row_if="either_value_is_missing"
        )

    names = table.column_names
    suite: list[Expectation] = []
    if "amount" in names:
        allowed = sorted(f"{s}:{c}" for s in sources for c in expects[s].currencies)
        suite += [
            gxe.ExpectColumnValuesToBeInSet(column="source_currency", value_set=allowed),
            at_least("token_amount", "amount_least"),
            at_least("amount_most", "token_amount"),
            at_least("any_token_amount", "any_least"),
            gxe.ExpectColumnValuesToBeBetween(column="free_amount", min_value=0, max_value=0),
            gxe.ExpectColumnValuesToBeBetween(column="charged_amount", min_value=0, strict_min=True),
            at_least("effective_to", "effective_from"),
            at_least("latest_start", "effective_from"),
        ]
    if "score" in names:
        suite += [
            at_least("score", "score_low"),
            at_least("score_high", "score"),
            at_least("last_observed", "evaluated_on"),
        ]
        if any(expects[s].scores is not None for s in sources):
            suite += [at_least("score", "score_least"), at_least("score_most", "score")]
    if "rate_on" in names:
        suite.append(at_least("last_observed", "rate_on"))
    if "released_on" in names:
        suite += [
            gxe.ExpectColumnValuesToBeBetween(column="released_on", min_value=pd.Timestamp("2010-01-01")),
            at_least("latest_release", "released_on"),
        ]
    return suite


def _add_no_numbers(readings: Sequence[SourceRows], reasons: dict[str, dict[int, str]]) -> None:
    """NaN and infinity are no figures. pandas takes a NaN for an empty cell, so that no expectation sees an
    error bar that is one.
    """
    for reading in readings:
        for name, column in zip(reading.distinct.column_names, reading.distinct.columns, strict=True):
            if pa.types.is_floating(column.type):
                finite = pc.fill_null(pc.is_finite(column), True).to_numpy()
                for number in np.flatnonzero(~finite):
                    reasons[reading.source_id].setdefault(int(number), f"{name}: not a number")


def believable_from(reading: SourceRows) -> Numbers:
    """Of each distinct row the first day (ordinal) on which no date that it states lies further ahead than
    its column allows.
    """
    found = np.zeros(reading.distinct.num_rows, dtype=np.int64)
    ahead: dict[str, Any] = {"evaluated_on": 0, "rate_on": 0, "effective_from": LATEST_START_DAYS}
    if "date_kind" in reading.distinct.column_names:
        gone = pc.equal(reading.distinct.column("date_kind"), "withdrawn").to_numpy()
        ahead["released_on"] = np.where(gone, LATEST_WITHDRAWAL_DAYS, LATEST_RELEASE_DAYS)
    for name in ahead.keys() & set(reading.distinct.column_names):
        moments = reading.distinct.column(name).cast(pa.timestamp("us")).cast(pa.int64())
        begun = -(-pc.fill_null(moments, -UNIX_DAY * DAY_US).to_numpy() // DAY_US)  # a moment's next midnight
        found = np.maximum(found, begun + UNIX_DAY - ahead[name])
    return found


def duplicates(reading: SourceRows, day: date) -> dict[int, str]:
    """Two rows of one capture with one key contradict each other: neither is believed on that day."""
    found: dict[int, str] = {}
    for part in reading.parts_on(day):
        mine = reading.keys[part.rows]
        _, at, counts = np.unique(mine, return_inverse=True, return_counts=True)
        for number in part.rows[counts[at] > 1]:
            found[int(number)] = "duplicate key: another row of the same capture says something else"
    return found


def _add_odd_rates(readings: Sequence[SourceRows], reasons: dict[str, dict[int, str]]) -> None:
    """A rate that differs from those before and after it by half or more, while these agree, is a slip and no
    devaluation.
    """
    for reading in (r for r in readings if "rate" in r.distinct.column_names):
        frame = (
            reading.distinct.select(["base", "quote", "rate_on", "rate"])
            .to_pandas()
            .sort_values(["base", "quote", "rate_on"])
        )
        beside = frame.groupby(["base", "quote"])["rate"]
        before, after = frame["rate"] / beside.shift(1), frame["rate"] / beside.shift(-1)
        odd = ((before > 1.5) | (before < 1 / 1.5)) & ((after > 1.5) | (after < 1 / 1.5) | after.isna())
        for number in frame.index[odd]:
            reasons[reading.source_id].setdefault(
                int(number), "rate: half as much again as the rates beside it"
            )
