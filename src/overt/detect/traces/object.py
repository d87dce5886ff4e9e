"""Trace `object`: objects that the source names itself, as `kind:id` (long tables, other tools' input)."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import listed, without_repeats
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    return Found(*without_repeats(*listed(posts["objects"])))


TRACE = Trace(
    "object", "acted on the same object of the input", ("objects",), find, offset_s=60.0, decides=True
)
