"""Trace `reply`: the post or video that is answered. Context: a popular post draws its audience at once."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import present
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    return Found(*present(posts["reply_to"]))


TRACE = Trace(
    "reply",
    "answered the same post",
    ("reply_to",),
    find,
    offset_s=60.0,
    decides=False,
    objects_are_posts=True,
)
