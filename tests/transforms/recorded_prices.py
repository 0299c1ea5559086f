"""The recorded price captures as the frame that transforms take, with a simple mapping of names made for
these tests.

Models are told apart by the spelling of their names alone (transforms/identity/naming.py), providers by the
seed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from extractors.errors import ParseError
from extractors.source import discover
from tests import recordings
from transforms.identity.naming import read_name
from transforms.identity.providers import with_providers
from warehouse.seeds import providers
from warehouse.tables import ExchangeRate, ListPrice

COLUMNS = ["source_id", "observed_at", "address", "capture_sha256", "own_page", "post", *ListPrice._fields]


def rows_of(files: Iterable[Path]) -> pd.DataFrame:
    """The list prices of the recorded files that today's parsers read; captures that a parser refuses are
    left out.
    """
    rows = []
    for file in files:
        for capture, parsed in recordings.rows_of(file.parent.name, file.name.removesuffix(".warc.gz")):
            source = discover()[capture.source_id].source
            said = (source.id, capture.captured_at, capture.address, capture.sha256)
            rows += [
                (*said, row.provider_id in source.first_party, source.posts, *row)
                for row in ([] if isinstance(parsed, ParseError) else parsed)
                if type(row) is ListPrice
            ]
    frame = pd.DataFrame(rows, columns=COLUMNS).astype({"amount": "float64"})
    for name in ("effective_from", "effective_to"):
        frame[name] = pd.to_datetime(frame[name], utc=True)
    return frame


def mapped(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with model_id, revision, setting, lab_id by the names alone, and the providers by the seed."""
    names = frame["listed_model"].astype("category")
    read = [named(name) for name in names.cat.categories]
    out = frame.assign(
        **{
            column: pd.Series(values, dtype="str").to_numpy()[names.cat.codes]
            for column, values in zip(
                ("lab_id", "model_id", "revision", "setting"), zip(*read, strict=True), strict=True
            )
        }
    )
    text = [c for c in out.columns if out[c].dtype == object or isinstance(out[c].dtype, pd.StringDtype)]
    return with_providers(out.astype(dict.fromkeys(text, "category")), providers())


def named(name: str) -> tuple[str, str, str, str]:
    """(lab, model, revision, setting) of a printed name by the rules of spelling alone."""
    read = read_name(name)
    last = read.readings[-1]
    lab = read.brand_lab or (read.publishers[-1] if read.publishers else "")
    return lab, f"{lab or 'unknown'}/{last.key}", last.revision, last.setting


@cache
def prices() -> pd.DataFrame:
    """Every recorded price, mapped. GAPLEDGER_PRICES may name a Parquet file of `rows_of` to read instead of
    parsing again.
    """
    kept = os.environ.get("GAPLEDGER_PRICES")
    if kept and Path(kept).exists():
        return mapped(pd.read_parquet(kept))
    folders = [
        file for kind in ("vendors", "prices") for file in sorted((recordings.ROOT / kind).glob("*.warc.gz"))
    ]
    return mapped(rows_of(folders))


@cache
def rates() -> pd.DataFrame:
    """The reference rates of the recordings."""
    rows = [
        row
        for _, parsed in recordings.rows_of("prices", "fx")
        for row in ([] if isinstance(parsed, ParseError) else parsed)
        if type(row) is ExchangeRate
    ]
    return pd.DataFrame(rows, columns=list(ExchangeRate._fields)).astype({"rate_on": "datetime64[us]"})
