"""The sections of the page, in reading order."""

from __future__ import annotations

from datetime import date

from reports.audit import claims_section, freshness_section
from reports.flagships import flagship_section
from reports.frontiers import frontier_section
from reports.lags import known_section, lag_section
from reports.parts import Section
from reports.prices import premium_section, price_section
from reports.reading import Tables
from reports.supply import cadence_section, hosting_section


def sections(tables: Tables, as_of: date) -> list[Section]:
    """All sections; one whose tables are not there says what is missing."""
    return [
        frontier_section(tables, as_of),
        lag_section(tables, as_of),
        known_section(tables, as_of),
        price_section(tables, as_of),
        premium_section(tables, as_of),
        flagship_section(tables, as_of),
        cadence_section(tables, as_of),
        hosting_section(tables, as_of),
        claims_section(tables, as_of),
        freshness_section(tables, as_of),
    ]
