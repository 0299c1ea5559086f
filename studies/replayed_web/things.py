"""What is new in the recordings of a time: on which day it appeared, and in which night it was captured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

import orjson

from extractors.reading import parsed
from extractors.source import Source, discover, source_of
from studies.replayed_web.nights import moment
from studies.replayed_web.recorded import LISTS, Named
from studies.replayed_web.server import same_page
from warehouse.archive.index import CaptureIndex
from warehouse.capture import Capture
from warehouse.snapshots import Snapshots
from warehouse.tables import LIST_PRICES

MODELS = "https://openrouter.ai/api/v1/models"
Known = dict[
    tuple[str, str], date
]  # by address (as it is compared) and digest, the night of the first capture


@dataclass(frozen=True)
class Thing:
    """Something new: its kind, the source, what it is, when it appeared, and the night of its capture (None:
    it was not captured).
    """

    kind: str
    source_id: str
    name: str
    appeared: datetime
    captured: date | None

    @property
    def nights(self) -> int | None:
        """How many nights after the first one that could see it; 0: within a night, or asked before."""
        late = None if self.captured is None else (self.captured - first_night(self.appeared)).days
        return None if late is None else max(late, 0)


def first_night(appeared: datetime) -> date:
    """The first night that begins after a moment."""
    day = appeared.date()
    return day if appeared <= moment(day) else day + timedelta(days=1)


def pages(captures: Iterable[Capture], days: Sequence[date], location_index: CaptureIndex) -> list[Thing]:
    """Every page that is new, or new in what it says, on those nights, of the sources that the web has. What
    was replaced before a night came is left out: no night can see it. So are hosts of a model: the recordings
    have one page of them from some day on, and the model, which `open_models` tells of, from another.
    """
    known = _captured(location_index)
    found, by_page = [], dict[str, list[Capture]]()
    for capture in captures:
        by_page.setdefault(same_page(capture.address), []).append(capture)
    for page, mine in by_page.items():
        source = source_of(mine[0].address)
        if source is None or not asked(source, mine[0]):
            continue
        if source.listing is not None and MODELS in source.listing.at and not _own(source, mine[0]):
            continue
        before = ""
        for capture, later in zip(mine, [*mine[1:], None], strict=True):
            seen = first_night(capture.captured_at)
            replaced = later is not None and first_night(later.captured_at) == seen
            sha = sha256(capture.body).hexdigest()
            if days[0] < seen <= days[-1] and not replaced and sha != before:
                night = known.get((page, sha))
                found.append(
                    Thing(_kind(source, before), source.id, capture.address, capture.captured_at, night)
                )
            before = before if replaced else sha
    return found


def asked(source: Source, capture: Capture) -> bool:
    """Whether the live path can come to an address: a source's own, another form of it, or one that a list
    names (of posts: those that are young enough for the source's rule).
    """
    if source.lacks_key:
        return False
    if _own(source, capture):
        return True
    if source.listing is None or not source.listing.most:
        return False
    return not source.posts or any(
        capture.address in _named(source, made, capture) for made in LISTS if made.at in source.listing.at
    )


def _own(source: Source, capture: Capture) -> bool:
    forms = (form for forms in source.forms.values() for form in forms)
    return same_page(capture.address) in {same_page(address) for address in (*source.addresses, *forms)}


def _named(source: Source, made: Named, capture: Capture) -> list[str]:
    """What the source's rule takes from a list that names this address, on the day of the capture."""
    reader = discover()[source.id]
    assert reader.addresses is not None
    body = made.written([capture.address]).encode()
    return list(reader.addresses(replace(capture, address=made.at, body=body, sha256="")))


def _kind(source: Source, before: str) -> str:
    if source.posts:
        return "post"
    if source.kind == "vendors":
        return "price page changed" if before else "price page"
    return f"{source.kind}: changed" if before else f"{source.kind}: new file"


def _captured(index: CaptureIndex) -> Known:
    known: Known = {}
    for row in index.rows:
        known.setdefault((same_page(row["address"]), row["capture_sha256"]), row["observed_on"])
    return known


def open_models(
    captures: Iterable[Capture], days: Sequence[date], first_asked: Mapping[str, date]
) -> list[Thing]:
    """The models with open weights that OpenRouter's list names for the first time, and the night on which
    their endpoints were first asked for.
    """
    found, known = [], set[str]()
    for capture in (c for c in captures if c.address == MODELS):
        models = {m["id"] for m in orjson.loads(capture.body)["data"] if m.get("hugging_face_id")}
        models = {m for m in models if ":" not in m}
        for model in sorted(models - known) if known else ():
            if days[0] < first_night(capture.captured_at) <= days[-1]:
                night = first_asked.get(same_page(f"{MODELS}/{model}/endpoints"))
                found.append(Thing("open model", "openrouter_endpoints", model, capture.captured_at, night))
        known |= models
    return found


def sold(captures: Iterable[Capture], days: Sequence[date], snapshots: Snapshots) -> list[Thing]:
    """The models that a vendor's page lists for the first time, and the night from which the ledger has
    them.
    """
    rows = snapshots.table(LIST_PRICES, columns=["source_id", "listed_model", "observed_on"]).to_pylist()
    since: dict[tuple[str, str], date] = {}
    for row in rows:
        at = (row["source_id"], row["listed_model"])
        since[at] = min(row["observed_on"], since.get(at, row["observed_on"]))
    found, known = [], dict[str, set[str]]()
    for capture in captures:
        source = source_of(capture.address)
        if source is None or source.kind != "vendors" or not asked(source, capture):
            continue
        mine = known.setdefault(source.id, set())
        models = _models(source, capture)
        seen = first_night(capture.captured_at)
        for model in sorted(models - mine) if days[0] < seen <= days[-1] else ():
            night = since.get((source.id, model))
            found.append(Thing("model on a vendor's page", source.id, model, capture.captured_at, night))
        mine |= models
    return found


def _models(source: Source, capture: Capture) -> set[str]:
    """The models that a capture lists by itself; none where its parser refuses it."""
    try:
        rows = parsed(discover()[source.id], capture)
    except Exception:  # a refused page lists nothing, here as in the nights
        return set()
    return {row.listed_model for row in rows if hasattr(row, "component")}


def told(things: Sequence[Thing]) -> list[str]:
    """The things by kind: how many, within a night; and each that was captured later, or not at all."""
    kinds = Counter(thing.kind for thing in things)
    within = Counter(thing.kind for thing in things if thing.nights == 0)
    lines = [f"{kind}: {n}, within a night {within[kind]}" for kind, n in sorted(kinds.items())]
    late = [t for t in things if t.nights != 0]
    lines += [
        f"  not within a night: {t.source_id} {t.name}: appeared {t.appeared:%Y-%m-%d}, captured {t.captured}"
        for t in late
    ]
    return lines
