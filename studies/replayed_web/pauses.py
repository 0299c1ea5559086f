"""`python -m studies.replayed_web.pauses HOME [--pause 1.0]`: the longest night that sites' lists can make.

Every source's own pages are there, and every list names a hundred pages that nobody knows. All sources are
captured once, as a nightly captures them, with real pauses between the requests to a host. Prints the slowest
sources in seconds and the hosts that were asked most; 1 where a host was asked more than 60 times or a source
took more than 60 s.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from extractors.capturing import capture_source
from extractors.fetch import Fetcher, Manners
from extractors.source import Source, discover
from flows.nightly import FETCHERS
from studies.replayed_web.long_lists import LISTED, like, listing_of, put_list, written
from studies.replayed_web.server import Web, replayed
from warehouse.archive.index import CaptureIndex
from warehouse.location import Location
from warehouse.snapshots import Snapshots

NAMED, MOST_OF_A_HOST, MOST_SECONDS = 100, 60, 60.0


def put_worst(web: Web, now: datetime) -> None:
    """Every source's pages, and its list with `NAMED` new pages, which are there too."""
    for reader in discover().values():
        for address in reader.source.addresses:
            web.put(address, now, b"a page")
    for source in LISTED.values():
        named = [like(source, number) for number in range(NAMED)]
        if listing_of(source).most:
            for address in named:
                web.put(address, now, b"a page")
        put_list(web, source, now, written(source, now, named))


def requests_of_hosts(web: Web) -> Counter[str]:
    """How often each host was asked, its rules included."""
    hosts: Counter[str] = Counter()
    for address, count in web.asked.items():
        hosts[urlsplit(address).netloc or address] += count
    return hosts


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m studies.replayed_web.pauses", description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--pause", type=float, default=1.0)
    given = parser.parse_args(arguments)
    now, index = datetime.now(UTC), CaptureIndex(Snapshots(Location(str(given.home))))
    sources = sorted((r.source for r in discover().values()), key=lambda s: len(s.addresses), reverse=True)
    with replayed(now) as web:
        put_worst(web, now)
        client = Fetcher(Manners(pause=given.pause, attempts=1, transport=web.transport()))

        def captured(source: Source) -> tuple[float, str]:
            began = monotonic()
            capture_source(source, index, client, now)
            return monotonic() - began, source.id

        with ThreadPoolExecutor(FETCHERS) as pool:
            took = sorted(pool.map(captured, sources), reverse=True)
        client.close()
        hosts = requests_of_hosts(web).most_common(5)
    for seconds, source_id in took[:5]:
        sys.stdout.write(f"{source_id}: {seconds:.1f} s\n")
    for host, count in hosts:
        sys.stdout.write(f"{host}: {count} requests\n")
    return int(took[0][0] > MOST_SECONDS or hosts[0][1] > MOST_OF_A_HOST)


if __name__ == "__main__":
    sys.exit(main())
