"""What a source is expected to say: the part of the checks that differs from source to source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Expects:
    """Limits that one day's snapshot of a source must keep; outside them the source publishes nothing that
    day.

    rows: table name -> (least, most) rows from one complete capture day. models: listed models (exact, any
    one suffices) that the page has whenever it is the right page. currencies: ISO 4217 codes that amounts may
    carry. amounts: (least, most) of a non-free text-token price per 1e6 tokens, in the currency printed.
    scores: (least, most) of a score, in the board's unit. vanished_share: the share of the last good
    snapshot's models that may be gone at once. changed_share: the share of prices (same key) that may change
    by more than 10x at once. jump: how many times dearer or cheaper a single price may become before it is
    held back (warehouse/checks/jump_guard.py). A vendor's own page rarely moves tenfold; what thousands of
    hosts list does every week, but no price moves a hundredfold.
    second_hand: it lists others' prices, which are asked for their order and compared with what others say
    of the same model (warehouse/checks/slips.py).
    sisters: sources that are other pages of the same lab and list the same models by the same names; they
    bear out a page whose names are new (warehouse/checks/sisters.py).
    """

    rows: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    currencies: frozenset[str] = frozenset({"USD"})
    amounts: tuple[float, float] = (0.0005, 2000.0)
    scores: tuple[float, float] | None = None
    vanished_share: float = 0.34
    changed_share: float = 0.05
    jump: float = 8.0
    second_hand: bool = False
    sisters: tuple[str, ...] = ()
