"""What the tests of hostile input run in a process of their own: `python -m tests.faults.hostile_work WHAT
FILE HOME`.

Prints JSON: what came of it, and the most memory that the process held, in bytes (`VmHWM`: Linux counts in a
child's `ru_maxrss` also what its parent held when it was started, which here is the whole test run).
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path


def parse(file: Path, _home: Path, source_id: str) -> str:
    """One capture through a source's parser."""
    from extractors.errors import ExtractError
    from extractors.reading import parsed
    from extractors.source import discover
    from warehouse.capture import Capture

    reader = discover()[source_id]
    capture = Capture(
        source_id, reader.source.addresses[0], datetime(2026, 8, 17, 3, tzinfo=UTC), file.read_bytes()
    )
    try:
        return f"{len(parsed(reader, capture))} rows"
    except ExtractError as named:
        return f"{type(named).__name__}: {named}"


def take(file: Path, home: Path, _source_id: str) -> str:
    """A WARC file through the import."""
    from extractors.capturing import import_files
    from warehouse.location import Location
    from warehouse.snapshots import Snapshots

    [done] = import_files(Snapshots(Location(str(home))), [file])
    return f"taken {len(done.taken)}; refused {done.refused}; without source {sorted(done.without_source)}"


def most_bytes() -> int:
    """The most memory that this process held."""
    [line] = [
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")
    ]
    return int(line.split()[1]) * 1024


def main(arguments: list[str]) -> None:
    what, file, home, source_id = arguments
    said = {"parse": parse, "take": take}[what](Path(file), Path(home), source_id)
    sys.stdout.write(json.dumps({"said": said, "most_bytes": most_bytes()}))


if __name__ == "__main__":
    main(sys.argv[1:])
