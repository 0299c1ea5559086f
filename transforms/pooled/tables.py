"""The tables of the pooled lag as known on a day: `pooled_lag`, `pooled_capability`, `board_effects`."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from transforms.boards import speaks
from transforms.boards.board_versions import Version
from transforms.boards.frontier import Reals, epoch_days
from transforms.boards.lag_tables import month_ends
from transforms.capability.model import ANCHORS
from transforms.pooled.groups import HEADLINE, Pair, pair_of, pairs_of, speaks_until
from transforms.pooled.left_out import left_out
from transforms.pooled.panel import MEASURED, panel_of
from transforms.pooled.posterior import SPARE, Posterior, posterior_of, progress
from transforms.pooled.published import Lags, variants
from transforms.pooled.rulers import Ruler, cells_of, rulers
from warehouse.conventions import DAYS_PER_MONTH

MONTHS, MONTHS_OF_OTHERS, DAILY = 36, 12, 1095
LEAST_TESTED, LEAST_RULERS = 40, 3  # models and rulers of a fit: fewer place no frontier
# What the points of a reader are where our own index, which has the same anchors, does not say.
POINTS = (128.8, 20.35)
LEAST_ANCHORED, ANCHORED = 20, 5  # models of both that the points are fitted on, each on so many rulers


@dataclass(frozen=True, eq=False)
class Pooled:
    """The pooled fit of an as-of date: its rulers, its posterior and the flagships known by then."""

    as_of: int
    rulers: list[Ruler]
    posterior: Posterior
    flagships: speaks.Flagships


def pooled_as_known(
    versions: list[Version],
    models: pd.DataFrame,
    boards: pd.DataFrame,
    as_of: pd.Timestamp,
    cache: MutableMapping[Any, Any] | None = None,
) -> Pooled | None:
    """The fit on what was known on `as_of`; None where too little was. `versions` and `boards` as in
    `rulers`, `models` as in `panel_of`; pass one `cache` to all dates of a backfill.
    """
    today = int(epoch_days(pd.Series([as_of]))[0])
    found = rulers(versions, boards, as_of)
    panel = panel_of(cells_of(found), models, as_of)
    if (panel.tested > 0).sum() < LEAST_TESTED or len(panel.rulers) < LEAST_RULERS:
        return None
    cache = {} if cache is None else cache
    return Pooled(today, found, posterior_of(panel, cache), speaks.flagships_of(models, today))


def pooled_lag(fit: Pooled, whole: bool) -> pd.DataFrame:
    """The `pooled_lag` rows of every pair of groups of which two rulers of many subjects speak. `whole`: the
    US and China by the day and with rulers left out, else by the month.
    """
    parts = []
    for pair in pairs_of(fit.posterior.panel):
        until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
        if until is None:
            continue
        first = (pair.leader, pair.follower) == HEADLINE
        ends = np.union1d(month_ends(fit.as_of, MONTHS if first else MONTHS_OF_OTHERS), [until])
        every = np.arange(fit.as_of - DAILY, fit.as_of + 1) if first and whole else ends[:0]
        found = variants(fit.posterior, pair, np.union1d(ends, every), ends, first)
        said = spoken("published", found, until)
        if not said:  # no older day then leads in its place
            found.pop("published", None)
        parts += [_rows(fit, pair, name, "", lags, until) for name, lags in found.items()]
        if first and whole and said:
            parts += [
                _rows(fit, pair, "without", board, lags, until)
                for board, lags in left_out(fit.posterior, fit.rulers, pair, np.array([until])).items()
            ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def spoken(variant: str, found: Mapping[str, Lags], day: int) -> bool:
    """Whether a variant has a value of a day."""
    lags = found.get(variant)
    return lags is not None and bool(np.isfinite(lags.value[lags.days == day]).any())


def _rows(fit: Pooled, pair: Pair, variant: str, board: str, lags: Lags, until: int) -> pd.DataFrame:
    panel, known = fit.posterior.panel, np.isfinite(lags.value)
    days = lags.days[known]
    counts = [
        np.searchsorted(np.sort(panel.days[mine & fit.posterior.measured]), days, side="right")
        for mine in (pair.leading, pair.following)
    ]
    value = lags.value[known]
    return pd.DataFrame(
        {
            "leader": pair.leader,
            "follower": pair.follower,
            "variant": variant,
            "left_out": board,
            "valid_on": days.astype("datetime64[D]").astype("datetime64[us]"),
            "lag_days": value * DAYS_PER_MONTH,
            "lo90_days": lags.low[known] * DAYS_PER_MONTH,
            "hi90_days": lags.high[known] * DAYS_PER_MONTH,
            "state": np.where(value > 0, "lags", np.where(value < 0, "leads", "parity")),
            "speaks_until": pd.Timestamp(until, unit="D").as_unit("us"),
            "nowcast": days > until,
            "leader_measured": counts[0],
            "follower_measured": counts[1],
            "rulers": len(panel.rulers),
            "fitted_models": len(panel.models),
            "cells": len(panel.z),
            "r_hat": lags.r_hat,
            "effective_draws": lags.effective,
        }
    )


def points(fit: Pooled, index: pd.DataFrame) -> tuple[float, float]:
    """Origin and unit of a reader's points: capability in them is the first plus the second times the centred
    capability. By least squares on the models of our own index (`index`: model_id, capability), which has the
    anchors; where too few are in both, the unit of `POINTS` with the first anchor at its own points, and
    `POINTS` where no ruler has that.
    """
    panel = fit.posterior.panel
    every = pd.Series(fit.posterior.centred.mean(axis=0), index=panel.models)
    mean = every[panel.tested >= ANCHORED]
    known = index.drop_duplicates("model_id").set_index("model_id")["capability"].dropna()
    both = mean.index.intersection(known.index)
    if len(both) < LEAST_ANCHORED:
        name, anchor = ANCHORS[0]
        placed = name in every[panel.tested >= MEASURED].index
        return (anchor - POINTS[1] * float(every[name]), POINTS[1]) if placed else POINTS
    unit, origin = np.polyfit(mean[both].to_numpy(), known[both].to_numpy(dtype=float), 1)
    return float(origin), float(unit)


def capability_points(fit: Pooled, index: pd.DataFrame) -> Reals:
    """Draws of every model's capability in points (draws x models)."""
    origin, unit = points(fit, index)
    return origin + unit * fit.posterior.centred


def pooled_capability(fit: Pooled, index: pd.DataFrame) -> pd.DataFrame:
    """The `pooled_capability` rows: every model of the panel in points, with its 90 % interval."""
    drawn, panel = capability_points(fit, index), fit.posterior.panel
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    return pd.DataFrame(
        {
            "model_id": panel.models.astype(str),
            "capability": drawn.mean(axis=0),
            "se": drawn.std(axis=0),
            "lo90": low,
            "hi90": high,
            "boards": panel.tested,
            "measured": panel.tested >= MEASURED,
        }
    )


def board_effects(fit: Pooled) -> pd.DataFrame:
    """The `board_effects` rows: on which rulers Chinese models are weaker (positive) or stronger than on the
    others, in months of the US frontier's progress over two years, with a 90 % interval.
    """
    pair = pair_of(fit.posterior.panel, *HEADLINE)
    until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
    if until is None:
        return pd.DataFrame()
    panel, delta = fit.posterior.panel, fit.posterior.draws.delta
    pace = np.median(progress(fit.posterior, until))
    if not pace > 0:
        return pd.DataFrame()
    months = -delta.reshape(-1, delta.shape[2]) / pace
    low, middle, high = np.quantile(months, [0.05, 0.5, 0.95], axis=0)
    chinese = np.bincount(panel.ruler, (panel.country == "CN")[panel.model], len(panel.rulers))
    names = pd.Series(panel.rulers.astype(str)).str.rsplit("@", n=1, expand=True)
    return pd.DataFrame(
        {
            "board_id": names[0],
            "board_version": names[1],
            "board_models": np.bincount(panel.ruler, minlength=len(panel.rulers)),
            "chinese_models": chinese.astype(np.int64),
            "weaker_months": middle,
            "weaker_lo90": low,
            "weaker_hi90": high,
            "established": (low > 0) | (high < 0),
        }
    )


def pooled_tables(fit: Pooled | None, index: pd.DataFrame, whole: bool) -> dict[str, pd.DataFrame]:
    """`pooled_lag`, `pooled_capability` and `board_effects` of a fit; tables without rows are left out.
    `index`: our own index as known that day (see `points`).
    """
    if fit is None:
        return {}
    made = {
        "pooled_lag": pooled_lag(fit, whole),
        "pooled_capability": pooled_capability(fit, index),
        "board_effects": board_effects(fit),
    }
    return {name: frame for name, frame in made.items() if len(frame)}


def tested_points(fit: Pooled, index: pd.DataFrame) -> tuple[Reals, pd.Index]:
    """Joint draws of capability in points of the models that a board has tested (draws x models), and their
    ids: what prices at equal capability rest on.
    """
    tested = fit.posterior.panel.tested > 0
    drawn = capability_points(fit, index)[::SPARE, tested]
    return drawn, pd.Index(fit.posterior.panel.models[tested].astype(str))


def means_of(fit: Pooled | None, index: pd.DataFrame) -> pd.DataFrame:
    """Posterior means of the capability of tested models (model_id, capability, se), which a regression can
    be run on as they are; `index` itself where there is no fit.
    """
    if fit is None:
        return index
    made = pooled_capability(fit, index)
    return made[made["boards"] > 0]
