"""One writer a home in an object store: a lease, which is an object made only if absent and renewed only by
its holder.

S3 has no lock that dies with its process, so the lease lapses LEASE_SECONDS after its last renewal. Age is
the store's own `Date` less the object's `Last-Modified`: two machines whose clocks differ agree on it. Taking
over a lapsed lease and renewing one are conditional on the ETag that was read (If-Match), so of two that try
one wins.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from email.utils import parsedate_to_datetime
from typing import Any

LEASE_SECONDS = 120.0
REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "404"})


class Lease:
    """A lease on an address; `lost` turns true when another took it over, or when it could not be renewed in
    time.
    """

    def __init__(self, filesystem: Any, address: str, who: str) -> None:
        self._fs, self._address, self._who = filesystem, address, who
        self._etag = ""
        self._renewed = 0.0
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._taken_over = False
        self._renewing = threading.Lock()

    @property
    def lost(self) -> bool:
        """Whether it must be feared that another writes."""
        return self._taken_over or time.monotonic() - self._renewed > LEASE_SECONDS

    def take(self) -> bool:
        """Takes the lease if there is none or a lapsed one; False where another holds it."""
        if not (self._put(mode="create") or self._take_over()):
            return False
        self._keeper.start()
        return True

    def confirmed(self) -> bool:
        """Asks the store whether it is still ours, and renews it; for the moment before what cannot be
        undone.
        """
        with self._renewing:
            self._taken_over = self._taken_over or not self._put(IfMatch=self._etag)
        return not self.lost

    def holder(self) -> str:
        """The run that holds it, in words."""
        try:
            return str(json.loads(self._fs.cat_file(self._address)).get("who", "another run"))
        except (FileNotFoundError, ValueError):
            return "another run"

    def release(self) -> None:
        """Gives it back, if it is still ours."""
        self._ended.set()
        self._keeper.join()
        bucket, key, _ = self._fs.split_path(self._address)
        try:
            if self._etag == self._head()["ETag"]:
                self._fs.call_s3("delete_object", Bucket=bucket, Key=key)
        except OSError as problem:
            if code_of(problem) not in REFUSED and not isinstance(problem, FileNotFoundError):
                raise

    def _head(self) -> dict[str, Any]:
        bucket, key, _ = self._fs.split_path(self._address)
        return dict(self._fs.call_s3("head_object", Bucket=bucket, Key=key))

    def _take_over(self) -> bool:
        try:
            seen = self._head()
        except FileNotFoundError:
            return self._put(mode="create")
        now = parsedate_to_datetime(seen["ResponseMetadata"]["HTTPHeaders"]["date"])
        return (now - seen["LastModified"]).total_seconds() > LEASE_SECONDS and self._put(
            IfMatch=seen["ETag"]
        )

    def _put(self, **condition: str) -> bool:
        began = time.monotonic()
        body = json.dumps({"who": self._who, "token": uuid.uuid4().hex}).encode()
        try:
            self._etag = self._fs.pipe_file(self._address, body, **condition)["ETag"]
        except FileExistsError:
            return False
        except OSError as problem:
            if code_of(problem) in REFUSED:
                return False
            raise
        self._renewed = began
        return True

    def _keep(self) -> None:
        while not self._ended.wait(LEASE_SECONDS / 4):
            try:
                with self._renewing:
                    self._taken_over = self._taken_over or not self._put(IfMatch=self._etag)
            except OSError:  # a store out of reach may be back in a moment; `lost` tells when it is too late
                continue
            if self._taken_over:
                return


def code_of(problem: BaseException) -> str:
    """The store's word for a refused request; empty where it said none."""
    answer = getattr(problem.__cause__, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))
