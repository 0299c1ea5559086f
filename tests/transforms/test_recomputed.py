"""Random cells of the `lag` and `cadence` tables worked out again by plain code that shares no function with
the product: loops over rows, from METHOD.md's words.
"""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from tests import recordings
from tests.transforms import recorded_boards
from transforms.boards import board_versions, lag_tables
from transforms.cadence import cadence
from warehouse.seeds import boards, seeds

CELLS = 200
AS_OF = date(2026, 7, 1)


def plain_entries(history: pd.DataFrame, models: pd.DataFrame, higher: bool) -> list[dict]:
    """Every model (or build) of one board version with its newest best score and its day."""
    facts = {row["model_id"]: row for row in models.to_dict("records")}
    newest: dict[str, tuple] = {}
    for row in history.to_dict("records"):
        fact = facts.get(row["model_id"])
        if fact is None or pd.isna(fact["released_on"]) or pd.isna(row["score"]):
            continue
        day, entry = fact["released_on"], row["model_id"]
        if row["revision"]:
            if pd.isna(row["revision_on"]):
                continue
            if row["revision_on"] != day:
                day, entry = row["revision_on"], f"{row['model_id']}@{row['revision']}"
        if row["vintage"] < day - timedelta(days=7):
            continue
        merit = row["score"] if higher else -row["score"]
        stated = row["stated_on"]
        slip = (
            pd.notna(stated)
            and stated.year != day.year
            and (stated.month, stated.day) == (day.month, day.day)
        )
        said = [] if pd.isna(stated) or slip or stated < day - timedelta(days=7) else [stated]
        old = newest.get(entry)
        if old is None or row["vintage"] > old[0]:
            newest[entry] = (row["vintage"], merit, said, day, fact["country"])
        elif row["vintage"] == old[0]:
            newest[entry] = (old[0], max(merit, old[1]), old[2] + said, day, fact["country"])
    return [
        {"id": entry, "day": (min(said) if said else day).date(), "merit": merit, "country": country}
        for entry, (_, merit, said, day, country) in newest.items()
    ]


def plain_parity(entries: list[dict], on: date) -> float | None:
    """Days since the US first had what China's best has on a day; negative where China is ahead."""
    us, cn = ([e for e in entries if e["country"] == c] for c in ("US", "CN"))
    best = [max((e["merit"] for e in side if e["day"] <= on), default=None) for side in (us, cn)]
    if None in best:
        return None
    first_us = min((e["day"] for e in us if e["merit"] >= best[1]), default=date.max)
    first_cn = min((e["day"] for e in cn if e["merit"] >= best[0]), default=date.max)
    if best[1] > best[0] or (best[1] == best[0] and first_cn < first_us):
        return float((first_cn - on).days)
    if best[0] == best[1] and first_us == first_cn:
        return 0.0
    return float((on - first_us).days)


def plain_mean(entries: list[dict], on: date, days: int) -> float | None:
    """The mean of the daily lags of the days up to `on`; none with fewer than a quarter of them."""
    known = [v for n in range(days) if (v := plain_parity(entries, on - timedelta(days=n))) is not None]
    return sum(known) / len(known) if len(known) >= -(-days * 90 // 365) else None


def plain_event(entries: list[dict], model: str) -> float | None:
    """A Chinese model's day less the day on which the US first had its score."""
    mine = next(e for e in entries if e["id"] == model)
    first = min(
        (e["day"] for e in entries if e["country"] == "US" and e["merit"] >= mine["merit"]), default=None
    )
    return None if first is None or first > AS_OF else float((mine["day"] - first).days)


@recordings.needed
@pytest.mark.recorded
def test_two_hundred_random_lags_of_recorded_boards_come_out_the_same_by_plain_code() -> None:
    history, models = recorded_boards.known(["livebench", "arc_prize"], AS_OF.isoformat())
    history = history[history["vintage"] <= pd.Timestamp(AS_OF)]
    made = lag_tables.lag_tables(
        board_versions.prepare(history, models, boards()),
        pd.Timestamp(AS_OF),
        [("US", "CN")],
        intervals=False,
    ).lag
    rows = made[
        made["definition"].isin(["parity", "trailing12", "event"])
        & (made["tolerance"] == 0)
        & (made["kind"] == "released")
        & (made["vintage_basis"] == "as_of")
    ].to_dict("records")
    facts = boards().set_index("board_id")
    entries = {}
    for (board, version), captured in history.groupby(["board_id", "board_version"]):
        part = captured[captured["metric"] == facts.loc[board, "metric"]]
        last = part.groupby(["source_id", "vintage"])["observed_at"].transform("max")
        higher = bool(facts.loc[board, "higher_is_better"])
        entries[board, version] = plain_entries(part[part["observed_at"] == last], models, higher)
    chosen = random.Random(18).sample(rows, CELLS)
    wrong = []
    for row in chosen:
        known = entries[row["board_id"], row["board_version"]]
        on = row["valid_on"].date()
        if row["definition"] == "event":
            follower = row["follower_model_id"] + (
                f"@{row['follower_revision']}" if row["follower_revision"] else ""
            )
            plain = plain_event(known, follower)
        elif row["window_days"]:
            plain = plain_mean(known, on, int(row["window_days"]))
        else:
            plain = plain_parity(known, on)
        published = None if pd.isna(row["lag_days"]) else row["lag_days"]
        same = plain == published if None in (plain, published) else abs(plain - published) < 1e-6
        if not same:
            wrong.append((row["board_id"], row["definition"], on, published, plain))
    assert not wrong


def seeded_models() -> pd.DataFrame:
    """The models kept by hand with their first public day."""
    first: dict[str, pd.Timestamp] = {}
    for row in seeds()["model_dates"].to_dict("records"):
        if row["revision"] == "" and row["date_kind"] in {"weights", "api", "ga"}:
            day = pd.Timestamp(row["released_on"])
            first[row["model_id"]] = min(day, first.get(row["model_id"], day))
    models = seeds()["models"]
    return models.assign(
        released_on=pd.to_datetime(models["model_id"].map(first)), country="XX", model_kind="text"
    )


def plain_cadence(models: list[dict], measure: str, window: int) -> float | None:
    """One cell of `cadence` from a lab's releases of one tier."""
    if measure == "releases":
        return float(
            len({m["model_id"] for m in models if m["released_on"].date() > AS_OF - timedelta(days=window)})
        )
    days = sorted({m["released_on"].date() for m in models})
    if measure == "open_days":
        return float((AS_OF - days[-1]).days)
    gaps = [(b - a).days for a, b in pairwise(days)]
    if not gaps:
        return None
    if measure == "last_days":
        return float(gaps[-1])
    gaps.sort()
    middle = len(gaps) // 2
    return float(gaps[middle]) if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2


def test_two_hundred_random_cells_of_cadence_come_out_the_same_by_plain_code() -> None:
    models = seeded_models()
    table = cadence(models, pd.Timestamp(AS_OF)).to_dict("records")
    of: dict[tuple[str, str], list[dict]] = defaultdict(list)
    for row in models.to_dict("records"):
        if pd.notna(row["released_on"]) and row["released_on"].date() <= AS_OF:
            tiers = [row["tier"], "any"] + (["flagship"] if row["flagship"] == True else [])  # noqa: E712
            for tier in tiers:
                of[row["lab_id"], tier].append(row)
    wrong = []
    for cell in random.Random(18).sample(table, CELLS):
        mine = of[cell["lab_id"], cell["release_tier"]]
        plain = plain_cadence(mine, cell["measure"], int(cell["window_days"]))
        if plain is None or abs(plain - cell["value"]) > 1e-9:
            wrong.append((cell["lab_id"], cell["release_tier"], cell["measure"], cell["value"], plain))
    assert not wrong
