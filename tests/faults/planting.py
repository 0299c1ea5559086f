"""`python -m tests.faults.planting`: plants every fault, says which gate caught it, and counts.

Rows that a parser read wrongly (planted.py), pages that say something else (PAGES), names and prices that
mean something else (planted_meaning.py). Each is planted where it would really come in, and goes the way that
every night goes.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.reading import parsed
from extractors.source import Reader, discover
from tests.extractors.golden import CAPTURES, load
from tests.faults.good_nights import BASES, FIRST, SECOND
from tests.faults.homes import digests, night, put, source_with
from tests.faults.planted import FAULTS, Change, Fault
from tests.faults.planted_meaning import MEANINGS
from warehouse.capture import Capture
from warehouse.location import Location
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES, ListPrice, Unread

ADDRESS = "https://acme.example/page"


@contextmanager
def made_source(base: str, change: Change) -> Iterator[None]:
    """A source whose parser gives the made rows: changed ones for a capture that says so."""
    rows, table, expects = BASES[base]
    readers: Any = discover()
    plain = readers["deepseek_en"].source
    source = replace(
        plain,
        id="made",
        addresses=(ADDRESS,),
        matches=(re.escape(ADDRESS),),
        tables=(table,),
        expects=expects,
        first_party=(),
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
        reason
        for file in files
        for reason in Snapshots(Location(str(home)))
        .read(file.relative_to(home).as_posix())["reason"]
        .to_pylist()
    ]


def plant(fault: Fault, home: Path) -> None:
    """Plants a fault in the rows of the second night; AssertionError where its gate lets it through, or what
    stood before is touched.
    """
    [(good, _)] = nights(home, fault.base, fault.change, {FIRST: b"plain"})
    assert good.rows == {"made": len(BASES[fault.base][0]())}
    published_before = (
        "raw",
        f"snapshots/{BASES[fault.base][1].directory}",
    )  # the index of captures has a month a file, and grows
    before = digests(home, *published_before)
    assert len(before) == 2
    [(published, outcomes)] = nights(home, fault.base, fault.change, {SECOND: b"odd"})
    after = digests(home, *published_before)
    assert {name: after[name] for name in before} == before
    reasons = quarantined(home, SECOND)
    if fault.gate == "day":
        assert published.rows == {}
        assert fault.found in outcomes.failed["made"]
    else:
        assert published.rows["made"] < good.rows["made"] + 1
        assert any(
            fault.found in reason and reason.startswith("held: ") == (fault.gate == "held")
            for reason in reasons
        ), reasons
        assert published.rows["made"] >= good.rows["made"] - 2


PAGES = (
    ("the Chinese page at the English address", "deepseek_zh", lambda text: text),
    (
        "the list price struck out no more",
        "deepseek_en/2026-05-08_promotion",
        lambda t: re.sub(r"</?del>|</?s>|~~", "", t),
    ),
    (
        "a peak price under no hours",
        "deepseek_en/2026-08-17_peak",
        lambda t: re.sub(r"Peak hours are [^.]*UTC", "Peak hours vary", t),
    ),
    (
        "a price in ¥ among prices in $",
        "deepseek_en/2026-08-17_peak",
        lambda t: t.replace("$0.66", "¥0.66", 1),
    ),
    ("tokens by the thousand", "deepseek_en/2026-08-17_peak", lambda t: t.replace("1M INPUT", "1K INPUT")),
    (
        "a label that was never there",
        "deepseek_en/2026-08-17_peak",
        lambda t: t.replace("1M OUTPUT TOKENS", "1M THOUGHT TOKENS"),
    ),
    ("half of the page", "deepseek_en/2026-08-17_peak", lambda t: t[: len(t) // 2]),
    ("no page of prices", "deepseek_en/2026-08-17_peak", lambda t: "# Rate limits\n\nNone.\n"),
)


def plant_page(name: str, page: str, change: Any, home: Path) -> None:
    """Plants a fault in a page; AssertionError where its parser reads it all the same."""
    rows_file = next(
        iter(sorted(CAPTURES.glob(f"{page}*.rows.json" if "/" in page else f"{page}/*.rows.json")))
    )
    capture, _ = load(rows_file)
    body = change(capture.body.decode()).encode()
    assert "/" not in page or body != capture.body, f"{name}: the fault changes nothing"
    location = Location(str(home))
    address = discover()["deepseek_en"].source.addresses[0]
    with source_with("deepseek_en"):
        put(location, "deepseek_en", address, capture.captured_at, body, capture.content_type)
        published, _, outcomes = night(location, ["deepseek_en"], capture.observed_on)
    if not published.rows:
        assert "expected" in outcomes.failed["deepseek_en"]
        assert address in outcomes.failed["deepseek_en"]
        return
    # The odd part alone was left unread: then nothing may be published that the sound page does not say.
    snapshots = Snapshots(location)
    said = snapshots.read(snapshots.name(LIST_PRICES, "deepseek_en", capture.observed_on)).to_pylist()
    sound = {(r.listed_model, r.component, r.amount, r.currency) for r in sound_rows(capture)}
    assert {(r["listed_model"], r["component"], r["amount"], r["currency"]) for r in said} <= sound
    found = parsed(discover()[capture.source_id], replace(capture, body=body, sha256=""))
    assert any("expected" in row.why_unread for row in found if isinstance(row, Unread))


def sound_rows(capture: Capture) -> list[ListPrice]:
    """The prices of a golden page as it is."""
    return [r for r in discover()[capture.source_id].parse(capture) if isinstance(r, ListPrice)]


def main() -> int:
    """Plants them all; 1 where one was not caught."""
    faults: list[tuple[str, str, Any]] = [(f.name, f.gate, lambda home, f=f: plant(f, home)) for f in FAULTS]
    faults += [(name, "parser", lambda home, p=(name, *rest): plant_page(*p, home)) for name, *rest in PAGES]
    faults += [(m.name, m.gate, lambda _home, m=m: m.plant()) for m in MEANINGS]
    planted, caught = Counter(gate for _, gate, _ in faults), Counter[str]()
    for name, gate, plant_it in faults:
        with tempfile.TemporaryDirectory() as folder:
            try:
                plant_it(Path(folder))
            except AssertionError as through:
                sys.stdout.write(f"THROUGH  {gate:8} {name}: {str(through)[:200]}\n")
                continue
        caught[gate] += 1
        sys.stdout.write(f"caught   {gate:8} {name}\n")
    gates = ", ".join(f"{gate} {caught[gate]} of {planted[gate]}" for gate in planted)
    sys.stdout.write(f"faults planted {planted.total()}, caught {caught.total()}: {gates}\n")
    return int(caught != planted)


if __name__ == "__main__":
    raise SystemExit(main())
