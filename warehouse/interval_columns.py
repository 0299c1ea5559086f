"""The columns of the ends of a price, and of a series of prices."""

from __future__ import annotations

from warehouse.columns import REAL, TEXT
from warehouse.schema import Column

valid_from_basis = Column(
    "valid_from_basis",
    TEXT,
    "How the start is known.",
    choices=(
        "stated",
        "first sighting",
        "sighted elsewhere",
        "release",
        "listed again",
        "another source fell silent",
    ),
)
valid_to_basis = Column(
    "valid_to_basis",
    TEXT,
    "Why the price ends; empty while it lasts.",
    choices=(
        "",
        "stated",
        "no longer shown",
        "another source",
        "the next build",
        "the name means the next model",
        "promotion unseen for 45 days",
        "host unseen for 90 days",
        "gone from the own page",
        "a post, and no page lists the model",
        "the page lists the offer",
        "withdrawn",
    ),
)
rate_age_days = Column(
    "rate_age_days",
    REAL,
    "Days between the exchange rate and the day that it converts; 0 for dollars, empty without dollars.",
    "days",
    0,
)
first_price_usd = Column("first_price_usd", REAL, "Price at the start of the series.", "USD/1e6 tokens", 0)
last_price_usd = Column("last_price_usd", REAL, "Price at the end of the series.", "USD/1e6 tokens", 0)
