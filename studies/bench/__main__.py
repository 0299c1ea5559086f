"""`python -m studies.bench [--quick] [--only WORD ...]`: one table of what was measured, ours, the floor or
the peer, the ratio, the goal.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studies.bench import commands, gates, history, metrics, moved, night, parts, queries, reading, whole
from studies.bench.measured import TOP, Row

HEAD = ("what", "ours", "floor or peer", "ratio", "goal", "met")


@dataclass(frozen=True)
class Homes:
    """The homes that rows ask for: one of all recordings, which the backfill's row fills where none is given,
    and one of ten times its history, made of it.
    """

    home: str
    long: str
    filled: str = ""
    make: bool = False

    @property
    def derived(self) -> str:
        """The home, where it has derived tables; else ''."""
        return self.home if self.home and Path(self.home, "marts").is_dir() else ""

    @property
    def longer(self) -> str:
        """The longer home; '' where there is none to make it of, or it is not to be made."""
        if self.make and self.derived and not Path(self.long).exists():
            words = ["-m", "studies.ten_years", self.long, "--home", self.home]
            subprocess.run([sys.executable, *words], cwd=TOP, check=True, capture_output=True)
        return self.long if self.long and Path(self.long, "marts").is_dir() else ""


def rows_by_name(times: int, quick: bool, homes: Homes) -> dict[str, Callable[[], list[Row]]]:
    """The measurements by a short name, in the order of the table."""
    return {
        "recordings": lambda: reading.price_recordings(times),
        "backfill": lambda: whole.weekly_backfill(homes.filled, quick),
        "nightly": lambda: night.one_night(times, homes.derived, homes.longer),
        "bytes": lambda: moved.bytes_of_a_night(homes.derived, homes.longer),
        "gates": lambda: gates.gates_of_a_date(times, homes.derived),
        "parts": lambda: parts.parts_of_a_date(times, homes.home),
        "lag": lambda: metrics.rolling_lag(times),
        "capability": lambda: metrics.capability_fit(times),
        "history": lambda: history.history_load(times),
        "queries": lambda: queries.price_at_a_date(times, homes.home),
        "ten_years": lambda: queries.price_at_a_date(times, homes.longer, " over ten years"),
        "import": lambda: reading.warc_import(times),
        "price": lambda: commands.price_of_a_name(times, homes.home),
        "status": lambda: commands.starting(times, homes.home),
        "first": lambda: commands.first_page(times),
        "growing": lambda: reading.growing(times),
    }


def main() -> None:
    """Measures, and prints a table in Markdown and a note a line; ends with 0 whatever was met."""
    parser = argparse.ArgumentParser(prog="python -m studies.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one run each, a small backfill")
    parser.add_argument(
        "--times", type=int, default=0, help="runs of which the median is taken (default 5; 1 with --quick)"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="NAME",
        help="some of: " + ", ".join(rows_by_name(1, True, Homes("", ""))),
    )
    parser.add_argument(
        "--home",
        help="a home with derived tables, for the rows that ask one (default: what the backfill's row makes)",
    )
    parser.add_argument(
        "--long", help="one of ten times that history (default: made of it; not with --quick)"
    )
    given = parser.parse_args()
    times = given.times or (1 if given.quick else 5)
    notes = []
    sys.stdout.write("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        long = given.long or f"{folder}/long"
        filled = f"{folder}/home"
        homes = Homes(given.home or filled, long, filled, make=not (given.long or given.quick))
        for name, measure in rows_by_name(times, given.quick, homes).items():
            if given.only and name not in given.only:
                continue
            for row in measure():
                sys.stdout.write(
                    f"| {row.what} | {row.ours} | {row.floor} | {row.ratio} | {row.goal} | {row.verdict} |\n"
                )
                notes += [f"- {row.what}: {row.note}"] if row.note else []
            sys.stdout.flush()
    sys.stdout.write(
        f"\nMedians of {times}, processor seconds unless the note says wall.\n" + "\n".join(notes) + "\n"
    )


if __name__ == "__main__":
    main()
