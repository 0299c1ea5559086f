"""A section of a kind that nobody has seen, on every golden page of a vendor: its amounts come out unread."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from extractors.errors import ParseError
from extractors.reading import parsed
from extractors.source import discover
from tests.extractors.golden import golden_files, load
from tests.extractors.tomorrow import price_rows
from warehouse.tables import ListPrice, Unread

VENDORS = [f for f in golden_files() if discover()[f.parent.name].source.kind == "vendors"]
# Their pages are refused as they hold another table or heading than the one they are known by.
REFUSED = {"byteplus", "deepseek_news", "deepseek_news_zh", "deepseek_updates", "deepseek_zh"}
# A table may say again what the title or the text above it says: pages of one family, cards without tables.
OF_MODELS = {"moonshot_en", "moonshot_zh", "siliconflow"}
CHAPTERS = {"volcengine"}  # its golden pages end in a chapter of which a rule ignores all amounts
MARKDOWN = (
    "\n\n## Dream weaving\n\n| Dream | Cost |\n| --- | --- |\n"
    "| Short | {} per dream |\n| Long | {} per dream |\n"
)
HTML = (
    "<h2>Dream weaving</h2><table><tr><th>Dream</th><th>Cost</th></tr>"
    "<tr><td>Short</td><td>{} per dream</td></tr><tr><td>Long</td><td>{} per dream</td></tr></table>"
)


@pytest.mark.parametrize("rows_file", VENDORS, ids=lambda f: f"{f.parent.name}-{f.name.split('.')[0]}")
def test_amounts_of_another_kind_come_out_unread_also_where_one_is_a_models_price(rows_file: Path):
    capture, _ = load(rows_file)
    reader = discover()[capture.source_id]
    today = parsed(reader, capture)
    prices = [row for row in today if isinstance(row, ListPrice)]
    sign = "$" if not prices or prices[0].currency == "USD" else "¥"
    one_model = len({row.listed_model for row in prices}) < 2 or capture.source_id in OF_MODELS
    # the page of one model may say its price again
    same = Decimal("66.66") if one_model else prices[0].amount
    inner, wrap = price_rows.document(capture.body)
    text = inner.decode("utf-8-sig")
    chapter = "\n# Dreams" if capture.source_id in CHAPTERS else ""
    extra = HTML if re.search(r"<html|<table", text) else chapter + MARKDOWN
    extra = extra.format(f"{sign}{same}", f"{sign}77.77")
    at = text.rfind("</body>") if "</body>" in text else len(text)
    later = replace(capture, body=wrap((text[:at] + extra + text[at:]).encode()), sha256="")
    try:
        rows = parsed(reader, later)
    except ParseError as refused:
        assert capture.source_id in REFUSED or "of the amounts unread" in str(refused)
        return
    left = [row for row in rows if isinstance(row, Unread) and "dream" in row.leftover]
    assert sum(row.amounts for row in left) == 2
    assert [row for row in rows if isinstance(row, ListPrice)] == prices
