"""T-pairs by writing down every pair of posts, block by block of accounts, sorting and counting: numpy alone.

in: a workload's posts.parquet; out: the same answer and figures as `benchmarks.pairs`; why: at sizes where
SQL spills for hours there must still be a second method that says what is right. It shares no idea with the
row-wise walk: no array of counts, no second look, no compiled kernel. Each pair of posts becomes one number
of 64 bits (account, other account, object), and equal numbers stand side by side once they are sorted. Exact;
what it holds is the posts and one block.

    python -m benchmarks.baselines.sort_and_count WORKLOAD --json [--memory-mb 2048]
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.baselines.bucket_join import LEAST_OBJECTS, WINDOW_S, checksum, connection, numbered

PAIRS_AT_ONCE = 1 << 24
"""Pairs of posts of a block, unless one account has more; a block takes about 60 bytes for each."""


def windows(object_: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the posts of one object within the window of each begin and end; posts by object, then time."""
    apart = int(t.max()) - int(t.min()) + 2 * WINDOW_S + 1  # so that no window reaches the next object
    line = object_.astype(np.int64) * apart + (t - t.min())
    return np.searchsorted(line, line - WINDOW_S), np.searchsorted(line, line + WINDOW_S, side="right")


def blocks(sizes: np.ndarray, account: np.ndarray) -> Iterator[tuple[int, int]]:
    """Runs of the posts, which are in order of account: whole accounts, not more pairs than at once."""
    done = np.concatenate([[0], np.cumsum(sizes)])
    ends = np.concatenate([np.flatnonzero(np.diff(account)) + 1, [len(account)]])
    begin, k = 0, 0
    while begin < len(account):
        fits = int(np.searchsorted(done[ends], done[begin] + PAIRS_AT_ONCE, side="right"))
        k = max(k + 1, fits)
        yield begin, int(ends[k - 1])
        begin = int(ends[k - 1])


def pairs_of(block: tuple[np.ndarray, ...], account: np.ndarray, bits: tuple[int, int]) -> np.ndarray:
    """Rows (a, b, objects, coactions) of the pairs whose lower account is in the block.

    block: account, object, begin and end of the window of some posts. bits: of an account, of an object.
    """
    own, object_, begin, end = block
    n, first = end - begin, int(own[0])
    if (int(own[-1]) - first).bit_length() + sum(bits) > 64:
        raise SystemExit("a block has too many accounts for 64 bits; make PAIRS_AT_ONCE smaller")
    other = account[np.arange(int(n.sum())) + np.repeat(begin - np.cumsum(n) + n, n)].astype(np.uint64)
    high = (own - first).astype(np.uint64) << np.uint64(sum(bits)) | object_.astype(np.uint64)
    packed = (np.repeat(high, n) | other << np.uint64(bits[1]))[other > np.repeat(own, n)]
    packed.sort()
    at = np.flatnonzero(np.concatenate([[True], packed[1:] != packed[:-1]])) if len(packed) else packed
    times = np.diff(np.concatenate([at, [len(packed)]]).astype(np.int64))
    pair = packed[at.astype(np.int64)] >> np.uint64(bits[1])
    return counted(pair, times, first, bits[0])


def counted(pair: np.ndarray, times: np.ndarray, first: int, bits: int) -> np.ndarray:
    """One row a pair with enough objects; `pair` has an entry an object, in order, `times` its coactions."""
    if not len(pair):
        return np.empty((0, 4), np.int64)
    begin = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]]))
    objects = np.diff(np.concatenate([begin, [len(pair)]]))
    enough = objects >= LEAST_OBJECTS
    found = pair[begin][enough].astype(np.int64)
    low = found & ((1 << bits) - 1)
    return np.stack([(found >> bits) + first, low, objects[enough], np.add.reduceat(times, begin)[enough]], 1)


def answer(work: duckdb.DuckDBPyConnection) -> np.ndarray:
    """All rows (a, b, objects, coactions) of the posts in `cut`."""
    columns = work.execute("SELECT account, object_, t FROM cut ORDER BY object_, t").fetchnumpy()
    account, object_, t = (np.asarray(columns[name]) for name in ("account", "object_", "t"))
    work.execute("DROP TABLE cut")
    if not len(t):
        return np.empty((0, 4), np.int64)
    begin, end = windows(object_, t)
    order = np.argsort(account, kind="stable")
    bits = int(account.max()).bit_length(), int(object_.max()).bit_length()
    mine = account[order]
    rows = [
        pairs_of((mine[a:b], object_[order[a:b]], begin[order[a:b]], end[order[a:b]]), account, bits)
        for a, b in blocks((end - begin)[order], mine)
    ]
    return np.concatenate(rows)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("posts", type=Path, help="posts.parquet of a workload, or the folder that holds it")
    parser.add_argument(
        "--memory-mb", type=int, default=2048, help="DuckDB's limit, while it numbers the ids"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    path = given.posts / "posts.parquet" if given.posts.is_dir() else given.posts
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="sort-and-count-") as folder,
        connection(folder, given.memory_mb) as work,
    ):
        numbered(work, path)
        rows = answer(work)
        work.register("pairs", pa.table(dict(zip(("a", "b", "objects", "coactions"), rows.T, strict=True))))
        n, found = checksum(work)
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "pairs": n,
        "checksum": found,
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "wall_s": round(time.perf_counter() - started, 3),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }
    sys.stdout.write(
        json.dumps(result) + "\n" if given.json else "".join(f"{k:9} {v}\n" for k, v in result.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
