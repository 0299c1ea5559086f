"""Input written to hurt: nothing is executed, nothing is written outside the home, memory stays under 1 GB,
the error says what it was.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.faults.good_nights import FIRST, SECOND, prices
from tests.faults.homes import digests
from tests.faults.planted import one
from tests.faults.planting import nights, quarantined
from warehouse.cells import csv_bytes
from warehouse.location import HomeError, Location
from warehouse.snapshots import Snapshots

ROOT = Path(__file__).parents[2]
GIGABYTE = 2**30
ADDRESS = "https://api-docs.deepseek.com/quick_start/pricing/"


def alone(what: str, file: Path, home: Path, source_id: str = "deepseek_en") -> dict[str, Any]:
    """What a process of its own makes of a file, and how much memory it held."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.hostile_work", what, str(file), str(home), source_id],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


DEEP = 10_000
BODIES = {
    "JSON nested 10,000 deep": ("openrouter", b'{"data":' * DEEP + b"1" + b"}" * DEEP),
    "JSON lists nested 10,000 deep": ("models_dev", b"[" * DEEP + b"]" * DEEP),
    "JSON with numbers of a million digits": ("openrouter", b'{"data": [' + b"9" * 1_000_000 + b"]}"),
    "HTML of 50 MB": (
        "deepseek_en",
        b"<html><title>Models &amp; Pricing</title><table>"
        + b"<tr><td>$1</td></tr>" * 2_500_000
        + b"</table>",
    ),
    "HTML nested 10,000 deep": (
        "deepseek_en",
        b"<html><title>Models &amp; Pricing</title>" + b"<div>" * DEEP + b"$1" + b"</div>" * DEEP,
    ),
    "Markdown quotes nested 10,000 deep": ("deepseek_en", b"# Models & Pricing\n\n" + b">" * DEEP + b" $1\n"),
    "a table with a span of a billion": (
        "deepseek_en",
        b"<html><title>Models &amp; Pricing</title><table><tr><td colspan=1000000000>$1</table>",
    ),
    "YAML that multiplies itself": (
        "aider_polyglot",
        b"a: &a [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 108)),
    ),
    "YAML that calls": ("aider_polyglot", b"!!python/object/apply:os.system ['touch executed']\n"),
    "XML entities that multiply": (
        "deepseek_en",
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><html>&c;</html>',
    ),
    "a zip that is none": ("epoch_benchmarks", b"PK\x03\x04" + b"\x00" * 1000),
    "a Parquet that is none": ("lmarena_text", b"PAR1" + b"\xff" * 1000 + b"PAR1"),
}


@pytest.mark.parametrize("name", list(BODIES))
def test_a_body_written_to_hurt_gives_a_named_error_in_bounded_memory(name: str, tmp_path: Path) -> None:
    source_id, body = BODIES[name]
    (tmp_path / "body").write_bytes(body)
    said = alone("parse", tmp_path / "body", tmp_path, source_id)
    assert re.match(r"(WrongPage|LayoutChanged|UnknownValue|EmptyPage|Truncated): ", said["said"])
    assert len(said["said"]) < 2000
    assert said["most_bytes"] < GIGABYTE
    assert [p.name for p in tmp_path.iterdir()] == ["body"]
    assert not (ROOT / "executed").exists()


def record(body: bytes = b"x", **headers: str) -> bytes:
    """A WARC record with these headers over the right ones."""
    right = {
        "WARC-Type": "resource",
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000001>",
        "WARC-Date": "2026-08-17T03:00:00Z",
        "WARC-Target-URI": ADDRESS,
        "Content-Type": "text/markdown",
        "Content-Length": str(len(body)),
    }
    said = right | {name.replace("_", "-"): value for name, value in headers.items()}
    return (
        b"WARC/1.1\r\n"
        + "".join(f"{k}: {v}\r\n" for k, v in said.items()).encode("utf-8", "surrogateescape")
        + b"\r\n"
        + body
        + b"\r\n\r\n"
    )


def bomb(size: int) -> bytes:
    import zlib

    packer = zlib.compressobj(9, wbits=31)
    parts = [packer.compress(record(b"", Content_Length=str(size))[:-4])]
    parts += [packer.compress(bytes(2**20)) for _ in range(size // 2**20)]
    return b"".join([*parts, packer.compress(b"\r\n\r\n"), packer.flush()])


WARCS = {
    "a length of a petabyte": (lambda: gzip.compress(record(Content_Length=str(10**15))), "refused \\['"),
    "a negative length": (lambda: gzip.compress(record(Content_Length="-5")), "taken"),
    "a length that is no number": (lambda: gzip.compress(record(Content_Length="many")), "taken"),
    "a digest that does not hold": (
        lambda: gzip.compress(record(WARC_Payload_Digest="sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
        "digest",
    ),
    "a name outside the folder": (
        lambda: gzip.compress(record(WARC_Target_URI="file:///../../../../etc/passwd")),
        "etc/passwd",
    ),
    "a file name outside the folder": (
        lambda: gzip.compress(record(WARC_Filename="../../../../outside.warc.gz")),
        "taken 1",
    ),
    "a source's address with a path in it": (
        lambda: gzip.compress(record(WARC_Target_URI=ADDRESS + "../../../x")),
        "without source",
    ),
    "a date of no calendar": (
        lambda: gzip.compress(record(WARC_Date="2026-99-99T99:99:99Z")),
        "refused \\['",
    ),
    "a date before all dates": (lambda: gzip.compress(record(WARC_Date="0001-01-01T00:00:00Z")), "taken"),
    "no address": (lambda: gzip.compress(record(WARC_Target_URI="")), "no WARC-Target-URI"),
    "a bomb of half a GB in a member": (lambda: bomb(2**29), "a body over"),
    "headers without end": (lambda: gzip.compress(record(X_Long="y" * 100_000_000), 1), "headers of over"),
    "no WARC": (lambda: b"\x00" * 1000, "no readable WARC record"),
    "gzip of nothing": (lambda: gzip.compress(b""), "taken 0"),
    "names with control characters": (
        lambda: gzip.compress(record(WARC_Target_URI="https://a\x1b[2Jb/\x00")),
        "taken 0",
    ),
}


@pytest.mark.parametrize("name", list(WARCS))
def test_a_warc_written_to_hurt_is_refused_by_name_and_writes_nothing_outside_the_home(
    name: str, tmp_path: Path
) -> None:
    make, found = WARCS[name]
    home = tmp_path / "a" / "b" / "home"
    home.mkdir(parents=True)
    (tmp_path / "in.warc.gz").write_bytes(make())
    said = alone("take", tmp_path / "in.warc.gz", home)
    assert re.search(found, said["said"]), said["said"]
    assert said["most_bytes"] < GIGABYTE
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and home not in p.parents]
    assert [p.name for p in outside] == ["in.warc.gz"]


HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "'; DROP TABLE list_prices; --",
    "{{ 7*7 }}",
    "model\u202eedom",
    "\ud800",
    "\x00",
    "a\x1b]0;owned\x07",
    "𝕸" * 100,
)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_data_and_nothing_else(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = nights(home, "prices", one(0, listed_model=name), {FIRST: b"plain", SECOND: b"odd"})
    published = [p.rows.get("made", 0) for p, _ in done]
    file = home / "snapshots/list_prices_v1/made/2026-06-02.parquet"
    names = (
        Snapshots(Location(str(home))).read(file.relative_to(home).as_posix())["listed_model"].to_pylist()
        if file.exists()
        else []
    )
    kept = name in names
    assert kept or published[1] == 0 or quarantined(home, SECOND)
    assert all(p.name in {"home"} for p in tmp_path.iterdir())
    if "\ud800" in name or "\x00" in name or "\x1b" in name:
        assert not kept


def test_formulas_leave_the_house_as_text() -> None:
    import pyarrow as pa

    rows = pa.table({"listed_model": list(HOSTILE_NAMES[2:4]), "amount": [Decimal(1), Decimal(-1)]})
    lines = csv_bytes(rows).decode().splitlines()
    assert [line.strip('"')[:2] for line in lines[1:]] == ["'=", "'@"]


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", "a\x00b", "raw/\n"])
def test_no_name_leads_out_of_the_home(name: str, tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="no name inside the home"):
        Location(str(tmp_path / "home")).write(name, b"x")
    assert digests(tmp_path, ".") == {}


def test_the_made_prices_have_no_hostile_names() -> None:
    assert not {row.listed_model for row in prices()} & set(HOSTILE_NAMES)
