-- duckdb -c ".read examples/duckdb.sql"   (from a folder that has data/marts)
SET TimeZone = 'UTC';
SELECT board_id, valid_on, round(lag_days / 30.4375, 1) AS months_behind, state
FROM read_parquet('data/marts/lag.parquet')
WHERE definition = 'trailing12' AND leader = 'US' AND follower = 'CN' AND kind = 'released' AND tolerance = 0
QUALIFY as_of = max(as_of) OVER () AND valid_on = max(valid_on) OVER (PARTITION BY as_of, board_id, board_version)
ORDER BY board_id;
