"""LMArena's text leaderboard, style control on: the Arena's published data set on Hugging Face.

The `latest` split of the configuration `text_style_control`, one Parquet file (about 0.5 MB): 393 models x 29
categories, overall as `overall`. Ratings are refitted at each publication, names change (DeepSeek, Claude and
Kimi in summer 2026) and old models leave the list: what a model scored at its launch is in the first capture
that has it.
"""

from __future__ import annotations

from extractors.boards._arena import STYLE_CONTROL
from extractors.boards._arena_dataset import parquet_records, scores
from extractors.source import Source
from warehouse.capture import Capture
from warehouse.expects import Expects
from warehouse.tables import SCORES, Row

SOURCE = Source(
    id="lmarena_text_style_control",
    title="LMArena leaderboard data set, the board with style control (the one that arena.ai shows)",
    kind="boards",
    headline=True,
    addresses=(
        "https://huggingface.co/datasets/lmarena-ai/leaderboard-dataset/resolve/main/text_style_control/latest-00000-of-00001.parquet",
    ),
    tables=(SCORES,),
    licence="cc_by_4_0",
    expects=Expects(
        rows={"scores": (3000, 40000)}, models=("gpt-4o-2024-05-13", "llama-13b"), scores=(300, 2500)
    ),
)


def parse(capture: Capture) -> list[Row]:
    """Every rating of every category."""
    return [*scores(capture, STYLE_CONTROL, parquet_records(capture))]
