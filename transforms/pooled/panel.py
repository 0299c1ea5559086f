"""What the pooled lag is fitted to: cells (a model's score on a ruler) and the facts of the models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from transforms.boards.frontier import Days, Flags, Reals, epoch_days

LEAST_RULERS = 2  # of a model that is no flagship
SINCE = pd.Timestamp("2023-01-01")  # untested flagships of before move no frontier
MEASURED = 3  # rulers of a model that counts as measured
Index = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Panel:
    """Cells (z, the position of their model and ruler) and models in the order of their ids: release day
    (since 1970), country, lab (numbered), whether a flagship.
    """

    models: NDArray[Any]
    rulers: NDArray[Any]
    z: Reals
    model: Index
    ruler: Index
    facts: pd.DataFrame

    @cached_property
    def days(self) -> Days:
        """Release days of the models."""
        return epoch_days(self.facts["released_on"])

    @cached_property
    def country(self) -> NDArray[Any]:
        """Countries of the models."""
        return self.facts["country"].fillna("").to_numpy(dtype=str)

    @cached_property
    def lab(self) -> Index:
        """Numbers of the models' labs, in the order of their names."""
        return np.unique(self.facts["lab_id"].fillna("").to_numpy(dtype=str), return_inverse=True)[1]

    @cached_property
    def flagship(self) -> Flags:
        """Which models are flagships."""
        return self.facts["flagship"].fillna(False).to_numpy(dtype=bool)

    @cached_property
    def tested(self) -> Index:
        """Rulers of each model."""
        return np.bincount(self.model, minlength=len(self.models))

    def only(self, cells: Flags) -> Panel:
        """The same models with some of the cells."""
        return Panel(
            self.models, self.rulers, self.z[cells], self.model[cells], self.ruler[cells], self.facts
        )

    @cached_property
    def digest(self) -> str:
        """Names everything that draws of this panel depend on."""
        seal = blake2b(digest_size=12)
        for array in (self.z, self.model, self.ruler, self.days, self.lab, self.flagship):
            seal.update(np.ascontiguousarray(array).tobytes())
        for words in (self.models, self.rulers, self.country, self.facts["open_weights"]):
            seal.update("\0".join(str(word) for word in words).encode())
        return seal.hexdigest()


def panel_of(cells: pd.DataFrame, models: pd.DataFrame, as_of: pd.Timestamp) -> Panel:
    """The panel of the models released by `as_of`: those on at least two rulers, tested flagships, and the
    flagships since 2023 that no ruler has.

    cells: model_id, ruler, z. models: model_id, lab_id, country, released_on, flagship, open_weights.
    """
    known = models.dropna(subset=["released_on"]).drop_duplicates("model_id").set_index("model_id")
    known = known[known["released_on"] <= as_of]
    cells = cells[cells["model_id"].isin(known.index)]
    rulers = cells.groupby("model_id")["ruler"].nunique()
    flagship = known["flagship"].fillna(False).astype(bool) & known["country"].isin(["US", "CN"])
    leading = set(known.index[flagship & (known["released_on"] >= SINCE)])
    kept = set(rulers.index[rulers >= LEAST_RULERS]) | (set(rulers.index) & leading)
    cells = cells[cells["model_id"].isin(kept)].sort_values(["ruler", "model_id"], kind="stable")
    names = np.array(sorted(kept | leading), dtype=object)
    place = pd.Series(np.arange(len(names)), index=names)
    used, ruler = np.unique(cells["ruler"].to_numpy(dtype=str), return_inverse=True)
    columns = ["lab_id", "country", "released_on", "flagship", "open_weights"]
    return Panel(
        names,
        used,
        cells["z"].to_numpy(dtype=float),
        place.reindex(cells["model_id"]).to_numpy(dtype=np.int64),
        ruler.astype(np.int64),
        known.loc[list(names), columns].reset_index(),
    )
