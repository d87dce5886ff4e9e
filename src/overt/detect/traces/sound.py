"""Trace `sound`: the sound of a video. A trending sound is met by chance as often as the null expects."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import present
from overt.detect.traces.trace import Found, Trace

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    return Found(*present(posts["sound_id"]))


TRACE = Trace("sound", "used the same sound", ("sound_id",), find, offset_s=300.0, decides=True)
