"""Raw posts as columns: what a format gives, before anything is cleaned.

in: rows or columns of a format; out: `Raw`; why: rows of platform formats and columns by name go the
same way from here on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from overt.detect.sources.cells import Cells
from overt.detect.sources.rejects import Rejected

__all__ = ["Raw"]


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
