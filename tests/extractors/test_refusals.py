"""Pages that were really served in place of a price list, or without one, are refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extractors.errors import EmptyPage, ParseError, WrongPage
from extractors.source import discover
from tests import recordings
from warehouse.capture import Capture


def _captures(folder: str, starts: str) -> list[Capture]:
    found = [
        c
        for c in recordings.captures("vendors", folder)
        if f"{c.captured_at:%Y-%m-%dT%H%M%S}".startswith(starts)
    ]
    assert found, f"no capture of {starts} in {folder}"
    return found


@recordings.needed
@pytest.mark.recorded
def test_a_challenge_in_place_of_openai_s_prices_is_a_wrong_page() -> None:
    (challenge,) = _captures("openai_pricing", "2026-05-08T171610")
    with pytest.raises(WrongPage, match="a challenge in its place"):
        discover()["openai"].parse(challenge)


@recordings.needed
@pytest.mark.recorded
def test_the_empty_model_section_of_xai_is_an_empty_page_although_tools_are_priced_below_it() -> None:
    (empty,) = _captures("xai_models", "2025-12-20")
    with pytest.raises(EmptyPage):
        discover()["xai"].parse(empty)


@recordings.needed
@pytest.mark.recorded
def test_the_vertex_page_is_not_read_as_the_gemini_api_s() -> None:
    (vertex,) = _captures("google_vertex-pricing", "2026-05-08")
    with pytest.raises(WrongPage):
        discover()["google_gemini"].parse(replace(vertex, source_id="google_gemini"))


@recordings.needed
@pytest.mark.recorded
@pytest.mark.parametrize("source_id", sorted(i for i, r in discover().items() if r.source.kind == "vendors"))
def test_no_vendor_s_parser_takes_the_challenge_for_its_page(source_id: str) -> None:
    (challenge,) = _captures("openai_pricing", "2026-05-08T171610")
    with pytest.raises(ParseError) as refused:
        discover()[source_id].parse(replace(challenge, source_id=source_id))
    assert source_id in str(refused.value)


@recordings.needed
@pytest.mark.recorded
def test_the_index_of_mistral_s_models_is_a_list_and_no_page_of_prices() -> None:
    index = [
        c
        for c in recordings.captures("vendors", "mistral_docs-models")
        if c.address == "https://docs.mistral.ai/models"
    ]
    (capture,) = index
    source = discover()["mistral_docs"].source
    assert source.lists(capture.address)
    assert not source.reads(capture.address)
