"""The door to Great Expectations: a suite of expectations evaluated on a frame."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation


class CheckError(Exception):
    """A check that could not be carried out: a defect of ours, not of the rows."""


def load() -> None:
    """Imports Great Expectations, its telemetry off: seconds, which a run can spend while it waits for its
    sources.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations.expectations  # noqa: F401


def run_suite(name: str, suite: Sequence[Expectation], frame: pd.DataFrame) -> dict[int, list[str]]:
    """Evaluates a suite on a frame; row position -> what failed there. CheckError where an expectation
    errors, or fails without rows.

    First pass without row indexes; only what fails is evaluated again with them (the second costs several
    times more).
    """
    load()
    frame = frame.reset_index(drop=True)
    failing = [suite[i] for i, ok in enumerate(_run(name, suite, frame, "BOOLEAN_ONLY")) if not ok[0]]
    found: dict[int, list[str]] = {}
    if failing:
        for expectation, (_, indexes) in zip(failing, _run(name, failing, frame, "COMPLETE"), strict=True):
            if not indexes:
                raise CheckError(
                    f"{name}: {expectation} failed and names no row; the expectation does not fit the frame"
                )
            for index in indexes:
                found.setdefault(int(index), []).append(_label(expectation))
    return found


def _run(
    name: str, suite: Sequence[Expectation], frame: pd.DataFrame, result_format: str
) -> list[tuple[bool, list[int]]]:
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    batch = (
        context.data_sources.add_pandas("frames")
        .add_dataframe_asset("rows")
        .add_batch_definition_whole_dataframe("all")
    )
    numbered = [copy(expectation) for expectation in suite]
    for number, expectation in enumerate(numbered):
        expectation.id = None  # else it would belong to the suite of the first pass
        expectation.meta = {"number": number}
    declared = context.suites.add(gx.ExpectationSuite(name=name, expectations=numbered))
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(name=name, data=batch, suite=declared)
    )
    outcome = definition.run(
        batch_parameters={"dataframe": frame},
        result_format={"result_format": result_format, "return_unexpected_index_query": False},
    )
    answers: list[tuple[bool, list[int]]] = [(False, [])] * len(suite)
    for result in outcome.results:  # in another order than the suite
        info = result.exception_info or {}
        raised = [
            v for v in (info, *(v for v in info.values() if isinstance(v, dict))) if v.get("raised_exception")
        ]
        if raised:
            raise CheckError(
                f"{name}: {result.expectation_config.type} could not be evaluated:"
                f" {raised[0].get('exception_message')}"
            )
        where = [int(i) for i in result.result.get("unexpected_index_list") or []]
        answers[result.expectation_config.meta["number"]] = (bool(result.success), where)
    return answers


def _label(expectation: Expectation) -> str:
    a, b = getattr(expectation, "column_A", None), getattr(expectation, "column_B", None)
    if a:
        return f"{a} >= {b}"
    kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(expectation).__name__.removeprefix("ExpectColumn")).lower()
    return f"{expectation.column} {kind}"
