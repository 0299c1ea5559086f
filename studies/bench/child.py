"""`python -m studies.bench.child MODULE:FUNCTION ARGUMENTS`: one piece of work in a process of its own, and
what it cost.

A work is a generator function: what it does before its first `yield` is preparation (imports, files) and is
not counted; between the first `yield` and the second it is; the second yields what it gives.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from pathlib import Path

from studies.bench.measured import RESULT


def used() -> float:
    """Processor seconds of this process and of those it waited for."""
    return sum(
        u.ru_utime + u.ru_stime
        for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def peak() -> float:
    """Peak memory in MB of the largest process of this work."""
    own = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return max(int(own.split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024


def main() -> None:
    name, given = sys.argv[1], json.loads(sys.argv[2])
    module, function = name.split(":")
    steps = getattr(importlib.import_module(f"studies.bench.{module}"), function)(*given)
    next(steps)
    cpu, wall = used(), time.perf_counter()
    gave = next(steps)
    told = {"cpu": used() - cpu, "wall": time.perf_counter() - wall, "peak": peak(), "gave": gave}
    sys.stdout.write("\n" + RESULT + json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
