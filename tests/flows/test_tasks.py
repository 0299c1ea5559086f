"""A job as a task run: tried again for what may pass and for nothing else, shown as failed while the run goes
on. One that rests for want of its key is no failure.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from extractors.source import discover
from flows import tasks
from flows.ingest import SourceRead

KEYED = "artificial_analysis"


@pytest.mark.parametrize("name", ["backfill", "nightly"])
def test_each_field_of_a_form_says_what_it_does(name: str) -> None:
    """Prefect reads them from the docstring, a line each."""
    from prefect.utilities.callables import parameter_schema

    made = getattr(importlib.import_module(f"flows.{name}"), f"{name}_as_flow")
    fields = parameter_schema(made).properties
    assert len(fields) >= 4
    assert [field for field, said in fields.items() if not said.get("description")] == []
    assert [said["description"] for said in fields.values() if ": " in said["description"]] == []


class State:
    """What Prefect hands to a retry condition."""

    def __init__(self, outcome: Any) -> None:
        self.outcome = outcome

    def result(self) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize(
    ("outcome", "again"),
    [
        (tasks.JobFailedError(SourceRead("xai", retryable=True)), True),
        (tasks.JobFailedError(SourceRead("xai", retryable=False)), False),
        (ValueError("a defect of ours"), False),
        (SourceRead("xai"), False),
    ],
)
def test_what_may_pass_is_tried_again_and_a_changed_layout_is_not(outcome: Any, again: bool) -> None:
    assert tasks._retryable(None, None, State(outcome)) == again
    assert len(tasks.RETRY_SECONDS) >= 2
    assert sorted(tasks.RETRY_SECONDS) == tasks.RETRY_SECONDS
    assert tasks.job.retries == len(tasks.RETRY_SECONDS)


def test_a_source_rests_while_its_key_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    keyed, other = (discover()[name].source for name in (KEYED, "deepseek_en"))
    told = {"outcomes": ({"step": "fetch", "error": "HTTP 401"},), "captured": True}
    monkeypatch.delenv(keyed.key_env, raising=False)
    assert (keyed.lacks_key, other.lacks_key) == (True, False)
    assert (SourceRead(KEYED, **told).failed, SourceRead("deepseek_en", **told).failed) == (False, True)
    monkeypatch.setenv(keyed.key_env, "a key")
    assert (keyed.lacks_key, SourceRead(KEYED, **told).failed) == (False, True)


def test_a_source_that_was_not_captured_now_fails_only_where_nothing_could_be_read() -> None:
    told = {"outcomes": ({"step": "parse", "error": "an old capture"},)}
    assert not SourceRead("deepseek_en", **told).failed
    assert SourceRead("deepseek_en", error="KeyError", **told).failed
