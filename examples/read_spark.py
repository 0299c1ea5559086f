"""Spark: the rows of every derived table, then the lag by board and as-of day.

Usage: python examples/read_spark.py [HOME], or spark-submit; needs pyspark (pip install pyspark) and Java 17.
Not part of our tests.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession, functions

home = sys.argv[1] if len(sys.argv) > 1 else "data"
spark = SparkSession.builder.appName("gapledger").config("spark.sql.session.timeZone", "UTC").getOrCreate()
for file in sorted(Path(home, "marts").glob("*.parquet")):
    table = spark.read.parquet(str(file))
    sys.stdout.write(f"{file.name:32} {table.count():9} rows {len(table.columns):3} columns\n")
lag = spark.read.parquet(f"{home}/marts/lag.parquet")
chosen = lag.where(
    "definition = 'trailing12' AND leader = 'US' AND follower = 'CN' AND kind = 'released' AND tolerance = 0"
)
newest = chosen.groupBy("as_of", "board_id").agg(functions.max_by("lag_days", "valid_on").alias("lag_days"))
newest.orderBy("as_of", "board_id").show(200, truncate=False)
