"""What a kind of change gives: a body, and what may be new or gone in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from random import Random
from typing import NamedTuple

ODD_NAME = "Qzx-9 Ultra"
# The fields and columns that name a model.
NAMES = ("model", "id", "name", "listed_model", "model_name", "modelName", "slug", "Model version", "Model")


class Tomorrow(NamedTuple):
    """A changed body. `touched` is the text of what was changed (a row, an entry): the models that it names
    may be unread. `gone` says that these may be missing; `new` that a model called like ODD_NAME may be read.
    """

    body: bytes
    touched: str = ""
    gone: bool = False
    new: bool = False
    without: bytes = b""
    says: frozenset[Decimal] = frozenset()


Change = Callable[[bytes, Random], Iterator[Tomorrow]]
