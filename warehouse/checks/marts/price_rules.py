"""The rules about prices: what no derived price may say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from warehouse.checks.marts.rule import Rule, Tables, days, keys, limits, looked_up, never, released, text

PROMOTIONS = ("promotional", "introductory")
BEFORE_RELEASE, PROMOTION_UNSEEN, HOST_UNSEEN = 30, 45, 90
LOST_SHARE = 0.05
ENDS_DIFFER = np.log(4 / 3)
SOLD = ("provider_id", "market", "model_id")
FLAG = ("first_party", "own_page")


def _flag(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].fillna(False).to_numpy(dtype=bool)


def _open(frame: pd.DataFrame) -> np.ndarray:
    return frame["valid_to"].isna().to_numpy()


def early_prices(name: str) -> Rule:
    """Rule 1, of a table of intervals."""

    def asked(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
        prices = tables[name]
        day = np.where(text(prices["price_kind"]) == "announced", np.nan, days(prices["valid_from"]))
        return limits(day, 0.0).assign(
            smaller=released(tables, prices["model_id"], prices["revision"]) - BEFORE_RELEASE
        )

    return Rule(1, "a price more than 30 days before its model's release", name, ("models",), asked)


def _early_uses(name: str, *models: str) -> Rule:
    def asked(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
        rows = tables[name]
        parts = [limits(days(rows["day"]), 0.0).assign(smaller=released(tables, rows[m])) for m in models]
        return pd.concat(parts, ignore_index=True)

    return Rule(1, "a model used before its release", name, ("models",), asked)


def _promotions(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    said = tables["price_intervals"]
    promo = text(said["price_kind"]).isin(PROMOTIONS).to_numpy() & _flag(said, "first_party")
    pages = tables["source_price_intervals"]
    own = text(pages["price_kind"]).isin(PROMOTIONS).to_numpy() & _flag(pages, "own_page")
    printed = set(keys(pages[own], *SOLD))
    return never(promo & ~keys(said, *SOLD).isin(printed).to_numpy())


def _unseen(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    said = tables["source_price_intervals"]
    open_ = text(said["price_kind"]).isin(PROMOTIONS).to_numpy() & _open(said)
    seen = np.maximum(days(said["last_seen_at"]), days(said["valid_from"]))
    return limits(np.where(open_, seen, np.nan), _today(as_of) - PROMOTION_UNSEEN)


def _today(as_of: pd.Timestamp) -> float:
    """The end of `as_of`, in days since 1970."""
    return as_of.value / 86_400e9 + 1


def _in_force(prices: pd.DataFrame, as_of: pd.Timestamp) -> np.ndarray:
    today = _today(as_of)
    end = days(prices["valid_to"])
    return (days(prices["valid_from"]) < today) & (np.isnan(end) | (end >= today))


def _without_dollars(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    prices = tables["price_intervals"]
    return never(_in_force(prices, as_of) & prices["amount_usd"].isna().to_numpy())


def _lost_models(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    """One check a country: of its models with a price in force, at most 5 % may be without dollars."""
    prices, models = tables["price_intervals"], tables["models"]
    now = prices[_in_force(prices, as_of)]
    dollars = now["amount_usd"].notna().groupby(text(now["model_id"]).to_numpy()).any()
    country = pd.Series(text(models["country"]).to_numpy(), index=text(models["model_id"]))
    lost = (~dollars).groupby(country.reindex(dollars.index).to_numpy()).mean()
    rows = [int(np.flatnonzero((country == name).to_numpy())[0]) for name in lost.index]
    return limits(LOST_SHARE, lost.to_numpy(), rows) if rows else limits([], [])


def _withdrawn(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    prices, dates = tables["price_intervals"], tables["model_dates"]
    gone = dates[(text(dates["date_kind"]) == "withdrawn").to_numpy()]
    day = pd.Series(days(gone["released_on"]), index=keys(gone, "model_id", "revision"))
    own = looked_up(keys(prices, "model_id", "revision"), day)
    model = looked_up(text(prices["model_id"]) + "\x00", day)
    limit = np.where(np.isnan(own), model, own)
    end = np.where(_open(prices), _today(as_of), days(prices["valid_to"]))
    asked = _flag(prices, "first_party") & (limit < _today(as_of))
    return limits(np.where(asked, limit, np.nan), 0.0).assign(smaller=end)


def _gone_twice(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """What feeds still sell at first hand of a model that every page which listed it has dropped twice."""
    said, captures = tables["source_price_intervals"], tables["captures_read"]
    page = said[_flag(said, "own_page") & ~text(said["source_id"]).isin(_posts(captures)).to_numpy()]
    last = pd.DataFrame(
        {"sold": keys(page, *SOLD), "source": text(page["source_id"]), "at": days(page["last_seen_at"])}
    )
    last = last.groupby(["sold", "source"])["at"].max().reset_index()
    whole = captures[captures["whole"].to_numpy(dtype=bool)]
    seen = pd.DataFrame(
        {
            "source": text(whole["source_id"]),
            "address": whole["address"].to_numpy(),
            "on": days(whole["captured_at"]),
        }
    )
    both = last.merge(seen, on="source")
    at = both[np.isclose(both["on"], both["at"], rtol=0, atol=2 / 86_400)][["sold", "source", "address"]]
    later = both.merge(at, on=["sold", "source", "address"])
    times_each = later[later["on"] > later["at"] + 2 / 86_400].groupby(["sold", "source"]).size()
    times = times_each.reindex(pd.MultiIndex.from_frame(last[["sold", "source"]]), fill_value=0).to_numpy()
    dropped = pd.Series(times, index=last["sold"].to_numpy()).groupby(level=0).min()
    feed = _flag(said, "first_party") & ~_flag(said, "own_page") & _open(said)
    return limits(np.where(feed, 1.0, np.nan), 0.0).assign(
        smaller=looked_up(keys(said, *SOLD), dropped.astype("float64"))
    )


def _posts(captures: pd.DataFrame) -> set[str]:
    return set(text(captures.loc[captures["post"].to_numpy(dtype=bool), "source_id"]))


def _part_captures(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """An interval that ends at the moment of a part capture, with nothing of its offer starting there."""
    said, captures = tables["source_price_intervals"], tables["captures_read"]
    part = captures[
        (captures["offers"] < 0.5 * captures["had"]).to_numpy() & ~captures["whole"].to_numpy(dtype=bool)
    ]
    stamps = set(text(part["source_id"]) + "\x00" + pd.Series(days(part["captured_at"]).round(5).astype(str)))
    offer = keys(
        said, "source_id", "listed_model", "provider_id", "component", "service_tier", "modality", "region"
    )
    starts = set(offer + "\x00" + pd.Series(days(said["valid_from"]).round(5).astype(str)))
    end = pd.Series(days(said["valid_to"]).round(5).astype(str))
    ended = (text(said["source_id"]) + "\x00" + end).isin(stamps) & ~(offer + "\x00" + end).isin(starts)
    return never(ended & (text(said["valid_to_basis"]) == "no longer shown"))


def _flat_declines(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    rows = tables["price_decline"]
    moved = np.abs(np.log(rows["last_price_usd"].to_numpy(float) / rows["first_price_usd"].to_numpy(float)))
    slope = np.abs(rows["slope_log_per_year"].to_numpy(float))
    return limits(np.where(moved > ENDS_DIFFER, slope, np.nan), 1e-9)


def _hosts_unseen(tables: Tables, as_of: pd.Timestamp) -> pd.DataFrame:
    said = tables["source_price_intervals"]
    seen = np.maximum(days(said["last_seen_at"]), days(said["valid_from"]))
    asked = _open(said) & ~_flag(said, "first_party")
    return limits(np.where(asked, seen, np.nan), _today(as_of) - HOST_UNSEEN)


def _ratios(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    rows = tables["price_ratio"]
    daily = (rows["window_days"] == 0).to_numpy()
    asked = rows["us_price_usd"].to_numpy(float) / rows["cn_price_usd"].to_numpy(float)
    off = np.abs(rows["ratio"].to_numpy(float) / asked - 1)
    return limits(np.where(daily, 1e-9, np.nan), 0.0).assign(smaller=off)


INTERVALS, SAID = "price_intervals", "source_price_intervals"
PRICE_RULES = (
    early_prices(INTERVALS),
    early_prices(SAID),
    _early_uses("price_ratio", "us_model_id", "cn_model_id"),
    _early_uses("model_prices", "model_id"),
    Rule(3, "a promotion at first hand that no page of the provider prints", INTERVALS, (SAID,), _promotions),
    Rule(3, "an undated promotion unseen for 45 days", SAID, (), _unseen),
    Rule(8, "a price in force without dollars", INTERVALS, (), _without_dollars),
    Rule(
        8,
        "more than 5 % of a country's models on sale lose their price in dollars with nothing gone",
        "models",
        (INTERVALS,),
        _lost_models,
        act="hold",
        holds=("model_prices", "price_ratio", "price_decline", "frontier_premium"),
    ),
    Rule(9, "a price at first hand after the withdrawal", INTERVALS, ("model_dates",), _withdrawn),
    Rule(
        9,
        "a feed's price at first hand after two captures of the own page without the model",
        SAID,
        ("captures_read",),
        _gone_twice,
    ),
    Rule(
        10,
        "an end on the word of a capture with less than half of what the page had",
        SAID,
        ("captures_read",),
        _part_captures,
    ),
    Rule(
        11,
        "a slope of zero beside a series whose ends differ by more than a third",
        "price_decline",
        (),
        _flat_declines,
    ),
    Rule(16, "a host that nobody saw for 90 days and that still serves", SAID, (), _hosts_unseen),
    Rule(17, "a ratio that is not the quotient of its two prices", "price_ratio", (), _ratios),
)
