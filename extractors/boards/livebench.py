"""LiveBench: one CSV of task scores per release, with the map from categories to tasks beside it.

table_YYYY_MM_DD.csv has `model` and one column per task; categories_YYYY_MM_DD.json maps category to tasks;
since 2026-01 cost_YYYY_MM_DD.csv has the run's cost and questions per task. The score is the mean of the
category means, blanks (`` ``, `N/A`) skipped inside a category and no mean where a whole category is blank,
as the site's src/Table/Averaging.js does; that file also prints 72 for grok-3-thinking (and 58 for grok-3 for
a while), whose tables are mostly blank. Traps: a category may name a task that the table has not got yet; a
row with fewer cells than the header (nemotron-3-super, 2026-04 on) has slipped columns and is left out, at
most one row in twenty; each release drops old models. The release is in the address and is the version.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from extractors.authoring import Page
from extractors.boards._entries import finished, read_entries
from extractors.boards._read import csv_rows, json_body, maybe, name_of, settings
from extractors.errors import LayoutChanged, UnknownValue, WrongPage
from extractors.lists import links, release_days
from extractors.source import Listing, Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row, Score

SITE = r"https://livebench\.ai/"
DAY = r"\d{4}_\d\d_\d\d"
HARD_CODED = {"grok-3-thinking": 72.0, "grok-3": 58.0}

SOURCE = Source(
    id="livebench",
    title="LiveBench",
    kind="boards",
    headline=True,
    addresses=(
        "https://livebench.ai/table_2026_06_25.csv",
        "https://livebench.ai/categories_2026_06_25.json",
        "https://livebench.ai/cost_2026_06_25.csv",
    ),
    matches=(SITE + rf"table_{DAY}\.csv",),
    companions=(SITE + rf"categories_{DAY}\.json", SITE + rf"cost_{DAY}\.csv"),
    tables=(SCORES,),
    licence="none_stated",
    # On 2025-10-07 LiveBench itself took 60 % of a release's models off its table.
    expects=Expects(rows={"scores": (100, 20000)}, scores=(0, 100), vanished_share=0.75),
    listing=Listing(at=("https://livebench.ai/",), leads=(SITE + r"static/js/main\.[0-9a-f]+\.js",), most=6),
)


def addresses(capture: Capture) -> list[str]:
    """The site's script, of its first page; of the script the files of the newest release and of the one
    before.
    """
    if not capture.address.endswith(".js"):
        return links(capture, SITE + r"static/js/main\.[0-9a-f]+\.js")
    days = [f"{day:%Y_%m_%d}" for day in release_days(capture)[:2]]
    kinds = (("table", "csv"), ("categories", "json"), ("cost", "csv"))
    return [f"https://livebench.ai/{kind}_{day}.{end}" for day in days for kind, end in kinds]


def parse(capture: Capture) -> list[Row]:
    """The average and the category means of every model, on the site's scale of 0 to 100."""
    release = re.search(rf"table_({DAY})\.csv", capture.address)
    if release is None:
        raise WrongPage(capture, expected="an address with the release's date", found=capture.address)
    categories = _categories(capture, release[1])
    page = Page(capture)
    table = csv_rows(capture, ("model",), page=page)
    tasks = set(table[0]) - {"model"}
    for stranger in sorted(tasks - {task for named in categories.values() for task in named}):
        numbers = [line.get(stranger, "") for line in table]
        if any(re.fullmatch(r"[\d.,]+", cell) for cell in numbers):  # a task that may belong to a category
            raise LayoutChanged(
                capture, expected="every task in a category", found=f"a task in none: {stranger}"
            )
        page.leave("the header", stranger, "a column of words that no category names", 0)
    whole = [line for line in table if len(line) == len(tasks) + 1]
    if len(table) - len(whole) > len(table) / 20:
        raise LayoutChanged(
            capture,
            expected="rows as long as the header",
            found=f"{len(table) - len(whole)} of {len(table)} are shorter",
        )
    costs = _costs(capture, release[1])
    version = release[1].replace("_", "-")
    read_entries(page, whole, lambda line: _model(line, categories, costs, version, capture))
    return finished(page)


def _model(
    line: Mapping[str, str],
    categories: Mapping[str, list[str]],
    costs: Mapping[str, float],
    version: str,
    capture: Capture,
) -> list[Score]:
    printed = name_of(line["model"], capture)
    effort = re.search(r"-((?:minimal|low|medium|high|xhigh|max)-effort)$", printed)
    model = printed[: effort.start()] if effort else printed
    setting = settings({"effort": effort[1].removesuffix("-effort")}) if effort else ""
    means: dict[str, float] = {}
    for category, named in categories.items():
        given = [maybe(line.get(task), capture, f"{task} of {printed}") for task in named]
        if values := [value for value in given if value is not None]:
            means[category] = sum(values) / len(values)
    average = sum(means.values()) / len(means) if len(means) == len(categories) else HARD_CODED.get(printed)
    rows = [Score("livebench", version, f"category:{c}", model, mean, setting) for c, mean in means.items()]
    if average is not None:
        rows.insert(
            0, Score("livebench", version, "average", model, average, setting, cost_usd=costs.get(printed))
        )
    return rows


def _categories(capture: Capture, release: str) -> dict[str, list[str]]:
    companion = _companion(capture, f"categories_{release}.json")
    if companion is None:
        raise LayoutChanged(
            capture,
            expected=f"the companion categories_{release}.json",
            found=str(sorted(capture.companions)),
            next_step="capture or import the release's categories file",
        )
    found: Any = json_body(companion)
    if not isinstance(found, dict) or not found or not all(isinstance(v, list) and v for v in found.values()):
        raise LayoutChanged(companion, expected="{category: [task, ...]}", found=str(found)[:200])
    return found


def _costs(capture: Capture, release: str) -> dict[str, float]:
    """USD per question by model: the run's total cost over its questions, both summed over the tasks that
    state them.
    """
    companion = _companion(capture, f"cost_{release}.csv")
    if companion is None:
        return {}
    found: dict[str, float] = {}
    for line in csv_rows(companion, ("model",)):
        tasks = [name for name in line if f"nq_{name}" in line]
        pairs = [
            (maybe(line[task], companion, task), maybe(line[f"nq_{task}"], companion, task)) for task in tasks
        ]
        given = [(cost, questions) for cost, questions in pairs if cost is not None and questions]
        if given:
            found[line["model"]] = sum(cost for cost, _ in given) / sum(questions for _, questions in given)
    if not found:
        raise UnknownValue(companion, expected="costs and questions per task", found="none")
    return found


def _companion(capture: Capture, name: str) -> Capture | None:
    return next((c for address, c in capture.companions.items() if address.endswith("/" + name)), None)
