"""Bodies of ten kinds that grow when they are read, and what reading them takes: `python -m
tests.attacks.bombs`.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

MEMBERS = 40


def zipped(member: bytes, count: int = MEMBERS, how: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of so many members of the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for number in range(count):
            archive.writestr(f"{number}.csv", member)
    return out.getvalue()


def parquet(rows: int, text: str) -> bytes:
    """A Parquet file whose rows all say the same, once in the file."""
    words = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int32()), pa.array([text]))
    out = io.BytesIO()
    pq.write_table(pa.table({"model_name": words, "category": words}), out, compression="zstd")
    return out.getvalue()


def yaml_powers(merge: bool) -> bytes:
    """YAML whose anchors hold the ones before them nine times, as lists or as merged maps."""
    lines = ["a: &a {k: 1, l: 2}" if merge else "a: &a [x, x, x, x, x, x, x, x, x]"]
    for number in range(98, 118):
        nine = ", ".join([f"*{chr(number - 1)}"] * 9)
        lines.append(f"{chr(number)}: &{chr(number)} " + (f"{{<<: [{nine}]}}" if merge else f"[{nine}]"))
    return "\n".join(lines).encode()


PAGE = b"<html><title>Models &amp; Pricing</title>"
BOMBS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a zip of 40 members of 100 MB": ("epoch_benchmarks", lambda: zipped(bytes(100 * 2**20))),
    "a zip packed by LZMA": ("epoch_benchmarks", lambda: zipped(bytes(2**26), 4, zipfile.ZIP_LZMA)),
    "a zip of commas": ("epoch_benchmarks", lambda: zipped(b"," * 60_000_000, 1)),
    "Parquet of a long text a million times": ("lmarena_text", lambda: parquet(1_000_000, "x" * 5_000)),
    "Parquet of fifty million rows": ("lmarena_text", lambda: parquet(50_000_000, "x")),
    "YAML of lists that multiply": ("aider_polyglot", lambda: yaml_powers(merge=False)),
    "YAML of merge keys that multiply": ("aider_polyglot", lambda: yaml_powers(merge=True)),
    "YAML of 100,000 brackets": ("aider_polyglot", lambda: b"[" * 100_000),
    "JSON of thirty million empty objects": ("openrouter", lambda: b"[" + b"{}," * 20_000_000 + b"{}]"),
    "3,000 spans of 200 by 200": (
        "deepseek_en",
        lambda: (
            PAGE + b"<table>" + b"<tr><td rowspan=200 colspan=200>$1</td></tr>" * 3_000 + b"</table></html>"
        ),
    ),
    "20,000 nested deletions": (
        "deepseek_en",
        lambda: (
            PAGE + b"<table><tr><td>" + b"<del>" * 20_000 + b"$1" + b"</del>" * 20_000 + b"</table></html>"
        ),
    ),
    "300 pipe tables with short heads": (
        "deepseek_en",
        lambda: (
            b"# Models & Pricing\n\n"
            + (b"|a|\n|-|\n" + b"|x" * 3_000 + b"|\n" + b"|y|\n" * 300 + b"\n") * 300
        ),
    ),
    "three million tags": ("deepseek_en", lambda: PAGE + b"<b>x</b>" * 1_500_000 + b"</html>"),
}


def main() -> None:
    """Prints of each bomb its size, what came of it, and the most memory that its reader held."""
    from tests.faults.test_hostile import alone

    for name, (source_id, make) in BOMBS.items():
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "body"
            file.write_bytes(make())
            said = alone("parse", file, Path(folder), source_id)
            size, most = file.stat().st_size / 1e3, said["most_bytes"] / 2**20
            sys.stdout.write(f"{name:42} {size:9.0f} kB  peak {most:4.0f} MB  {said['said'][:110]}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
