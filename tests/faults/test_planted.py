"""Every planted fault is caught at its gate; what was published stays; a true change passes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from extractors.source import Reader, discover
from tests.extractors.golden import CAPTURES, load
from tests.faults.homes import digests, night, put, source_with
from tests.faults.planted import BASES, FAULTS, FIRST, SECOND, Change, Fault, every, one, times
from warehouse.location import Location
from warehouse.snapshots import Snapshots

ADDRESS = "https://acme.example/page"
CAUGHT: Counter[str] = Counter()


@contextmanager
def made_source(base: str, change: Change) -> Iterator[None]:
    """A source whose parser gives the made rows: changed ones for a capture that says so."""
    rows, table, expects = BASES[base]
    readers: Any = discover()
    plain = readers["deepseek_en"].source
    source = replace(
        plain, id="made", addresses=(ADDRESS,), matches=(re.escape(ADDRESS),), tables=(table,), expects=expects, first_party=()
    )
    readers["made"] = Reader(source, lambda capture: change(rows()) if b"odd" in capture.body else rows())
    try:
        yield
    finally:
        del readers["made"]


def nights(home: Path, base: str, change: Change, bodies: dict[datetime, bytes]) -> list[tuple[Any, Any]]:
    """Each night's (published, outcomes)."""
    location = Location(str(home))
    done = []
    with made_source(base, change):
        for when, body in bodies.items():
            put(location, "made", ADDRESS, when, body)
            published, _, outcomes = night(location, ["made"], when.date())
            done.append((published, outcomes))
    return done


def quarantined(home: Path, when: datetime) -> list[str]:
    """The reasons of the rows set aside on that day."""
    files = list(home.glob(f"quarantine/*/made/{when.date()}.parquet"))
    return [
        reason for file in files for reason in Snapshots(Location(str(home))).read(file.relative_to(home).as_posix())["reason"].to_pylist()
    ]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_a_planted_fault_is_caught_at_its_gate(fault: Fault, tmp_path: Path) -> None:
    [(good, _)] = nights(tmp_path, fault.base, fault.change, {FIRST: b"plain"})
    assert good.rows == {"made": len(BASES[fault.base][0]())}
    before = digests(tmp_path, "snapshots", "raw")
    [(published, outcomes)] = nights(tmp_path, fault.base, fault.change, {SECOND: b"odd"})
    after = digests(tmp_path, "snapshots", "raw")
    assert {name: after[name] for name in before} == before
    reasons = quarantined(tmp_path, SECOND)
    if fault.gate == "day":
        assert published.rows == {}
        assert fault.found in outcomes.failed["made"]
    else:
        assert published.rows["made"] < good.rows["made"] + 1
        assert any(fault.found in reason and reason.startswith("held: ") == (fault.gate == "held") for reason in reasons)
        assert published.rows["made"] >= good.rows["made"] - 2
    CAUGHT[fault.gate] += 1


def test_at_least_thirty_faults_were_planted_and_all_of_them_caught() -> None:
    assert len(FAULTS) >= 30
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert {fault.gate for fault in FAULTS} == {"row", "held", "day"}


@pytest.mark.parametrize(
    "change",
    [
        every(lambda r: r.listed_model == "model-3", amount=times("0.25")),
        every(amount=times("0.8")),
        lambda rows: [*rows, *(r._replace(listed_model="brand-new") for r in rows[:3])],
        lambda rows: [r for r in rows if r.listed_model not in {"model-8", "model-9"}],
        lambda rows: [*rows, rows[5]],
    ],
)
def test_what_vendors_really_do_raises_no_alarm(change: Change, tmp_path: Path) -> None:
    _, (published, outcomes) = nights(tmp_path, "prices", change, {FIRST: b"plain", SECOND: b"odd"})
    assert published.rows["made"] == len({tuple(r) for r in change(BASES["prices"][0]())})
    assert (quarantined(tmp_path, SECOND), outcomes.failed) == ([], {})


def test_a_price_that_jumped_is_believed_once_it_has_stood_for_a_week(tmp_path: Path) -> None:
    days = {FIRST: b"plain", **{FIRST + timedelta(days=d): f"odd {d}".encode() for d in range(1, 10)}}
    done = nights(tmp_path, "prices", one(4, amount=times("10")), days)
    held = [bool(quarantined(tmp_path, when)) for when in days]
    assert held == [False, *[True] * 7, False, False]
    whole = len(BASES["prices"][0]())
    assert [published.rows["made"] for published, _ in done] == [whole, *[whole - 1] * 7, whole, whole]


PAGES = (
    ("the Chinese page at the English address", "deepseek_zh", lambda text: text),
    ("the list price struck out no more", "deepseek_en/2026-05-08_promotion", lambda t: re.sub(r"</?del>|</?s>|~~", "", t)),
    ("a peak price under no hours", "deepseek_en/2026-08-17_peak", lambda t: re.sub(r"Peak hours are [^.]*UTC", "Peak hours vary", t)),
    ("a price in ¥ among prices in $", "deepseek_en/2026-08-17_peak", lambda t: t.replace("$0.66", "¥0.66", 1)),
    ("tokens by the thousand", "deepseek_en/2026-08-17_peak", lambda t: t.replace("1M INPUT", "1K INPUT")),
    ("a label that was never there", "deepseek_en/2026-08-17_peak", lambda t: t.replace("1M OUTPUT TOKENS", "1M THOUGHT TOKENS")),
    ("half of the page", "deepseek_en/2026-08-17_peak", lambda t: t[: len(t) // 2]),
    ("no page of prices", "deepseek_en/2026-08-17_peak", lambda t: "# Rate limits\n\nNone.\n"),
)


@pytest.mark.parametrize(("name", "page", "change"), PAGES, ids=[page[0] for page in PAGES])
def test_a_fault_in_a_page_is_caught_by_its_parser(name: str, page: str, change: Any, tmp_path: Path) -> None:
    rows_file = next(iter(sorted(CAPTURES.glob(f"{page}*.rows.json" if "/" in page else f"{page}/*.rows.json"))))
    capture, _ = load(rows_file)
    body = change(capture.body.decode()).encode()
    assert "/" not in page or body != capture.body, f"{name}: the fault changes nothing"
    location = Location(str(tmp_path))
    address = discover()["deepseek_en"].source.addresses[0]
    with source_with("deepseek_en"):
        put(location, "deepseek_en", address, capture.captured_at, body, capture.content_type)
        published, _, outcomes = night(location, ["deepseek_en"], capture.observed_on)
    assert published.rows == {}
    assert "expected" in outcomes.failed["deepseek_en"]
    assert address in outcomes.failed["deepseek_en"]
