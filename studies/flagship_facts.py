"""Prints what registries state of the newest flagships of the twenty largest labs beside the ledger's facts:
`python -m studies.flagship_facts HOME [--as-of D] [--most 4]`.

One line a model: lab, country, day, weights, parameters and context as published, and each registry that
states another value (`models_dev` dates listings and lists context windows of hosts). The largest labs are
those with the most flagships. The text is written for docs/flagships.md.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

import pandas as pd

from transforms.identity.index import index_seeds
from transforms.identity.long_tail import add_registries
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.seeds import seeds
from warehouse.snapshots import Snapshots
from warehouse.tables import RELEASES

LABS, DAYS_APART = 20, 7
FACTS = ("released_on", "open_weights", "params_total", "context_tokens")


def statements(home: Location, day: date) -> pd.DataFrame:
    """What each registry last stated of each model (first builds alone), by model_id and registry."""
    rows = Snapshots(home).table(RELEASES, day).to_pandas(date_as_object=False)
    texts = {c: "object" for c in rows.columns if isinstance(rows[c].dtype, pd.CategoricalDtype)}
    said = add_registries(index_seeds(seeds(), day), rows.astype(texts))
    said = said[said["revision"] == ""].sort_values("observed_on", kind="stable")
    said["registry"] = said["source_id"].str.extract(r"^([a-z]+(?:_dev|_eci|_notable)?)", expand=False)
    return said.groupby(["model_id", "registry"])[list(FACTS)].last().reset_index()


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


def disagreements(model: object, said: pd.DataFrame) -> list[str]:
    """`registry: fact value` of every statement that differs from the published fact."""
    out = []
    for row in said[said["model_id"] == model.model_id].to_dict("records"):
        own = model.released_on
        if pd.notna(row["released_on"]) and abs((pd.Timestamp(row["released_on"]) - own).days) > DAYS_APART:
            out.append(f"{row['registry']}: {row['released_on']:%Y-%m-%d}")
        if pd.notna(row["open_weights"]) and bool(row["open_weights"]) != bool(model.open_weights):
            out.append(f"{row['registry']}: {'open' if row['open_weights'] else 'closed'}")
        for fact in ("params_total", "context_tokens"):
            value, published = row[fact], getattr(model, fact)
            apart = pd.notna(value) and (pd.isna(published) or abs(value / published - 1) > 0.05)
            out += [f"{row['registry']}: {fact} {value:.4g}"] if apart else []
    return out


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
    evidence = seeds()["models"].set_index("model_id")["evidence"]
    head = ("model", "country", "released", "weights", "parameters", "context", "evidence", "others")
    sys.stdout.write(f"| {' | '.join(head)} |\n{'|---' * len(head)}|\n")
    for model in largest(models, options.most).itertuples():
        weights = "" if pd.isna(model.open_weights) else "open" if model.open_weights else "closed"
        numbers = ["" if pd.isna(n) else f"{n:.4g}" for n in (model.params_total, model.context_tokens)]
        cells = [model.model_id, model.country, f"{model.released_on:%Y-%m-%d}", weights, *numbers]
        cells += [str(evidence.get(model.model_id, "")), "; ".join(disagreements(model, said))]
        sys.stdout.write(f"| {' | '.join(cells)} |\n")


if __name__ == "__main__":
    main()
