"""`python -m studies.bench [--quick] [--only WORD ...]`: one table of what was measured, ours, the floor or
the peer, the ratio, the goal.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable

from studies.bench import history, metrics, night, queries, reading, whole
from studies.bench.measured import Row

HEAD = ("what", "ours", "floor or peer", "ratio", "goal", "met")


def rows_by_name(times: int, quick: bool, home: str) -> dict[str, Callable[[], list[Row]]]:
    """The measurements by a short name, in the order of the table."""
    return {
        "recordings": lambda: reading.price_recordings(times),
        "backfill": lambda: whole.weekly_backfill(home, quick),
        "nightly": lambda: night.one_night(times),
        "lag": lambda: metrics.rolling_lag(times),
        "capability": lambda: metrics.capability_fit(times),
        "history": lambda: history.history_load(times),
        "queries": lambda: queries.price_at_a_date(times, home),
        "import": lambda: reading.warc_import(times),
        "status": lambda: whole.starting(times, home),
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
        "--only", nargs="+", metavar="NAME", help="some of: " + ", ".join(rows_by_name(1, True, ""))
    )
    parser.add_argument(
        "--home",
        help="a home with derived tables, for the rows that ask one (default: what the backfill's row makes)",
    )
    given = parser.parse_args()
    times = given.times or (1 if given.quick else 5)
    notes = []
    sys.stdout.write("| " + " | ".join(HEAD) + " |\n|" + "---|" * len(HEAD) + "\n")
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in rows_by_name(times, given.quick, given.home or folder).items():
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
