"""What the price pages of DeepSeek, Moonshot, Zhipu and MiniMax must never be read as, beyond the generic
damage.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from extractors.errors import EmptyPage, LayoutChanged, Truncated, UnknownValue, WrongPage
from extractors.vendors import (
    deepseek_en,
    deepseek_news,
    deepseek_updates,
    deepseek_zh,
    moonshot_en,
    moonshot_zh,
    zhipu_bigmodel,
)
from extractors.vendors._deepseek_bands import moment, peak_bands
from tests.extractors.aside import changed, put_aside
from tests.extractors.golden import CAPTURES, load
from warehouse.capture import Capture
from warehouse.tables import ListPrice
from warehouse.time_bands import parse_band


def golden(source_id: str, name: str) -> Capture:
    return load(CAPTURES / source_id / f"{name}.rows.json")[0]


def prices(rows) -> list[ListPrice]:
    return [row for row in rows if isinstance(row, ListPrice)]


def docs_page(source_id: str, address: str, title: str) -> Capture:
    inner = f'<div class="theme-doc-markdown markdown"><h1>{title}</h1><p>Models &amp; Pricing</p></div>'
    body = f"<html><body><article>{inner}</article></body></html>"
    return Capture(source_id, address, datetime(2026, 8, 20, tzinfo=UTC), body.encode(), "text/html")


@pytest.mark.parametrize(
    ("source", "title"),
    [
        (deepseek_en, "Your First API Call"),
        (deepseek_zh, "首次调用 API"),
        (deepseek_updates, "Your First API Call"),
    ],
)
def test_the_page_served_without_the_trailing_slash_is_the_wrong_page(source, title) -> None:
    with pytest.raises(WrongPage):
        source.parse(docs_page(source.SOURCE.id, source.SOURCE.addresses[0].rstrip("/"), title))


def test_a_news_address_that_answers_with_the_first_page_is_the_wrong_page() -> None:
    with pytest.raises(WrongPage):
        deepseek_news.parse(
            docs_page("deepseek_news", deepseek_news.SOURCE.addresses[0], "Your First API Call")
        )


@pytest.mark.parametrize(
    ("source", "name"), [(deepseek_en, "2026-08-13_announced"), (deepseek_zh, "2026-08-14_announced")]
)
def test_the_prices_in_the_footnote_are_announced_and_never_todays(source, name) -> None:
    rows = prices(source.parse(golden(source.SOURCE.id, name)))
    future = [row for row in rows if row.price_kind == "announced"]
    assert len(future) == 12
    assert {row.effective_from for row in future} == {datetime(2026, 8, 16, 16, tzinfo=UTC)}
    assert {row.time_band for row in rows if row.price_kind == "list"} == {"always"}


def test_an_announced_table_without_its_date_is_refused() -> None:
    page = changed(
        golden("deepseek_en", "2026-08-13_announced"),
        ("The new prices take effect at 16:00 UTC on August 16, 2026, as follows:", ""),
    )
    with pytest.raises(LayoutChanged):
        deepseek_en.parse(page)


def test_beijing_peak_hours_are_the_utc_ones() -> None:
    english = {
        row.time_band for row in prices(deepseek_en.parse(golden("deepseek_en", "2026-09-25_weekdays")))
    }
    chinese = {
        row.time_band for row in prices(deepseek_zh.parse(golden("deepseek_zh", "2026-09-25_weekdays")))
    }
    assert (
        english
        == chinese
        == {"peak@mon-fri 01:00-04:00,06:00-10:00", "off_peak@except mon-fri 01:00-04:00,06:00-10:00"}
    )
    assert sum(len(parse_band(text).minutes) for text in english) == 7 * 24 * 60


def test_peak_prices_without_their_hours_are_refused() -> None:
    page = changed(
        golden("deepseek_en", "2026-08-17_peak"),
        ("Peak hours are 01:00 - 04:00 and 06:00 - 10:00 UTC", "Peak hours are published elsewhere"),
    )
    with pytest.raises(LayoutChanged):
        deepseek_en.parse(page)


@pytest.mark.parametrize(
    "said",
    [
        "Peak hours are 01:00 - 04:00 and 06:00 - 10:00 UTC, Monday to Saturday.",
        "Peak hours are 01:00 - 04:00 and 06:00 - 10:00.",
        "高峰时段为北京时间每日 6:00～12:00。",
    ],
)
def test_peak_hours_that_the_parser_has_no_rule_for_are_refused(said) -> None:
    with pytest.raises(UnknownValue):
        peak_bands(said, golden("deepseek_en", "2026-08-17_peak"))


def test_a_peak_price_that_is_not_twice_the_other_is_refused() -> None:
    with pytest.raises(UnknownValue):
        deepseek_en.parse(changed(golden("deepseek_en", "2026-08-17_peak"), ("$3.96", "$3.69")))


def test_a_promotion_whose_amount_is_not_its_share_of_the_list_price_is_put_aside() -> None:
    page = golden("deepseek_en", "2026-05-08_promotion")
    assert put_aside(page, changed(page, ("$0.435", "$0.345")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("extended until 2026/05/31 15:59 UTC.", datetime(2026, 5, 31, 15, 59, tzinfo=UTC)),
        ("take effect at 16:00 (UTC Time) on August 16, 2026", datetime(2026, 8, 16, 16, tzinfo=UTC)),
        ("takes effect at 16:00 UTC, August 16, 2026", datetime(2026, 8, 16, 16, tzinfo=UTC)),
        ("北京时间 2026 年 8 月 17 日 0 时", datetime(2026, 8, 16, 16, tzinfo=UTC)),
        ("北京时间 2026/05/31 23:59", datetime(2026, 5, 31, 15, 59, tzinfo=UTC)),
        ("北京时间 2026 年 9 月 9 日 24:00", datetime(2026, 9, 9, 16, tzinfo=UTC)),
        ("soon", None),
    ],
)
def test_printed_moments_are_read_in_utc(text, expected) -> None:
    assert moment(text) == expected


def test_the_kimi_overview_without_a_table_is_empty() -> None:
    page = golden("moonshot_zh", "2026-07-17_k26")
    text = page.text()
    start, end = text.index("<table"), text.index("</table>") + len("</table>")
    with pytest.raises(EmptyPage):
        moonshot_zh.parse(replace(page, body=(text[:start] + text[end:]).encode(), sha256=""))


def test_a_mdx_table_that_breaks_off_is_truncated() -> None:
    page = golden("moonshot_en", "2026-09-15_k3")
    text = page.text()
    with pytest.raises(Truncated):
        moonshot_en.parse(replace(page, body=text[: text.rindex("/>")].encode(), sha256=""))


def test_the_shell_of_a_page_built_by_scripts_is_empty() -> None:
    shell = (
        "<!DOCTYPE html><html><head><title>智谱AI开放平台</title></head><body><div"
        " id=app></div></body></html>"
    )
    with pytest.raises(EmptyPage):
        zhipu_bigmodel.parse(replace(golden("zhipu_bigmodel", "2026-07-17"), body=shell.encode(), sha256=""))


@pytest.mark.parametrize("old", ["> 512k input tokens", "≤ 512k input tokens"])
def test_a_model_of_which_a_range_is_lost_is_put_aside(old) -> None:
    page = golden("minimax_en", "2026-09-30_tabs")
    lines = [line for line in page.text().split("\n") if old not in line]
    assert put_aside(page, replace(page, body="\n".join(lines).encode(), sha256=""))


def test_an_unknown_tab_is_no_service_tier() -> None:
    page = golden("minimax_en", "2026-09-30_tabs")
    assert put_aside(page, changed(page, ("Priority*", "Turbo")))
