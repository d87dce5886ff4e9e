"""Rows whose number is not known beforehand.

in: a table and how many of its rows are in use; out: a table with room for one more; why: kernels find rows
one by one, and a compiled list is slower and larger.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["with_room"]


@njit(cache=True, nogil=True)
def with_room(rows, n):  # type: ignore[no-untyped-def]
    """The same (k, m) table, or one twice as long with the same first n rows when all are in use."""
    if n < len(rows):
        return rows
    larger = np.empty((2 * len(rows), rows.shape[1]), rows.dtype)
    larger[: len(rows)] = rows
    return larger
