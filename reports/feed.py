"""The Atom feed (RFC 4287) of events: a new model, an offer whose prices changed, a record, a verdict that
flipped, a board revised.

An entry's id is made from what happened and never from when the feed was written, so that a reader sees each
event once. Times are those of the events; the feed's own is that of its newest entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from xml.etree import ElementTree as ET

import pandas as pd

from reports.board_data import Names
from reports.board_lags import single_benchmark
from reports.price_changes import OFFER, change_title, change_words, offers_changed
from reports.selectors import Tables, board_names, picked, records
from reports.wording import behind, day, months, named, number
from warehouse.conventions import PLAIN_LAG, US_CN

BACK = timedelta(days=120)
PRICES_BACK = timedelta(days=365)  # confirmed changes of prices are few
MOST_ENTRIES = 200
SUBTITLE = (
    "New models, price changes, records, verdicts and revisions of boards. A change of a price that one feed"
    " alone prints, or that only shows how a source is read, stands in the table price_changes and not here"
)
ATOM = "http://www.w3.org/2005/Atom"
# RFC 4151: an id that is nobody's address. The date is that of the name's first use.
TAG = "tag:gapledger,2026-11-23:"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day: its kind, what identifies it, its words, and whose model it was."""

    kind: str
    on: str
    key: str
    title: str
    text: str
    lab: str = ""


def feed(tables: Tables, as_of: date, page: str = "index.html") -> bytes:
    """The feed of the events in the days before the as-of date, newest first; valid without any. page: the
    page's address from where the feed lies.
    """
    return _atom(_events(tables, as_of)[:MOST_ENTRIES], as_of, "events", page, "feed.xml")


def lab_feeds(tables: Tables, as_of: date) -> dict[str, bytes]:
    """The same a lab, by lab_id: events of its models; no feed of a lab without any."""
    by_lab: dict[str, list[Event]] = {}
    for event in _events(tables, as_of):
        if event.lab:
            by_lab.setdefault(event.lab, []).append(event)
    page = "../../../index.html"
    return {
        lab: _atom(some[:MOST_ENTRIES], as_of, f"events/{lab}", page, f"{lab}.xml")
        for lab, some in sorted(by_lab.items())
    }


def _events(tables: Tables, as_of: date) -> list[Event]:
    """What happened in the days before the as-of date, each once, newest first."""
    since, names = pd.Timestamp(as_of - BACK), Names(tables)
    parts = (
        _models(tables, since, names),
        _prices(tables, as_of, names),
        _records(tables, since, names),
        _verdicts(tables),
        _revisions(tables, names),
    )
    found = {(e.kind, e.key): e for part in parts for e in part if e.on <= as_of.isoformat()}
    return sorted(found.values(), key=lambda e: (e.on, e.kind, e.key), reverse=True)


def _models(tables: Tables, since: pd.Timestamp, names: Names) -> Iterator[Event]:
    rows = picked(tables, "models", country=["US", "CN"])
    for r in records(rows[rows["released_on"] >= since]):
        what = {"major": "a new generation", "minor": "a renewed flagship"}.get(r["tier"], "a variant")
        weights = (
            "" if r["open_weights"] is None else "; open weights" if r["open_weights"] else "; closed weights"
        )
        text = f"{names(r['model_id'])} by {r['lab_id']} ({r['country']}), {what}{weights}."
        title = f"New model: {names(r['model_id'])}"
        yield Event("model", day(r["released_on"]), r["model_id"], title, text, r["lab_id"])


def _prices(tables: Tables, as_of: date, names: Names) -> Iterator[Event]:
    """One event an offer whose prices changed: only what more than one feed's word stands behind."""
    since = pd.Timestamp(as_of - PRICES_BACK, tz="UTC")
    for together in offers_changed(tables, since):
        first = together[0]
        key = "|".join(str(first[c]) for c in OFFER if c not in ("change_verdict", "source_id"))
        components = ",".join(str(r["component"]) for r in together)
        yield Event(
            "price",
            day(first["valid_from"]),
            f"{key}|{components}|{first['valid_from'].isoformat()}",
            f"{change_title(together)}: {names(first['model_id'], first['revision'])}",
            change_words(together),
            _lab(first["model_id"]),
        )


def _records(tables: Tables, since: pd.Timestamp, names: Names) -> Iterator[Event]:
    boards = board_names()
    rows = picked(tables, "frontier", kind="released", group=["US", "CN"])
    rows = rows[rows["valid_on"] >= since]
    lags = picked(tables, "lag", definition="event", is_record=True, **US_CN, **PLAIN_LAG)
    lag = {(r["board_id"], r["follower_model_id"]): r for r in records(lags[lags["valid_on"] >= since])}
    for r in records(rows[~single_benchmark(rows)]):
        board, country = boards.get(r["board_id"], r["board_id"]), {"US": "US", "CN": "Chinese"}[r["group"]]
        own = lag.get((r["board_id"], r["model_id"])) if r["group"] == "CN" else None
        late = "" if own is None or own["lag_days"] is None else f", {behind(own['lag_days'])}"
        text = (
            f"{names(r['model_id'], r['revision'])}: best {country} score so far on"
            f" {board}{_score(r['score'])}{late}."
        )
        key = f"{r['board_id']}|{r['board_version']}|{r['group']}|{r['model_id']}|{r['revision']}"
        title = f"Record: {names(r['model_id'])} on {board}"
        yield Event("record", day(r["valid_on"]), key, title, text, _lab(r["model_id"]))


def _lab(model_id: str) -> str:
    return str(model_id).split("/", 1)[0]


def _score(value: float | None) -> str:
    return "" if value is None else f": {number(value, 4)}"


def _verdicts(tables: Tables) -> Iterator[Event]:
    """Changes of a claim's verdict between the as-of dates that the table has."""
    rows = picked(tables, "claim_verdicts")
    rows = (
        rows[rows["scope"] == "overall"].sort_values(["claim_id", "as_of"], kind="stable")
        if len(rows)
        else rows
    )
    before: dict[str, str] = {}
    for r in records(rows):
        last = before.get(r["claim_id"])
        before[r["claim_id"]] = r["verdict"]
        if last is not None and last != r["verdict"]:
            title = f"Verdict: {named(r['text'], 100)}"
            text = f"{last} before, now {r['verdict']}. {named(r['explanation'], 300)}"
            yield Event(
                "verdict", day(r["as_of"]), f"{r['claim_id']}|{day(r['as_of'])}|{r['verdict']}", title, text
            )


def _revisions(tables: Tables, names: Names) -> Iterator[Event]:
    boards = board_names()
    rows = picked(tables, "lag_revisions", definition="trailing12", **US_CN, kind="released", tolerance=0.0)
    rows = rows[(rows["delta_days"].abs() >= 7) & ~single_benchmark(rows)] if len(rows) else rows
    for r in records(rows.drop_duplicates(["board_id", "board_version", "as_of_new"], keep="last")):
        board = boards.get(r["board_id"], r["board_id"])
        text = (
            f"Mean lag of the year to {day(r['valid_on'])}: {months(r['lag_days_old'])} months as known on"
            f" {day(r['as_of_old'])}, {months(r['lag_days_new'])} as known on {day(r['as_of_new'])};"
            f" {names(r['cause_model_id'])}: {r['cause']}."
        )
        days = [day(r[c]) for c in ("valid_on", "as_of_old", "as_of_new")]
        key = "|".join([r["board_id"], r["board_version"], *days])
        yield Event("revision", day(r["as_of_new"]), key, f"Board revised: {board}", text)


def _atom(events: list[Event], as_of: date, about: str, page: str, own: str) -> bytes:
    """The feed `about` something, with the addresses of the page and of itself, relative to itself."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _add(root, "id", f"{TAG}{about}")
    whose = about.partition("/")[2]
    _add(root, "title", "gapledger: events at the AI frontier" + (f", {whose}" if whose else ""))
    _add(root, "subtitle", SUBTITLE)
    _add(root, "updated", f"{events[0].on if events else as_of.isoformat()}T00:00:00Z")
    _add(_add(root, "author"), "name", "gapledger")
    _add(root, "rights", "Derived numbers: gapledger, CC BY 4.0; facts as published by their sources")
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": page})
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "type": "application/atom+xml", "href": own})
    for event in events:
        entry = _add(root, "entry")
        digest = sha256(f"{event.kind}|{event.key}".encode()).hexdigest()[:32]
        _add(entry, "id", f"{TAG}{event.kind}/{digest}")
        _add(entry, "title", named(event.title, 160))
        _add(entry, "updated", f"{event.on}T00:00:00Z")
        _add(entry, "published", f"{event.on}T00:00:00Z")
        ET.SubElement(entry, f"{{{ATOM}}}category", {"term": event.kind})
        ET.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "type": "text/html", "href": page})
        _add(entry, "content", named(event.text, 800)).set("type", "text")
    ET.indent(root)
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _add(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    child = ET.SubElement(parent, f"{{{ATOM}}}{name}")
    if text:
        child.text = text
    return child
