"""The amounts of every recording, accounted for: on the page, read, ignored by a rule, unread.

    python -m studies.accounting FOLDER [FOLDER ...] [--unread]

FOLDER holds WARC files, in folders of their own or not. Prints a line a source and the total; with `--unread`
what is left unread too. Exit 1 where more than 1 % of a source's amounts are unread.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from extractors.accounting import accounted
from extractors.errors import ExtractError
from extractors.reading import parsed
from extractors.source import Reader, discover, source_of
from warehouse.archive.records import read_warc
from warehouse.capture import Capture
from warehouse.tables import Unread

MOST = 0.01
COUNTED = ("captures", "refused", "amounts", "read", "ignored", "unread")


def captures(folder: Path) -> Iterator[tuple[Reader, Capture]]:
    """Every capture that a source reads, with its file's other captures as companions."""
    for path in sorted(folder.rglob("*.warc.gz")):
        found = []
        for capture in read_warc(path):
            source = source_of(capture.address)
            if source is not None:
                found.append(replace(capture, source_id=source.id))
        for capture in found:
            reader = discover()[capture.source_id]
            if reader.source.reads(capture.address):
                beside = {c.address: c for c in found if reader.source.accompanies(c.address)}
                yield reader, replace(capture, companions=beside)


def account(reader: Reader, capture: Capture) -> tuple[Counter[str], list[Unread]]:
    """One capture's counts, by COUNTED, and its leftovers."""
    try:
        rows = parsed(reader, capture)
        raw = reader.parse(capture)
    except ExtractError:
        return Counter(captures=1, refused=1), []
    found = accounted(reader, capture, raw)
    counts = Counter(captures=1, amounts=found.total, read=found.read, unread=found.unread)
    counts["ignored"] = found.ignored.total()
    return counts, [row for row in rows if isinstance(row, Unread)]


def main(arguments: list[str]) -> int:
    """Prints the table."""
    say = sys.stdout.write
    by_source: dict[str, Counter[str]] = {}
    leftovers: dict[str, Counter[str]] = {}
    for folder in (a for a in arguments if not a.startswith("--")):
        for reader, capture in captures(Path(folder)):
            counts, left = account(reader, capture)
            by_source.setdefault(reader.source.id, Counter()).update(counts)
            said = leftovers.setdefault(reader.source.id, Counter())
            said.update(f"{row.place} | {row.leftover} | {row.why_unread}"[:300] for row in left)
    say(f"{'source':28}" + "".join(f"{name:>12}" for name in COUNTED) + "\n")
    total: Counter[str] = Counter()
    for source_id, counts in sorted(by_source.items()):
        total.update(counts)
        say(f"{source_id:28}" + "".join(f"{counts[name]:12,}" for name in COUNTED) + "\n")
        if "--unread" in arguments:
            say("".join(f"    {n:5} x {said}\n" for said, n in leftovers[source_id].most_common(20)))
    say(f"{'all':28}" + "".join(f"{total[name]:12,}" for name in COUNTED) + "\n")
    over = [s for s, counts in by_source.items() if counts["unread"] > MOST * max(counts["amounts"], 1)]
    say(f"over {MOST:.0%} unread: {', '.join(sorted(over)) or 'none'}\n")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
