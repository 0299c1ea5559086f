"""Names of files in DuckDB's statements, and whether a writer has cleared one away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path


def listed(files: Sequence[str]) -> str:
    """Files as DuckDB's list of names, each of which is itself and no pattern of names."""
    return "[" + ", ".join(f"'{quoted(literal(file))}'" for file in files) + "]"


def literal(file: str) -> str:
    """A name that as a pattern means itself."""
    return re.sub(r"[*?\[]", r"[\g<0>]", file)


def quoted(path: str) -> str:
    """A name within single quotes."""
    return path.replace("'", "''")


def is_there(file: str) -> bool:
    """Whether a file is still there; of those in an object store nobody asks."""
    return "://" in file or Path(file).exists()
