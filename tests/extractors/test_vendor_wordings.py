"""Other wordings of the same page: what a vendor may write next week is read as it means it, or refused by
name.

Each case replaces words of a golden page. The recordings hold one or a few weeks of each page; a parser that
knows their very words only would refuse the next week, and one that overlooks a condition would print a wrong
price.
"""

from __future__ import annotations

import re

import pytest

from tests.extractors import golden
from tests.extractors.aside import changed, put_aside
from tests.extractors.wordings import (
    ALIBABA,
    ANTHROPIC,
    DEEPSEEK,
    GEMINI,
    MINIMAX,
    MISTRAL,
    MOONSHOT,
    OPENAI,
    PEAK_DAYS,
    STEPFUN,
    TENCENT,
    VOLCENGINE,
    XAI,
    XIAOMI,
    ZAI,
    ZHIPU,
    prices,
    said,
)

SAME = [
    (ANTHROPIC, "| Claude Haiku 5 | $1", "| Claude Haiku 5 (research preview) | $1"),
    (
        ANTHROPIC,
        "| Claude Haiku 5 | $1",
        "| Claude Haiku 5 ([deprecated, retiring January 5, 2027](https://example.org)) | $1",
    ),
    (ANTHROPIC, "(for prompts over 100,000 tokens)", "(prompts > 100k tokens)"),
    (ANTHROPIC, "| Claude Haiku 5 |", "| Claude Haiku 5 (for prompts up to 100,000 tokens) |"),
    (DEEPSEEK, PEAK_DAYS, "UTC, Monday–Friday (excluding Chinese public holidays)."),
    (DEEPSEEK, PEAK_DAYS, "UTC on weekdays. Weekends and Chinese public holidays are off-peak all day."),
    (DEEPSEEK, PEAK_DAYS, "UTC. Weekends and Chinese public holidays are off-peak all day."),
    (DEEPSEEK, PEAK_DAYS, "UTC on working days; all other hours are off-peak."),
    (OPENAI, "### Standard pricing data", "### Standard"),
    (OPENAI, "(<272K context length)", "(≤ 272K context)"),
    (
        OPENAI,
        "## Flagship models",
        "### Containers\n\n| Memory | Price per 20 min |\n|---|---|\n| 1 GB | $0.03 |\n\n## Flagship models",
    ),
    (XAI, "(< 200k prompt tokens)", "(≤200K prompt tokens)"),
    (XAI, "(>= 200k prompt tokens)", "(≥200,000 input tokens)"),
    (XAI, "| grok-4.3 |", "| grok-4.3 (deprecated) |"),
    (XAI, "## Tools", "## Voice\n\n| Model | Price |\n|---|---|\n| Voice Agent | $0.05 / min |\n\n## Tools"),
    (
        GEMINI,
        "$0.25 (text / image / video) $0.50 (audio) |",
        "$0.25 (text, image, and video) $0.50 (audio) |",
    ),
    (GEMINI, "Output price (including thinking tokens)", "Output price (including thinking and tool tokens)"),
    (GEMINI, "Paid Tier, per 1M tokens in USD", "Paid Tier, per 1M tokens (USD)"),
    (GEMINI, "| $1.50 |", "| $1.50 per 1M tokens |"),
    (GEMINI, "| Tuning price |", "| URL context |"),
    (GEMINI, "Paid Tier, per Image in USD", "Paid Tier, per song in USD"),
    (
        MISTRAL,
        "<span>Original price:</span><s>$1.36</s><span>Sale price:</span>",
        "<span class='line-through'>$1.36</span> ",
    ),
    (MISTRAL, "<td>Mistral Small 4</td>", "<td>Mistral Small 4 <span>New</span></td>"),
    (ALIBABA, "List price \\$0.4 (Limited-time 20% off)", "List price: \\$0.4 (limited time 20% off)"),
    (ALIBABA, "on weekdays (UTC+8)", "Monday to Friday (UTC+8)"),
    (ALIBABA, "Busy hours: \\$0.44<br/>Idle hours: \\$0.22", "Peak hours: \\$0.44 Off-peak hours: \\$0.22"),
    (
        ALIBABA,
        "## Image generation",
        (
            "## Omni\n\n<table><tr><th>Model ID</th><th>Price per"
            " call</th></tr><tr><td>x</td><td>1</td></tr></table>\n\n## Image generation"
        ),
    ),
    (ZAI, "### Latest Models", "### Flagship Models"),
    (ZAI, "| GLM-5.3 |", "| GLM-5.3 (New) |"),
    (ZAI, "Limited-time Free", "Free for a limited time"),
    (ZHIPU, "## 旗舰模型", "## 最新模型"),
    (VOLCENGINE, "高峰时段为工作日北京时间", "高峰时段为周一到周五北京时间"),
    (
        VOLCENGINE,
        "# 图片生成模型",
        "# 语音合成大模型\\n|模型名称 |单价（元/万字符） |\\n|---|---|\\n|tts |3 |\\n\\n# 图片生成模型",
    ),
    (XIAOMI, "Real-time API", "Realtime API"),
    (MINIMAX, "Permanent 50% off", "Limited-time 50% off"),
    (MINIMAX, "## LLM", "## Text Models"),
    (MINIMAX, "≤ 512k input tokens", "Input ≤ 512k"),
    (MOONSHOT, '"kimi-k3", "1M', '"kimi-k3 (new)", "1M'),
    (MOONSHOT, 'title: "Context Window"', 'title: "Context"'),
    (STEPFUN, "1M tokens", "1 million tokens"),
]


@pytest.mark.parametrize(
    ("page", "old", "new"), SAME, ids=lambda v: v[0] if isinstance(v, tuple) else re.sub(r"\W+", " ", v)[:40]
)
def test_another_wording_of_the_same_conditions_gives_the_same_prices(page, old, new):
    assert said(prices(page, (old, new))) == said(prices(page))


PUT_ASIDE = [
    (ANTHROPIC, "(for prompts over 100,000 tokens)", "(limited-time discount)"),
    (ANTHROPIC, "(for prompts over 100,000 tokens)", "(US only)"),
    (ANTHROPIC, "| $1 / MTok | $1.25", "| $2 $1 / MTok | $1.25"),
    (DEEPSEEK, PEAK_DAYS, "UTC, Monday to Saturday."),
    (DEEPSEEK, PEAK_DAYS, "UTC. Sundays are off-peak all day."),
    (DEEPSEEK, "$0.044", "$0.055"),
    (OPENAI, "### Fast mode pricing data", "### Scale tier pricing data"),
    (OPENAI, "### Standard pricing data", "### Scale tier pricing data"),
    (GEMINI, "Free of charge | $1.50 |", "Free of charge | Free until December 31, 2026 |"),
    (ALIBABA, "on weekdays (UTC+8)", "Monday to Saturday (UTC+8)"),
    (ALIBABA, "List price \\$0.4 (Limited-time 20% off)", "\\$0.4 (Limited-time 20% off)"),
    (VOLCENGINE, "高峰时段为工作日北京时间", "高峰时段为周一至周六北京时间"),
    (VOLCENGINE, "## 批量推理", "## 离线推理"),
    (TENCENT, "空闲时段</div>", "平时段</div>"),
    (ZAI, "~~\\$0.15~~ \\$0.075", "\\$0.075 (50% off)"),
]


@pytest.mark.parametrize(
    ("page", "old", "new"),
    PUT_ASIDE,
    ids=lambda v: v[0] if isinstance(v, tuple) else re.sub(r"\W+", " ", v)[:40],
)
def test_prices_under_a_condition_that_no_rule_covers_are_put_aside(page, old, new):
    capture, _ = golden.load(golden.CAPTURES / page[0] / f"{page[1]}.rows.json")
    assert put_aside(capture, changed(capture, (old, new)))


NEWS = [
    (
        ANTHROPIC,
        "| Claude Haiku 5 |",
        "| Claude Mythos Preview 2 |",
        ("Claude Mythos Preview 2", "input", "standard", "list", "1", 0),
    ),
    (
        ANTHROPIC,
        "| Claude Opus 5 | $5",
        "| Claude Opus 5 (through December 31, 2026) | $5",
        ("Claude Opus 5", "input", "standard", "introductory", "5", 0),
    ),
    (
        ANTHROPIC,
        "| Claude Opus 5 | $5",
        "| Claude Opus 5 starting January 1, 2027 | $5",
        ("Claude Opus 5", "input", "standard", "announced", "5", 0),
    ),
    (
        ANTHROPIC,
        "| $1 / MTok | $1.25",
        "| ~~$1.20 / MTok~~ $1 / MTok | $1.25",
        ("Claude Haiku 5", "input", "standard", "promotional", "1", 0),
    ),
    (
        OPENAI,
        "### Fast mode pricing data",
        "### Ultrafast pricing data",
        ("gpt-5.6-sol", "input", "ultrafast", "list", "8.00", 0),
    ),
    (
        XAI,
        "## Tools",
        (
            "## Batch\n\n| Model | Batch input / 1M tokens | Output / 1M tokens |\n|---|---|---|\n| grok-4.3"
            " | $0.6 | $1.25 |\n\n## Tools"
        ),
        ("grok-4.3", "output", "batch", "list", "1.25", 0),
    ),
    (
        GEMINI,
        "| $1.50 |",
        "| $1.50, prompts ≤ 128k tokens $2.50, prompts > 128k tokens |",
        ("gemini-3.1-flash-lite", "output", "standard", "list", "2.50", 128_000),
    ),
    (
        GEMINI,
        "| $1.50 |",
        "| $1.50 until December 31, 2026. $2.50 from January 1, 2027. |",
        ("gemini-3.1-flash-lite", "output", "standard", "announced", "2.50", 0),
    ),
    (
        MISTRAL,
        "<td>$<!-- -->0.15</td><td>$<!-- -->0.015</td><td>$<!-- -->0.6</td>",
        "<td>Free</td><td>Free</td><td>Free</td>",
        ("Mistral Small 4", "output", "standard", "free", "0", 0),
    ),
    (
        TENCENT,
        "<div>Hy9</div>",
        "<div>Hy9-Turbo（限时优惠）</div>",
        ("Hy9-Turbo", "output", "standard", "promotional", "4", 0),
    ),
    (
        ZHIPU,
        "活动截止 2026 年 9 月 9 日 24:00（UTC+8，北京时间）",
        "活动截止至 2026 年 10 月 31 日",
        ("GLM-5.3-Flash", "input", "standard", "promotional", "0.4", 0),
    ),
    (XIAOMI, "`mimo-v9.6`", "`mimo-omni-9`", ("mimo-omni-9", "output", "standard", "list", "1.00", 0)),
    (
        STEPFUN,
        "| $1.00 |",
        "| ~~$2.00~~ $1.00 |",
        ("step-9-preview", "input", "standard", "promotional", "1.00", 0),
    ),
]


@pytest.mark.parametrize(
    ("page", "old", "new", "wanted"),
    NEWS,
    ids=lambda v: v[0] if isinstance(v, tuple) else re.sub(r"\W+", " ", v)[:40],
)
def test_a_new_condition_becomes_part_of_the_price(page, old, new, wanted):
    found = {
        (r.listed_model, r.component, r.service_tier, r.price_kind, str(r.amount), r.context_from_tokens)
        for r in prices(page, (old, new))
    }
    assert wanted in found


@pytest.mark.parametrize(
    "named",
    [
        "Claude Opus 5 / 4.8",
        "Claude Opus 5 and Opus 4.8",
        "Claude Opus 5, Claude Opus 4.8",
        "Claude Opus 5/Opus 4.8",
    ],
)
def test_a_cell_of_several_models_gives_each_its_row(named):
    rows = prices(ANTHROPIC, ("| Claude Opus 5 | $2.50", f"| {named} | $2.50"))
    assert {row.listed_model for row in rows if str(row.amount) == "12.50"} == {
        "Claude Opus 5",
        "Claude Opus 4.8",
    }


def test_a_promotion_that_ends_on_a_day_ends_with_it_in_beijing():
    rows = prices(
        ZHIPU, ("活动截止 2026 年 9 月 9 日 24:00（UTC+8，北京时间）", "活动截止 2026 年 10 月 31 日")
    )
    assert {f"{row.effective_to}" for row in rows if row.price_kind == "promotional"} == {
        "2026-10-31 16:00:00+00:00"
    }


def test_a_component_that_is_free_for_now_has_no_price_and_the_others_keep_theirs():
    rows = [
        row
        for row in prices(VOLCENGINE, ("|6.00 |", "|限时免费 |"))
        if row.listed_model == "acorn-seed-2.1-pro"
    ]
    assert {row.component for row in rows if row.service_tier == "standard"} == {
        "cache_read",
        "cache_storage",
        "output",
    }
