"""Every rule over the derived tables of a home with its count: `python -m studies.gates HOME [--rows N]`."""

from __future__ import annotations

from warehouse.checks.marts.__main__ import main

if __name__ == "__main__":
    main()
