"""`python -m tests.faults.audit`: the pinned packages against the advisories of OSV, as CI does it (`make
audit`).

A known vulnerability fails. A service that cannot be reached does not: a gate that closes with another's
server would stop repairs; it is said loudly instead, and `--strict` makes it a failure. pip-audit's other
service counts packages that it could not ask for as sound, and is not used.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOUND, VULNERABLE, UNREACHABLE = 0, 1, 3


def audit(requirements: Path, more: Sequence[str] = ()) -> tuple[int, list[str]]:
    """Asks for every pinned package; gives what came of it, and lines that say so."""
    command = [
        Path(sys.executable).parent / "pip-audit",
        "--requirement",
        requirements,
        "--disable-pip",
        "--require-hashes",
        "--vulnerability-service",
        "osv",
        "--format",
        "json",
        "--progress-spinner",
        "off",
        *more,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        why = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        return UNREACHABLE, [f"NOT AUDITED: the advisory service gave no answer: {why[:300]}"]
    skipped = [f"NOT AUDITED: {p['name']}: {p['skip_reason']}" for p in packages if "skip_reason" in p]
    found = [
        f"{p['name']} {p['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no release'}"
        for p in packages
        for v in p.get("vulns", ())
    ]
    told = f"packages audited {len(packages) - len(skipped)}, known vulnerabilities {len(found)}"
    return VULNERABLE if found else UNREACHABLE if skipped else SOUND, [*skipped, *found, told]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was found; 1 for a vulnerability, 3 for an unreachable service with --strict."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.audit")
    parser.add_argument(
        "--strict", action="store_true", help="an advisory service that cannot be reached is a failure"
    )
    given = parser.parse_args(arguments)
    worst = SOUND
    for name in ("constraints.txt", "constraints-build.txt"):
        came, lines = audit(ROOT / name)
        for line in lines:
            sys.stdout.write(f"{name}: {line}\n")
        worst = VULNERABLE if VULNERABLE in {worst, came} else max(worst, came)
    return worst if worst == VULNERABLE or given.strict else SOUND


if __name__ == "__main__":
    raise SystemExit(main())
