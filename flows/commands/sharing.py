"""The commands that give a home on, and take what others gave: pack, pull, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from flows.commands.app import PUBLISHED, Json, Location, command, text


@command("pack", "pack history/", "pack history/ --licences open")
def pack(
    location: Location,
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="An empty folder, or one with a pack.")],
    licences: Annotated[str, text("--licences", "CHOICE", "open, all or non-commercial.")] = "all",
    json: Json = False,
) -> int:
    """Writes the home's facts as a history pack, for whoever starts without one."""
    from flows.console import put_result, table
    from flows.packing import write_pack

    made = write_pack(location, out, licences)
    put_result(json, made, table(["file", "bytes"], [[name, str(size)] for name, size in made.items()]))
    return PUBLISHED


@command("pull", "pull https://ledger.example/", "pull s3://bucket/gapledger --home copy")
def pull(
    location: Location,
    address: Annotated[
        str, typer.Argument(help="Where a set is published: a folder, s3://bucket/prefix or https://...")
    ],
    json: Json = False,
    wait: float = 0.0,
) -> int:
    """Takes the set that is published at an address into an empty home, each file by its digest."""
    from flows.console import put_result, say
    from flows.pulling import pull as pulled

    done = pulled(location, address, wait)
    counted = f"as of {done.as_of}: {done.files} files, {done.size / 2**20:.1f} MB, each by its stated digest"
    put_result(json, {**done._asdict(), "home": location.root}, [counted])
    if done.unknown:
        say(f"tables that this version does not know were left: {', '.join(done.unknown)}")
    return PUBLISHED


@command("export", "export site public/", "export eee evaluations/")
def export(
    location: Location,
    what: Annotated[
        Literal["site", "eee"],
        typer.Argument(
            help="site: the published set for a static host; eee: scores as Every Eval Ever has them."
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="FOLDER", help="An empty folder, or one of the same kind.")],
    json: Json = False,
) -> int:
    """Writes what is published, in a form for somebody else."""
    from flows.console import put_result
    from flows.exporting import write_eee, write_site

    made = {"site": write_site, "eee": write_eee}[what](location, out)
    put_result(json, made, [f"{out}: {len(made)} files, {sum(made.values()) / 2**20:.1f} MB"])
    return PUBLISHED
