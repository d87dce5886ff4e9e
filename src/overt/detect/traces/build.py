"""From posts to traces.

in: posts.parquet; out: traces.parquet, by trace; why: every later step reads this one table, so a new
trace needs nothing but its function. What a trace finds in some posts depends on these alone, so that it can
be found in tasks; what needs all posts (origins, texts that are one) is done once, and the file is written
here, in one order: it is the same whatever ran the tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.traces.origins import post_times, post_times_in_tasks, with_origins
from overt.detect.traces.trace import Trace
from overt.engines.base import Engine
from overt.progress import Progress, silent
from overt.schema import arrow_schema

__all__ = ["build"]

BATCH_ROWS = 131_072
"""Posts of a task, at most."""

ALWAYS = ("account_id", "post_id", "posted_at")


@dataclass(frozen=True, slots=True)
class _Span:
    """A trace, and the posts to find it in: of these row groups, n_rows from the first."""

    posts: Path
    trace: Trace
    groups: tuple[int, ...]
    first: int
    n_rows: int


def build(
    posts: Path, out: Path, traces: list[Trace], progress: Progress = silent, engine: Engine | None = None
) -> dict[str, int]:
    """Write the traces table; returns the number of actions per trace (traces without any included).

    engine: what runs the tasks, None for this process. Its tasks must see `posts` under the same path.
    """
    n_actions = dict.fromkeys((trace.name for trace in traces), 0)
    n_rows = pq.read_metadata(posts).num_rows * len(traces)
    done = 0
    posts = posts.resolve()  # a task may run in another folder
    batches = _batches(posts)
    spans = [_Span(posts, trace, *batch) for trace in traces for batch in batches]
    found = map(_find, spans) if engine is None else engine.each(spans, _find)
    of_posts = [trace for trace in traces if trace.objects_are_posts]
    known = _known(posts, of_posts, engine) if of_posts else None
    with pq.ParquetWriter(out, arrow_schema("traces"), compression="zstd", use_dictionary=True) as writer:
        for trace in traces:

            def tables(trace: Trace = trace) -> Iterator[pa.Table]:
                nonlocal done
                for _, _, n in batches:
                    actions = next(found)
                    if trace.objects_are_posts and known is not None and len(actions):
                        actions = with_origins(actions, known)
                    n_actions[trace.name] += len(actions)
                    done += n
                    progress("traces", done, n_rows)
                    yield actions

            merge = trace.merge
            for actions in tables() if merge is None else _merged(tables(), merge, out):
                if len(actions):
                    writer.write_table(actions)
    return n_actions


def _batches(posts: Path) -> list[tuple[tuple[int, ...], int, int]]:
    """Row groups that follow each other and have BATCH_ROWS rows at most; of a larger one, piece by piece."""
    metadata = pq.read_metadata(posts)
    found: list[tuple[tuple[int, ...], int, int]] = []
    for group in range(metadata.num_row_groups):
        n_rows = metadata.row_group(group).num_rows
        if found and found[-1][1] == 0 and found[-1][2] + n_rows <= BATCH_ROWS:
            found[-1] = (*found[-1][0], group), 0, found[-1][2] + n_rows
        else:
            found += [((group,), k, min(BATCH_ROWS, n_rows - k)) for k in range(0, n_rows, BATCH_ROWS)]
    return found


def _find(span: _Span) -> pa.Table:
    """The actions of a trace in some posts, in their order."""
    columns = [*ALWAYS, *(c for c in span.trace.columns if c not in ALWAYS)]
    with pq.ParquetFile(span.posts) as source:
        posts = source.read_row_groups(list(span.groups), columns=columns)
    (batch,) = posts.slice(span.first, span.n_rows).combine_chunks().to_batches()
    return _actions(span.trace, batch, arrow_schema("traces"))


def _known(posts: Path, traces: list[Trace], engine: Engine | None) -> pa.Table:
    """post_id and posted_at of the posts that are objects of these traces."""
    columns = sorted({*ALWAYS, *(column for trace in traces for column in trace.columns)})
    finds = [trace.find for trace in traces]
    if engine is None:
        return post_times(posts, columns, finds)
    return post_times_in_tasks(engine, posts, columns, finds)


def _merged(
    batches: Iterator[pa.Table], merge: Callable[[pa.Array, np.ndarray], pa.Array], out: Path
) -> Iterator[pa.Table]:
    """The same actions with objects that are one under one id.

    Which objects are one is known when all have been seen: the actions wait in a file beside `out`. In memory
    are the distinct ids of each batch, once.
    """
    waiting = out.with_name(f"{out.name}.waiting")
    ids: list[pa.Array] = []
    n_actions: list[np.ndarray] = []
    try:
        schema = _coded(arrow_schema("traces").empty_table()).schema
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        with pa.ipc.new_stream(str(waiting), schema, options=options) as writer:
            for actions in batches:
                for coded in _coded(actions).to_batches():
                    objects = coded["object_id"]
                    writer.write_batch(coded)
                    ids.append(objects.dictionary)
                    n_actions.append(np.bincount(objects.indices.to_numpy(), minlength=len(ids[-1])))
        stands_for = _chosen(ids, n_actions, merge)
        with pa.ipc.open_stream(str(waiting)) as reader:
            for coded, chosen in zip(reader, stands_for, strict=True):
                object_id = chosen.take(coded["object_id"].indices).cast(pa.string())
                yield _with_objects(pa.table(coded), object_id)
    finally:
        waiting.unlink(missing_ok=True)


def _coded(actions: pa.Table) -> pa.Table:
    """The same actions with object_id as a dictionary of its own."""
    objects = actions["object_id"].combine_chunks().cast(pa.large_string())
    return _with_objects(actions.combine_chunks(), objects.dictionary_encode())


def _with_objects(actions: pa.Table, object_id: pa.Array) -> pa.Table:
    return actions.set_column(actions.schema.get_field_index("object_id"), "object_id", object_id)


def _chosen(
    ids: list[pa.Array], n_actions: list[np.ndarray], merge: Callable[[pa.Array, np.ndarray], pa.Array]
) -> Iterator[pa.Array]:
    """For each list of ids the ids that stand for them; `ids` is emptied. n_actions: int64, of each id."""
    if not ids:
        return
    ends = np.cumsum([len(some) for some in ids])
    every = pa.chunked_array(ids)
    distinct = every.unique()
    distinct = distinct.take(pc.sort_indices(distinct))
    place = pc.index_in(every, value_set=distinct).to_numpy()
    ids.clear()  # merge needs the memory
    del every
    n = np.zeros(len(distinct), np.int64)
    np.add.at(n, place, np.concatenate(n_actions))
    stands_for = merge(distinct, n)
    for batch in np.split(place, ends[:-1]):
        yield stands_for.take(pa.array(batch))


def _actions(trace: Trace, batch: pa.RecordBatch, schema: pa.Schema) -> pa.Table:
    found = trace.find(batch)
    n = len(found.row)
    origin = pa.nulls(n, pa.int64()) if found.origin_at is None else found.origin_at
    columns = [
        pa.repeat(pa.scalar(trace.name), n),
        found.object_id.cast(pa.string()),
        batch["account_id"].take(found.row),
        batch["posted_at"].take(found.row),
        origin,
        batch["post_id"].take(found.row),
    ]
    table = pa.table(columns, schema=schema)
    # a plugin's find may leave empty objects; an empty cell is never an object
    return table.filter(pc.and_(pc.is_valid(table["object_id"]), pc.not_equal(table["object_id"], "")))
