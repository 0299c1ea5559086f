"""The gates as the derivation runs them: part by part of a date, and once over both."""

from __future__ import annotations

import pandas as pd

from warehouse.checks.marts.board_rules import BOARD_RULES, CLAIM_RULES, WITHOUT_EVIDENCE
from warehouse.checks.marts.identity_rules import IDENTITY_RULES
from warehouse.checks.marts.judge import judge
from warehouse.checks.marts.price_rules import PRICE_RULES
from warehouse.checks.marts.rule import Rule, Tables
from warehouse.checks.marts.verdict_rules import VERDICT_RULES

PART_OF_PRICES = (*PRICE_RULES, *VERDICT_RULES, *IDENTITY_RULES, WITHOUT_EVIDENCE)
PART_OF_LAGS = BOARD_RULES
OF_BOTH_PARTS = CLAIM_RULES
EVERY_RULE = (*PRICE_RULES, *VERDICT_RULES, *IDENTITY_RULES, *PART_OF_LAGS, *OF_BOTH_PARTS)


def gated(
    made: dict[str, pd.DataFrame],
    rules: tuple[Rule, ...],
    as_of: pd.Timestamp,
    evidence: Tables | None = None,
) -> dict[str, pd.DataFrame]:
    """The derived tables after the rules, with `gates` and `set_aside`; what is held is left out."""
    found = judge(made, rules, as_of, evidence)
    return {**found.tables, "gates": found.gates, "set_aside": found.set_aside}


def held_tables(gates: pd.DataFrame) -> frozenset[str]:
    """The tables that are not published for the date."""
    if not len(gates):
        return frozenset()
    named = gates.loc[gates["held"].astype("str") != "", "held"].astype("str")
    return frozenset(name for text in named for name in text.split(", "))
