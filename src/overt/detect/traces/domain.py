"""Trace `domain`: the site that a post links to. Context: whole audiences link one newspaper."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import listed, present, without_repeats
from overt.detect.traces.trace import Found, Trace
from overt.detect.traces.urls import site_column

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    row, link = listed(posts["links"])
    place, host = present(site_column(link))
    return Found(*without_repeats(row.take(place), host))


TRACE = Trace("domain", "linked the same site", ("links",), find, offset_s=60.0, decides=False)
