"""The command line: options on either side, guesses for typing errors, one line a cause, quick help."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import typer

from extractors.causes import failures
from flows.cli import COMPLETE, app, command_first, main
from flows.commands.app import source_ids
from tests.test_architecture import HEAVY
from warehouse.location import Location
from warehouse.query import derived_dates
from warehouse.source_state import ENDED, SourceState

ROOT = Path(__file__).parents[2]
CONTRACT = {
    "run": {"--date", "--sources", "--offline"},
    "backfill": {"--from", "--to", "--every", "--sources", "--mode", "--workers", "--dask"},
    "import": set(),
    "reparse": {"--sources", "--since", "--replace", "--accept", "--reason"},
    "marts": {"--as-of"},
    "report": {"--as-of"},
    "claims": {"--as-of"},
    "explain": set(),
    "status": {"--failing"},
    "query": {"--as-of", "--csv"},
    "settle": {"--source", "--model", "--evidence"},
    "serve": {"--port", "--page-port", "--cron", "--message-to", "--no-server"},
}


def commands():
    return typer.main.get_command(app).commands


def options(name: str) -> set[str]:
    return {option for param in commands()[name].params for option in param.opts if option.startswith("--")}


def test_every_command_takes_what_the_contract_says_and_each_has_help_and_an_example():
    assert set(commands()) >= set(CONTRACT)
    for name, wanted in CONTRACT.items():
        assert options(name) >= {"--home", *wanted}, name
    for name, one in commands().items():
        assert len(one.help) > 20, name
        assert f"gapledger {name}" in one.epilog, name
        assert name == "serve" or "--json" in options(name), name


@pytest.mark.parametrize("said", [["--help"], ["--version"], ["run", "--help"]])
def test_help_and_version_load_nothing_heavy(said):
    code = (
        f"import sys; from flows.cli import main; assert main({said!r}) == 0;"
        f" print(sorted({HEAVY | {'pandas', 'numpy', 'pyarrow', 'httpx'}!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("given", "then"),
    [
        (["--home", "X", "status"], ["status", "--home", "X"]),
        (["--home=X", "status", "--json"], ["status", "--home=X", "--json"]),
        (
            ["--json", "--as-of", "2026-07-01", "claims", "a.yaml"],
            ["claims", "--json", "--as-of", "2026-07-01", "a.yaml"],
        ),
        (["status", "--home", "X"], ["status", "--home", "X"]),
        (["--version"], ["--version"]),
        ([], []),
    ],
)
def test_options_may_stand_on_either_side_of_the_command(given, then):
    assert command_first(given) == then


def test_a_home_before_the_command_is_the_home(small_home, capsys):
    main(["--home", str(small_home), "--json", "status"])
    before = json.loads(capsys.readouterr().out)
    main(["status", "--json", "--home", str(small_home)])
    assert json.loads(capsys.readouterr().out) == before


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["runn"], "Did you mean 'run'"),
        (["status", "--failling"], "--failing"),
        (["run", "--sources", "opnai"], "no source is called 'opnai'; did you mean 'openai'?"),
        (["reparse", "--sources", "zzz"], "no source is called 'zzz'"),
        (["reparse", "--accept", "foo"], "'foo' is no SOURCE:DATE; give for example"),
        (["reparse", "--accept", "openai:foo"], "'foo' is no date; give YYYY-MM-DD"),
        (["explain", "modles", "model_id=x"], "modles; did you mean 'models'"),
        (["marts", "--as-of", "2026-13-01"], "'2026-13-01' is no date"),
        (["backfill", "--to", "2026-01-01"], "--from"),
        (
            ["settle", "x", "--source", "opnai", "--model", "openai/gpt-5", "--evidence", "why"],
            "did you mean 'openai'",
        ),
    ],
)
def test_wrong_use_ends_with_two_and_says_what_is_right(tmp_path, capsys, given, told):
    assert main([*given, "--home", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert len(said) < 600


def test_without_a_command_the_help_goes_to_standard_error(capsys):
    assert main([]) == 2
    out, err = capsys.readouterr()
    assert (out, "Exit codes: 0 published" in err) == ("", True)


def test_sources_are_completed_one_by_one():
    assert source_ids("openai,metr_t") == ["openai,metr_time_horizon"]
    assert "deepseek_en" in source_ids("deep")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gapledger st", ["status"]),
        ("gapledger ", None),
        ("gapledger status --fa", ["--failing"]),
        ("gapledger --h", ["--home", "--help"]),
    ],
)
def test_what_a_shell_asks_to_be_completed_goes_to_standard_output(words, found, monkeypatch, capfd):
    monkeypatch.setattr("sys.argv", ["gapledger"])
    for name, value in {
        COMPLETE: "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }.items():
        monkeypatch.setenv(name, value)
    assert main() == 0
    out, err = capfd.readouterr()
    assert err == ""
    if found is None:
        assert {"run", "price", "status"} <= set(out.split())
    else:
        assert out.split() == found


LOST = (
    "{0}: expected a connection; found [Errno -2] Unknown; at https://{0}.example/x; next: check the network"
)


def test_failures_of_one_cause_are_one_line_and_verbose_names_them():
    failed = {name: LOST.format(name) for name in ("a", "b", "c")}
    failed["d"] = "d: LayoutChanged: expected a table of prices; found none; in 12ab; next: see the page"
    said = list(failures(failed, verbose=False))
    assert said[0].startswith(
        "failed, 3 sources: no connection ([Errno -2] Unknown); next: check the network"
    )
    assert said[1:] == [f"failed, d: {failed['d'].removeprefix('d: ')}"]
    assert len(list(failures(failed, verbose=True))) == 4


def test_a_date_that_is_not_there_names_those_that_are(small_home, capsys):
    assert main(["query", "SELECT 1", "--as-of", "2019-01-01", "--home", str(small_home)]) == 1
    assert "nothing was derived as of 2019-01-01; derived: 20" in capsys.readouterr().err
    assert "derived" not in derived_dates(Location(str(small_home / "nothing")), date(2019, 1, 1))


def test_a_source_that_is_not_updated_any_more_is_ended_and_not_fresh():
    known = {"title": "S", "kind": "boards", "last_success": date(2024, 12, 22), "age_days": 708}
    fine = {"rows": 236, "unread": 0, "failing_since": None, "error": None, "stale": False}
    assert SourceState("s", **known, **fine, required=False, proven=True, ended=True).state == "ended"
    assert SourceState("s", **known, **fine, required=False, proven=True, ended=False).state == "fresh"
    assert ENDED > 5 * 365
