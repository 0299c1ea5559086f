"""What a board's run cost per task, where the board says so: token prices alone mislead, since models use
unequal numbers of tokens.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

COLUMNS = (
    "as_of",
    "board_id",
    "board_version",
    "metric",
    "model_id",
    "setting",
    "lab_id",
    "country",
    "score",
    "cost_per_task_usd",
    "tasks",
    "token_price_usd",
    "cost_over_token_price",
    "observed_on",
    "source_id",
)


def cost_per_task(
    scores: pd.DataFrame, as_of: pd.Timestamp, token_prices: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Measured cost of one task of a board per model and setting, as last stated: `COLUMNS`.

    scores: rows of the snapshot with cost_usd, board_id, board_version, metric, model_id, setting, lab_id,
    country, n, score, observed_on, source_id. cost_usd is per task unless the metric says total; a total is
    divided by its n, and left out where n is unknown. token_prices: model_id, blend_3_1 on the day:
    cost_over_token_price is then the cost in millions of blended tokens, and its spread between two models is
    how far their token ratio misleads.
    """
    stated = scores[scores["cost_usd"].notna() & (scores["cost_usd"] > 0) & (scores["observed_on"] <= as_of)]
    total = stated["metric"].astype("str").str.contains("total")
    tasks = stated["n"].astype("float64")
    cost = stated["cost_usd"].astype("float64").where(~total, stated["cost_usd"].astype("float64") / tasks)
    latest = (
        stated.assign(cost_per_task_usd=cost, tasks=tasks)
        .dropna(subset="cost_per_task_usd")
        .sort_values(["observed_on", "source_id"])
    )
    latest = latest.drop_duplicates(
        ["board_id", "board_version", "metric", "model_id", "setting"], keep="last"
    )
    blend = (
        np.nan
        if token_prices is None
        else latest["model_id"].map(
            token_prices.drop_duplicates("model_id").set_index("model_id")["blend_3_1"]
        )
    )
    out = latest.assign(as_of=as_of, token_price_usd=blend)
    out = out.assign(cost_over_token_price=out["cost_per_task_usd"] / out["token_price_usd"])
    return (
        out[list(COLUMNS)]
        .sort_values(["board_id", "board_version", "metric", "model_id", "setting"])
        .reset_index(drop=True)
    )


def stated_costs(scores: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """Scores that say what the run cost, as `cost_per_task` takes them: observed_on (the board's vintage),
    lab_id and country of the model.
    """
    if not len(scores):
        return scores
    facts = models.drop_duplicates("model_id").set_index("model_id")[["lab_id", "country"]]
    return scores.rename(columns={"vintage": "observed_on"}).join(facts, on="model_id")


def task_ratio(costs: pd.DataFrame, first: str, second: str) -> pd.DataFrame:
    """cost per task of `first` / `second` on every board, version and metric that states both (cheapest
    setting each): basis `task`.
    """
    place = ["board_id", "board_version", "metric"]
    least = costs.groupby([*place, "model_id"])["cost_per_task_usd"].min().unstack("model_id")
    if first not in least or second not in least:
        return pd.DataFrame(columns=[*place, "price_first", "price_second", "ratio"])
    both = least[[first, second]].dropna().set_axis(["price_first", "price_second"], axis=1)
    return both.assign(ratio=both["price_first"] / both["price_second"]).reset_index()
