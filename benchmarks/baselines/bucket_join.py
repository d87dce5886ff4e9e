"""T-pairs in SQL alone: the bucket join on DuckDB, at once or slice by slice of the accounts.

in: a workload's posts.parquet; out: the same answer and figures as `benchmarks.pairs`; why: a method that
shares no line and no idea with the row-wise walk, so that two equal checksums say something. With --slices
the pairs of one action after another never exist all at once, and what does not fit in --memory-mb waits on
disk: slow, and exact at any size.

    python -m benchmarks.baselines.bucket_join WORKLOAD --json [--slices 32] [--memory-mb 2048]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

WINDOW_S = 60
LEAST_OBJECTS = 2
HERE = Path(__file__).parent


def sql(name: str) -> str:
    """One of the files beside this one."""
    return (HERE / f"{name}.sql").read_text("utf-8")


def connection(folder: str, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """DuckDB within so much memory; what does not fit waits in `folder`."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{memory_mb}MiB",
        "temp_directory": folder,
        "threads": os.cpu_count() or 1,
        "preserve_insertion_order": False,
    }
    return duckdb.connect(config=settings)


def numbered(work: duckdb.DuckDBPyConnection, posts: Path) -> None:
    """Make the tables `accounts` and `cut`: posts as numbers, those with no other in time left out."""
    for statement in work.extract_statements(sql("bucket_join_numbers")):
        work.execute(statement, {"posts": str(posts)})
    work.execute(sql("bucket_join_company"), {"window": WINDOW_S})
    work.execute("DROP TABLE actions")


def answer(work: duckdb.DuckDBPyConnection, slices: int) -> None:
    """Make the table `pairs`."""
    work.execute("CREATE TABLE pairs (a INTEGER, b INTEGER, objects BIGINT, coactions BIGINT)")
    asked = {"window": WINDOW_S, "least": LEAST_OBJECTS, "slices": slices}
    for number in range(slices):
        work.execute("INSERT INTO pairs " + sql("bucket_join"), asked | {"slice": number})


def checksum(work: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """How many pairs, and the MD5 of their lines."""
    digest, n = hashlib.md5(usedforsecurity=False), 0
    work.execute(sql("bucket_join_lines"))
    while rows := work.fetchmany(1 << 16):
        n += len(rows)
        digest.update("".join(f"{line}\n" for (line,) in rows).encode())
    return n, digest.hexdigest()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("posts", type=Path, help="posts.parquet of a workload, or the folder that holds it")
    parser.add_argument("--slices", type=int, default=1, help="how often to join, each time fewer accounts")
    parser.add_argument("--memory-mb", type=int, default=2048, help="DuckDB's limit")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    path = given.posts / "posts.parquet" if given.posts.is_dir() else given.posts
    started = time.perf_counter()
    with (
        tempfile.TemporaryDirectory(prefix="bucket-join-") as folder,
        connection(folder, given.memory_mb) as work,
    ):
        numbered(work, path)
        answer(work, given.slices)
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
