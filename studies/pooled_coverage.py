"""Does the published interval of the pooled lag cover the lag of all models, in worlds that are known whole?

Every world has the real models, release days and pattern of cells as known on a day, and the real rulers; its
capabilities are made, its scores drawn anew. `python -m studies.pooled_coverage --home HOME`: seven kinds
that the method was made with, and seven that were chosen to break it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from studies.pooled_home import arguments, fitted, say
from transforms.boards.frontier import Days, Flags, Reals
from transforms.pooled.draw_lags import trailing_months
from transforms.pooled.groups import HEADLINE, pair_of
from transforms.pooled.panel import Panel
from transforms.pooled.posterior import Posterior
from transforms.pooled.published import lags_of, publishable, trailing
from transforms.pooled.sampler import sample

QUIRK, COUNTRY = 0.11, 0.16  # how far labs and countries scatter on single rulers, as on the real ones
KEEP, BURN = 250, 150
SLACK = 0.05  # months: a truth is given to the day
BACK = (181, 47, 0)  # days before the as-of day on which the lag is asked for


class World(NamedTuple):
    """True capabilities, and the cells that the world keeps."""

    truth: Reals
    cells: Flags


@dataclass(frozen=True, eq=False)
class Pattern:
    """The real fit whose pattern of cells every world has."""

    posterior: Posterior
    as_of: int

    @property
    def panel(self) -> Panel:
        """Its panel."""
        return self.posterior.panel

    def late(self, days: int) -> Flags:
        """Chinese models of the last `days`."""
        return (self.panel.country == "CN") & (self.panel.days > self.as_of - days)


def rising(pattern: Pattern, random: np.random.Generator, years: float | Reals, step: float = 0.0) -> Reals:
    """Capabilities that rise with time, Chinese ones `years` behind; `step`: in jumps of so many years."""
    p = pattern.panel
    when = (p.days - 19358) / 365.25 - years * (p.country == "CN")
    if step:
        when = np.floor(when / step) * step
    level = -1.2 + 0.75 * when + 0.15 * np.sin(2 * when) - 0.45 * ~p.flagship
    own = np.where(p.flagship, 0.16, 0.4) * random.standard_normal(len(when))
    return np.asarray(level + own + 0.15 * random.standard_normal(int(p.lab.max()) + 1)[p.lab])


def drawn(pattern: Pattern, random: np.random.Generator) -> Reals:
    """Capabilities as the real fit draws them."""
    draws = pattern.posterior.capability
    return np.asarray(draws[random.integers(len(draws))])


def all_cells(pattern: Pattern) -> Flags:
    """Every cell of the pattern."""
    return np.ones(len(pattern.panel.z), dtype=bool)


def steady(months: float) -> Callable[[Pattern, np.random.Generator], World]:
    """Worlds with one lag for ever."""
    return lambda pattern, random: World(rising(pattern, random, months / 12), all_cells(pattern))


def widening(pattern: Pattern, random: np.random.Generator) -> World:
    """0.3 years in 2024, and 0.15 more each year."""
    years = (pattern.panel.days - 19358) / 365.25
    return World(rising(pattern, random, 0.3 + 0.15 * np.maximum(years - 1, 0)), all_cells(pattern))


def half_untested(pattern: Pattern, random: np.random.Generator) -> World:
    """Half of the Chinese models of nine months lose their cells."""
    lost = pattern.late(270) & (random.random(len(pattern.panel.models)) < 0.5)
    return World(drawn(pattern, random), ~lost[pattern.panel.model])


def nothing_late(pattern: Pattern, random: np.random.Generator) -> World:
    """Nothing Chinese of the last 90 days is tested."""
    return World(drawn(pattern, random), ~pattern.late(90)[pattern.panel.model])


def best_untested(pattern: Pattern, random: np.random.Generator) -> World:
    """Of the Chinese models of nine months the better half loses its cells: tested because they are weak."""
    truth, late = rising(pattern, random, 0.5), pattern.late(270)
    lost = late & (truth > np.median(truth[late]))
    return World(truth, ~lost[pattern.panel.model])


def overtaken(pattern: Pattern, random: np.random.Generator) -> World:
    """The last 120 days' Chinese flagships are at par, and half of them are not tested."""
    truth = rising(pattern, random, 0.5)
    late = pattern.late(120) & pattern.panel.flagship
    truth = np.where(late, truth + 0.5 * 0.75, truth)
    lost = late & (random.random(len(truth)) < 0.5)
    return World(truth, ~lost[pattern.panel.model])


def jumps(pattern: Pattern, random: np.random.Generator) -> World:
    """Progress in jumps of half a year."""
    return World(rising(pattern, random, 0.5, 0.5), all_cells(pattern))


KINDS: dict[str, Callable[[Pattern, np.random.Generator], World]] = {
    "steady, 3 months": steady(3),
    "steady, 6 months": steady(6),
    "steady, 9 months": steady(9),
    "widening": widening,
    "Chinese lead": steady(-3.6),
    "half of late Chinese untested": half_untested,
    "no Chinese of 90 days tested": nothing_late,
}
BREAKING: dict[str, Callable[[Pattern, np.random.Generator], World]] = {
    "the better half untested": best_untested,
    "overtaken, half untested": overtaken,
    "progress in jumps": jumps,
    "steady, 18 months": steady(18),
    "Chinese items leaked on half the boards": steady(6),
    "a third of the boards is noise": steady(6),
    "all boards harder for Chinese models": steady(6),
}


def scores(pattern: Pattern, world: World, kind: str, random: np.random.Generator) -> Panel:
    """The panel of a world: scores drawn on the real rulers, with the scatter of labs and countries that
    `kind` has.
    """
    p, draws = pattern.panel, pattern.posterior.draws
    boards, labs = len(p.rulers), int(p.lab.max()) + 1
    country = COUNTRY * random.standard_normal(boards)
    spoilt = random.random(boards)
    if "leaked" in kind:
        country = country + 0.3 * (spoilt < 0.5)
    if "harder" in kind:
        country = country - 0.15
    quirk = QUIRK * random.standard_normal((labs, boards))
    noise = draws.noise[0, -1] * np.where(("is noise" in kind) & (spoilt < 1 / 3), 4.0, 1.0)
    level = world.truth[p.model] + quirk[p.lab[p.model], p.ruler]
    level = level + country[p.ruler] * (p.country == "CN")[p.model]
    z = draws.offset[0, -1][p.ruler] + draws.slope[0, -1][p.ruler] * level
    made = Panel(
        p.models, p.rulers, z + noise[p.ruler] * random.standard_t(5, len(z)), p.model, p.ruler, p.facts
    )
    return made.only(world.cells)


def covered(pattern: Pattern, kind: str, days: Days, seed: int) -> tuple[Flags, Reals, Reals]:
    """Whether the published interval holds the lag of all models on each day, how far its value is off, and
    how wide it is.
    """
    random = np.random.default_rng(seed)
    world = (KINDS | BREAKING)[kind](pattern, random)
    panel = scores(pattern, world, kind, random)
    found = Posterior(panel, sample(panel, seed=seed, keep=KEEP, burn=BURN))
    pair = pair_of(panel, *HEADLINE)
    measured, completed = (lags_of(found, trailing(found, pair, days, least), days) for least in (3, 0))
    lag = publishable(measured, completed)
    true = trailing_months(panel, world.truth[None, :], pair.leading, pair.following, days)[0]
    return (true >= lag.low - SLACK) & (true <= lag.high + SLACK), lag.value - true, lag.high - lag.low


def row(pattern: Pattern, kind: str, worlds: int, seed: int) -> str:
    """One line of the answer."""
    days = pattern.as_of - np.array(BACK)
    found = [covered(pattern, kind, days, seed + n) for n in range(worlds)]
    hit, off, wide = (np.array(part) for part in zip(*found, strict=True))
    return (
        f"{kind:40} covers {100 * hit.mean():5.1f} % ({' '.join(f'{100 * h:.0f}' for h in hit.mean(axis=0))})"
        f"  bias {off.mean():+.2f}  RMSE {np.sqrt((off**2).mean()):.2f}  width {wide.mean():.1f} months"
    )


def main() -> None:
    """The coverage of all kinds."""
    asked = arguments(__doc__ or "", day="2026-07-01", worlds=40, seed=70)
    fit = fitted(asked.home, date.fromisoformat(asked.day))
    pattern = Pattern(fit.posterior, fit.as_of)
    say(f"{asked.worlds} worlds of each kind on the pattern of cells of {asked.day}, seeds from {asked.seed}")
    for title, kinds in (
        ("kinds that the method was made with", KINDS),
        ("kinds chosen to break it", BREAKING),
    ):
        say(title)
        for kind in kinds:
            say(row(pattern, kind, asked.worlds, asked.seed))


if __name__ == "__main__":
    main()
