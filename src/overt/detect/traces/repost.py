"""Trace `repost`: the post that is repeated. Its own time is the origin, where the
source tells it or the post itself was read."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import present
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    row, original = present(posts["repost_of"])
    return Found(row, original, posts["repost_of_at"].take(row))


TRACE = Trace(
    "repost",
    "reposted the same post",
    ("repost_of", "repost_of_at"),
    find,
    offset_s=60.0,
    decides=True,
    objects_are_posts=True,
)
