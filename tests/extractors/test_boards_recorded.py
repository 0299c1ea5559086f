"""The boards' and registries' parsers: on the real recordings, and on damaged pages."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd
import pytest

from extractors.errors import EmptyPage, LayoutChanged, ParseError, Truncated, UnknownValue, WrongPage
from extractors.source import discover
from tests import recordings
from tests.extractors import board_share
from tests.extractors.golden import golden_files, load
from warehouse.capture import Capture
from warehouse.licences import LICENCES, licence
from warehouse.seeds import boards
from warehouse.tables import SCORES, TABLE_OF_ROW, Score, Unread

MINE = sorted(s.source.id for s in discover().values() if s.source.kind in board_share.KINDS)
GOLDEN = [f for f in golden_files() if f.parent.name in MINE]
BOARDS = boards()
BARE_TITLE = "8e71657aae57"  # vectara's README of 2023-10-31, before there was a board


def parse(capture: Capture) -> list:
    return discover()[capture.source_id].parse(capture)


@pytest.fixture(scope="module")
def recorded() -> list:
    return board_share.read()


@recordings.needed
@pytest.mark.recorded
def test_every_recorded_board_and_registry_parses(recorded) -> None:
    failed = [
        f"{capture}: {rows}"
        for _, capture, rows in recorded
        if isinstance(rows, ParseError) and not capture.sha256.startswith(BARE_TITLE)
    ]
    assert not failed, "\n".join(failed[:5])
    assert len(recorded) > 340


@recordings.needed
@pytest.mark.recorded
def test_every_board_recording_belongs_to_a_source() -> None:
    from warehouse.archive.warc import read_warc

    sources = [reader.source for reader in discover().values()]
    orphans = {
        c.address
        for file in sorted((recordings.ROOT / "boards").glob("*.warc.gz"))
        for c in read_warc(file)
        if sum(s.reads(c.address) or s.accompanies(c.address) for s in sources) != 1
    }
    assert not orphans


@recordings.needed
@pytest.mark.recorded
def test_at_least_99_of_100_stated_rows_are_kept_by_every_source(recorded) -> None:
    short = {
        name: (kept, stated)
        for name, (_, kept, stated) in board_share.shares(recorded).items()
        if not 0.99 <= kept / stated <= 1.0
    }
    assert not short


@recordings.needed
@pytest.mark.recorded
def test_no_recorded_capture_gives_two_rows_with_one_key(recorded) -> None:
    names = [name for name in SCORES.key if name not in {"source_id", "observed_on"}]
    for _, capture, rows in recorded:
        if isinstance(rows, list):
            keys = [tuple(getattr(row, name) for name in names) for row in rows if isinstance(row, Score)]
            assert len(keys) == len(set(keys)), capture


@recordings.needed
@pytest.mark.recorded
def test_every_recorded_board_has_its_row_in_the_seed_and_its_scores_are_on_its_scale(recorded) -> None:
    facts = {fact["board_id"]: fact for fact in BOARDS.to_dict("records")}
    for _, capture, rows in recorded:
        scores = [row for row in rows if isinstance(row, Score)] if isinstance(rows, list) else []
        assert {row.board_id for row in scores} <= set(facts), capture
        for row in scores:
            fact = facts[row.board_id]
            if row.metric == fact["metric"]:
                assert not row.score < fact["scale_min"], (capture, row)
                assert not row.score > fact["scale_max"], (capture, row)


@recordings.needed
@pytest.mark.recorded
def test_artificial_analysis_versions_change_where_the_index_was_rescaled(recorded) -> None:
    days = {
        (c.observed_on.isoformat(), row.board_version)
        for s, c, rows in recorded
        if s.id == "artificial_analysis"
        for row in rows[:1]
    }
    assert {version for day, version in days if day < "2026-08-07"} == {"2026-06-16"}
    assert {version for day, version in days if day >= "2026-08-07"} == {"2026-08-07"}


@recordings.needed
@pytest.mark.recorded
def test_livebench_average_is_the_mean_of_category_means_of_the_release(recorded) -> None:
    capture, rows = next(
        (c, r) for s, c, r in recorded if s.id == "livebench" and c.observed_on.isoformat() == "2026-06-30"
    )
    one = {row.metric: row.score for row in rows if row.listed_model == "glm-5.2" and not row.listed_setting}
    categories = [score for metric, score in one.items() if metric.startswith("category:")]
    assert len(categories) == 7, capture
    assert one["average"] == pytest.approx(sum(categories) / 7)


def test_the_seed_gives_a_board_with_no_network() -> None:
    source = discover()["epoch_eci"].source
    (body,) = source.embedded()
    rows = parse(
        Capture(
            source.id,
            body.address,
            pd.Timestamp("2026-07-01", tz="UTC").to_pydatetime(),
            body.body,
            body.content_type,
        )
    )
    scores = {row.listed_model: row.score for row in rows if isinstance(row, Score)}
    assert source.reads(body.address)
    assert len([row for row in rows if isinstance(row, Score)]) == 428
    assert scores["deepseek-v4-pro"] == pytest.approx(149.728, abs=0.001)


def test_every_source_names_a_known_licence() -> None:
    assert {licence(reader.source.licence).id for reader in discover().values()} <= set(LICENCES)
    with pytest.raises(KeyError, match="no licence is called"):
        licence("gpl")


@pytest.mark.parametrize(
    "rows_file", GOLDEN, ids=lambda p: f"{p.parent.name}/{p.name.removesuffix('.rows.json')}"
)
def test_a_damaged_page_is_refused_with_the_source_and_what_was_found(rows_file) -> None:
    capture, _ = load(rows_file)
    damaged = {
        "empty": b"",
        "blank": b" \n",
        "challenge": (
            b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your"
            b" browser</body></html>"
        ),
        "error": b'{"error": "not found"}',
        "message": b"404: Not Found",
        "not text": b"\xff\xfe\x00\x01" * 40,
        "cut short": cut(capture),
    }
    for what, body in damaged.items():
        with pytest.raises(
            ParseError, match=rf"{capture.source_id}: \w+: expected .* found .* next: "
        ) as refused:
            rows = parse(replace(capture, body=body, sha256=""))
            pytest.fail(f"{what}: {rows[:2]}")
        assert isinstance(refused.value, EmptyPage | WrongPage | LayoutChanged | Truncated | UnknownValue), (
            what
        )


def cut(capture: Capture) -> bytes:
    """The body, ended in the middle of its last row."""
    body = capture.body
    if capture.address.endswith("README.md"):
        return body[: body.rindex(b"|")]
    if body.startswith((b"PK", b"PAR1")) or body[:1] in b"[{<" or b"const " in body:
        return body[: len(body) * 7 // 10]
    if b"," not in body.split(b"\n", 1)[0]:  # YAML
        return body[: body.rindex(b":") - 3]
    return body[: body.rstrip().rindex(b",")]


def test_a_board_that_livebench_cannot_read_without_its_categories_is_refused() -> None:
    capture, _ = load(next(f for f in GOLDEN if f.parent.name == "livebench"))
    with pytest.raises(LayoutChanged, match="companion categories_2026_01_08"):
        parse(replace(capture, companions={}))


def test_new_keys_columns_and_boards_are_named_and_take_no_value_with_them() -> None:
    cases = {
        "swebench/2025-12-11": ('"name": "Verified"', '"name": "Fresh board"'),
        "arc_prize/2026-06-15": ("v2_Semi_Private", "v9_Semi_Private"),
        "metr_time_horizon/2026-05-10": ("METR-Horizon-v1.1", "METR-Horizon-v2"),
        "epoch_eci/2026-07-01": ("Confidence", "Surprise"),
        "lmarena_csv/2025-08-06": ("knowledge_cutoff", "surprise"),
        "aider_polyglot/2025-10-03": ("edit_format:", "edit_surprise:"),
        "nyt_connections/2026-07-17": ("Extended Version\n\n|", "Surprise Version\n\n|"),
        "livebench/2026-06-30": ("zebra_puzzle", "surprise"),
        "epoch_benchmark_members/2026-04-30": ("mean_score", "surprise"),
        "lmarena_page/2026-02-08": ("<th>Votes</th>", "<th>Surprise</th>"),
    }
    for name, (old, new) in cases.items():
        capture, _ = load(next(f for f in GOLDEN if str(f).endswith(f"{name}.rows.json")))
        body = capture.text().replace(old, new).encode()
        assert body != capture.body
        whole = {row for row in parse(capture) if not isinstance(row, Unread)}
        try:
            rows = parse(replace(capture, body=body, sha256=""))
        except (LayoutChanged, UnknownValue, EmptyPage):
            continue
        left = [row for row in rows if isinstance(row, Unread)]
        assert left, name
        assert {row._replace(listed_setting="") for row in rows if isinstance(row, Score)} <= {
            row._replace(listed_setting="") for row in whole if isinstance(row, Score)
        }, name


def test_values_that_are_no_numbers_take_their_entry_aside() -> None:
    for name, old in {
        "swebench": "74.4",
        "artificial_analysis": "53.1",
        "lmarena_hf_mirror": "1500.0",
    }.items():
        file = max(f for f in GOLDEN if f.parent.name == name)
        capture, _ = load(file)
        body = capture.text().replace(old, '"NaN"', 1).encode()
        rows = parse(replace(capture, body=body, sha256=""))
        assert ["a number" in row.why_unread for row in rows if isinstance(row, Unread)] == [True], name


def test_rows_of_the_golden_captures_fit_their_declared_tables() -> None:
    for file in GOLDEN:
        source = discover()[file.parent.name].source
        tables = {TABLE_OF_ROW[type(row)].name for row in parse(load(file)[0])}
        assert tables <= {table.name for table in source.tables}, file
        assert json.loads(file.read_text())["rows"], file
