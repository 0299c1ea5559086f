"""Reads Epoch AI's lists of models: one CSV each, 34 to 96 columns, most of them prose about training.

Only the columns named here are in scope; the others come and go with every publication (96 to 61 in 2026-04)
and are left alone by rule. `Publication date` is the day of the announcement or paper, sometimes only a year
or a month. `Country` (`Country (of organization)`, `Country (from Organization)`) and `Organization` may list
several, separated by commas. `Parameters` are total parameters, some of them rumours (`Confidence`
Speculative). The lists begin in 1950; what came before 2010 is out of scope and left out by rule. Names may
end in a line break. One name may stand on two rows with two dates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from extractors.authoring import Page
from extractors.boards._entries import read_entries
from extractors.boards._epoch import distinct, is_open
from extractors.boards._read import csv_rows, maybe
from extractors.errors import EmptyPage, UnknownValue
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import RELEASES, Release, Row

COLUMNS = ("Model", "Publication date", "Organization", "Parameters", "Model accessibility")
FIRST_DAY = date(2010, 1, 1)
COUNTRIES = ("Country (of organization)", "Country (from Organization)", "Country")


def source(list_id: str, title: str, least: int) -> Source:
    """The source of one list: `notable`, `frontier` or `large_scale`."""
    return Source(
        id=f"epoch_{list_id}_models",
        title=f"Epoch AI, {title} (epoch.ai/data)",
        kind="registries",
        addresses=(f"https://epoch.ai/data/{list_id}_ai_models.csv",),
        tables=(RELEASES,),
        licence="cc_by_4_0",
        expects=Expects(rows={"releases": (least, 20000)}),
        stale_after_days=30,
    )


def read(capture: Capture) -> list[Row]:
    """One release per model and date; a model without a date gives none."""
    page = Page(capture)
    table = csv_rows(capture, COLUMNS, page=page)
    read_entries(page, table, lambda line: [row for row in (_release(line, capture),) if row])
    rows = distinct([row for row in page.rows if isinstance(row, Release)])
    if not rows:
        raise EmptyPage(capture, expected="at least one dated model", found="none")
    return page.finished(rows)


def _release(line: Mapping[str, str], capture: Capture) -> Release | None:
    model = " ".join(line["Model"].split())
    when = _when(line["Publication date"], capture)
    if not model or when is None or when[0] < FIRST_DAY:
        return None
    weights = line.get("Open model weights?", "").lower()
    return Release(
        model,
        when[0],
        "announced",
        when[1],
        lab=line["Organization"] or None,
        listed_country=next((line[name] for name in COUNTRIES if line.get(name)), None),
        open_weights={"yes": True, "no": False}.get(weights, is_open(line["Model accessibility"])),
        params_total=maybe(line["Parameters"], capture, f"the parameters of {model}"),
        evidence_url=_link(line.get("Link", "")),
    )


def _when(text: str, capture: Capture) -> tuple[date, str] | None:
    """The first day and the precision of `2025-12-31`, `2025-12` or `2025`; None for a blank."""
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", text)
    if found is None:
        raise UnknownValue(capture, expected="a date", found=text)
    precision = "day" if found[3] else "month" if found[2] else "year"
    return date(int(found[1]), int(found[2] or 1), int(found[3] or 1)), precision


def _link(text: str) -> str | None:
    found = re.search(r"https?://\S+", text)
    return found[0].rstrip(",;") if found else None
