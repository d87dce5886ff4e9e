"""Trace `hashtag`: one hashtag, whatever its case. Context: a tag is an open topic."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.traces.cells import listed, without_repeats
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    row, tag = listed(posts["hashtags"])
    return Found(*without_repeats(row, pc.utf8_lower(pc.utf8_normalize(tag, "NFKC"))))


TRACE = Trace("hashtag", "used the same hashtag", ("hashtags",), find, offset_s=60.0, decides=False)
