"""Spark: lag by board and as-of day. Usage: spark-submit examples/read_spark.py [HOME] (needs pyspark and Java; not part of our tests)"""

import sys

from pyspark.sql import SparkSession, functions

home = sys.argv[1] if len(sys.argv) > 1 else "data"
spark = SparkSession.builder.appName("gapledger").config("spark.sql.session.timeZone", "UTC").getOrCreate()
lag = spark.read.parquet(f"{home}/marts/lag.parquet")
chosen = lag.where("definition = 'trailing12' AND leader = 'US' AND follower = 'CN' AND kind = 'released' AND tolerance = 0")
newest = chosen.groupBy("as_of", "board_id").agg(functions.max_by("lag_days", "valid_on").alias("lag_days"))
newest.orderBy("as_of", "board_id").show(200, truncate=False)
