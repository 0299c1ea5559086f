"""Changes that sources made themselves: a source whose own price of an offer went from one amount to another.

Where the believed price comes from another source than before, the two amounts may be two readings of one
price. That one and the same source said first the one and then the other shows a change, and two sources that
did so on days near each other agree on it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

WITHIN = pd.Timedelta(days=45)  # feeds follow a lab's page by weeks
GAP = pd.Timedelta(days=1)  # between the end of a price and the start of the next


class Steps:
    """The steps of all sources, looked up by offer, hours and the two amounts."""

    def __init__(self, said: pd.DataFrame | None, offer: Sequence[str]) -> None:
        """said: rows of source_price_intervals; offer: the columns that tell one offer from another."""
        self._offer = [*offer, "time_band"]
        self._by: dict[tuple[Any, ...], list[tuple[pd.Timestamp, str]]] = {}
        if said is None or "valid_to" not in said.columns or not len(said):
            return
        own = [*self._offer, "source_id", "listed_model"]
        listed = said.loc[said["price_kind"] == "list", [*own, "amount", "valid_from", "valid_to"]]
        words = listed.select_dtypes("category").columns
        listed = listed.astype(dict.fromkeys(words, "object")).sort_values([*own, "valid_from"])
        series = listed.groupby(own, sort=False, dropna=False)
        before, ended = series["amount"].shift(), series["valid_to"].shift()
        near = (listed["valid_from"] - ended).abs() <= GAP
        moved = listed.assign(before=before)[before.notna() & (before != listed["amount"]) & near]
        for row in moved.to_dict("records"):
            self._by.setdefault(self._key(row, row["before"]), []).append(
                (row["valid_from"], row["source_id"])
            )

    def _key(self, row: Mapping[Any, Any], before: float) -> tuple[Any, ...]:
        return (*(row[c] for c in self._offer), before, row["amount"])

    def made_by(self, row: Mapping[Any, Any], before: float) -> int:
        """How many sources went from `before` to the row's amount near the day on which the row begins."""
        made = self._by.get(self._key(row, before), ())
        return len({source for day, source in made if abs(day - row["valid_from"]) <= WITHIN})
