"""Making a history pack from the snapshots of a home, and giving a home the pack that it begins with."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.bookkeeping import CAPTURES
from warehouse.history_pack import (
    FOLDER,
    FORMAT,
    GROUPS,
    MANIFEST,
    PACKED,
    SLOT_COLUMNS,
    HistoryPack,
    Numbers,
    group_of,
    plain,
    spells,
)
from warehouse.licences import licence
from warehouse.location import Location
from warehouse.schema import Table
from warehouse.seeds import boards
from warehouse.snapshots import Snapshots

SWITCH = "GAPLEDGER_HISTORY"  # `none`: homes begin empty
SHIPPED = "history"  # the folder of this package that holds the pack that comes with it
# What `--licences` may say, and the groups that each takes.
CHOICES: Mapping[str, Sequence[str]] = {"open": GROUPS[:1], "all": GROUPS[:2], "non-commercial": GROUPS}


def make(
    snapshots: Snapshots, source_licences: Mapping[str, str], titles: Mapping[str, str], choice: str = "all"
) -> dict[str, bytes]:
    """The files of a pack, by name below `pack/`, from everything that a home's snapshots say.

    source_licences, titles: by source_id. choice: a key of `CHOICES`. Rows of a source or a board whose
    licence forbids republication are in no group. ValueError for an unknown choice.
    """
    if choice not in CHOICES:
        raise ValueError(f"licences: expected one of {', '.join(CHOICES)}, found {choice!r}")
    groups = {s: group_of(key) for s, key in source_licences.items()}
    made: dict[str, bytes] = {}
    days: dict[str, dict[str, list[str]]] = {}
    counts: dict[str, int] = {}
    for group in CHOICES[choice]:
        sources = sorted(s for s, g in groups.items() if g == group)
        tables = {t: _may_stand(t, snapshots.table(t, sources=sources), group) for t in PACKED}
        slots, numbers = _slots(snapshots, tables)
        if not slots.num_rows:
            continue
        made[f"{group}/slots.parquet"] = _bytes(slots)
        for table, rows in tables.items():
            if rows.num_rows:
                found = spells(table, rows, numbers[table.name])
                made[f"{group}/{table.name}.parquet"] = _bytes(found)
                counts[f"{group}/{table.name}.parquet"] = found.num_rows
                _note_days(days.setdefault(table.name, {}), rows)
    made["manifest.json"] = _manifest(made, counts, days, source_licences, titles, choice)
    return made


def _may_stand(table: Table, rows: pa.Table, group: str) -> pa.Table:
    """The rows that may stand in a group: of scores only a board's own metric (what frontiers are read from),
    and no board whose own licence asks for another group.
    """
    if table.name != "scores" or not rows.num_rows:
        return rows
    seed = boards()
    fits = [
        str(b.board_id)
        for b in seed.itertuples()
        if group_of(str(b.licence)) in GROUPS[: GROUPS.index(group) + 1]
    ]
    own = set(zip(seed["board_id"], seed["metric"], strict=True))
    board, metric = (rows.column(n).cast(pa.string()).to_pylist() for n in ("board_id", "metric"))
    keep = np.fromiter(((b, m) in own for b, m in zip(board, metric, strict=True)), bool, rows.num_rows)
    return rows.filter(pa.array(keep & np.isin(np.array(board, dtype=object).astype(str), fits)))


def _slots(snapshots: Snapshots, tables: Mapping[Table, pa.Table]) -> tuple[pa.Table, dict[str, Numbers]]:
    """One row a capture of these rows, numbered by source, address and time; and of each row its slot."""
    import pandas as pd

    names = list(SLOT_COLUMNS)
    stamps = {t.name: plain(rows.select(names)).to_pandas() for t, rows in tables.items()}
    seen = pd.concat([f.drop_duplicates() for f in stamps.values()]).drop_duplicates()
    about = ["source_id", "captured_at", "capture_sha256", "address", "content_type"]
    where = plain(snapshots.table(CAPTURES, columns=about)).to_pandas()
    where = where.rename(columns={"captured_at": "observed_at"})
    where = where.drop_duplicates(["source_id", "observed_at", "capture_sha256"])
    slots = seen.merge(where, on=["source_id", "observed_at", "capture_sha256"], how="left")
    slots = slots.sort_values(["source_id", "address", "observed_at", "capture_sha256"], ignore_index=True)
    numbered = slots[names].assign(slot=np.arange(len(slots), dtype=np.int64))
    numbers = {
        name: f.merge(numbered, on=names, how="left", validate="m:1")["slot"].to_numpy(np.int64)
        for name, f in stamps.items()
    }
    made = pa.Table.from_pandas(slots, preserve_index=False)
    day = made.column("observed_on").cast(pa.date32())
    return made.set_column(made.schema.get_field_index("observed_on"), "observed_on", day), numbers


def _note_days(days: dict[str, list[str]], rows: pa.Table) -> None:
    pairs = rows.select(["source_id", "observed_on"]).group_by(["source_id", "observed_on"]).aggregate([])
    found = sorted((str(r["source_id"]), r["observed_on"].isoformat()) for r in pairs.to_pylist())
    for source_id, day in found:
        days.setdefault(source_id, []).append(day)


def _manifest(
    made: Mapping[str, bytes],
    counts: Mapping[str, int],
    days: Mapping[str, Mapping[str, Sequence[str]]],
    source_licences: Mapping[str, str],
    titles: Mapping[str, str],
    choice: str,
) -> bytes:
    held = sorted({s for by_source in days.values() for s in by_source})
    last = max((d for by_source in days.values() for some in by_source.values() for d in some), default="")
    said: dict[str, Any] = {
        "format": FORMAT,
        "captured_until": last,
        "licences": choice,
        "files": {
            name: {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body), "rows": counts.get(name)}
            for name, body in sorted(made.items())
        },
        "sources": {
            s: {
                "licence": source_licences[s],
                "group": group_of(source_licences[s]),
                "attribution": licence(source_licences[s]).attribution.format(title=titles[s]),
            }
            for s in held
        },
        "withheld": sorted(s for s, key in source_licences.items() if group_of(key) not in CHOICES[choice]),
        "days": days,
    }
    return json.dumps(said, indent=1, sort_keys=True, ensure_ascii=False).encode()


def _bytes(rows: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(
        rows, sink, compression="zstd", compression_level=19, row_group_size=2_000_000, write_statistics=False
    )
    return sink.getvalue()


def shipped() -> dict[str, bytes]:
    """The files of the pack that comes with the package; empty where it was installed without one."""
    folder = files("warehouse").joinpath(SHIPPED)
    if os.environ.get(SWITCH) == "none":
        return {}
    if not folder.joinpath("manifest.json").is_file():
        return {}
    names = ["manifest.json", *json.loads(folder.joinpath("manifest.json").read_bytes())["files"]]
    return {name: folder.joinpath(name).read_bytes() for name in names}


def shipped_pack() -> HistoryPack | None:
    """The pack that comes with the package, to be read where it lies; None where there is none."""
    folder = files("warehouse")
    if os.environ.get(SWITCH) == "none" or not folder.joinpath(SHIPPED, "manifest.json").is_file():
        return None
    return HistoryPack(Location(str(folder)), SHIPPED)


def begin_with(location: Location, pack: Mapping[str, bytes]) -> bool:
    """Gives an empty home the pack; says whether it did. A home that has captures, snapshots or a pack of its
    own is left as it is: it is never overruled. The manifest is written last, so that a half is no pack.
    """
    if not pack or location.exists(MANIFEST) or location.names("raw") or location.names("snapshots"):
        return False
    location.write_many({f"{FOLDER}/{n}": body for n, body in pack.items() if n != "manifest.json"})
    location.write(MANIFEST, pack["manifest.json"])
    return True
