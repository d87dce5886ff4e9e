"""A chunk's last step: from raw posts to a file of its own.

in: `Raw` posts of one chunk; out: a Parquet file in the schema `normalise.PART`, and what the chunk gave;
why: a chunk that is a file can be written by any process, in any order, and again; the merge reads them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from overt.detect.sources.normalise import Normaliser
from overt.detect.sources.raw import Raw
from overt.detect.sources.rejects import Rejected

__all__ = ["Outcome", "part_path", "written"]

_SEQ_BITS = 32
"""Posts of one chunk have numbers below 2**32; above these bits stands the number of the chunk."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a chunk gave: its posts (in the part), records that are no posts, and records set aside."""

    n_posts: int
    n_skipped: int
    rejected: Sequence[Rejected]


def part_path(folder: Path, number: int) -> Path:
    """The file of a chunk, by the number of the chunk among all that are read."""
    return folder / f"{number:08}.parquet"


def written(raw: Raw, normaliser: Normaliser, folder: Path, number: int) -> Outcome:
    """Clean the posts of a chunk and write its part; a chunk without posts has none.

    Raises
    ------
    OSError: the disk is full or read-only.
    """
    table, rejected = normaliser.clean(raw, number << _SEQ_BITS)
    path = part_path(folder, number)
    if table.num_rows:
        pq.write_table(table, path, compression="lz4", use_dictionary=False)
    else:
        path.unlink(missing_ok=True)
    return Outcome(table.num_rows, raw.n_skipped, rejected)
