# R with the arrow package: reads every derived table and prints its size, then the headline.
# Usage: Rscript examples/read.R [HOME]; exit status 1 where a table cannot be read.
library(arrow)
arguments <- commandArgs(trailingOnly = TRUE)
home <- if (length(arguments)) arguments[1] else "data"
files <- list.files(file.path(home, "marts"), pattern = "[.]parquet$", full.names = TRUE)
stopifnot(length(files) > 0)
for (file in files) {
  table <- read_parquet(file, as_data_frame = FALSE)
  cat(sprintf("%-28s %9d rows %3d columns\n", basename(file), nrow(table), ncol(table)))
}
lag <- read_parquet(file.path(home, "marts", "lag.parquet"))
lag <- lag[lag$definition == "trailing12" & lag$leader == "US" & lag$follower == "CN" & lag$kind == "released" & lag$tolerance == 0, ]
lag <- lag[lag$as_of == max(lag$as_of) & lag$valid_on == max(lag$valid_on), ]
print(data.frame(board = lag$board_id, months = round(lag$lag_days / 30.4375, 1), state = lag$state))
