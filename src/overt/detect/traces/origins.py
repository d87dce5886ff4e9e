"""When a post that others repeat or answer was posted itself.

in: actions on posts, and the posts; out: their origins; why: where the original is a post of the study, its
own time is the origin, and no source has to tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.traces.trace import Found
from overt.engines.base import Engine
from overt.engines.grouped import by

__all__ = ["post_times", "post_times_in_tasks", "with_origins"]

_TIMES = ("post_id", "posted_at")
_NONE = pa.table({"post_id": pa.array([], pa.string()), "posted_at": pa.array([], pa.int64())})
_ROWS = 131_072


def post_times(
    posts: Path, columns: Sequence[str], finds: Sequence[Callable[[pa.RecordBatch], Found]]
) -> pa.Table:
    """post_id and posted_at of the posts that are objects of these traces: few of all posts are.

    columns: what the functions read.
    """
    with pq.ParquetFile(posts) as source:
        batches = source.iter_batches(_ROWS, columns=list(columns))
        objects = [_objects(pa.table(batch), finds)["post_id"].combine_chunks() for batch in batches]
        wanted = pa.chunked_array(objects, pa.string()).unique()
        known = [_NONE]
        for batch in source.iter_batches(_ROWS, columns=list(_TIMES)) if len(wanted) else ():
            known.append(pa.table(batch).filter(pc.is_in(batch["post_id"], value_set=wanted)))
    return pa.concat_tables(known).combine_chunks()


def post_times_in_tasks(
    engine: Engine, posts: Path, columns: Sequence[str], finds: Sequence[Callable[[pa.RecordBatch], Found]]
) -> pa.Table:
    """post_id and posted_at of the posts that are objects of these traces: a join in tasks.

    columns: what the functions read. The posts that nobody repeats or answers, which are most, do not come.
    """
    read = engine.read([posts], columns)
    objects = read.map(lambda _, tables: (_objects(table, finds) for table in tables))
    both = by(engine.read([posts], _TIMES).union(objects), ["post_id"], 2 * engine.n_tasks)
    return pa.concat_tables([_NONE, *both.map(_times_of_objects).tables()]).combine_chunks()


def _objects(posts: pa.Table, finds: Sequence[Callable[[pa.RecordBatch], Found]]) -> pa.Table:
    """The distinct objects of some posts, as post_id."""
    found = [
        find(batch).object_id.cast(pa.string())
        for batch in posts.combine_chunks().to_batches()
        for find in finds
    ]
    return pa.table({"post_id": pa.chunked_array(found, pa.string()).drop_null().unique()})


def _times_of_objects(_: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Of the posts of a part those that are among its objects."""
    times: list[pa.Table] = []
    objects: list[pa.Table] = []
    for table in tables:
        (times if "posted_at" in table.column_names else objects).append(table)
    if times and objects:
        posts = pa.concat_tables(times)
        wanted = pa.concat_tables(objects)["post_id"].combine_chunks()
        yield posts.filter(pc.is_in(posts["post_id"], value_set=wanted))


def with_origins(actions: pa.Table, known: pa.Table) -> pa.Table:
    """Fill unknown origins with the time of the object where it is among `known` (post_id, posted_at)."""
    place = pc.index_in(actions["object_id"], value_set=known["post_id"].combine_chunks())
    time = known["posted_at"].combine_chunks().take(place.combine_chunks())
    origin = pc.coalesce(actions["origin_at"].combine_chunks(), time)
    return actions.set_column(actions.schema.get_field_index("origin_at"), "origin_at", origin)
