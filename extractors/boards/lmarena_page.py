"""arena.ai/leaderboard/text: the page itself, style control on (the page's default since 2025-05).

One table with Rank, Rank Spread, Model, Score, 95% CI (±), Votes, Organization, License. The page is drawn by
JavaScript: the recorded capture is the DOM after it, so a plain fetch may find no table and then publishes
nothing. Traps: the model's cell begins with the hidden title of the lab's logo, the name is in the link's
`title`; thousands separators in votes; a score without votes yet may carry `Preliminary` beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from extractors.authoring import Page
from extractors.boards._arena import STYLE_CONTROL, interval, rated
from extractors.boards._entries import finished
from extractors.boards._read import name_of, number
from extractors.errors import EmptyPage, LayoutChanged, Truncated, WrongPage
from extractors.html import one, soup
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

if TYPE_CHECKING:
    from bs4.element import Tag

COLUMNS = ("rank", "rank spread", "model", "score", "95% ci (±)", "votes", "organization", "license")
OPTIONAL = ("rank spread", "price", "context", "input price", "output price")

SOURCE = Source(
    id="lmarena_page",
    title="arena.ai text leaderboard",
    kind="boards",
    addresses=("https://arena.ai/leaderboard/text",),
    matches=(r"https://(lm)?arena\.ai/leaderboard/text/?(overall)?",),
    tables=(SCORES,),
    licence="none_stated",
    expects=Expects(rows={"scores": (10, 2000)}, scores=(300, 2500)),
    partial=True,
)


def parse(capture: Capture) -> list[Row]:
    """One rating per row of the page's table."""
    text = capture.body.decode("utf-8", "replace")
    if not text.strip():
        raise EmptyPage(capture, expected="the leaderboard's page", found="nothing")
    tree = soup(text)
    if "</html>" not in text[-200:].lower():
        raise Truncated(capture, expected="a page that ends in </html>", found=text[-80:])
    if not tree.select("table"):
        raise WrongPage(
            capture,
            expected="the leaderboard's table (drawn by JavaScript)",
            found=body_title(tree.get_text(" ", strip=True)),
        )
    ranked = [table for table in tree.select("table") if not _missing(_header(table))]
    table = ranked[0] if len(ranked) == 1 else one(tree, "table", capture)
    header = _header(table)
    missing = _missing(header)
    if missing:
        raise LayoutChanged(capture, expected=f"columns {COLUMNS}", found=f"missing {missing} of {header}")
    page = Page(capture)
    for column in [c for c in header if c not in COLUMNS and c not in OPTIONAL]:
        page.leave("the table's header", column, "a column that no rule knows", 0)
    for tr in table.select("tbody tr"):
        with page.part("the table", tr.get_text(" | ", strip=True), 1):
            page.rows.append(_row(dict(zip(header, tr.select("td"), strict=True)), capture))
    return finished(page)


def _header(table: Tag) -> list[str]:
    return [" ".join(th.get_text(" ", strip=True).lower().split()) for th in table.select("thead th")]


def _missing(header: list[str]) -> list[str]:
    return [c for c in COLUMNS if c not in header and c not in OPTIONAL]


def body_title(text: str) -> str:
    """The first words of a page, for an error."""
    return text[:120] or "no words"


def _row(cells: dict[str, Tag], capture: Capture) -> Score:
    link = cells["model"].select_one("a[title]")
    model = name_of(link["title"] if link else _words(cells["model"]), capture)
    score = number(_words(cells["score"]).replace("Preliminary", ""), capture, f"the score of {model}")
    low, high = interval(_words(cells["95% ci (±)"]), score, capture)
    votes, lab = _words(cells["votes"]), _words(cells["organization"])
    return rated(capture, STYLE_CONTROL, model, score, low=low, high=high, votes=votes, lab=lab)


def _words(cell: Tag) -> str:
    return re.sub(
        r"\s+",
        " ",
        "".join(
            str(s)
            for s in cell.find_all(
                string=lambda s: s.parent.name != "title" and type(s).__name__ == "NavigableString"
            )
        ),
    ).strip()
