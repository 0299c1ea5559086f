"""pandas: today's list price of every flagship at its own lab. Usage: python examples/read_pandas.py
[HOME]
"""

import sys

import pandas as pd

home = sys.argv[1] if len(sys.argv) > 1 else "data"
prices = pd.read_parquet(
    f"{home}/marts/price_intervals.parquet",
    filters=[("first_party", "==", True), ("price_kind", "==", "list")],
)
models = pd.read_parquet(
    f"{home}/marts/models.parquet", columns=["as_of", "model_id", "country", "flagship", "released_on"]
)
flagships = models[(models["as_of"] == models["as_of"].max()) & models["flagship"]]
now = prices[
    prices["valid_to"].isna()
    & prices["component"].isin(["input", "output"])
    & (prices["service_tier"] == "standard")
]
table = now.merge(flagships.drop(columns="as_of"), on="model_id").sort_values(
    ["released_on", "model_id", "component"], ascending=False
)
shown = ["country", "model_id", "released_on", "component", "amount", "currency", "per", "time_band"]
sys.stdout.write(table[shown].head(40).to_string(index=False) + "\n")
