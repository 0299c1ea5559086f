"""A disk that is really full, or really read-only: a small file system of its own, mounted for one
process.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.homes import digests
from tests.flows.homes import check_published, golden_home
from warehouse.location import Location

ROOT = Path(__file__).parents[2]
# As root in a mount name space of its own; as anybody else as root of a user name space.
APART = ["unshare", "--mount", "--map-root-user"]
able = (
    shutil.which("unshare") is not None
    and subprocess.run(
        [*APART, "mount", "-t", "tmpfs", "x", "/mnt"], capture_output=True, check=False
    ).returncode
    == 0
)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not able, reason="no file system can be mounted here")]
SPAN = (
    "backfill",
    "--from",
    "2026-10-01",
    "--to",
    "2026-11-01",
    "--every",
    "month",
    "--sources",
    "deepseek_en",
    "--workers",
    "1",
)


def on_a_disk(options: str, home: Path, then: str = "true") -> subprocess.CompletedProcess[str]:
    """A backfill of a copy of `home` on a file system with these options; what is left on it is copied to
    `home.left`.
    """
    script = (
        f"mount -t tmpfs -o {options} disk /mnt && cp -a {home} /mnt/home && {then} && {sys.executable} -m"
        f" flows.cli {' '.join(SPAN)} --home /mnt/home; said=$?; cp -a /mnt/home {home}.left; exit $said"
    )
    return subprocess.run(
        [*APART, "sh", "-c", script], capture_output=True, text=True, cwd=ROOT, check=False, timeout=600
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    golden_home(str(tmp_path / "home"), ("deepseek_en", "deepseek_news"))
    return tmp_path / "home"


def test_a_disk_that_is_full_ends_the_run_in_one_line_and_leaves_what_was_there(home: Path) -> None:
    before = digests(home, "raw", "snapshots")
    size = sum(-(-p.stat().st_size // 4096) * 4 for p in home.rglob("*") if p.is_file())
    done = on_a_disk(f"size={size + 150}k", home)
    left = home.with_name("home.left")
    assert done.returncode == 1, done.stderr
    assert "No space left on device" in done.stderr
    assert "what was published stays" in done.stderr
    assert "Traceback" not in done.stderr
    after = digests(left, "raw", "snapshots")
    assert {name: after[name] for name in before} == before
    assert not list(left.rglob(".tmp-*"))
    check_published(Location(str(left)))


def test_a_home_that_is_read_only_is_told_before_anything_is_done(home: Path) -> None:
    done = on_a_disk("size=50m", home, "mount -o remount,ro /mnt")
    assert done.returncode == 1, done.stderr
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
