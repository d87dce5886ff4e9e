"""Python's collector of cyclic garbage waits while records are many.

in: a block of work; out: the same work, in about half the time; why: the collector looks through everything
that is alive again and again while a hundred thousand parsed records pile up, and records hold no cycles.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["waiting_collector"]


@contextmanager
def waiting_collector() -> Iterator[None]:
    """Keep the collector from running until the block has ended; what nothing refers to is freed as ever."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
