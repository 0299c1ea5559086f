"""When a first-party price changed between two captures of its page: what other sources' sightings say about
the moment.

A vendor's page is captured now and then, feeds almost daily. A feed cannot show a new price before it is in
force, so that the first feed that moved to the page's next value dates the change. What a feed shows while a
promotion of that amount runs is the promotion; it dates no change of the list price, which then changed when
the promotion ended.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from transforms.prices.runs import OFFER, codes
from transforms.prices.sightings import FOREVER, Ints
from transforms.prices.statements import ROUTERS

WITNESSES_OF_A_MOVE = 2
_SAME_PRICE = ("model_id", "revision", "setting", *OFFER, "amount")


def date_changes(intervals: pd.DataFrame) -> pd.DataFrame:
    """`observed_intervals` with the undated changes and promotions of first-party sources moved to where
    other sources date them.

    Another source dates a first-party change when it speaks of the same provider, or is a router's headline,
    and shows the very same amount without a break from within the unobserved gap up to the page's own first
    sighting. `basis` becomes "sighted elsewhere"; `settled` marks the prices that supersede a page.
    """
    frame = intervals.reset_index(drop=True).assign(settled=False)
    own = frame["own_page"].to_numpy(dtype=bool)
    if not own.any() or own.all():
        return frame
    frame = _date_promotions(frame)
    frame = _date_list_changes(frame)
    frame = _superseded(frame)
    return frame[frame["end"] > frame["start"]].reset_index(drop=True)


def _witnesses(frame: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """For each row of `wanted` (row, since, until): the witnesses' start and end, where one shows its amount
    from within the gap on.
    """
    others = frame[~frame["own_page"].to_numpy(dtype=bool) & ~frame["promo"].to_numpy()]
    wanted = wanted.join(frame[[*_SAME_PRICE, "our_provider_id"]], on="row")
    pairs = wanted.merge(
        others[[*_SAME_PRICE, "our_provider_id", "start", "end"]],
        on=list(_SAME_PRICE),
        suffixes=("", "_seen"),
    )
    same = (pairs["our_provider_id"] == pairs["our_provider_id_seen"]) | pairs["our_provider_id_seen"].isin(
        ROUTERS
    )
    return pairs[
        same
        & (pairs["start"] > pairs["since"])
        & (pairs["start"] < pairs["until"])
        & (pairs["end"] >= pairs["until"])
    ]


def _date_promotions(frame: pd.DataFrame) -> pd.DataFrame:
    """An undated promotion began when the first source showed its amount; the components of one promotion
    began together, though none before the list price that it reduces.
    """
    undated = (
        frame["own_page"].to_numpy(dtype=bool)
        & frame["promo"].to_numpy()
        & (frame["basis"] == "first sighting").to_numpy()
    )
    rows = np.flatnonzero(undated)
    if not len(rows):
        return frame
    offer = codes(frame, ("source_id", "listed_model", "service_tier"))[rows]
    seen_before = _last_capture_before(frame, rows)
    wanted = pd.DataFrame({"row": rows, "since": seen_before, "until": frame["first_seen"].to_numpy()[rows]})
    found = _witnesses(frame, wanted).groupby("row")["start"].min()
    if found.empty:
        return frame
    promotion = pd.DataFrame(
        {
            "row": rows,
            "offer": offer,
            "first_seen": wanted["until"],
            "until": frame["effective_to"].to_numpy()[rows],
        }
    )
    promotion["began"] = promotion["row"].map(found)
    promotion["began"] = promotion.groupby(["offer", "first_seen", "until"])["began"].transform("min")
    promotion = promotion.dropna(subset="began").astype({"began": np.int64})
    floor = _list_price_since(frame, promotion["row"].to_numpy())
    start, basis = frame["start"].to_numpy(copy=True), frame["basis"].to_numpy(dtype=object).copy()
    start[promotion["row"]] = np.maximum(promotion["began"].to_numpy(), floor)
    basis[promotion["row"]] = "sighted elsewhere"
    return frame.assign(start=start, basis=basis)


def _last_capture_before(frame: pd.DataFrame, rows: Ints) -> Ints:
    """The last time that the source showed another price of the sibling before these rows were first seen; -1
    where it never did.
    """
    first = frame[["sibling", "first_seen"]].iloc[rows].assign(row=rows)
    pairs = first.merge(frame[["sibling", "last_seen"]], on="sibling")
    latest = pairs[pairs["last_seen"] < pairs["first_seen"]].groupby("row")["last_seen"].max()
    found: Ints = latest.reindex(rows, fill_value=-1).to_numpy(dtype=np.int64).ravel()
    return found


def _list_price_since(frame: pd.DataFrame, rows: Ints) -> Ints:
    """Since when the list price beside each promotion holds, where the source dates it; -1 otherwise."""
    dated = frame[(frame["basis"] == "stated") & ~frame["promo"].to_numpy()]
    pairs = (
        frame[["sibling", "first_seen"]]
        .iloc[rows]
        .assign(row=rows)
        .merge(dated[["sibling", "start", "last_seen"]], on="sibling")
    )
    since = (
        pairs[(pairs["last_seen"] >= pairs["first_seen"]) & (pairs["start"] <= pairs["first_seen"])]
        .groupby("row")["start"]
        .max()
    )
    found: Ints = since.reindex(rows, fill_value=-1).to_numpy(dtype=np.int64).ravel()
    return found


def _date_list_changes(frame: pd.DataFrame) -> pd.DataFrame:
    """A list price that a page showed changed at its next capture: moved back to the first witness of the new
    amount.
    """
    place = codes(frame, ("sibling", "promo", "time_band"))
    order = np.lexsort((frame["start"].to_numpy(), place))
    before, after = order[:-1], order[1:]
    start, end, last = (frame[name].to_numpy(copy=True) for name in ("start", "end", "last_seen"))
    undated = (
        (frame["basis"] == "first sighting").to_numpy()
        & frame["own_page"].to_numpy(dtype=bool)
        & ~frame["promo"].to_numpy()
    )
    change = (place[before] == place[after]) & (end[before] == start[after]) & undated[after]
    before, after = before[change], after[change]
    found = _witnesses(frame, pd.DataFrame({"row": after, "since": last[before], "until": start[after]}))
    moved = found.groupby("row")["start"].min()
    if moved.empty:
        return frame
    moved = _not_within_promotion(frame, moved)
    previous = dict(zip(after, before, strict=True))
    rows = moved.index.to_numpy()
    start[rows] = moved.to_numpy()
    end[[previous[row] for row in rows]] = moved.to_numpy()
    basis = frame["basis"].to_numpy(dtype=object).copy()
    basis[rows] = "sighted elsewhere"
    return frame.assign(start=start, end=end, basis=basis)


def _not_within_promotion(frame: pd.DataFrame, moved: pd.Series) -> pd.Series:
    """A move seen while a promotion of that very amount ran is dated to the promotion's end."""
    promotions = frame.loc[
        frame["promo"].to_numpy() & frame["own_page"].to_numpy(dtype=bool),
        ["sibling", "amount", "start", "end"],
    ]
    rows = frame.loc[moved.index, ["sibling", "amount", "first_seen"]].assign(row=moved.index, moved=moved)
    pairs = rows.merge(promotions, on=["sibling", "amount"])
    pairs = pairs[
        (pairs["start"] <= pairs["moved"])
        & (pairs["moved"] < pairs["end"])
        & (pairs["end"] <= pairs["first_seen"])
    ]
    ended = pairs.groupby("row")["end"].max()
    return ended.reindex(moved.index).fillna(moved).astype(np.int64)


def _superseded(frame: pd.DataFrame) -> pd.DataFrame:
    """A first-party price ends where, after its page was last seen, two other sources moved from it to one
    and the same new amount.

    The page's next capture settles it; until then the price stays in the table as ended, with the moment it
    was last seen.
    """
    promo, own = frame["promo"].to_numpy(), frame["own_page"].to_numpy(dtype=bool)
    listed = frame[["group", "time_band", "amount", "start", "end", "source_id", "last_seen"]].assign(
        row=np.arange(len(frame))
    )
    pages = listed[own & ~promo & (frame["end"] == FOREVER).to_numpy()]
    feeds = listed[~own & ~promo & frame["group"].isin(pages["group"]).to_numpy()]
    moves = feeds.merge(feeds, on=["group", "time_band", "source_id"], suffixes=("", "_new"))
    moves = moves[
        (moves["end"] == moves["start_new"])
        & (moves["amount"] != moves["amount_new"])
        & (moves["end_new"] == FOREVER)
    ]
    place = ["group", "time_band", "amount"]
    pairs = pages.merge(moves[[*place, "source_id", "start_new", "amount_new", "row_new"]], on=place)
    pairs = pairs[pairs["start_new"] > pairs["last_seen"]]
    case = ["row", "amount_new"]
    witnesses = pairs.groupby(case)["source_id_y"].transform("nunique")
    pairs = pairs[witnesses >= WITNESSES_OF_A_MOVE].assign(
        moved=lambda f: f.groupby(case)["start_new"].transform("min")
    )
    settled = _after_promotion(frame, pairs).groupby("row")["moved"].min()
    end, mark = frame["end"].to_numpy(copy=True), frame["settled"].to_numpy(copy=True)
    end[settled.index.to_numpy(dtype=np.int64)] = settled.to_numpy(dtype=np.int64)
    mark[pairs["row_new"].to_numpy(dtype=np.int64)] = True
    return frame.assign(end=end, settled=mark)


def _after_promotion(frame: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """`pairs` (group, amount_new, moved) with moves seen while the page's promotion of that very amount ran
    dated to its end.
    """
    promotions = frame.loc[
        frame["promo"].to_numpy() & frame["own_page"].to_numpy(dtype=bool),
        ["group", "amount", "start", "end"],
    ]
    promotions = promotions.rename(
        columns={"amount": "amount_new", "start": "promo_start", "end": "promo_end"}
    )
    both = pairs.merge(promotions, on=["group", "amount_new"], how="left")
    within = (
        (both["promo_start"] <= both["moved"])
        & (both["moved"] < both["promo_end"])
        & (both["promo_end"] < FOREVER)
    )
    return both.assign(moved=both["moved"].where(~within, both["promo_end"]).astype(np.int64))
