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
    known = _post_times(source) if any(trace.objects_are_posts for trace in traces) else None
    n_rows = source.metadata.num_rows * max(len(traces), 1)
    done = 0
    with pq.ParquetWriter(out, schema, compression="zstd", use_dictionary=True) as writer:
        for trace in traces:

            def batches(trace: Trace = trace) -> Iterator[pa.Table]:
                nonlocal done
                columns = [*ALWAYS, *(c for c in trace.columns if c not in ALWAYS)]
                for batch in source.iter_batches(BATCH_ROWS, columns=columns):
                    actions = _actions(trace, batch, schema)
                    if trace.objects_are_posts and known is not None and len(actions):
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

    Which objects are one is known when all have been seen: the actions wait in a file beside `out`.
    """
    waiting = out.with_name(f"{out.name}.waiting")
    counts = []
    try:
        with pq.ParquetWriter(waiting, arrow_schema("traces"), compression="lz4") as writer:
            for actions in batches:
                writer.write_table(actions)
                counts.append(_counted(actions.select(["object_id"]).append_column("n", _ones(len(actions)))))
        if not counts:
            return
        objects = _counted(pa.concat_tables(counts)).sort_by("object_id")
        ids = objects["object_id"].combine_chunks()
        stands_for = merge(ids, objects["n"].to_numpy())
        for batch in pq.ParquetFile(waiting).iter_batches(BATCH_ROWS):
            place = pc.index_in(batch["object_id"], value_set=ids)
            column = batch.schema.get_field_index("object_id")
            yield pa.table(batch).set_column(column, "object_id", stands_for.take(place))
    finally:
        waiting.unlink(missing_ok=True)


def _ones(n: int) -> pa.Array:
    return pa.array(np.ones(n, np.int64))


def _counted(rows: pa.Table) -> pa.Table:
    """One row per object_id with its actions in `n`."""
    counted = rows.group_by("object_id", use_threads=False).aggregate([("n", "sum")])
    return counted.rename_columns({"n_sum": "n"})


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


def _post_times(source: pq.ParquetFile) -> pa.Table:
    return source.read(columns=["post_id", "posted_at"]).combine_chunks()


def _with_origins(actions: pa.Table, known: pa.Table) -> pa.Table:
    """Fill unknown origins with the time of the object itself where it is a post of the study."""
    place = pc.index_in(actions["object_id"], value_set=known["post_id"].combine_chunks())
    time = known["posted_at"].combine_chunks().take(place.combine_chunks())
    origin = pc.coalesce(actions["origin_at"].combine_chunks(), time)
    return actions.set_column(actions.schema.get_field_index("origin_at"), "origin_at", origin)
