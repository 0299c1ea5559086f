"""`gapledger settle`: it offers what it takes, and writes where it may."""

from __future__ import annotations

import json

import pandas as pd

from flows import settle
from flows.cli import main
from warehouse.location import Location
from warehouse.seeds import OWN_ALIASES, seed, seeds
from warehouse.unmatched import unmatched_sources

ROW = "livebench,made-up-name-5,,,,openai/gpt-5,,,a page\n"


def test_every_model_that_is_offered_is_one_that_is_taken(small_home, capsys):
    main(["settle", "--json", "--home", str(small_home)])
    listed = json.loads(capsys.readouterr().out)
    offered = {c["model_id"] for row in listed for c in row["candidates"]}
    assert listed and offered
    assert offered <= set(seed("models")["model_id"])


def test_a_name_is_offered_the_same_models_with_the_same_likeness_alone_and_in_the_list(small_home, capsys):
    main(["settle", "--json", "--home", str(small_home)])
    listed = json.loads(capsys.readouterr().out)
    row = next(r for r in listed if r["candidates"])
    main(["settle", row["listed_model"], "--json", "--home", str(small_home)])
    alone = json.loads(capsys.readouterr().out)[0]["candidates"]
    assert alone[: len(row["candidates"])] == row["candidates"]


def test_names_are_printed_whole(small_home, capsys):
    main(["settle", "--home", str(small_home)])
    shown = capsys.readouterr().out
    main(["settle", "--json", "--home", str(small_home)])
    first = json.loads(capsys.readouterr().out)[0]
    assert first["listed_model"] in shown
    assert "; ".join(f"{c['model_id']} {c['likeness']:.0f}" for c in first["candidates"]) in shown


def test_an_installed_package_keeps_what_is_settled_beside_the_home(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(settle, "CHECKOUT", tmp_path / "site-packages")
    said = [
        "--source",
        "livebench",
        "--model",
        "openai/gpt-5",
        "--evidence",
        "a page",
        "--home",
        str(tmp_path),
    ]
    assert main(["settle", "made-up-name-5", *said]) == 0
    assert (tmp_path / OWN_ALIASES).read_text().endswith(ROW)
    assert main(["settle", "made-up-name-5", *said]) == 2
    assert "already says" in capsys.readouterr().err


def test_what_a_home_settled_counts_in_its_own_runs():
    header = ",".join(seed("aliases").columns) + "\n"
    both = seeds(header + ROW)["aliases"]
    assert len(both) == len(seed("aliases")) + 1
    pd.testing.assert_frame_equal(both.iloc[:-1].reset_index(drop=True), seed("aliases"), check_dtype=False)


def test_sources_most_of_whose_names_are_no_models_are_named(monkeypatch):
    tables = {
        "unmatched": pd.DataFrame(
            {"source_id": ["acme"] * 3 + ["big"], "listed_model": list("abcd"), "rows": [1, 9, 2, 1]}
        ),
        "model_aliases": pd.DataFrame({"source_id": ["acme", "big", "big"], "listed_model": ["x", "y", "z"]}),
    }

    class Table:
        def __init__(self, frame):
            self.frame = frame

        def to_pandas(self):
            return self.frame

    class Marts:
        def __init__(self, location):
            pass

        def as_ofs(self):
            return ["newest"]

        def has(self, name, day):
            return True

        def read(self, name, day, columns):
            return Table(tables[name][columns])

    monkeypatch.setattr("warehouse.unmatched.Marts", Marts)
    assert unmatched_sources(Location("nowhere"), ["acme", "big"]) == {"acme": (3, 4, ["b", "c", "a"])}
