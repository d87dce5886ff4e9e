"""Trace `hashtag_sequence`: three or more hashtags in the same order, which is how a template shows."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.traces.trace import Found, Trace

__all__ = ["LEAST_TAGS", "TRACE"]

LEAST_TAGS = 3


def find(posts: pa.RecordBatch) -> Found:
    tags = posts["hashtags"]
    long = pc.fill_null(pc.greater_equal(pc.list_value_length(tags), LEAST_TAGS), False)
    row = pc.indices_nonzero(long).cast(pa.int32())
    joined = pc.binary_join(tags.take(row), " ")
    return Found(row, pc.utf8_lower(pc.utf8_normalize(joined, "NFKC")))


TRACE = Trace(
    "hashtag_sequence",
    f"used the same {LEAST_TAGS} or more hashtags in the same order",
    ("hashtags",),
    find,
    offset_s=300.0,
    decides=True,
)
