"""The rules about verdicts: one reason a dissenter, and none whose own premise the rows contradict."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from warehouse.checks.marts.rule import Rule, Tables, days, keys, never, text

SAID, VERDICTS = "source_price_intervals", "price_verdicts"
PRICED = ("provider_id", "model_id", "component", "currency", "digits")
SCOPE = ("service_tier", "context_from_tokens", "modality", "region", "setting", "market")
OFFER = (*PRICED, *SCOPE, "revision", "time_band")
ROUNDED, EURO = 2.0, 1.25  # the most that rounding makes of a cent or two; that a euro was worth in dollars
SAME = 1e-4


def _two_reasons(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A dissenter twice in one `detail` (`source: why; source: why`), or one that prints no value."""
    rows = tables[VERDICTS]
    told = text(rows["detail"]).str.findall(r"(?:^|; )([a-z0-9_]+): ")
    printed = text(rows["values"]).str.findall(r"(?:^|; )([a-z0-9_]+)=")
    bad = [len(set(a)) < len(a) or not set(a) <= set(b) or not a for a, b in zip(told, printed, strict=True)]
    return never(np.array(bad, dtype=bool))


class Printed(NamedTuple):
    """Dissenters of one reason, and what sources print of their models: both with `digits`, the amount to
    five digits, so that it can be looked up.
    """

    rows: pd.DataFrame
    said: pd.DataFrame

    def shown(self, *where: str, **changed: np.ndarray) -> np.ndarray:
        """Whether sources print what a dissenter does in these columns, or what `changed` puts there."""
        asked = keys(self.rows.assign(**changed), *where)
        return asked.isin(keys(self.said, *where).unique()).to_numpy()

    def beside(self, on: tuple[str, ...], other: tuple[str, ...]) -> np.ndarray:
        """Whether a row that is alike in `on` differs in one of `other`."""
        theirs = pd.DataFrame({"on": keys(self.said, *on), "other": keys(self.said, *other)})
        ours = pd.DataFrame({"on": keys(self.rows, *on), "own": keys(self.rows, *other)})
        both = ours.reset_index(names="at").merge(theirs.drop_duplicates(), on="on")
        return np.isin(np.arange(len(ours)), both.loc[(both["own"] != both["other"]).to_numpy(), "at"])

    def of(self, kept: np.ndarray) -> Printed:
        """The same dissenters beside some of what is printed."""
        return self._replace(said=self.said[kept])

    def within(self, factor: float) -> np.ndarray:
        """Whether a dissenter's amount and the believed one differ by no more than a factor."""
        ratio = self.rows["amount"].to_numpy(float) / self.rows["chosen_amount"].to_numpy(float)
        return np.maximum(ratio, 1 / ratio) <= factor

    def seen_after_believed(self) -> np.ndarray:
        """Whether a dissenter's source was seen after the believed one was last seen with its amount."""
        believed = self.rows.assign(
            source_id=self.rows["chosen_source"], digits=_digits(self.rows["chosen_amount"])
        )
        last = pd.Series(days(self.said["last_seen_at"]), index=keys(self.said, *OFFER, "source_id"))
        last = last.groupby(level=0).max()
        own, theirs = (
            last.reindex(keys(rows, *OFFER, "source_id")).to_numpy() for rows in (self.rows, believed)
        )
        return ~(own <= theirs)  # what is not found asks nothing


def _own_lab(printed: Printed) -> np.ndarray:
    lab = text(printed.rows["model_id"]).str.partition("/")[0].to_numpy()
    return printed.shown(*PRICED, provider_id=lab)


def _own_page(printed: Printed) -> np.ndarray:
    own = printed.of(printed.said["own_page"].astype(bool).to_numpy())
    return own.shown("source_id", "provider_id", source_id=printed.rows["chosen_source"].to_numpy())


def _promoted(printed: Printed) -> np.ndarray:
    said = printed.said
    to_come = days(said["valid_from"]) > days(said["last_seen_at"])
    return printed.of((text(said["price_kind"]) != "list").to_numpy() | to_come).shown(*PRICED)


# What a reason says, as `detail` begins it, and what the rows must then show.
PREMISES: dict[str, Callable[[Printed], np.ndarray]] = {
    "an earlier price of this offer": lambda p: p.beside((*PRICED, "service_tier"), ("source_id",)),
    "the price of another tier": lambda p: p.beside(PRICED, SCOPE),
    "another tier's price": lambda p: p.beside(PRICED, SCOPE),
    "the price of the model's own lab": _own_lab,
    "the lab's own price until": _own_lab,
    "the provider's own page": _own_page,
    "prints a promotion": _promoted,
    "rounded": lambda p: p.within(ROUNDED),
    "the ratio is a euro rate": lambda p: p.within(EURO),
    "BELIEVED's believed price was not captured": Printed.seen_after_believed,
}


def _contradicted(tables: Tables, _as_of: pd.Timestamp) -> pd.DataFrame:
    """A verdict with a dissenter whose reason says what the printed prices do not show."""
    rows = _dissenters(tables[VERDICTS])
    said = tables[SAID]
    said = said[said["model_id"].isin(rows["model_id"]).to_numpy()]
    said = said.assign(digits=_digits(said["amount"]))
    disputed = {*rows["digits"], *_digits(rows["chosen_amount"])}  # few of all that is printed
    said = said[said["digits"].isin(disputed).to_numpy()]
    bad = np.zeros(len(tables[VERDICTS]), dtype=bool)
    for premise, holds in PREMISES.items():
        some = rows[rows["why"].str.startswith(premise).to_numpy()].reset_index(drop=True)
        if len(some):
            bad[some.loc[~holds(Printed(some, said)), "row"]] = True
    return never(bad)


def _dissenters(verdicts: pd.DataFrame) -> pd.DataFrame:
    """A row a dissenter: `row` (the position of its verdict), source_id, why, amount and digits (what it
    prints), and the columns of its verdict.
    """
    told = text(verdicts["detail"]).str.split("; ").explode().str.partition(": ")
    printed = text(verdicts["values"]).str.split("; ").explode().str.partition("=")
    why = pd.DataFrame({"row": told.index, "source_id": told[0].to_numpy(), "why": told[2].to_numpy()})
    amounts = pd.DataFrame({"row": printed.index, "source_id": printed[0].to_numpy()})
    amounts["amount"] = pd.to_numeric(printed[2], errors="coerce").to_numpy(dtype=float)
    rows = why.merge(amounts, on=["row", "source_id"]).join(verdicts.reset_index(drop=True), on="row")
    rows = rows[(np.abs(rows["amount"] / rows["chosen_amount"].astype(float) - 1) > SAME).to_numpy()]
    believed = [f"{source}'s" for source in rows["chosen_source"].astype(str)]
    generic = [w.replace(name, "BELIEVED's", 1) for w, name in zip(rows["why"], believed, strict=True)]
    return rows.assign(why=generic, digits=_digits(rows["amount"]))


def _digits(amounts: pd.Series) -> list[str]:
    return [f"{amount:.5g}" for amount in amounts.astype(float)]


VERDICT_RULES = (
    Rule(
        14, "two reasons for one dissenter, or a dissenter that prints no value", VERDICTS, (), _two_reasons
    ),
    Rule(14, "a reason whose own premise the rows contradict", VERDICTS, (SAID,), _contradicted),
)
