"""The ECB's file in its three forms, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from extractors.errors import EmptyPage, LayoutChanged, Truncated, WrongPage
from extractors.rates import ecb
from tests.extractors.golden import golden_files, load
from warehouse.tables import Unread

CSV = next(load(f)[0] for f in golden_files() if f.parent.name == "ecb" and f.name.startswith("2026-10-31"))
ZIP = next(load(f)[0] for f in golden_files() if f.parent.name == "ecb" and f.name.startswith("2026-10-30"))


def read(body):
    return ecb.parse(replace(CSV, body=body, sha256=""))


def test_the_zip_and_the_csv_say_the_same():
    assert ecb.parse(ZIP) == ecb.parse(CSV)


def test_the_package_gives_yuan_and_dollar_without_a_network():
    embedded = next(iter(ecb.package_body()))
    assert ecb.SOURCE.reads(embedded.address)
    rows = ecb.parse(replace(CSV, address=embedded.address, body=embedded.body, sha256=""))
    assert {"USD", "CNY"} <= {row.quote for row in rows if row.rate_on == rows[0].rate_on}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda b: b"<html>Maintenance</html>", WrongPage),
        (lambda b: b"", WrongPage),
        (lambda b: b.replace(b",CNY,", b",CNX,"), LayoutChanged),
        (lambda b: b.split(b"\n")[0] + b"\n", EmptyPage),
        (lambda b: b[: b.index(b"1999-01-04") + 40], Truncated),
    ],
    ids=["html", "no bytes", "a renamed currency", "a header only", "half a line"],
)
def test_a_damaged_file_is_a_named_error(change, error):
    with pytest.raises(error):
        read(change(CSV.body))


def test_half_a_zip_is_a_named_error():
    with pytest.raises(Truncated):
        read(ZIP.body[: len(ZIP.body) // 2])


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.replace(b"7.4326", b"x"),
        lambda b: b.replace(b"7.4326", b"-7.4326"),
        lambda b: b.replace(b"1999-01-04", b"2026-10-30"),
        lambda b: re.sub(rb"2026-10-30", b"2027-10-30", b),
    ],
    ids=["no number", "negative", "a day twice", "a day to come"],
)
def test_an_odd_day_is_left_unread_and_takes_no_other_with_it(change):
    rows = read(change(CSV.body))
    left = [row for row in rows if isinstance(row, Unread)]
    assert len(left) == 1
    assert {row for row in rows if not isinstance(row, Unread)} < set(read(CSV.body))
