"""`gapledger claims`: one line a claim, JSON with every reading, a file of one's own, what flipped, and files
that are none.
"""

from __future__ import annotations

import json

import pandas as pd
import pytest

from flows import claims as command
from flows.cli import main
from tests.transforms.made_claims import AS_OF, claim, lags, models
from transforms.claims.audit import audit
from transforms.claims.told import verdict_lines, verdict_records
from warehouse import claims_file
from warehouse.claims_file import seed_claims

MINE = """
- id: mine
  text: V4 Pro has 1.6 trillion parameters
  who: I
  said_on: 2026-05-01
  source: a note of mine
  metric: model_fact
  arguments: {model: deepseek/deepseek-v4-pro, fact: params_total}
  comparator: about
  value: 1600000000000
  tolerance: 1 %
  unit: parameters
"""


def test_every_claim_that_was_said_by_then_has_one_line(small_home, capsys):
    assert main(["claims", "--home", str(small_home)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1 + len(seed_claims())
    assert any(line.startswith("supported") and "note_v4_size" in line for line in printed)


def test_json_has_the_readings_behind_each_verdict(small_home, capsys):
    assert main(["claims", "--home", str(small_home), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    size = next(c for c in found["claims"] if c["claim_id"] == "note_v4_size")
    assert (size["verdict"], size["arguments"]["fact"]) == ("supported", "params_total")
    assert size["readings"][0]["rows_behind"] == "models model_id=deepseek/deepseek-v4-pro"


def test_a_file_of_ones_own_is_audited(small_home, tmp_path, capsys):
    file = tmp_path / "mine.yaml"
    file.write_text(MINE, encoding="utf-8")
    assert main(["claims", str(file), "--home", str(small_home)]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("supported  mine")


@pytest.mark.parametrize("text", [b"- id: [", b"just words", b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_claims_file_is_wrong_use_told_in_one_line(small_home, tmp_path, capsys, text):
    file = tmp_path / "broken.yaml"
    file.write_bytes(text)
    assert main(["claims", str(file), "--home", str(small_home)]) == 2
    assert "broken.yaml" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_wrong_use(small_home, tmp_path, capsys):
    assert main(["claims", str(tmp_path / "none.yaml"), "--home", str(small_home)]) == 2
    assert "no claims file" in capsys.readouterr().err


def test_a_line_shows_value_interval_unit_who_and_why():
    marts = {
        "models": models(("lab/m", "CN", "2026-04-24", "major")),
        "lag": lags(("a", "1", 152.1875, 121.75, 182.0)),
    }
    line = " | ".join(verdict_lines(audit(claim(), marts, AS_OF))[0])
    assert "5 [4, 5.98] months" in line
    assert "somebody, 2026-05-01: five months behind" in line


def test_json_knows_no_nan_and_no_timestamp():
    found = audit(claim(), {}, AS_OF)
    row = verdict_records(found)[0]
    assert row["value"] is None and row["valid_on"] is None
    assert row["said_on"] == "2026-05-01"
    json.dumps(row, allow_nan=False)


def test_the_earlier_day_is_compared_and_a_flip_is_told(small_home, monkeypatch, capsys):
    built = [pd.Timestamp("2026-07-01").date(), pd.Timestamp("2026-08-24").date()]
    known = models(("lab/m", "CN", "2026-04-24", "major"))
    tables = {
        day: {"models": known, "lag": lags(("a", "1", months * 30.4375, None, None))}
        for day, months in zip(built, (5, 9), strict=True)
    }
    monkeypatch.setattr(command.Marts, "as_ofs", lambda self: built)
    monkeypatch.setattr(command, "frames", lambda location, day: tables[day])
    monkeypatch.setattr(claims_file, "seed_claims", claim)
    assert main(["claims", "--home", str(small_home)]) == 0
    assert "flipped since 2026-07-01: c, supported -> contradicted" in capsys.readouterr().err
