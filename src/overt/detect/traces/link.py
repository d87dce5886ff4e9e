"""Trace `link`: the page that a post links to, tracking dropped, shorteners kept as they are."""

from __future__ import annotations

import pyarrow as pa

from overt.detect.traces.cells import listed, present, without_repeats
from overt.detect.traces.trace import Found, Trace
from overt.detect.traces.urls import canonical_column

__all__ = ["TRACE"]


def find(posts: pa.RecordBatch) -> Found:
    row, link = listed(posts["links"])
    place, page = present(canonical_column(link))
    return Found(*without_repeats(row.take(place), page))


TRACE = Trace("link", "posted the same page", ("links",), find, offset_s=60.0, decides=True)
