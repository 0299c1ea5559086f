"""Prefect costs a run seconds and a task milliseconds. `python -m studies.overhead` prints them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extractors.source import discover
from studies.overhead import overhead
from tests.flows.homes import golden_home
from tests.flows.servers import Served, served

pytestmark = [pytest.mark.server, pytest.mark.alone, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("overhead") / "home"
    golden_home(str(home))
    with served(home) as it:
        yield it


def test_a_nightly_takes_at_most_twenty_seconds_more_than_its_sources(server):
    it = overhead(server, 40)
    assert it.run + len(discover()) * it.task <= 20, it
