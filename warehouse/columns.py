"""Every column of snapshots, identity and bookkeeping, once: name, type, meaning, unit, limits. Those of the
derived tables: `board_columns`, `price_columns` and their like.
"""

from __future__ import annotations

import pyarrow as pa

from warehouse.schema import INSTANT, MONEY, Column

TEXT, DAY, WHOLE, REAL, FLAG = pa.string(), pa.date32(), pa.int64(), pa.float64(), pa.bool_()

COMPONENTS = (
    "input",
    "output",
    "cache_read",
    "cache_read_explicit",
    "cache_write",
    "cache_write_5m",
    "cache_write_1h",
    "cache_storage",
    "request",
    "reasoning",
    "web_search",
    "image",
    "page",
    "minute",
    "second",
    "character",
    "training",
    "training_hour",
    "model_storage",
)
SERVICE_TIERS = (
    "standard",
    "batch",
    "flex",
    "priority",
    "fast",
    "low_latency",
    "provisioned",
    "ultrafast",
    "balanced",
    "decisions",
)
MODALITIES = ("text", "audio", "image", "video", "document", "embedding", "multimodal")
PRICE_KINDS = ("list", "promotional", "introductory", "announced", "free")
UNITS = (
    "1e6 tokens",
    "1e6 tokens hour",
    "1e3 requests",
    "1 request",
    "1 image",
    "1e3 images",
    "1e3 pages",
    "1 page",
    "1 second",
    "1 minute",
    "1 hour",
    "1e6 characters",
    "1e3 characters",
    "1 megapixel",
    "1 month",
    "1 video",
)
DATE_KINDS = ("announced", "weights", "api", "ga", "withdrawn")
PRECISIONS = ("day", "month", "quarter", "year")

# Where a row comes from.
source_id = Column(
    "source_id", TEXT, "The source: the stem of its file in extractors/.", pattern=r"[a-z0-9_]+"
)
observed_on = Column("observed_on", DAY, "UTC day on which the source said this.")
observed_at = Column("observed_at", INSTANT, "UTC moment of the capture.")
capture_sha256 = Column(
    "capture_sha256",
    TEXT,
    "SHA-256 of the captured body that the row was read from.",
    pattern=r"[0-9a-f]{64}",
)
as_of = Column("as_of", DAY, "The day on which the statement was known: nothing captured later enters it.")

# What is priced.
provider_id = Column(
    "provider_id", TEXT, "Who sells the call (warehouse/seeds/providers.csv, or the feed's own id)."
)
listed_model = Column("listed_model", TEXT, "The model's name as the source prints it.")
listed_setting = Column(
    "listed_setting",
    TEXT,
    "How the model was run, as printed (effort, thinking budget); empty when not said.",
)
listed_lab = Column("listed_lab", TEXT, "The lab as the source prints it.")
canonical_model = Column(
    "canonical_model", TEXT, "The source's own canonical id of the model, where it has one."
)
component = Column("component", TEXT, "What is charged for.", choices=COMPONENTS)
service_tier = Column("service_tier", TEXT, "Service tier.", choices=SERVICE_TIERS)
modality = Column(
    "modality",
    TEXT,
    "Modality of the tokens or units charged; multimodal: text that answers multimodal input, where priced"
    " apart.",
    choices=MODALITIES,
)
thinking = Column(
    "thinking", TEXT, "Whether the price holds with thinking on, off, or any.", choices=("on", "off", "any")
)
context_from_tokens = Column(
    "context_from_tokens",
    WHOLE,
    "The price holds from this many prompt tokens on, up to the next threshold of the key.",
    "tokens",
    0,
    1e8,
)
output_from_tokens = Column(
    "output_from_tokens", WHOLE, "The price holds from this many output tokens on.", "tokens", 0, 1e8
)
region = Column(
    "region", TEXT, "Region or deployment scope, as printed; empty when the price holds everywhere."
)
time_band = Column(
    "time_band", TEXT, "When in the week the price holds, UTC: `always` or a band (warehouse/time_bands.py)."
)
price_kind = Column(
    "price_kind",
    TEXT,
    "List, promotional, introductory, announced (not yet in force) or free.",
    choices=PRICE_KINDS,
)
amount = Column("amount", MONEY, "The price as printed, in `currency` per `per`.", "currency/per", 0, 1e8)
currency = Column("currency", TEXT, "ISO 4217.", pattern=r"[A-Z]{3}")
per = Column("per", TEXT, "The quantity that `amount` buys.", choices=UNITS)
effective_from = Column(
    "effective_from", INSTANT, "From when the price holds, where the source says so (UTC, inclusive)."
)
effective_to = Column(
    "effective_to", INSTANT, "Until when the price holds, where the source says so (UTC, exclusive)."
)
printed = Column(
    "printed", TEXT, "The words on the page that the amount was read from, cut at 200 characters."
)

# Scores.
board_id = Column("board_id", TEXT, "The leaderboard (warehouse/seeds/boards.csv).", pattern=r"[a-z0-9_]+")
board_version = Column("board_version", TEXT, "The board's version; scores of two versions are never joined.")
metric = Column("metric", TEXT, "What the score measures on this board.")
score = Column("score", REAL, "The score, in the board's unit.", "board unit")
score_low = Column("score_low", REAL, "Lower end of the board's own interval.", "board unit")
score_high = Column("score_high", REAL, "Upper end of the board's own interval.", "board unit")
interval_level = Column("interval_level", REAL, "Coverage of the board's interval.", "fraction", 0, 1)
score_se = Column("score_se", REAL, "Standard error of the score.", "board unit", 0)
n = Column("n", WHOLE, "Items or votes behind the score.", "items", 0)
cost_usd = Column(
    "cost_usd",
    REAL,
    "Cost of the run as the board states it; per task unless the metric says total.",
    "USD",
    0,
)
reporter = Column("reporter", TEXT, "Who reports the score.", choices=("board", "lab", "third party"))
access = Column("access", TEXT, "Whether the items are public.", choices=("public", "private"))
evaluated_on = Column("evaluated_on", DAY, "Day of the evaluation, where stated.")

# Releases and offers.
lab = Column("lab", TEXT, "The lab as the source prints it.")
listed_country = Column("listed_country", TEXT, "The lab's country as the source prints it.")
released_on = Column(
    "released_on",
    DAY,
    "First day of the release; with `date_precision` month or year, the first day of that period.",
)
date_kind = Column("date_kind", TEXT, "What kind of release the date is.", choices=DATE_KINDS)
date_precision = Column("date_precision", TEXT, "How exactly the date is known.", choices=PRECISIONS)
open_weights = Column("open_weights", FLAG, "Whether the weights can be downloaded.")
params_total = Column("params_total", REAL, "Total parameters.", "parameters", 0)
params_active = Column("params_active", REAL, "Parameters active per token.", "parameters", 0)
context_tokens = Column("context_tokens", WHOLE, "Longest context.", "tokens", 0)
licence = Column("licence", TEXT, "Licence as printed.")
evidence_url = Column("evidence_url", TEXT, "Where the statement can be checked.")
status = Column("status", TEXT, "The offer's status, as printed; `offered` when the source says no more.")
limits = Column("limits", TEXT, "Stated limits (concurrency, requests a minute, context), as printed.")

# Identity.
model_id = Column(
    "model_id",
    TEXT,
    "The model: `lab/model`, the lab's own API id where it has one.",
    pattern=r"[a-z0-9_]+/[a-z0-9][a-z0-9.+_-]*",
)
revision = Column(
    "revision", TEXT, "The dated build behind the model's id; empty for the first or an unnamed build."
)
setting = Column(
    "setting",
    TEXT,
    "How the model was run or served (effort, thinking, token budget, quantisation); empty when not said.",
)
lab_id = Column(
    "lab_id", TEXT, "The lab that trained the model (warehouse/seeds/labs.csv).", pattern=r"[a-z0-9_]+"
)
country = Column(
    "country", TEXT, "The lab's headquarters on the day of release (ISO 3166 alpha-2).", pattern=r"[A-Z]{2}"
)
family = Column("family", TEXT, "The family the model belongs to (gpt, claude, qwen, ...).")
name = Column("name", TEXT, "Name for readers.")
flagship = Column("flagship", FLAG, "Whether the model was its lab's best at its release.")
tier = Column(
    "tier",
    TEXT,
    "A new generation (major), a renewed flagship (minor), or anything else (variant).",
    choices=("major", "minor", "variant"),
)
model_kind = Column(
    "model_kind",
    TEXT,
    "What the model makes, by the words of its name.",
    choices=("text", "embedding", "music", "video", "image", "speech", "other"),
)
opened_on = Column(
    "opened_on", DAY, "Day from which the weights are open: that of the weights, else of the release."
)
base_model_id = Column(
    "base_model_id", TEXT, "The model that this one was made from, where that is known; else empty."
)
method = Column(
    "method",
    TEXT,
    "By hand (seed), by naming's rules from a seed (rule), or stated by a registry, a board or the lab's feed"
    " (registry).",
    choices=("seed", "rule", "registry"),
)
reviewed = Column("reviewed", FLAG, "Whether a person settled it.")
valid_from = Column("valid_from", DAY, "First day on which it holds; empty when it always did.")
valid_to = Column("valid_to", DAY, "First day on which it holds no more; empty while it does.")
evidence = Column("evidence", TEXT, "What says so: sources and their dates.")
confidence = Column("confidence", TEXT, "How sure the statement is.", choices=("high", "medium", "low"))
first_seen = Column("first_seen", DAY, "Day of the first capture that has it.")
last_seen = Column("last_seen", DAY, "Day of the last capture that has it.")
rows = Column("rows", WHOLE, "Rows counted.", "rows", 0)
candidates = Column(
    "candidates",
    TEXT,
    "The nearest known models with their likeness, 0 to 100: hints for a person, never a join.",
)

printed_means = Column(
    "printed_means",
    TEXT,
    "The model that the printed name alone would mean, where the source's own canonical id says another; else"
    " empty.",
)

# Exchange rates.
rate_on = Column("rate_on", DAY, "Day of the reference rate.")
base = Column("base", TEXT, "Base currency: `rate` units of `quote` buy one unit of it.", pattern=r"[A-Z]{3}")
quote = Column("quote", TEXT, "Quote currency.", pattern=r"[A-Z]{3}")
rate = Column("rate", REAL, "Units of `quote` for one unit of `base`.", "quote/base", 0)

# Captures and outcomes.
address = Column("address", TEXT, "The address that was asked.")
captured_at = Column("captured_at", INSTANT, "UTC moment of the response.")
http_status = Column("http_status", WHOLE, "HTTP status; 200 for bodies that came without one.", "", 0, 999)
content_type = Column("content_type", TEXT, "Content type as sent.")
body_bytes = Column("body_bytes", WHOLE, "Bytes of the decoded body.", "bytes", 0)
warc = Column("warc", TEXT, "Archive file, relative to the home.")
warc_offset = Column("warc_offset", WHOLE, "Where the record starts.", "bytes", 0)
warc_length = Column("warc_length", WHOLE, "Compressed length of the record.", "bytes", 0)
record_type = Column(
    "record_type",
    TEXT,
    "response, resource, revisit where the body was archived before, or pack where only its address, time and"
    " digest are known (the home began with a history pack).",
)
etag = Column("etag", TEXT, "The response's ETag, for the next conditional request.")
last_modified = Column("last_modified", TEXT, "The response's Last-Modified, as sent.")
origin = Column(
    "origin", TEXT, "How the capture came: live, embedded, history pack, or the imported file's name."
)
run_id = Column("run_id", TEXT, "The run that wrote the row.")
step = Column("step", TEXT, "fetch, discover (what a site lists), parse, check, publish, marts or report.")
started_at = Column("started_at", INSTANT, "When the step started (UTC).")
seconds = Column("seconds", REAL, "How long it took.", "s", 0)
success = Column("success", FLAG, "Whether it did what it should.")
rows_in = Column("rows_in", WHOLE, "Rows that entered the step.", "rows", 0)
rows_out = Column("rows_out", WHOLE, "Rows that left it.", "rows", 0)
rows_quarantined = Column("rows_quarantined", WHOLE, "Rows set aside, each with its reason.", "rows", 0)
error = Column("error", TEXT, "What went wrong: source, expected, found, capture, next step.")
