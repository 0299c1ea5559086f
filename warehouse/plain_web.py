"""Files of a plain web server, each within a size and a time; redirects stay on its own host."""

from __future__ import annotations

import time
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

READ_SECONDS, WHOLE_SECONDS = 60.0, 900.0  # of one read, and of a whole file
CHUNK = 2**20


def file_at(address: str, name: str, most: int) -> bytes:
    """The bytes of the file `name` below an address. ValueError where they are more than `most`, take over
    WHOLE_SECONDS, or where the server leads elsewhere; OSError and HTTPException as urllib raises them.
    """
    until = time.monotonic() + WHOLE_SECONDS
    parts: list[bytes] = []
    size = 0
    with _opener().open(f"{address.rstrip('/')}/{quote(name)}", timeout=READ_SECONDS) as answer:
        while part := answer.read1(CHUNK):
            size += len(part)
            parts.append(part)
            if size > most:
                raise ValueError(f"over {most} bytes")
            if time.monotonic() > until:
                raise ValueError(f"{size} bytes in {WHOLE_SECONDS:.0f} s, and no end")
        if answer.length:
            raise ValueError(f"it ends {answer.length} bytes early")
    return b"".join(parts)


@cache
def _opener() -> Any:
    from urllib.error import HTTPError
    from urllib.request import HTTPRedirectHandler, build_opener

    class SameHost(HTTPRedirectHandler):
        """Follows a redirect on the host that was asked, in https once it was https."""

        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            old, new = urlsplit(req.full_url), urlsplit(newurl)
            if old.hostname != new.hostname or new.scheme not in {old.scheme, "https"}:
                said = f"it leads to {newurl[:200]}; where that is right, give that address"
                raise HTTPError(req.full_url, code, said, headers, fp)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    return build_opener(SameHost())
