"""Polars: the lag on Epoch's index day by day, as known today, read lazily. Usage: python
examples/read_polars.py [HOME]
"""

import sys

import polars as pl

home = sys.argv[1] if len(sys.argv) > 1 else "data"
lag = pl.scan_parquet(f"{home}/marts/lag.parquet")
daily = lag.filter(
    (pl.col("as_of") == pl.col("as_of").max())
    & (pl.col("board_id") == "epoch_eci")
    & (pl.col("definition") == "trailing12")
    & (pl.col("leader") == "US")
    & (pl.col("follower") == "CN")
    & (pl.col("kind") == "released")
    & (pl.col("tolerance") == 0)
)
months = daily.select(
    "valid_on", (pl.col("lag_days") / 30.4375).round(2).alias("months_behind"), "state"
).sort("valid_on")
sys.stdout.write(f"{months.tail(24).collect()}\n")
