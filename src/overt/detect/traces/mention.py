"""Trace `mention`: the handle that a post names. Context: whole audiences address the same people."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.traces.cells import listed, without_repeats
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    row, handle = listed(posts["mentions"])
    return Found(*without_repeats(row, pc.utf8_lower(handle)))


TRACE = Trace("mention", "named the same account", ("mentions",), find, offset_s=60.0, decides=False)
