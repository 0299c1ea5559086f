"""Two claims, or one claim on two days, held against each other."""

from __future__ import annotations

import json

import pandas as pd

from transforms.claims import prices as claim_prices
from transforms.claims.judging import NOT_COMPUTABLE, OVERALL
from transforms.claims.measurement import NotComputable, View, each

FLIP_COLUMNS = (
    "claim_id",
    "text",
    "who",
    "as_of_old",
    "as_of_new",
    "verdict_old",
    "verdict_new",
    "value_old",
    "value_new",
    "explanation",
)


def equal_prices(claims: pd.DataFrame, view: View) -> dict[str, str]:
    """claim_id -> the remark that another claim of the same source gives a different ratio to a model of the
    same list price.

    Two claims of one source on one day about one cheaper model, whose dearer models list at the same price
    for every component on that day, cannot both hold on one basis if their ratios differ.
    """
    ratios = claims[claims["metric"] == "price_ratio"]
    said = [(c, json.loads(c.arguments)) for c in each(ratios)]
    out: dict[str, list[str]] = {}
    for i, (a, first) in enumerate(said):
        for b, second in said[i + 1 :]:
            apart = (
                first["cheap"] == second["cheap"]
                and first["dear"] != second["dear"]
                and a.value_low != b.value_low
            )
            if not (apart and a.who == b.who and a.said_on == b.said_on):
                continue
            day = pd.Timestamp(first.get("day", a.said_on))
            try:
                prices = [
                    claim_prices.price_on(view, str(m), day, "list") for m in (first["dear"], second["dear"])
                ]
            except NotComputable:
                continue
            one, two = ([round(float(p[c]), 9) for c in ("input", "output")] for p in prices)
            if one == two:
                words = (
                    f"{first['dear']} and {second['dear']} list at the same price on {day:%Y-%m-%d}"
                    f" ({one[0]:g} input, {one[1]:g} output, USD per 1e6 tokens): {a.value_low:g} times"
                    f" ({a.claim_id}) and {b.value_low:g} times ({b.claim_id}) cannot both hold on one basis"
                )
                for claim_id in (a.claim_id, b.claim_id):
                    out.setdefault(str(claim_id), []).append(words)
    return {claim_id: ". ".join(words) for claim_id, words in out.items()}


def flips(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Claims whose overall verdicts differ between two days: `FLIP_COLUMNS`. old, new: verdicts of one set of
    claims on two days.

    A claim that one of the days cannot compute has not flipped: it became known, or what it rests on is
    missing.
    """
    sides = [f[f["scope"] == OVERALL].drop_duplicates("claim_id").set_index("claim_id") for f in (old, new)]
    both = sides[0].merge(sides[1], left_index=True, right_index=True, suffixes=("_old", "_new"))
    known = (both["verdict_old"] != NOT_COMPUTABLE) & (both["verdict_new"] != NOT_COMPUTABLE)
    moved = both[known & (both["verdict_old"] != both["verdict_new"])].rename(
        columns={"text_new": "text", "who_new": "who", "explanation_new": "explanation"}
    )
    return moved.reset_index()[list(FLIP_COLUMNS)]
