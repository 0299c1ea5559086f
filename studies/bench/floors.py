"""What stops a row: programs that do only what cannot be avoided.

`python -m studies.bench.floors COMMAND ...` starts the command line as it stands, lets Typer read the options
of one command, imports Arrow, and does none of the command's work.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

NEEDS = {"price": ("pyarrow.parquet", "pyarrow.compute"), "status": ("pyarrow.parquet",)}


def command_without_work(name: str) -> int:
    """Runs a command of which only the options and the imports of Arrow are left."""
    import importlib

    from flows import cli

    one = next(c for c in cli.app.registered_commands if c.name == name)
    assert one.callback is not None
    work: Callable[..., Any] = one.callback

    def nothing(**given: object) -> None:
        del given
        for module in NEEDS[name]:
            importlib.import_module(module)

    nothing.__signature__ = work.__signature__  # type: ignore[attr-defined]
    nothing.__annotations__ = work.__annotations__
    one.callback = nothing
    return cli.main()


def read_and_filed(path: str) -> Iterator[Any]:
    """An import's floor: warcio reads every record and checks its digests, and each record's bytes get a file
    in the folder of its day, under a temporary name first, on the disk before the names are given.
    """
    from warcio.archiveiterator import ArchiveIterator

    with tempfile.TemporaryDirectory() as home:
        yield
        days: dict[str, list[bytes]] = {}
        whole = Path(path).read_bytes()
        with Path(path).open("rb") as stream:
            records = ArchiveIterator(stream, check_digests=True)
            for record in records:
                record.content_stream().read()
                start, length = records.get_record_offset(), records.get_record_length()
                day = record.rec_headers.get_header("WARC-Date")[:10]
                days.setdefault(day, []).append(whole[start : start + length])
        for day, members in days.items():
            os.makedirs(f"{home}/raw/source/{day}")  # noqa: PTH103 - the floor
            with open(f"{home}/raw/source/{day}/.tmp", "xb", buffering=0) as file:  # noqa: PTH123 - the floor
                file.write(b"".join(members))
        os.sync()
        for day in days:
            at = f"{home}/raw/source/{day}"
            os.replace(f"{at}/.tmp", f"{at}/archive.warc.gz")  # noqa: PTH105 - the floor
        yield len(days)


if __name__ == "__main__":
    sys.exit(command_without_work(sys.argv[1]))
