"""Kind 22 of what attacks broke: what installs the packages is pinned with its hashes as they are, and
audited.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.faults import audit

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z,]+\])?==\S+ ")
FILES = ("constraints.txt", "constraints-build.txt")


def entries(name: str) -> dict[str, str]:
    """The text of each pinned package's entry."""
    texts = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8"))
    return {match[1]: text for text in texts if (match := PINNED.match(text))}


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_a_hash(name: str) -> None:
    pinned = entries(name)
    assert pinned
    assert [package for package, text in pinned.items() if "--hash=sha256:" not in text] == []
    lines = [line for line in (ROOT / name).read_text(encoding="utf-8").splitlines() if line[:1].isalnum()]
    assert len(lines) == len(pinned), "a line names a package without its version"


def test_the_installer_and_the_builder_are_pinned_too() -> None:
    assert {"uv", "setuptools"} <= entries("constraints-build.txt").keys()
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    installs = re.findall(r"pip install (?!.*--no-deps)[^\n]*", makefile)
    assert installs
    assert [line for line in installs if "--require-hashes" not in line] == []


def test_a_build_takes_nothing_that_is_not_pinned() -> None:
    """`--no-build-isolation`: an isolated build would fetch the newest setuptools."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    editable = [line for line in makefile.splitlines() if "--editable" in line]
    assert editable
    assert all("--no-build-isolation" in line and "--no-deps" in line for line in editable)


def test_both_files_are_audited(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def sound(requirements: Path, *_: object) -> tuple[int, list[str]]:
        asked.append(requirements.name)
        return audit.SOUND, []

    monkeypatch.setattr(audit, "audit", sound)
    assert audit.main([]) == audit.SOUND
    assert sorted(asked) == sorted(FILES)
