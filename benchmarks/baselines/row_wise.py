"""T-pairs by the plain row-wise kernel: what the task costs without a detector around it.

in: a workload's posts.parquet (account_id, object_id, posted_at in seconds); out: the same answer and figures
as `benchmarks.pairs`; why: a floor that is measured in the same minute on the same machine. It imports
nothing of overt: one table read with pyarrow, ids numbered by `dictionary_encode`, two counting sorts, one
dense array of counts a thread, and a second look at the partners that reached two objects (a sparse product
by rows, Gustavson 1978). Exact; nothing is capped.

    python -m benchmarks.baselines.row_wise WORKLOAD --json [--out pairs.csv]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numba import njit

WINDOW_S = 60
LEAST_OBJECTS = 2
ACCOUNTS_A_TASK = 256


def read(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, pa.Array, int]:
    """Account and object numbers (int32), seconds since the first post (int32), the names of accounts and the
    number of objects; in order of time, as a workload is."""
    # one thread: with several, pyarrow takes twice the CPU for the same table
    table = pq.read_table(path, columns=["account_id", "object_id", "posted_at"], use_threads=False)
    account = table["account_id"].combine_chunks().dictionary_encode()
    object_ = table["object_id"].combine_chunks().dictionary_encode()
    second = table["posted_at"].to_numpy()
    if (np.diff(second) < 0).any():
        raise SystemExit("posts are not in order of time")
    return (
        account.indices.to_numpy(),
        object_.indices.to_numpy(),
        (second - second[0]).astype(np.int32),
        account.dictionary,
        len(object_.dictionary),
    )


@njit(cache=True, nogil=True)
def sort_by_object(account, object_, second, n_objects):  # type: ignore[no-untyped-def]
    """Where each object starts; account, second and object of every post by object, then time."""
    start = np.zeros(n_objects + 1, np.int64)
    for o in object_:
        start[o + 1] += 1
    for o in range(n_objects):
        start[o + 1] += start[o]
    following = start[:-1].copy()
    by_account, by_second = np.empty_like(account), np.empty_like(second)
    for i in range(len(object_)):
        at = following[object_[i]]
        following[object_[i]] += 1
        by_account[at] = account[i]
        by_second[at] = second[i]
    return start, by_account, by_second


@njit(cache=True, nogil=True)
def index_by_account(start, account, n_accounts):  # type: ignore[no-untyped-def]
    """Where each account's list starts; place and object of every post, per account in order of object."""
    account_start = np.zeros(n_accounts + 1, np.int64)
    for a in account:
        account_start[a + 1] += 1
    for a in range(n_accounts):
        account_start[a + 1] += account_start[a]
    following = account_start[:-1].copy()
    place, object_of = np.empty(len(account), np.int32), np.empty(len(account), np.int32)
    for o in range(len(start) - 1):
        for at in range(start[o], start[o + 1]):
            i = following[account[at]]
            following[account[at]] += 1
            place[i] = at
            object_of[i] = o
    return account_start, place, object_of


@njit(cache=True, nogil=True, inline="always")
def touch(x, local, count, touched, n_touched):  # type: ignore[no-untyped-def]
    """Count an object of partner x; the number of partners so far."""
    packed = count[x]  # high 24 bits: the local object last met; low 8: objects so far, full at 255
    if packed >> 8 != local:
        if packed == 0:
            touched[n_touched] = x
            n_touched += 1
        count[x] = (local << 8) | min((packed & 255) + 1, 255)
    return n_touched


@njit(cache=True, nogil=True)
def partners(a, laid, index, window, count, touched):  # type: ignore[no-untyped-def]
    """Count the objects of every partner of account a in its windows; how many were met."""
    start, account, second = laid
    account_start, place, object_of = index
    n_touched, local, object_ = 0, 0, -1
    for i in range(account_start[a], account_start[a + 1]):
        if object_of[i] != object_:
            object_ = object_of[i]
            local += 1
        at = place[i]
        now, begin, end = second[at], start[object_], start[object_ + 1]
        j = at + 1
        while j < end and second[j] - now <= window:
            if account[j] > a:
                n_touched = touch(account[j], local, count, touched, n_touched)
            j += 1
        j = at - 1
        while j >= begin and now - second[j] <= window:
            if account[j] > a:
                n_touched = touch(account[j], local, count, touched, n_touched)
            j -= 1
    return n_touched


@njit(cache=True, nogil=True)
def second_look(a, laid, index, window, slot, rows, last):  # type: ignore[no-untyped-def]
    """Objects and coactions of the partners that have a row."""
    start, account, second = laid
    account_start, place, object_of = index
    for i in range(account_start[a], account_start[a + 1]):
        at, object_ = place[i], object_of[i]
        now, begin, end = second[at], start[object_], start[object_ + 1]
        for step in (1, -1):
            j = at + step
            while begin <= j < end and abs(second[j] - now) <= window:
                k = slot[account[j]]
                if k >= 0:
                    rows[k, 3] += 1
                    if last[account[j]] != object_ + 1:
                        last[account[j]] = object_ + 1
                        rows[k, 2] += 1
                j += step


@njit(cache=True, nogil=True)
def walk(first, last, laid, index, window, least):  # type: ignore[no-untyped-def]
    """Rows (a, b, objects, coactions) of the accounts from `first` to `last`."""
    n_accounts = len(index[0]) - 1
    count = np.zeros(n_accounts, np.int32)
    slot = np.full(n_accounts, -1, np.int32)
    touched = np.empty(n_accounts, np.int32)
    rows = np.zeros((64, 4), np.int64)
    n_rows = 0
    for a in range(first, last):
        if index[0][a + 1] - index[0][a] < least:
            continue
        begin = n_rows
        for k in range(partners(a, laid, index, window, count, touched)):
            x = touched[k]
            if count[x] & 255 >= least:
                if n_rows == len(rows):
                    rows = np.concatenate((rows, np.zeros_like(rows)))
                rows[n_rows, 0], rows[n_rows, 1] = a, x
                slot[x] = n_rows
                n_rows += 1
            count[x] = 0
        if n_rows > begin:
            second_look(a, laid, index, window, slot, rows, count)
            for k in range(begin, n_rows):
                slot[rows[k, 1]] = -1
                count[rows[k, 1]] = 0
    return rows[:n_rows]


def pairs(account: np.ndarray, object_: np.ndarray, second: np.ndarray, sizes: tuple[int, int]) -> np.ndarray:
    """All rows (a, b, objects, coactions); sizes: the numbers of accounts and of objects."""
    n_accounts, n_objects = sizes
    laid = sort_by_object(account, object_, second, n_objects)
    index = index_by_account(laid[0], laid[1], n_accounts)
    step = max(ACCOUNTS_A_TASK, n_accounts // 512)
    tasks = [(begin, min(begin + step, n_accounts)) for begin in range(0, n_accounts, step)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        parts = pool.map(lambda task: walk(*task, laid, index, WINDOW_S, LEAST_OBJECTS), tasks)
        return np.concatenate([np.empty((0, 4), np.int64), *parts])


def lines(rows: np.ndarray, names: pa.Array) -> bytes:
    """The answer in byte order, one pair a line, the names of a pair in byte order too."""
    first, second = names.take(pa.array(rows[:, 0])), names.take(pa.array(rows[:, 1]))
    in_order = pc.less(first, second)
    columns = [
        pc.if_else(in_order, first, second),
        pc.if_else(in_order, second, first),
        pa.array(rows[:, 2]).cast(pa.string()),
        pa.array(rows[:, 3]).cast(pa.string()),
    ]
    joined = pc.binary_join_element_wise(*columns, ",")
    return "".join(f"{row}\n" for row in joined.take(pc.sort_indices(joined)).to_pylist()).encode()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("posts", type=Path, help="posts.parquet of a workload, or the folder that holds it")
    parser.add_argument("--out", type=Path, help="write the answer as CSV")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args(arguments)
    path = given.posts / "posts.parquet" if given.posts.is_dir() else given.posts
    started = time.perf_counter()
    account, object_, second, names, n_objects = read(path)
    read_cpu = time.process_time()
    rows = pairs(account, object_, second, (len(names), n_objects))
    answer = lines(rows, names)
    if given.out:
        given.out.write_bytes(b"account_a,account_b,objects,coactions\n" + answer)
    used = resource.getrusage(resource.RUSAGE_SELF)
    result = {
        "pairs": len(rows),
        "checksum": hashlib.md5(answer, usedforsecurity=False).hexdigest(),
        "cpu_s": round(used.ru_utime + used.ru_stime, 3),
        "wall_s": round(time.perf_counter() - started, 3),
        "read_cpu_s": round(read_cpu, 3),
        "peak_mb": round(used.ru_maxrss / 1024, 1),
    }
    sys.stdout.write(
        json.dumps(result) + "\n" if given.json else "".join(f"{k:9} {v}\n" for k, v in result.items())
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
