"""A golden page of which words were replaced, and its prices."""

from __future__ import annotations

from dataclasses import replace

from extractors.source import discover
from tests.extractors import golden
from warehouse.tables import ListPrice

ANTHROPIC, GEMINI, OPENAI = (
    ("anthropic", "2026-10-05"),
    ("google_gemini", "2026-06-05"),
    ("openai", "2026-09-30"),
)


XAI, MISTRAL, DEEPSEEK = (
    ("xai", "2026-10-05"),
    ("mistral", "2026-10-05"),
    ("deepseek_en", "2026-09-25_weekdays"),
)


ALIBABA, ZAI, ZHIPU = (
    ("alibaba_intl", "2026-10-02"),
    ("zhipu_zai", "2026-10-12_latest"),
    ("zhipu_docs_zh", "2026-09-01"),
)


VOLCENGINE, TENCENT, XIAOMI = (
    ("volcengine", "2026-09-21"),
    ("tencent_tokenhub", "2026-10-05"),
    ("xiaomi", "2026-10-14"),
)


MINIMAX, MOONSHOT, STEPFUN = (
    ("minimax_en", "2026-09-30_tabs"),
    ("moonshot_en", "2026-09-15_k3"),
    ("stepfun", "2026-10-07-en"),
)


PEAK_DAYS = (
    "UTC, Monday through Friday, excluding Chinese public holidays. All other hours, weekends included, are"
    " off-peak."
)


def prices(page: tuple[str, str], *changes: tuple[str, str]) -> list[ListPrice]:
    """The prices of a golden page of which words were replaced."""
    source, name = page
    capture, _ = golden.load(golden.CAPTURES / source / f"{name}.rows.json")
    text = capture.text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    rows = discover()[source].parse(replace(capture, body=text.encode(), sha256=""))
    return [row for row in rows if isinstance(row, ListPrice)]


def said(rows: list[ListPrice]) -> set[tuple[object, ...]]:
    return {tuple(row._replace(printed=None)) for row in rows}
