"""Printed names resolved to models: each distinct name once per date, then broadcast to the rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.identity.matching import NAME_KEY, dated, match_models

Ints = NDArray[np.int64]
RESOLVED = ["model_id", "revision", "setting"]


@dataclass(frozen=True)
class Names:
    """The distinct names of some rows. `table`: NAME_KEY and observed_on, the day of the name's first row;
    `number`: of each row its name.

    A name that seeds re-point on a day is a name of its own on every day on which it was printed.
    """

    table: pd.DataFrame
    number: Ints

    def resolve(self, aliases: pd.DataFrame) -> pd.DataFrame:
        """model_id, revision and setting of each name, NaN where `aliases` (a `model_aliases` frame) give it
        none.
        """
        found, _ = match_models(self.table, aliases)
        return found[RESOLVED].reindex(self.table.index)

    def broadcast(self, values: pd.Series) -> pd.Categorical:
        """Broadcasts one value a name to one a row."""
        code, known = pd.factorize(values)
        return pd.Categorical.from_codes(code[self.number], known)


def re_pointed(aliases: pd.DataFrame) -> frozenset[str]:
    """The printed names that mean one thing before a day and another, or nothing, from it on."""
    return frozenset(aliases.loc[dated(aliases), "listed_model"])


def names_of(rows: pd.DataFrame, changing: frozenset[str]) -> Names:
    """The names of `rows` (NAME_KEY and observed_on; of each source by day); `changing`: `re_pointed`."""
    keys = [*NAME_KEY, "observed_on"]
    number = rows.groupby(NAME_KEY, observed=True, sort=False, dropna=False).ngroup().to_numpy()
    moves = rows["listed_model"].isin(changing).to_numpy()
    if moves.any():
        day = pd.factorize(rows["observed_on"])[0]
        number = pd.factorize(np.where(moves, (number + 1) * (int(day.max()) + 1) + day, -number - 1))[0]
    first = np.unique(number, return_index=True)[1]
    return Names(
        rows[keys].iloc[first].astype(dict.fromkeys(NAME_KEY, "object")).reset_index(drop=True),
        number.astype(np.int64),
    )


def with_resolved(rows: pd.DataFrame, names: Names, resolved: pd.DataFrame) -> pd.DataFrame:
    """The rows whose name has a model, with the columns of `resolved` (one row a name)."""
    known = resolved["model_id"].notna().to_numpy()[names.number]
    return rows.assign(**{str(c): names.broadcast(resolved[c]) for c in resolved})[known].reset_index(
        drop=True
    )
