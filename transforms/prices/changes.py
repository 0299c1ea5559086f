"""Every change of a price at a lab's own shop, with what it rests on: a change that only shows that feeds
took turns is named as such, and nobody is told of it.

A change compares what an offer cost before an interval with what it costs in it. Verdicts, the first that
fits:

| verdict | when |
|---|---|
| own page | the provider's own page said the amount before and says the one after |
| artefact | `why` says what else explains it: see `_artefact` |
| stated | the source dates the change itself |
| agreed | at least two sources say the new amount, or made the change themselves (`steps.py`) |
| one source | one feed alone says so |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import log10
from typing import Any

import pandas as pd

from transforms.prices.steps import Steps
from warehouse.time_bands import ALWAYS, parse_band

# What tells one offer from another; its hours apart.
OFFER = [
    "provider_id", "market", "model_id", "setting", "component", "service_tier", "modality", "thinking",
    "context_from_tokens", "output_from_tokens", "region", "currency", "per", "revision",
]  # fmt: skip
KINDS = ("list", "promotional", "introductory", "free")
COLUMNS = [
    *OFFER, "time_band", "price_kind", "valid_from", "amount_before", "amount", "change", "change_verdict",
    "why", "source_before", "source_id", "valid_from_basis", "sources_agree", "capture_sha256",
]  # fmt: skip
BACK_WITHIN = pd.Timedelta(days=90)
CAUGHT_UP_AFTER = pd.Timedelta(days=7)
STEPS_CAUGHT_UP_AFTER = pd.Timedelta(days=30)  # where two sources made the change, days apart
POINT_MOVED, FAR = 0.002, 20.0  # in powers of ten: half a per cent; times dearer or cheaper
CORRECTED_WITHIN = pd.Timedelta(days=7)  # of a model's release: feeds print what they guess, then what is
Row = Mapping[str, Any]


def price_changes(
    intervals: pd.DataFrame, models: pd.DataFrame, said: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The changes behind `price_intervals` at labs' own shops, one row a change, `COLUMNS`.

    intervals: the rows of price_intervals as known on a day; models: model_id, released_on; said: the rows of
    source_price_intervals, by which a source that only caught up with others is known. One row, say:
    deepseek, deepseek-v4-pro, output, USD: 3.48 -> 0.87, "cut", "own page".

    Prices by the hour that start together are each compared with what held before them, never with each
    other. A promotion is compared with the list price behind it, and changes no list price.
    """
    rows = intervals[intervals["first_party"].astype(bool) & intervals["price_kind"].isin(KINDS)]
    words = rows.select_dtypes("category").columns
    rows = rows.astype(dict.fromkeys(words, "object"))  # sorted as text, not in the order of categories
    rows = rows.sort_values([*OFFER, "valid_from", "time_band", "price_kind"], kind="stable")
    released = models.drop_duplicates("model_id").set_index("model_id")["released_on"]
    rows = rows.assign(said_on=_first_said(rows, said))
    wanted = [c for c in rows.columns if c in {*COLUMNS, "own_page", "listed_model", "said_on"}]
    found: list[dict[str, Any]] = []
    steps = Steps(said, OFFER)
    listed: list[dict[Any, Any]] = rows[wanted].to_dict("records")
    for _, offer in groupby(listed, key=lambda r: tuple(r[c] for c in OFFER)):
        found.extend(_changes_of(list(offer), released, steps))
    made = pd.DataFrame(found, columns=[*COLUMNS, "listed_model"])
    made = _told_apart(_repointed(_foreign_currency(made, said)), said)
    made = made.sort_values(["valid_from", *OFFER, "time_band"], kind="stable", ignore_index=True)
    return made[COLUMNS]


def _first_said(rows: pd.DataFrame, said: pd.DataFrame | None) -> pd.Series:
    """Of each row the first day on which another source gave its amount: for the same component, tier and
    hours of the model, of whatever build, setting or region.
    """
    if said is None or not len(said) or not len(rows):
        return pd.Series(pd.NaT, index=rows.index, dtype="datetime64[us, UTC]")
    loose = {"market", "setting", "region", "revision", "thinking"}
    offer = [*(c for c in OFFER if c not in loose), "time_band", "amount"]
    others = said[[*offer, "source_id", "valid_from"]].rename(columns={"source_id": "other"})
    words = others.select_dtypes("category").columns
    others = others.astype(dict.fromkeys(words, "object"))
    both = rows[[*offer, "source_id"]].reset_index(names="row").merge(others, on=offer, how="inner")
    both = both[both["other"].astype(str) != both["source_id"].astype(str)]
    return both.groupby("row")["valid_from"].min().reindex(rows.index)


def _foreign_currency(made: pd.DataFrame, said: pd.DataFrame | None) -> pd.DataFrame:
    """Names the changes in a currency in which the provider's own page of that site sells nothing: a feed
    that prints dollars of a Chinese site converts them, on days of its own.
    """
    if said is None or not len(said) or not len(made):
        return made
    own = said[said["own_page"].astype(bool)]
    site = ["provider_id", "market"]
    there = _texts(own, [*site, "currency"]).drop_duplicates()
    printed, asked = _texts(made, [*site, "currency"]), _texts(made, site)
    paged = pd.MultiIndex.from_frame(asked).isin(pd.MultiIndex.from_frame(there[site]))
    alike = pd.MultiIndex.from_frame(printed).isin(pd.MultiIndex.from_frame(there))
    return _named(made, paged & ~alike, "the provider's page prices this site in another currency")


def _repointed(made: pd.DataFrame) -> pd.DataFrame:
    """Names the changes by which a source gives several models of a provider, dear and cheap, the same prices
    at one moment: their names mean another model from then on (grok-3 and grok-3-mini both became Grok 4.3).
    """
    plain = made[(made["price_kind"] == "list") & made["component"].isin(["input", "output"])]
    moment = ["provider_id", "market", "source_id", "valid_from", "service_tier", "context_from_tokens"]
    one = [*moment, "model_id", "setting", "revision"]
    pairs = plain.drop_duplicates([*one, "component"]).pivot(
        index=one, columns="component", values=["amount", "amount_before"]
    )
    if "output" not in plain["component"].unique() or "input" not in plain["component"].unique():
        return made
    pairs.columns = [f"{names[1]} {names[0]}" for names in pairs.columns.to_list()]
    pairs = pairs.dropna().reset_index()
    same = pairs.groupby([*moment, "input amount", "output amount"])
    models = same["model_id"].transform("nunique")
    befores = same["output amount_before"].transform("nunique")
    moved = pairs.loc[(models > 1) & (befores > 1), one]
    bad = pd.MultiIndex.from_frame(made[one]).isin(pd.MultiIndex.from_frame(moved))
    return _named(made, bad, "names of several models got one price at once: they mean another now")


def _told_apart(made: pd.DataFrame, said: pd.DataFrame | None) -> pd.DataFrame:
    """Names the changes of a source that begins, in the same week, to print the amount before under another
    name of the model: it had one name for two ways of serving (SWE-1.7 at what SWE-1.7 Lightning costs).
    """
    if said is None or not len(said) or not len(made):
        return made
    words = ["provider_id", "market", "model_id", "component", "service_tier", "source_id", "listed_model"]
    numbers = ["context_from_tokens", "amount_before", "valid_from"]
    reals = {"context_from_tokens": "float64", "amount_before": "float64"}
    begun = _texts(said, words).join(said.assign(amount_before=said["amount"])[numbers].astype(reals))
    rows = _texts(made, words).join(made[numbers].astype(reals)).reset_index(names="row")
    both = rows.merge(begun, on=[*words[:-1], *numbers[:-1]], suffixes=("", "_other"))
    both = both[both["listed_model"].map(_folded) != both["listed_model_other"].map(_folded)]
    near = (both["valid_from_other"] - both["valid_from"]).abs() <= CAUGHT_UP_AFTER
    bad = made.index.isin(both.loc[near, "row"])
    return _named(made, bad, "the amount before goes on under another name that began with the change")


def _named(made: pd.DataFrame, bad: Any, why: str) -> pd.DataFrame:
    """`made` with those of the `bad` rows that no own page says as artefacts."""
    new = bad & ~made["change_verdict"].isin(["own page", "artefact"]).to_numpy()
    return made.assign(
        change_verdict=made["change_verdict"].mask(new, "artefact"), why=made["why"].mask(new, why)
    )


def _texts(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    return frame[columns].astype("object").fillna("").astype("str")


def _changes_of(offer: Sequence[Row], released: pd.Series, steps: Steps) -> Iterator[dict[str, Any]]:
    """The changes of one offer; its rows in order of time."""
    held: dict[str, Row] = {}
    past: list[Row] = []
    told: dict[tuple[str, float, float], pd.Timestamp] = {}  # by hours and amounts
    for _, together in groupby(offer, key=lambda r: r["valid_from"]):
        begun = list(together)
        for row in begun:
            last = _before(row, held)
            if last is None or (row["price_kind"] == "list" and last["amount"] == row["amount"]):
                continue
            made = steps.made_by(row, last["amount"])
            verdict, why = _verdict(row, last, past, released.get(row["model_id"]), made)
            change = row["time_band"], last["amount"], row["amount"]
            if verdict not in ("own page", "artefact"):
                if change in told and row["valid_from"] - told[change] <= BACK_WITHIN:
                    verdict, why = "artefact", "the same change as within 90 days before"
                told.setdefault(change, row["valid_from"])
            yield {
                **{c: row[c] for c in (*COLUMNS, "listed_model") if c in row},
                "amount_before": last["amount"],
                "change": _kind(row, last),
                "change_verdict": verdict,
                "why": why,
                "source_before": last["source_id"],
            }
        listed = {row["time_band"]: row for row in begun if row["price_kind"] == "list"}
        if listed:
            same_hours = (ALWAYS in listed) == (ALWAYS in held)
            held = {**(held if same_hours else {}), **listed}
            past.extend(listed.values())


def _before(row: Row, held: Mapping[str, Row]) -> Row | None:
    """What held in these hours before the row, or in all of them; where hours are given up, what most of them
    cost.
    """
    mine = held.get(row["time_band"]) or held.get(ALWAYS)
    if mine is None and row["time_band"] == ALWAYS and held:
        mine = max(held.values(), key=lambda r: parse_band(r["time_band"]).share_of_week)
    return mine


def _kind(row: Row, last: Row) -> str:
    if row["price_kind"] != "list":
        return str(row["price_kind"])
    return "cut" if row["amount"] < last["amount"] else "rise"


def _verdict(row: Row, last: Row, past: Sequence[Row], released: Any, made: int) -> tuple[str, str]:
    """The verdict and why; made: how many sources made the change themselves."""
    if row["own_page"] and last["own_page"]:
        return "own page", ""
    why = _artefact(row, last, past, released, made)
    if why:
        return "artefact", why
    if row["valid_from_basis"] == "stated":
        return "stated", ""
    if row["sources_agree"] >= 2 or made >= 2:
        return "agreed", ""
    slip = _slip(row["amount"], last["amount"])
    return ("artefact", slip) if slip else ("one source", "")


def _slip(amount: float, before: float) -> str:
    """Why one feed's word for a change is not believed: empty where it may be. A digit too many and its
    correction look alike, and no price of a lab moved that far without another source that says so.
    """
    if not (amount > 0 and before > 0):
        return ""
    tens = abs(log10(amount / before))
    if round(tens) >= 1 and abs(tens - round(tens)) < POINT_MOVED:
        return "one source moved the decimal point: a slip, or its correction"
    return "one source, over twenty times: a slip, or its correction" if tens > log10(FAR) else ""


def _artefact(row: Row, last: Row, past: Sequence[Row], released: Any, made: int) -> str:
    """What explains a change that is none: empty where nothing does."""
    if not pd.isna(released):
        since_release = row["valid_from"].tz_localize(None) - pd.Timestamp(released)
        if since_release < pd.Timedelta(0):
            return "before the model's release"
        if since_release < CORRECTED_WITHIN:
            return "a correction in the week of the model's release"
    if row["source_id"] != last["source_id"]:
        # One source's word against another's says which is believed, not what the provider did.
        if made < 2:
            return "another source than before"
    elif _folded(row["listed_model"]) != _folded(last["listed_model"]):
        return "another name of the source than before"
    late = STEPS_CAUGHT_UP_AFTER if made >= 2 else CAUGHT_UP_AFTER
    if not row["own_page"] and row["said_on"] < row["valid_from"] - late:
        return "the source caught up with others"
    returned = [
        r
        for r in past
        if r["amount"] == row["amount"]
        and r is not last
        and row["valid_from"] - r["valid_from"] <= BACK_WITHIN
    ]
    return "back to an earlier amount within 90 days" if returned and not row["own_page"] else ""


def _folded(name: str) -> str:
    """A printed name without the publisher before it."""
    return str(name).rsplit("/", 1)[-1].lower()
