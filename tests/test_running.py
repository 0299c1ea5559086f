"""What runs gapledger elsewhere: the container's file and the scheduled workflow say what the Makefile and
the command line do.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
import yaml

from flows.cli import app

ROOT = Path(__file__).parents[1]
INSTRUCTIONS = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def instructions() -> list[tuple[str, str]]:
    """(instruction, argument) of the Dockerfile, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines)]


def all_of(name: str) -> list[str]:
    return [rest for n, rest in instructions() if n == name]


def test_the_container_starts_from_a_stated_version_and_runs_as_nobody_in_particular():
    assert {name for name, _ in instructions()} <= INSTRUCTIONS
    [base] = all_of("FROM")
    assert re.fullmatch(r"python:3\.\d+-slim-\w+", base)
    assert all_of("USER") == ["10001"]
    last = [name for name, _ in instructions()]
    assert last.index("USER") > max(i for i, name in enumerate(last) if name == "RUN")
    assert json.loads(all_of("ENTRYPOINT")[0]) == ["gapledger"]


def test_everything_that_the_container_copies_is_there_and_let_through():
    ignored = (ROOT / ".dockerignore").read_text().split()
    for rest in all_of("COPY"):
        *sources, _ = shlex.split(rest)
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in ignored, source
    packages = re.search(r"include = \[(.*?)\]", (ROOT / "pyproject.toml").read_text())
    assert packages
    copied = {s for rest in all_of("COPY") for s in shlex.split(rest)}
    assert {p.rstrip("*") for p in re.findall(r'"(\w+\*)"', packages[1])} <= copied


def test_the_container_installs_by_digest_what_the_makefile_installs():
    runs = " ".join(all_of("RUN"))
    makefile = (ROOT / "Makefile").read_text()
    for words in (
        "--require-hashes -r constraints-build.txt",
        "--require-hashes --constraint constraints.txt",
        "--no-deps --no-build-isolation",
    ):
        assert words in runs
        assert words in makefile
    said = " ".join(all_of("ENV"))
    for name, value in re.findall(r"^export (\w+) := (\w+)$", makefile, re.MULTILINE):
        assert f"{name}={value}" in said


def workflow() -> dict:
    return yaml.safe_load((ROOT / ".github/workflows/nightly.yml").read_text())


def test_the_workflow_is_whole_and_asks_for_no_right_that_it_does_not_need():
    said = workflow()
    assert said[True]["schedule"] == [{"cron": "30 2 * * *"}]  # YAML 1.1 reads `on` as true
    assert said["permissions"] == {"contents": "read"}
    [job] = said["jobs"].values()
    assert job["permissions"] == {"contents": "read", "pages": "write", "id-token": "write"}
    assert job["timeout-minutes"] <= 60
    for step in job["steps"]:
        assert ("uses" in step) != ("run" in step)
        assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/x@v1"))
        assert "secrets." not in step.get("run", "")


def steps() -> list[str]:
    return [step["run"] for job in workflow()["jobs"].values() for step in job["steps"] if "run" in step]


@pytest.mark.parametrize("line", steps())
def test_every_step_of_the_workflow_is_a_target_or_a_command_with_options_that_there_are(line: str):
    words = shlex.split(line)
    if words[0] == "make":
        assert re.search(rf"^{re.escape(words[1])}:", (ROOT / "Makefile").read_text(), re.MULTILINE)
        return
    if words[0] == "echo":
        assert words[1].startswith("GAPLEDGER_SITE=https://")
        assert words[2:] == [">>", "$GITHUB_ENV"]
        return
    assert words[0] == ".venv/bin/gapledger"
    command = typer.main.get_command(app).commands[words[1]]
    command.make_context(words[1], words[2:])


def commands_of_the_tasks() -> list[list[str]]:
    from studies.tasks import parts, tasks

    answers = [
        answer for *_, answer in tasks() if "gapledger " in answer and not answer.startswith("python:")
    ]
    return [shlex.split(part)[1:] for answer in answers for part in parts(answer)]


def test_the_page_has_thirty_two_tasks_of_four_kinds_of_people():
    from studies.tasks import tasks

    found = tasks()
    assert [number for number, *_ in found] == list(range(1, 33))
    assert {who for _, who, *_ in found} == {"analyst", "engineer", "operator", "developer"}


@pytest.mark.parametrize("words", commands_of_the_tasks(), ids=lambda words: " ".join(words)[:60])
def test_every_command_of_the_tasks_is_there_with_its_options(words: list[str]):
    typer.main.get_command(app).commands[words[0]].make_context(words[0], words[1:])


def test_every_file_of_the_tasks_has_an_address_that_stays():
    from studies.tasks import parts, tasks
    from warehouse.addresses import address_of

    named = [part for *_, answer in tasks() if answer.startswith("file:") for part in parts(answer)]
    assert len(named) >= 10
    assert [name for name in named if address_of(name) is None] == []
