# R: reads every derived table and prints its size, then the headline. Usage: Rscript examples/read.R [HOME]
# Reads with the package arrow, else nanoparquet, else the pyarrow of .venv (or of RETICULATE_PYTHON) through reticulate, which Debian has:
# apt-get install r-base-core r-cran-reticulate. Exit status 1 where one cannot be read.
arguments <- commandArgs(trailingOnly = TRUE)
home <- if (length(arguments)) arguments[1] else "data"

has <- function(package) requireNamespace(package, quietly = TRUE)
if (has("arrow")) {
  read <- function(file, columns = NULL) {
    table <- arrow::read_parquet(file, as_data_frame = FALSE)
    as.data.frame(if (is.null(columns)) table else table[columns])
  }
} else if (has("nanoparquet")) {
  read <- function(file, columns = NULL) as.data.frame(nanoparquet::read_parquet(file, col_select = columns))
} else if (has("reticulate")) {
  if (Sys.getenv("RETICULATE_PYTHON") == "" && file.exists(".venv/bin/python")) {
    Sys.setenv(RETICULATE_PYTHON = file.path(getwd(), ".venv/bin/python"))
  }
  parquet <- reticulate::import("pyarrow.parquet")
  # Through text for days and moments: R's own Date and POSIXct are made from it, whatever the versions of pandas and reticulate.
  read <- function(file, columns = NULL) {
    table <- parquet$read_table(file, columns = if (is.null(columns)) NULL else as.list(columns))
    columns <- lapply(table$column_names, function(name) {
      column <- table$column(name)
      kind <- as.character(column$type)
      values <- if (grepl("^(date|timestamp)", kind)) column$cast("string")$to_pylist() else column$to_pylist()
      values[vapply(values, is.null, TRUE)] <- NA
      values <- if (length(values)) unlist(values) else character()
      if (startsWith(kind, "date")) as.Date(values) else if (startsWith(kind, "timestamp")) as.POSIXct(values, tz = "UTC") else values
    })
    names(columns) <- table$column_names
    as.data.frame(columns, stringsAsFactors = FALSE)
  }
} else {
  stop("needs the R package arrow, nanoparquet or reticulate")
}

files <- list.files(file.path(home, "marts"), pattern = "[.]parquet$", full.names = TRUE)
stopifnot(length(files) > 0)
for (file in files) {
  table <- read(file)
  cat(sprintf("%-32s %9d rows %3d columns\n", basename(file), nrow(table), ncol(table)))
}
wanted <- c("as_of", "board_id", "board_version", "definition", "leader", "follower", "kind", "tolerance", "valid_on", "lag_days", "state")
lag <- read(file.path(home, "marts", "lag.parquet"), wanted)
lag <- subset(lag, definition == "trailing12" & leader == "US" & follower == "CN" & kind == "released" & tolerance == 0)
lag <- subset(lag, as_of == max(as_of))
lag <- lag[order(lag$board_id, lag$board_version, lag$valid_on), ]
newest <- lag[!duplicated(lag[c("board_id", "board_version")], fromLast = TRUE), ]
print(data.frame(board = newest$board_id, to = newest$valid_on, months = round(newest$lag_days / 30.4375, 1), state = newest$state), row.names = FALSE)
