"""From posts to traces.

in: posts.parquet; out: traces.parquet, by trace; why: every later step reads this one table, so a new
trace needs nothing but its function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent
from overt.schema import arrow_schema

__all__ = ["build"]

BATCH_ROWS = 131_072
ALWAYS = ("account_id", "post_id", "posted_at")


def build(posts: Path, out: Path, traces: list[Trace], progress: Progress = silent) -> dict[str, int]:
    """Write the traces table; returns the number of actions per trace (traces without any included)."""
    n_actions = dict.fromkeys((trace.name for trace in traces), 0)
    schema = arrow_schema("traces")
    source = pq.ParquetFile(posts)
    known = _origins(source, [trace for trace in traces if trace.objects_are_posts])
    n_rows = source.metadata.num_rows * max(len(traces), 1)
    done = 0
    with pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=True) as writer:
        for trace in traces:

            def batches(trace: Trace = trace) -> Iterator[pa.Table]:
                nonlocal done
                for batch in source.iter_batches(BATCH_ROWS, columns=_columns(trace)):
                    actions = _actions(trace, batch, schema)
                    if trace.objects_are_posts and len(actions):
                        actions = _with_origins(actions, known)
                    n_actions[trace.name] += len(actions)
                    done += len(batch)
                    progress("traces", done, n_rows)
                    yield actions

            merge = trace.merge
            found = batches() if merge is None else _merged(batches(), merge, out)
            for actions in found:
                if len(actions):
                    writer.write_table(actions)
    return n_actions


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


def _columns(trace: Trace) -> list[str]:
    return [*ALWAYS, *(name for name in trace.columns if name not in ALWAYS)]


def _origins(source: pq.ParquetFile, traces: list[Trace]) -> pa.Table:
    """post_id and posted_at of the posts that are an object of these traces: few of all posts are."""
    ids: list[pa.Array] = []
    for trace in traces:
        for batch in source.iter_batches(BATCH_ROWS, columns=_columns(trace)):
            ids.append(pc.unique(trace.find(batch).object_id.cast(pa.string())))
    wanted = pa.chunked_array(ids, pa.string()).unique()
    schema = source.schema_arrow
    found = [pa.table([[], []], schema=pa.schema([schema.field("post_id"), schema.field("posted_at")]))]
    if len(wanted):
        for batch in source.iter_batches(BATCH_ROWS, columns=["post_id", "posted_at"]):
            found.append(pa.table(batch).filter(pc.is_in(batch["post_id"], value_set=wanted)))
    return pa.concat_tables(found).combine_chunks()


def _with_origins(actions: pa.Table, known: pa.Table) -> pa.Table:
    """Fill unknown origins with the time of the object itself where it is a post of the study."""
    place = pc.index_in(actions["object_id"], value_set=known["post_id"].combine_chunks())
    time = known["posted_at"].combine_chunks().take(place.combine_chunks())
    origin = pc.coalesce(actions["origin_at"].combine_chunks(), time)
    return actions.set_column(actions.schema.get_field_index("origin_at"), "origin_at", origin)
