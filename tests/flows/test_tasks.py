"""A source's task run: tried again for what may pass and for nothing else; one that rests for want of its key
is no failure.
"""

from __future__ import annotations

from typing import Any

import pytest
from flows.snapshotting import SourceRead
from flows.sources import resting

from flows import tasks

KEYED = "artificial_analysis"


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
        (tasks.SourceFailedError(SourceRead("xai", passing=True), "HTTP 503, 4 times"), True),
        (tasks.SourceFailedError(SourceRead("xai", passing=False), "LayoutChanged: another table"), False),
        (ValueError("a defect of ours"), False),
        (SourceRead("xai"), False),
    ],
)
def test_what_may_pass_is_tried_again_and_a_changed_layout_is_not(outcome: Any, again: bool) -> None:
    assert tasks._may_pass(None, None, State(outcome)) == again
    assert len(tasks.RETRY_SECONDS) >= 2
    assert sorted(tasks.RETRY_SECONDS) == tasks.RETRY_SECONDS
    assert tasks.source.retries == len(tasks.RETRY_SECONDS)


def test_a_source_rests_while_its_key_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    from extractors.source import discover

    name = discover()[KEYED].source.key_env
    monkeypatch.delenv(name, raising=False)
    assert resting(KEYED)
    monkeypatch.setenv(name, "a key")
    assert not resting(KEYED)
    assert not resting("deepseek_en")
