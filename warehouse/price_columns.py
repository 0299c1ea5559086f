"""The columns of prices as derived: intervals, verdicts, ratios, premia, hosting, cadence."""

from __future__ import annotations

from warehouse.columns import DAY, FLAG, REAL, TEXT, WHOLE
from warehouse.schema import INSTANT, Column

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
        "one price for many models",
        "first-party page wins",
        "unresolved",
    ),
)
detail = Column("detail", TEXT, "By dissenting source: what the reason rests on.")
values = Column("values", TEXT, "Every source's amount: `source=amount; ...`.")
comparison = Column(
    "comparison",
    TEXT,
    "What is compared: `at_capability`, `flagship`, or two models by id as `pair:A|B` (no row says `pair`"
    " alone: all pairs are `comparison LIKE 'pair:%'`).",
)
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
us_third_usd = Column(
    "us_third_usd",
    REAL,
    "At equal capability: price of the third cheapest US model that is as capable; empty where fewer are.",
    "USD/1e6 tokens",
    0,
)
cn_third_usd = Column(
    "cn_third_usd", REAL, "The same of the Chinese models that are as capable.", "USD/1e6 tokens", 0
)
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
    "release_tier",
    TEXT,
    "Which releases count: text models of a tier or any, or models of another kind (`model_kind`).",
    choices=(
        *("flagship", "major", "minor", "variant", "any"),
        *("embedding", "music", "video", "image", "speech", "other"),
    ),
)
releases = Column("releases", WHOLE, "Releases that enter.", "releases", 0)
last_model_id = Column("last_model_id", TEXT, "The last of them.")
last_released_on = Column("last_released_on", DAY, "Its day.")
released_models = Column("models", TEXT, "The models released in the window.")
