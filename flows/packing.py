"""`gapledger pack`: the history pack of a home, for whoever starts without one."""

from __future__ import annotations

import json
from pathlib import Path

from extractors.source import discover
from warehouse.history_pack_making import make
from warehouse.location import Location
from warehouse.snapshots import Snapshots


def write_pack(location: Location, out: Path, choice: str = "all") -> dict[str, int]:
    """Writes the history pack of a home below the folder `out`, with `ATTRIBUTIONS.md`; gives bytes by file.

    choice: `open`, `all` (with facts of publishers who state no licence) or `non-commercial`. Data that may
    not be redistributed is in none. ValueError where the folder holds something else, or the home nothing.
    """
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").exists():
        raise ValueError(f"{out} holds something that is no pack; give an empty folder")
    sources = {reader.source.id: reader.source for reader in discover().values()}
    licences = {source_id: source.licence for source_id, source in sources.items()}
    titles = {source_id: source.title for source_id, source in sources.items()}
    made = make(Snapshots(location), licences, titles, choice)
    if len(made) == 1:
        raise ValueError(f"{location.root} has no snapshot that may be given on; run: gapledger run")
    made["ATTRIBUTIONS.md"] = _attributions(made["manifest.json"])
    for name, body in made.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(body)
    return {name: len(body) for name, body in made.items()}


def _attributions(manifest: bytes) -> bytes:
    """Whose facts the pack holds and under which licence, for people."""
    sources = json.loads(manifest)["sources"]
    lines = [f"| {s} | {said['licence']} | {said['attribution']} |" for s, said in sorted(sources.items())]
    head = "# What this pack rests on\n\nFacts and figures, no page and no text of others.\n\n"
    return (head + "| source | licence | attribution |\n|---|---|---|\n" + "\n".join(lines) + "\n").encode()
