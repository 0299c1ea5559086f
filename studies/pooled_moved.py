"""Which mend moved the pooled lag: from the names, days and flagships that an older home published to
today's, one kind of mend after another, with the value after each and the models whose part in it changed
most. `python -m studies.pooled_moved --home HOME --old OLD_HOME [--day 2026-07-01]`.

Each home gives its captures as its readers read them, and the tables `models`, `model_dates` and
`model_aliases` that it published for the first date on or after the day; all else is today's code. A last
line puts back the seven old tests that boards.csv leaves out. Values are of the last day that two boards of
many subjects speak of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from studies.pooled_home import arguments, as_of, say
from studies.pooled_then import reasons
from transforms.boards.captures import BoardCaptures
from transforms.boards.frontier import epoch_days
from transforms.identity.resolved_names import re_pointed
from transforms.identity.shown import MODEL_FACTS, Identity, with_withdrawals
from transforms.pooled.completed import completed_lag
from transforms.pooled.groups import HEADLINE, pair_of, speaks_until
from transforms.pooled.published import lags_of, publishable, trailing, trailing_at_par
from transforms.pooled.tables import Pooled, pooled_as_known
from warehouse.conventions import DAYS_PER_MONTH
from warehouse.inputs import Inputs
from warehouse.location import Location
from warehouse.marts import Marts
from warehouse.seeds import boards

NAMES = ("model_aliases", "model_dates")
DAYS, FLAGSHIPS = ("released_on",), ("flagship",)
OLD_TESTS = ("epoch_arc_ai2", "epoch_lambada", "epoch_piqa", "epoch_science_qa", "epoch_trivia_qa",
             "epoch_video_mme", "epoch_wino_grande", "epoch_adversarial_nli")  # fmt: skip
COMPLETED = ("metr_time_horizon", "arc_agi_1", "arc_agi_2", "epoch_frontiermath", "epoch_hle")
SHOWN = 12  # changes that are named


class Step(NamedTuple):
    """A state of the mends: what was changed last, and the fit under it."""

    name: str
    fit: Pooled


def published_identity(home: str, day: date) -> Identity:
    """The identity tables that a home published for the first date on or after a day."""
    marts = Marts(Location(home))
    on = min(d for d in marts.as_ofs() if d >= day)
    found = {name: marts.read(name, on).to_pandas() for name in ("models", *NAMES)}
    for frame in found.values():
        for name in frame.columns.intersection(["released_on", "opened_on", "valid_from", "valid_to"]):
            frame[name] = pd.to_datetime(frame[name]).astype("datetime64[us]")
    return found


def mixed(new: Identity, old: Identity, names: bool, keep: tuple[str, ...]) -> Identity:
    """An identity with the names of `new` or of `old`, and the facts of `new` but for those in `keep`, which
    are `old`'s wherever it has the model.
    """
    of = new if names else old
    first = old["models"].drop_duplicates("model_id").set_index("model_id")
    models = of["models"].reindex(columns=new["models"].columns)
    models = pd.concat([models, new["models"]]).drop_duplicates("model_id").reset_index(drop=True)
    now = new["models"].drop_duplicates("model_id").set_index("model_id")
    for fact in ("released_on", "flagship", "country", "lab_id", "open_weights", "opened_on"):
        source, other = (first, now) if fact in keep else (now, first)
        if fact in source:
            value = models["model_id"].map(source[fact])
            known = models["model_id"].isin(source.index)
            rest = models["model_id"].map(other[fact]) if fact in other else models[fact]
            models[fact] = value.where(known, rest).astype(new["models"][fact].dtype)
    dates = of["model_dates"].reindex(columns=new["model_dates"].columns)
    aliases = of["model_aliases"].reindex(columns=new["model_aliases"].columns)
    return {"models": models, "model_dates": dates, "model_aliases": aliases}


def fit_under(inputs: Inputs, identity: Identity, day: date, seed: pd.DataFrame) -> Pooled:
    """The pooled fit on the captures of `inputs` under an identity."""
    captures = BoardCaptures(inputs, identity, re_pointed(identity["model_aliases"]))
    captures.move_to(day, identity)
    models = with_withdrawals(identity)[MODEL_FACTS]
    fit = pooled_as_known(captures.versions, models, seed, pd.Timestamp(day))
    if fit is None:
        raise SystemExit(f"too little is known on {day}")
    return fit


def steps(home: str, old_home: str, day: date) -> Iterator[Step]:
    """The states from the older home's to today's."""
    known, before = as_of(home, day), as_of(old_home, day)
    new, old = published_identity(home, day), published_identity(old_home, day)
    facts = (*DAYS, *FLAGSHIPS, "country", "lab_id", "open_weights")
    seed = boards()
    for name, inputs, names, keep in (
        ("as the older home had it", before.inputs, False, facts),
        ("captures read by today's readers", known.inputs, False, facts),
        ("names: duplicates merged, previews apart, aliases dated", known.inputs, True, facts),
        ("release days", known.inputs, True, facts[1:]),
        ("flagships", known.inputs, True, facts[2:]),
        ("countries, labs and weights: today's value", known.inputs, True, ()),
    ):
        yield Step(name, fit_under(inputs, mixed(new, old, names, keep), day, seed))
    put_back = seed.assign(pooled=seed["pooled"] | seed["board_id"].isin(OLD_TESTS))
    yield Step("today's, with the old tests put back", fit_under(known.inputs, new, day, put_back))


def value(fit: Pooled) -> tuple[int, str, float]:
    """The day that a fit speaks until, its lag in words, and the number of measured models."""
    panel = fit.posterior.panel
    pair = pair_of(panel, *HEADLINE)
    until = speaks_until(fit.rulers, pair, fit.as_of, fit.flagships)
    if until is None:
        return fit.as_of, "no day that two boards speak of", float("nan")
    on = np.array([until])
    measured, completed = (lags_of(fit.posterior, trailing(fit.posterior, pair, on, n), on) for n in (3, 0))
    lag = publishable(measured, completed)
    par = np.median(trailing_at_par(fit.posterior, pair, on))
    words = (
        f"to {np.datetime64(until, 'D')}: {lag.value[0]:.2f} ({lag.low[0]:.1f} to {lag.high[0]:.1f}),"
        f" completed {completed.value[0]:.2f}, at par {par:.2f}; {len(panel.rulers)} rulers,"
        f" {len(panel.models)} models, {len(panel.z)} cells"
    )
    return until, words, float(lag.value[0])


def completed_words(fit: Pooled) -> str:
    """The completed boards of METHOD-2: carried on, completed and its interval, in months."""
    rows = completed_lag(fit)
    rows = rows[rows["board_id"].isin(COMPLETED)] if len(rows) else rows
    said = [
        f"{r.board_id} {r.carried_lag_days / DAYS_PER_MONTH:.1f} carried on,"
        f" {r.completed_lag_days / DAYS_PER_MONTH:.1f} ({r.completed_lo90 / DAYS_PER_MONTH:.1f} to"
        f" {r.completed_hi90 / DAYS_PER_MONTH:.1f})"
        for r in rows.itertuples()
    ]
    return "; ".join(said) or "no board is completed"


def changed(before: Pooled, after: Pooled) -> str:
    """The models whose place in the panel changed: added, gone, of another day, flag or country, the newest
    first.
    """
    old, new = (fit.posterior.panel.facts.set_index("model_id") for fit in (before, after))
    both = old.index.intersection(new.index)
    words = [f"+ {name}" for name in new.index.difference(old.index)]
    words += [f"- {name}" for name in old.index.difference(new.index)]
    for fact in ("released_on", "flagship", "country"):
        was, now = old.loc[both, fact].astype(str), new.loc[both, fact].astype(str)
        moved = both[(was != now).to_numpy()]
        order = new.loc[moved].sort_values("released_on", ascending=False).index
        words += [f"{name} {was[name][:10]} to {now[name][:10]}" for name in order]
    return f"{len(words)} changes: {'; '.join(words[:SHOWN])}" if words else "no model's place"


def main() -> None:
    """The value after each kind of mend."""
    asked = arguments(__doc__ or "", day="2026-07-01", old="")
    before: Step | None = None
    for step in steps(asked.home, asked.old, date.fromisoformat(asked.day)):
        until, words, _ = value(step.fit)
        say(f"{step.name}\n    {words}\n    {completed_words(step.fit)}")
        if before is not None:
            say(f"    {changed(before.fit, step.fit)}")
            say(f"    most moved by: {reasons(before.fit.posterior, step.fit.posterior, until)}")
        before = step
    today = int(epoch_days(pd.Series([pd.Timestamp(asked.day)]))[0])
    say(f"as of {np.datetime64(today, 'D')}, {asked.old} to {asked.home}")


if __name__ == "__main__":
    main()
