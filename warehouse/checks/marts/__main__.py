"""Every rule with its count over a home: `python -m warehouse.checks.marts HOME [--as-of D] [--rows N]`.

Two counts a rule: the rows that it set aside when the date was derived, and the rows of the published tables
that break it now (judged anew; "-" where the rule asks for evidence that is not published).
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

import pandas as pd

from warehouse.checks.marts.gated import EVERY_RULE
from warehouse.checks.marts.judge import judge
from warehouse.location import Location
from warehouse.mart_tables import mart_tables
from warehouse.marts import Marts


def main() -> None:
    """Prints the rules of a date, and the rows that each set aside."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home")
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--rows", type=int, default=0, help="rows shown a rule")
    options = parser.parse_args()
    marts = Marts(Location(options.home))
    day = options.as_of or max(marts.as_ofs())
    there = [name for name in mart_tables() if marts.has(name, day)]
    tables = {name: marts.read(name, day).to_pandas(date_as_object=False) for name in there}
    now = judge(tables, EVERY_RULE, pd.Timestamp(day)).gates.set_index(["rule", "judged_table", "says"])
    sys.stdout.write(f"{day}: rows set aside, rows in the published tables now\n")
    for row in tables["gates"].itertuples():
        key = (row.rule, row.judged_table, row.says)
        left = now.loc[key, "rows_failed"] if key in now.index else "-"
        held = f"; held: {row.held}" if row.held else ""
        sys.stdout.write(
            f"{row.rule:>3} {row.rows_failed:>6} {left:>6}  {row.judged_table}: {row.says}{held}\n"
        )
        aside = tables["set_aside"]
        mine = aside[(aside["rule"] == row.rule) & (aside["set_aside_reason"] == row.says)]
        for text in mine["printed_row"].head(options.rows):
            sys.stdout.write(f"            {text}\n")


if __name__ == "__main__":
    main()
