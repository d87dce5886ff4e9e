"""T-pairs: all pairs of accounts that shared at least two objects within a minute.

in: a workload's posts.parquet (account_id, object_id, posted_at in seconds); out: the number of pairs, the
checksum of the answer, and what it cost; why: one exact answer lets any tool and any version be compared.

    python -m benchmarks.pairs WORKLOAD/posts.parquet --json [--out pairs.csv]

The checksum is the MD5 of the lines `account_a,account_b,objects,coactions` in byte order, account_a first
in byte order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from overt.detect.edges.actions import UNKNOWN, Actions, by_object, in_order_of_time
from overt.detect.edges.coaction import PairCounts, co_actions

WINDOW_MS = 60_000
LEAST_OBJECTS = 2


def read(path: Path) -> tuple[Actions, pa.Array]:
    """Numbered actions, and account ids in byte order."""
    table = pq.read_table(
        path, columns=["account_id", "object_id", "posted_at"], read_dictionary=["account_id", "object_id"]
    )
    table = table.unify_dictionaries()
    account, object_ = (table[name].combine_chunks() for name in ("account_id", "object_id"))
    by_name = pc.sort_indices(account.dictionary)
    rank = np.empty(len(by_name), np.int32)
    rank[by_name.to_numpy()] = np.arange(len(by_name), dtype=np.int32)
    n = len(table)
    actions = Actions(
        account=rank[account.indices.to_numpy()],
        object_=object_.indices.to_numpy().astype(np.int32, copy=False),
        time=table["posted_at"].to_numpy() * 1000,
        origin=np.full(n, UNKNOWN),
        post=np.zeros(n, np.int32),
        n_accounts=len(account.dictionary),
        n_objects=len(object_.dictionary),
    )
    return in_order_of_time(actions), account.dictionary.take(by_name)


def lines(counts: PairCounts, names: pa.Array) -> bytes:
    """The answer in byte order, one pair a line."""
    columns = [
        names.take(pa.array(counts.a)),
        names.take(pa.array(counts.b)),
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
    given = parser.parse_args(arguments)
    path = given.posts / "posts.parquet" if given.posts.is_dir() else given.posts
    started = time.perf_counter()
    actions, names = read(path)
    read_s = time.perf_counter() - started
    counts = co_actions(by_object(actions), (WINDOW_MS,), LEAST_OBJECTS)
    answer = lines(counts, names)
    if given.out:
        given.out.write_bytes(b"account_a,account_b,objects,coactions\n" + answer)
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "pairs": len(counts.a),
        "checksum": hashlib.md5(answer, usedforsecurity=False).hexdigest(),
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "wall_s": round(time.perf_counter() - started, 3),
        "read_s": round(read_s, 3),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }
    text = (
        json.dumps(result) if given.json else "\n".join(f"{key:9} {value}" for key, value in result.items())
    )
    sys.stdout.write(f"{text}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
