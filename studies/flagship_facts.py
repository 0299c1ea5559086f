"""Prints what registries state of the newest flagships of the twenty largest labs beside the ledger's facts:
`python -m studies.flagship_facts HOME [--as-of D] [--most 4]`.

The rule of choice: the twenty labs with the most dated flagships, the newest `--most` of each, and where labs
have fewer, the newest of the others. One line a model: lab, country, day, weights, parameters and context as
published, the registries that state the same, and what others state instead (`models_dev` dates listings and
lists context windows of hosts). `hosts` are the names of hosts in the registry, which state no lab, as the
ledger reads them. The text is written for docs/flagships.md.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from typing import Any

import pandas as pd

from transforms.identity.index import index_seeds
from transforms.identity.long_tail import add_registries
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.seeds import seeds
from warehouse.snapshots import Snapshots
from warehouse.tables import RELEASES

LABS, DAYS_APART = 20, 3
FACTS = ("released_on", "open_weights", "params_total", "context_tokens")


def statements(home: Location, day: date) -> pd.DataFrame:
    """What each registry, and the names of hosts in it, have stated of each model (first builds alone), by
    model_id and registry.
    """
    rows = Snapshots(home).table(RELEASES, day).to_pandas(date_as_object=False)
    texts = {c: "object" for c in rows.columns if isinstance(rows[c].dtype, pd.CategoricalDtype)}
    rows = rows[rows["date_kind"] != "withdrawn"]
    said = add_registries(index_seeds(seeds(), day), rows.astype(texts))
    said["registry"] = said["source_id"].str.extract(r"^([a-z]+(?:_dev|_eci|_notable)?)", expand=False)
    hosts = _of_hosts(rows.astype(texts), Marts(home).read("model_aliases", day).to_pandas())
    said = pd.concat([said[said["revision"] == ""], hosts]).sort_values("observed_on", kind="stable")
    return said[["model_id", "registry", *FACTS]]


def _of_hosts(rows: pd.DataFrame, aliases: pd.DataFrame) -> pd.DataFrame:
    """The statements without a lab and a canonical id, by the model that the ledger reads the name as."""
    bare = rows[rows["lab"].fillna("").eq("") & rows["canonical_model"].fillna("").eq("")]
    named = aliases[aliases["provider_id"].astype("str").eq("") & aliases["revision"].astype("str").eq("")]
    named = named[["source_id", "listed_model", "model_id"]].astype("str").drop_duplicates()
    once = named[~named.duplicated(["source_id", "listed_model"], keep=False)]
    found = bare.merge(once, on=["source_id", "listed_model"])
    return found.assign(registry=found["source_id"] + " hosts")


def largest(models: pd.DataFrame, most: int) -> pd.DataFrame:
    """The newest flagships of the labs that have the most of them: `most` a lab, and where labs have fewer,
    the newest of the others instead.
    """
    flagships = models[models["flagship"] & models["released_on"].notna()]
    labs = flagships["lab_id"].value_counts().index[:LABS]
    chosen = flagships[flagships["lab_id"].isin(labs)].sort_values("released_on", ascending=False)
    first = chosen.groupby("lab_id").head(most)
    more = chosen.drop(first.index).head(LABS * most - len(first))
    return pd.concat([first, more]).sort_values(["lab_id", "released_on"])


def held_against(model: Any, said: pd.DataFrame) -> tuple[str, str]:
    """The registries that have stated each published fact, and what the others state last."""
    mine = said[said["model_id"] == model.model_id]
    agree, differ = [], []
    for fact, short in zip(FACTS, ("day", "weights", "parameters", "context"), strict=True):
        by_registry = mine.dropna(subset=[fact]).groupby("registry")[fact].apply(list)
        fits = {
            who: any(_same(fact, v, getattr(model, fact)) for v in told) for who, told in by_registry.items()
        }
        if named := [who for who, fit in fits.items() if fit]:
            agree.append(f"{short}: {', '.join(named)}")
        differ += [f"{who}: {short} {_text(by_registry[who][-1])}" for who, fit in fits.items() if not fit]
    return "; ".join(agree), "; ".join(differ)


def _same(fact: str, value: Any, published: Any) -> bool:
    if pd.isna(published):
        return False
    if fact == "released_on":
        return bool(abs((pd.Timestamp(value) - published).days) <= DAYS_APART)
    return bool(value == published) if fact == "open_weights" else bool(abs(value / published - 1) <= 0.05)


def _text(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return {True: "open", False: "closed"}[bool(value)] if isinstance(value, bool) else f"{value:.4g}"


def main() -> None:
    """Prints the table as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home")
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--most", type=int, default=4)
    options = parser.parse_args()
    home = Location(options.home)
    day = options.as_of or max(Marts(home).as_ofs())
    models = Marts(home).read("models", day).to_pandas(date_as_object=False)
    said = statements(home, day)
    head = ("model", "country", "released", "weights", "parameters", "context", "stated by", "others")
    sys.stdout.write(f"| {' | '.join(head)} |\n{'|---' * len(head)}|\n")
    for model in largest(models, options.most).itertuples():
        weights = "" if pd.isna(model.open_weights) else "open" if model.open_weights else "closed"
        if weights == "open" and pd.notna(model.opened_on) and model.opened_on > model.released_on:
            weights += f" ({model.opened_on:%Y-%m-%d})"
        numbers = ["" if pd.isna(n) else f"{n:.4g}" for n in (model.params_total, model.context_tokens)]
        cells = [model.model_id, model.country, f"{model.released_on:%Y-%m-%d}", weights, *numbers]
        sys.stdout.write(f"| {' | '.join([*cells, *held_against(model, said)])} |\n")


if __name__ == "__main__":
    main()
