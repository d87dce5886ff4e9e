"""Raw posts as columns: what a format gives, before anything is cleaned.

in: rows or columns of a format; out: `Raw`; why: rows of platform formats and columns by name go the
same way from here on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from overt.detect.sources.cells import Cells
from overt.detect.sources.rejects import Rejected

__all__ = ["Raw", "in_columns", "taken"]

_AT_ONCE = 1_000


@dataclass(slots=True)
class Raw:
    """Some posts of a file.

    Attributes
    ----------
    columns: name of `format.RAW_COLUMNS` -> cells, all of one length; what is absent is null.
    numbers: line or item of each.
    rejects: records that gave no post.
    n_skipped: records that are no posts.
    """

    columns: dict[str, Cells]
    numbers: list[int]
    rejects: list[Rejected] = field(default_factory=list)
    n_skipped: int = 0


def in_columns(
    records: Sequence[Any],
    names: Sequence[str],
    cells: Callable[[Sequence[Any], Sequence[str]], Iterable[Sequence[Any]]],
) -> dict[str, Cells]:
    """name -> cells of all records, where `cells` gives those of some records, name by name.

    Some records at a time, for every column: those fit into the processor's cache, and a record is brought in
    once instead of once a column. With thirty columns that takes half the time.
    """
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for start in range(0, len(records), _AT_ONCE):
        some = records[start : start + _AT_ONCE]
        for column, found in zip(columns.values(), cells(some, names), strict=True):
            column += found
    return columns


def taken(records: Sequence[Any], keys: Sequence[Any]) -> Iterable[Sequence[Any]] | None:
    """The cells of records under some keys (places), key by key; None when a record lacks one of them."""
    if len(keys) < 2:
        # of one key a getter gives the cell itself and not a row of cells
        return None
    try:
        return list(zip(*map(itemgetter(*keys), records), strict=True))
    except KeyError:
        return None
