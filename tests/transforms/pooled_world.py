"""A made world with a known lag: labs of two countries, flagships and small models, boards that test some of
them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from transforms.boards.board_versions import Version, prepare

AS_OF = pd.Timestamp("2026-06-30")
UNITS = ("Elo points", "per cent", "per cent", "minutes", "per cent", "fraction", "per cent", "per cent")


class World(NamedTuple):
    """What the pooled lag takes: captures, models, boards."""

    history: pd.DataFrame
    models: pd.DataFrame
    boards: pd.DataFrame

    @property
    def versions(self) -> list[Version]:
        """The captures prepared."""
        return prepare(self.history, self.models, self.boards)


def made_models(months: float = 6.0, count: int = 90, seed: int = 3) -> tuple[pd.DataFrame, np.ndarray]:
    """Models released over three years, and their capability: Chinese ones are `months` behind."""
    random = np.random.default_rng(seed)
    day = np.sort(random.integers(0, 1090, count))
    chinese = np.arange(count) % 2 == 1
    flagship = random.random(count) < 0.6
    level = 1.2 * (day - chinese * months * 30.4375) / 365 - 0.5 * ~flagship
    models = pd.DataFrame(
        {
            "model_id": [f"{'cn' if c else 'us'}{i % 3}/m{i}" for i, c in enumerate(chinese)],
            "lab_id": [f"{'cn' if c else 'us'}{i % 3}" for i, c in enumerate(chinese)],
            "country": np.where(chinese, "CN", "US"),
            "released_on": pd.Timestamp("2023-06-15") + pd.to_timedelta(day, unit="D"),
            "withdrawn_on": pd.NaT,
            "open_weights": chinese,
            "flagship": flagship,
        }
    )
    return models, level + random.normal(0, 0.1, count)


def made_world(months: float = 6.0, tested: float = 0.6, count: int = 90, seed: int = 3) -> World:
    """A world with one capture of eight boards, each of which tested a share of the models."""
    models, level = made_models(months, count, seed)
    random = np.random.default_rng(seed + 100)
    rows = []
    for number, unit in enumerate(UNITS):
        score = (level - level.mean()) * random.uniform(0.8, 1.2) + random.normal(0, 0.15, count)
        share = 1 / (1 + np.exp(-score))
        printed = {"Elo points": 1300 + 90 * score, "minutes": np.exp(score + 2), "fraction": share}
        value = printed.get(unit, 100 * share)
        for i in np.flatnonzero(random.random(count) < tested):
            rows.append((f"board_{number}", "1", AS_OF, models["model_id"][i], float(value[i])))
    history = pd.DataFrame(rows, columns=["board_id", "board_version", "vintage", "model_id", "score"])
    nothing = dict.fromkeys(("score_low", "score_high", "interval_level", "score_se", "n"))
    return World(history.assign(setting="", flagged=False, **nothing), models, made_boards())


def made_boards() -> pd.DataFrame:
    """The seed of the made boards: the first two are of many subjects."""
    ends = {"per cent": (0.0, 100.0), "fraction": (0.0, 1.0), "minutes": (0.0, np.nan)}
    return pd.DataFrame(
        {
            "board_id": [f"board_{n}" for n in range(len(UNITS))],
            "role": "headline",
            "ruler": [f"board_{n}" for n in range(len(UNITS))],
            "refitted": [unit == "Elo points" for unit in UNITS],
            "general": [n < 3 for n in range(len(UNITS))],
            "pooled": True,
            "higher_is_better": True,
            "scale_min": [ends.get(unit, (np.nan,))[0] for unit in UNITS],
            "scale_max": [ends.get(unit, (np.nan, np.nan))[1] for unit in UNITS],
            "unit": UNITS,
        }
    )
