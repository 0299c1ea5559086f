"""Every column of every table, once: name, type, meaning, unit, limits."""

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

# Frontiers and lags (METHOD.md).
group = Column(
    "group", TEXT, "The group: a country (ISO 3166 alpha-2), open_weights, closed_weights, or a lab id."
)
leader = Column(
    "leader", TEXT, "The group that is taken to lead: a country, open_weights, closed_weights, or a lab id."
)
follower = Column("follower", TEXT, "The group that is taken to follow.")
frontier_kind = Column(
    "kind",
    TEXT,
    "Frontier over models ever released, or over those not withdrawn on the day.",
    choices=("released", "available"),
)
definition = Column(
    "definition",
    TEXT,
    "Which lag: METHOD.md, frontier lag.",
    choices=(
        "parity",
        "event",
        "significant",
        "catchup",
        "catchup_median",
        "threshold",
        "regression",
        "gap",
        "trailing12",
    ),
)
valid_on = Column("valid_on", DAY, "The day that the statement is about.")
window_days = Column(
    "window_days",
    WHOLE,
    "Days that a trailing mean or a regression looks back; 0 for a single day.",
    "days",
    0,
    3660,
)
lag_days = Column(
    "lag_days", REAL, "How far the follower is behind; negative where it leads; null where undefined.", "days"
)
lo90_days = Column(
    "lo90_days",
    REAL,
    "Lower end of the 90 % interval of the lag; null where the board has no standard errors.",
    "days",
)
hi90_days = Column("hi90_days", REAL, "Upper end of the 90 % interval of the lag.", "days")
lag_state = Column(
    "state",
    TEXT,
    "What the follower does on that day.",
    choices=("lags", "parity", "leads", "never_matched", "undefined"),
)
leader_model_id = Column(
    "leader_model_id", TEXT, "The leader's model in the comparison; empty where none is compared."
)
follower_model_id = Column(
    "follower_model_id", TEXT, "The follower's model in the comparison; empty where none is compared."
)
leader_revision = Column(
    "leader_revision", TEXT, "Dated build of the leader's model, where it is a later one than its first."
)
follower_revision = Column(
    "follower_revision", TEXT, "Dated build of the follower's model, where it is a later one than its first."
)
tolerance = Column(
    "tolerance",
    REAL,
    "tau in standard errors of the difference: 0, or 1.645; for `significant` the z it had to exceed.",
    "SE",
    0,
    10,
)
left_truncated = Column(
    "left_truncated",
    FLAG,
    "The lag reaches back before the board's own start, or to its first model of the leader: it may be"
    " longer.",
)
is_record = Column(
    "is_record", FLAG, "Whether the model was better on this board than everything its group had before."
)
censored = Column("censored", FLAG, "Not matched by the as-of date: the time is still running.")
level = Column("level", REAL, "The fixed score of a `threshold` row.", "board unit")
score_gap = Column(
    "gap",
    REAL,
    "The leader's best score less the follower's: positive where the leader is better.",
    "board unit",
)
gap_se = Column("gap_se", REAL, "Standard error of `gap`.", "board unit", 0)
gap_in_se = Column("gap_in_se", REAL, "`gap` in standard errors of the difference.", "SE")
gap_lo90 = Column("gap_lo90", REAL, "Lower end of the 90 % interval of `gap`.", "board unit")
gap_hi90 = Column("gap_hi90", REAL, "Upper end of the 90 % interval of `gap`.", "board unit")
win_probability = Column(
    "win_probability", REAL, "Elo boards: the leader's expected share of wins at that gap.", "fraction", 0, 1
)
leader_models = Column(
    "leader_models",
    WHOLE,
    "Models of the leader on the board dated by `valid_on`; with fewer than 8 the lag says little.",
    "models",
    0,
)
vintage = Column("vintage", DAY, "Day of the board's capture that the statement rests on.")
vintage_basis = Column(
    "vintage_basis",
    TEXT,
    "as_of: the newest capture known; launch: the first capture that showed the model.",
    choices=("as_of", "launch"),
)
as_of_old = Column("as_of_old", DAY, "The earlier of two days of knowledge.")
as_of_new = Column("as_of_new", DAY, "The later of two days of knowledge.")
vintage_old = Column("vintage_old", DAY, "Day of the capture that was the newest on `as_of_old`.")
vintage_new = Column("vintage_new", DAY, "Day of the capture that was the newest on `as_of_new`.")
lag_days_old = Column("lag_days_old", REAL, "The lag as known on `as_of_old`.", "days")
lag_days_new = Column("lag_days_new", REAL, "The lag as known on `as_of_new`.", "days")
delta_days = Column("delta_days", REAL, "New less old; null where the lag appeared or vanished.", "days")
cause_model_id = Column("cause_model_id", TEXT, "The model that moved the lag.")
cause = Column(
    "cause",
    TEXT,
    "What happened to that model between the two captures.",
    choices=(
        "leader added",
        "leader dropped",
        "leader rescored",
        "follower rescored",
        "leader redated",
        "follower redated",
        "follower added",
        "follower dropped",
    ),
)

# Capability index and trends.
capability = Column(
    "capability",
    REAL,
    "Place on one scale of all boards (Claude 3.5 Sonnet = 130, GPT-5 = 150).",
    "index points",
)
capability_se = Column(
    "se", REAL, "Standard error of differences: what moves the whole scale is no part.", "index points", 0
)
capability_lo90 = Column(
    "lo90",
    REAL,
    "Lower end of the 90 % interval, the wider of refits over cells and over boards.",
    "index points",
)
capability_hi90 = Column("hi90", REAL, "Upper end of the 90 % interval.", "index points")
boards_used = Column("boards", WHOLE, "Boards that the model's capability rests on.", "boards", 0)
per_year_months = Column(
    "per_year_months", REAL, "Slope of the event lags: months of lag gained a year.", "months/year"
)
per_year_lo90 = Column(
    "per_year_lo90", REAL, "Lower end of its 90 % interval (moving-block bootstrap).", "months/year"
)
per_year_hi90 = Column("per_year_hi90", REAL, "Upper end of its 90 % interval.", "months/year")
points = Column("points", WHOLE, "Points that the trend rests on.", "points", 0)
established = Column("established", FLAG, "Whether the interval lies on one side of zero.")
since = Column("since", DAY, "First day of the trend's points.")

# Prices as derived.
PRICE_BASES = ("input", "output", "cache_read", "blend_3_1", "blend_agentic", "task")
market = Column(
    "market", TEXT, "`CN` for the Chinese site of a vendor that has two, else empty.", choices=("", "CN")
)
amount_held = Column("amount", REAL, "The price as printed, in `currency` per `per`.", "currency/per", 0, 1e8)
amount_usd = Column(
    "amount_usd",
    REAL,
    "In US dollars at the ECB rate of the interval's last day, or of the as-of day.",
    "USD/per",
    0,
)
price_from = Column("valid_from", INSTANT, "From when the price held (UTC, inclusive).")
price_to = Column(
    "valid_to", INSTANT, "Until when the price held (UTC, exclusive); empty while no end is known."
)
last_seen_at = Column(
    "last_seen_at", INSTANT, "When the source was last seen to say so: the age of a price whose page is gone."
)
own_page = Column("own_page", FLAG, "Whether the source is the provider's own page.")
first_party = Column("first_party", FLAG, "Whether the provider is the model's lab.")
sources_seen = Column(
    "sources_seen", WHOLE, "Sources that list this offer at the end of the interval.", "sources", 1
)
sources_agree = Column("sources_agree", WHOLE, "Those of them that list this amount.", "sources", 1)
day = Column("day", DAY, "The day that the statement is about (UTC, as it ends).")
chosen_source = Column("chosen_source", TEXT, "The source that is believed.")
chosen_amount = Column("chosen_amount", REAL, "Its amount, in `currency` per `per`.", "currency/per", 0)
reason = Column(
    "reason",
    TEXT,
    "Why the sources differ.",
    choices=(
        "unit slip",
        "currency mix-up",
        "promotion versus list",
        "tier mix-up",
        "alias re-pointed",
        "stale copy",
        "first-party page wins",
        "unresolved",
    ),
)
detail = Column("detail", TEXT, "By dissenting source: what the reason rests on.")
values = Column("values", TEXT, "Every source's amount: `source=amount; ...`.")
comparison = Column("comparison", TEXT, "What is compared: `pair:A|B`, `at_capability` or `flagship`.")
basis = Column(
    "basis", TEXT, "Which price: a component, a blend, or the cost of a task.", choices=PRICE_BASES
)
capability_level = Column(
    "level", REAL, "Capability asked for; empty for the Chinese frontier of the day.", "capability points"
)
capability_bound = Column(
    "bound",
    TEXT,
    "`point`: the capability is at least the level; `lower`: the lower end of its interval is.",
    choices=("point", "lower"),
)
us_model_id = Column("us_model_id", TEXT, "The US model.")
cn_model_id = Column("cn_model_id", TEXT, "The Chinese model.")
us_provider_id = Column("us_provider_id", TEXT, "Who sells the US model at that price.")
cn_provider_id = Column("cn_provider_id", TEXT, "Who sells the Chinese model at that price.")
us_price_usd = Column("us_price_usd", REAL, "Price of the US side.", "USD/1e6 tokens", 0)
cn_price_usd = Column("cn_price_usd", REAL, "Price of the Chinese side.", "USD/1e6 tokens", 0)
price_ratio = Column("ratio", REAL, "US price / Chinese price.", "1", 0)
ratio_lo90 = Column(
    "ratio_lo90", REAL, "Lower end of the 90 % interval; empty where the ratio has none.", "1", 0
)
ratio_hi90 = Column(
    "ratio_hi90", REAL, "Upper end of the 90 % interval; empty where the ratio has none.", "1", 0
)
premium_models = Column(
    "premium_kind", TEXT, "Over all models on sale, or the efficient ones.", choices=("all", "efficient")
)
slope_log10_per_10 = Column(
    "slope_log10_per_10", REAL, "log10 of the price for ten points of capability.", "log10 per 10 points"
)
slope_lo90 = Column("slope_lo90", REAL, "Lower end of the slope's 90 % interval.", "as the slope")
slope_hi90 = Column("slope_hi90", REAL, "Upper end of the slope's 90 % interval.", "as the slope")
factor_per_10 = Column("factor_per_10", REAL, "How many times dearer ten points of capability are.", "1", 0)
models_counted = Column("models_counted", WHOLE, "Models that enter.", "models", 0)
blend_3_1_usd = Column("blend_3_1_usd", REAL, "(3 input + output) / 4.", "USD/1e6 tokens", 0)
blend_agentic_usd = Column(
    "blend_agentic_usd", REAL, "(10 (0.1 input + 0.9 cache_read) + output) / 11.", "USD/1e6 tokens", 0
)
input_usd = Column("input_usd", REAL, "Price of input tokens.", "USD/1e6 tokens", 0)
output_usd = Column("output_usd", REAL, "Price of output tokens.", "USD/1e6 tokens", 0)
fitted_blend_3_1_usd = Column(
    "fitted_blend_3_1_usd",
    REAL,
    "What the premium's line over all models of the country gives there.",
    "USD/1e6 tokens",
    0,
)
edge_model_id = Column("edge_model_id", TEXT, "The most capable model on sale.")
slope_log_per_year = Column(
    "slope_log_per_year", REAL, "Natural log of the price, change in a year.", "log per year"
)
factor_per_year = Column("factor_per_year", REAL, "How many times cheaper after a year.", "1", 0)
days_counted = Column("days_counted", WHOLE, "Days with a price.", "d", 0)
first_day = Column("first_day", DAY, "First day counted.")
last_day = Column("last_day", DAY, "Last day counted.")
cost_per_task_usd = Column(
    "cost_per_task_usd", REAL, "Measured cost of one task of the board.", "USD/task", 0
)
tasks = Column("tasks", REAL, "Tasks of the run, where known.", "tasks", 0)
token_price_usd = Column(
    "token_price_usd", REAL, "The model's blend_3_1 on the as-of day.", "USD/1e6 tokens", 0
)
cost_over_token_price = Column(
    "cost_over_token_price", REAL, "Blended tokens that a task costs.", "1e6 tokens/task", 0
)
home_country = Column("home_country", TEXT, "The lab's country.")
hosts = Column("hosts", WHOLE, "Providers that run the model and are not its lab.", "providers", 0)
countries = Column("countries", WHOLE, "Countries of those providers.", "countries", 0)
offshore_hosts = Column("offshore_hosts", WHOLE, "Those outside the lab's country.", "providers", 0)
unknown_country_hosts = Column("unknown_country_hosts", WHOLE, "Those of unknown country.", "providers", 0)
offshore_share = Column("offshore_share", REAL, "offshore_hosts / hosts of known country.", "fraction", 0, 1)
first_hosted_on = Column("first_hosted_on", DAY, "First day on which a source priced the model at a host.")
first_offshore_on = Column(
    "first_offshore_on", DAY, "The same outside the lab's country; not before the release."
)
days_to_offshore = Column("days_to_offshore", WHOLE, "Days from the release to first_offshore_on.", "d", 0)
first_offshore_provider_id = Column(
    "first_offshore_provider_id", TEXT, "The provider that was first offshore."
)
first_party_price_usd = Column("first_party_price_usd", REAL, "The lab's own price.", "USD/1e6 tokens", 0)
median_host_price_usd = Column(
    "median_host_price_usd", REAL, "Median price of hosts outside the lab's country.", "USD/1e6 tokens", 0
)
cheapest_host_price_usd = Column(
    "cheapest_host_price_usd", REAL, "The cheapest of those hosts' prices.", "USD/1e6 tokens", 0
)
cheapest_host_provider_id = Column("cheapest_host_provider_id", TEXT, "The cheapest of those hosts.")
host_premium = Column("host_premium", REAL, "median_host_price_usd / first_party_price_usd.", "1", 0)
capacity_sign = Column(
    "sign", TEXT, "What hints at scarce compute.", choices=("concurrency", "rate_limit", "peak_multiplier")
)
measure_value = Column("value", REAL, "The measured value, in `unit`.")
measure_unit = Column("unit", TEXT, "The unit of `value`.")
cadence_value = Column(
    "value", REAL, "What `measure` says: days, or releases in the window.", "d or releases", 0
)
cadence_measure = Column(
    "measure", TEXT, "What is measured.", choices=("median_days", "last_days", "open_days", "releases")
)
release_tier = Column(
    "release_tier", TEXT, "Which releases count.", choices=("flagship", "major", "minor", "variant", "any")
)
releases = Column("releases", WHOLE, "Releases that enter.", "releases", 0)
last_model_id = Column("last_model_id", TEXT, "The last of them.")
last_released_on = Column("last_released_on", DAY, "Its day.")
released_models = Column("models", TEXT, "The models released in the window.")
