"""What several rooms agree on: months, the 90 %, how many models a lag needs, which rows are the headline,
and the words of a way of serving.
"""

from __future__ import annotations

DAYS_PER_MONTH = 30.4375
DAYS_PER_YEAR = 365.25
Z90 = 1.6448536  # half a two-sided 90 % interval in standard errors
# The same, rounded: it stands in the column `tolerance` of the lag table, which readers filter by, and the
# ends of the audit's intervals are made with it.
TOLERANCE_Z = 1.645
LEAST_LEADERS = 8  # METHOD.md: a lag over fewer models of the leader says little
# METHOD.md: the headline lag of a board is the mean of the last twelve months over models ever released,
# without a tolerance, from the newest capture; that of prices the ratio at the Chinese frontier's capability.
US_CN = {"leader": "US", "follower": "CN"}
PLAIN_LAG = {"kind": "released", "tolerance": 0.0, "vintage_basis": "as_of"}
HEADLINE_LAG = {"definition": "trailing12", **US_CN, **PLAIN_LAG}
HEADLINE_RATIO = {"comparison": "at_capability", "bound": "point", "level": None}
# Ways of serving one model: faster, cheaper, later, or in one region. Taken off only where the rest is known
# as a model of the lab; what was released as such (GPT-4 Turbo, Grok 4 Fast) is kept by hand.
LANES = frozenset(
    {
        "turbo",
        "fast",
        "lightning",
        "highspeed",
        "ultraspeed",
        "speed",
        "eco",
        "express",
        "free",
        "contributor",
        "batch",
        "flex",
        "priority",
        "us",
        "eu",
        "cn",
        "sg",
        "jp",
        "global",
        "apac",
        "intl",
        "international",
    }
)
# The pair that most claims about prices are about: two flagships, as `price_ratio.comparison` writes it.
QUOTED_PAIR = "pair:openai/gpt-5.5|deepseek/deepseek-v4-pro"
