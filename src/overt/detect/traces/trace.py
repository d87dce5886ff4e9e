"""What a trace is: a name, a function from posts to objects, and a few parameters.

in: a batch of the posts table; out: (row, object) pairs; why: a trace is data, not a class hierarchy.
All traces share one join and one test, so adding one is a function in a file and a line in the registry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

__all__ = ["Found", "Trace"]


@dataclass(frozen=True, slots=True)
class Found:
    """Objects in a batch of posts.

    row: int32, the row in the batch; object_id: string, never null or empty; origin_at: int64 ms UTC, when
    the object itself came to be, or None when the trace never knows. All of one length.
    """

    row: pa.Array
    object_id: pa.Array
    origin_at: pa.Array | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """A kind of object that accounts leave traces on.

    Attributes
    ----------
    name: as in the `trace` column.
    about: one sentence for the report.
    columns: the posts columns that `find` reads.
    find: a batch of these columns -> `Found`.
    offset_s: c of the timing test: how smooth the spread of such an object is near its origin. 60 s where
        a source alerts people (a link, a post to repeat), 300 s where nothing does (a text, a sound).
    decides: whether it enters the fused p-value. False for open topics (a hashtag, a handle, a site),
        on which whole audiences meet at the same moment: there the test shows an audience, not a campaign.
    """

    name: str
    about: str
    columns: tuple[str, ...]
    find: Callable[[pa.RecordBatch], Found]
    offset_s: float
    decides: bool
    objects_are_posts: bool = False
    """Whether an object is a post of the study when it was read too: then its own time is the origin."""
    merge: Callable[[pa.Array, np.ndarray], pa.Array] | None = None
    """Which objects of the whole study are one: the distinct object ids (large_string, in byte order) and how
    many actions each has (int64) -> for each the id that stands for it, itself one of them. None where every
    id is an object of its own."""
