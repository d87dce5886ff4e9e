"""T-pairs: all pairs of accounts that shared at least two objects within a minute.

in: a workload's posts.parquet (account_id, object_id, posted_at in seconds); out: the number of pairs, the
checksum of the answer, and what it cost; why: one exact answer lets any tool and any version be compared.

    python -m benchmarks.pairs WORKLOAD/posts.parquet --json [--out pairs.csv] [--memory-mb 2048]
    python -m benchmarks.pairs WORKLOAD/posts.parquet --json --engine spark [--master local[2]]

The checksum is the MD5 of the lines `account_a,account_b,objects,coactions` in byte order, account_a first
in byte order. With --memory-mb the process holds at most so much: what does not fit waits on disk, in the
system's temporary folder (TMPDIR). With --engine spark, cpu_s and peak_mb are of all processes: this
one, Java and the workers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.process_tree import ProcessTree
from overt.detect.edges.actions import UNKNOWN, Actions, in_order_of_time, laid_out
from overt.detect.edges.coaction import PairCounts, co_actions
from overt.detect.edges.coaction_tasks import co_actions_in_tasks, planned
from overt.detect.edges.numbering import Numbering
from overt.detect.edges.pieces import n_rows, pieces
from overt.detect.edges.spill import Limit, Piece, resident_bytes, spilled_co_actions
from overt.engines.spark import SparkEngine

WINDOW_MS = 60_000
LEAST_OBJECTS = 2
COLUMNS = ("account_id", "object_id", "posted_at")

BYTES_A_POST = 40
"""What the join takes in memory, ids included, at most: measured at 10 M posts, it takes 32."""


def posts_of(path: Path) -> Iterator[Piece]:
    """Account ids, object ids and times in ms, row group by row group."""
    for rows in pieces(path, COLUMNS):
        yield rows["account_id"], rows["object_id"], rows["posted_at"].to_numpy() * 1000


def read(path: Path) -> tuple[Actions, pa.Array]:
    """Actions and account ids, numbered in order of first appearance."""
    n = n_rows(path)
    account, object_, time_ms = np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int64)
    accounts, objects = Numbering(), Numbering()
    end = 0
    for account_ids, object_ids, times in posts_of(path):
        begin, end = end, end + len(times)
        account[begin:end] = accounts.number(account_ids)
        object_[begin:end] = objects.number(object_ids)
        time_ms[begin:end] = times
    # origins and posts are not known here: one cell stands for all rows
    unknown, post = np.broadcast_to(np.int64(UNKNOWN), n), np.broadcast_to(np.int32(0), n)
    actions = Actions(account, object_, time_ms, unknown, post, len(accounts), len(objects))
    return in_order_of_time(actions), accounts.names()


def counted(path: Path, memory_mb: int | None) -> tuple[PairCounts, pa.Array, bool]:
    """The pairs, the account ids, and whether the actions had to wait on disk."""
    if memory_mb is not None and n_rows(path) * BYTES_A_POST + resident_bytes() > memory_mb << 20:
        limit = Limit(memory_mb)
        return *spilled_co_actions(posts_of(path), (WINDOW_MS,), LEAST_OBJECTS, limit), True
    actions, names = read(path)
    laid = laid_out(actions)
    del actions
    return co_actions(laid, (WINDOW_MS,), LEAST_OBJECTS), names, False


def counted_on_spark(path: Path, master: str | None) -> tuple[PairCounts, pa.Array]:
    """The pairs, worked out in tasks, and the account ids."""
    engine = SparkEngine(master)
    posts = engine.read([path], COLUMNS)
    rows = posts.map(lambda _, tables: (in_ms(table) for table in tables))
    plan = planned(n_rows(path), engine.n_tasks)
    return co_actions_in_tasks(rows, (WINDOW_MS,), LEAST_OBJECTS, plan)


def in_ms(table: pa.Table) -> pa.Table:
    """Posts with their times in milliseconds."""
    time_ms = pc.multiply(table["posted_at"], 1000)
    return pa.table(
        [table["account_id"], table["object_id"], time_ms], names=["account_id", "object_id", "time_ms"]
    )


def lines(counts: PairCounts, names: pa.Array) -> bytes:
    """The answer in byte order, one pair a line, the two of a pair in byte order too."""
    first, second = names.take(pa.array(counts.a)), names.take(pa.array(counts.b))
    in_order = pc.less(first, second)
    columns = [
        pc.if_else(in_order, first, second),
        pc.if_else(in_order, second, first),
        pa.array(counts.n_objects[:, 0]).cast(pa.string()),
        pa.array(counts.n_actions[:, 0]).cast(pa.string()),
    ]
    joined = pc.binary_join_element_wise(*columns, ",")
    rows = joined.take(pc.sort_indices(joined)).to_pylist()
    return "".join(f"{row}\n" for row in rows).encode()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("posts", type=Path, help="posts.parquet of a workload, or the folder that holds it")
    parser.add_argument("--out", type=Path, help="write the answer as CSV")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--memory-mb", type=int, help="hold at most so many MiB (default: no limit)")
    parser.add_argument("--engine", choices=("memory", "spark"), default="memory", help="what does the work")
    parser.add_argument("--master", help="Spark's master (default: local[2])")
    given = parser.parse_args(arguments)
    path = given.posts / "posts.parquet" if given.posts.is_dir() else given.posts
    started = time.perf_counter()
    if given.engine == "spark":
        with ProcessTree() as tree:
            (counts, names), spilled = counted_on_spark(path, given.master), True
            answer = lines(counts, names)
        cpu_s, peak_mb = tree.cpu_s, tree.peak_mb
    else:
        counts, names, spilled = counted(path, given.memory_mb)
        answer = lines(counts, names)
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu_s, peak_mb = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    if given.out:
        given.out.write_bytes(b"account_a,account_b,objects,coactions\n" + answer)
    result = {
        "pairs": len(counts.a),
        "checksum": hashlib.md5(answer, usedforsecurity=False).hexdigest(),
        "cpu_s": round(cpu_s, 3),
        "wall_s": round(time.perf_counter() - started, 3),
        "peak_mb": round(peak_mb, 1),
        "spilled": spilled,
    }
    text = (
        json.dumps(result) if given.json else "\n".join(f"{key:9} {value}" for key, value in result.items())
    )
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
