"""Posts for T-pairs, made anew by anyone: hot and cold objects, busy and quiet accounts, bursts, groups.

in: how many posts, and a seed; out: FOLDER/posts.parquet (account_id, object_id, posted_at in seconds, in
order of time), planted.parquet (account_id, group) and workload.json; why: speed can be measured by someone
who has no data, on posts of the shape that makes the join hard.

    python -m benchmarks workload FOLDER --posts 1m [--seed 7]

Per post a twentieth of an account, whose activity is lognormal (sigma 1.2), and a tenth of an object, whose
popularity is Zipf's with exponent 1.1: the top object has an eighth of all posts. 30 days with a daily
rhythm; 30 % of the posts fall in bursts of their object. 20 groups of 20 accounts each post 6 objects
together within a minute, one from each sixth of the ranks of popularity on a log scale, so that whoever drops
hot objects loses pairs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

__all__ = ["Shape", "main", "number_of", "posts_of", "write"]

START = 1_767_225_600  # 2026-01-01 00:00:00 UTC
DAY = 86_400
DAYS = 30
ROWS_A_GROUP = 500_000
SCHEMA = pa.schema([("account_id", pa.string()), ("object_id", pa.string()), ("posted_at", pa.int64())])


@dataclass(frozen=True, slots=True)
class Shape:
    """A workload; the same shape gives the same posts."""

    posts: int
    seed: int = 7
    zipf: float = 1.1
    sigma: float = 1.2
    in_bursts: float = 0.3
    burst_s: float = 6 * 3600.0
    groups: int = 20
    members: int = 20
    objects_together: int = 6
    within_s: int = 60

    @property
    def n_accounts(self) -> int:
        return self.posts // 20

    @property
    def n_objects(self) -> int:
        return self.posts // 10

    @property
    def n_planted(self) -> int:
        return self.groups * self.members * self.objects_together


def number_of(word: str) -> int:
    """100k, 1m, 50M or plain digits."""
    scale = {"k": 1_000, "m": 1_000_000}.get(word[-1:].lower())
    return int(float(word[:-1]) * scale) if scale else int(word)


def posts_of(shape: Shape) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Account and object numbers (int32) and seconds from the start (int32) in order of time, and the
    members of the groups, shape (groups, members)."""
    if shape.n_accounts < shape.groups * shape.members or shape.posts < 2 * shape.n_planted:
        raise SystemExit(f"{shape.posts} posts are too few for {shape.groups} groups of {shape.members}")
    rng = np.random.default_rng(shape.seed)
    rank, account, second = _ordinary(shape, rng)
    members, *planted = _planted(shape, rng)
    rank, account, second = (
        np.concatenate([one, other.astype(np.int32)])
        for one, other in zip((rank, account, second), planted, strict=True)
    )
    order = np.argsort(second, kind="stable")
    name = rng.permutation(shape.n_objects).astype(np.int32)  # a name must not tell the rank
    return account[order], name[rank[order]], second[order], members


def _ordinary(shape: Shape, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rank of the object, account and second of the posts that nobody planned, object by object."""
    n = shape.posts - shape.n_planted
    posts_on = rng.multinomial(n, _shares(np.arange(1, shape.n_objects + 1) ** -shape.zipf))
    rank = np.repeat(np.arange(shape.n_objects, dtype=np.int32), posts_on)
    posts_by = rng.multinomial(n, _shares(rng.lognormal(0.0, shape.sigma, shape.n_accounts)))
    account = rng.permutation(np.repeat(np.arange(shape.n_accounts, dtype=np.int32), posts_by))
    second = _moments(n, rng)
    n_bursts = np.minimum(50, 1 + posts_on // 200)  # a burst for every 200 posts of an object
    first, begin = np.cumsum(n_bursts) - n_bursts, _moments(int(n_bursts.sum()), rng)
    late = np.flatnonzero(rng.random(n) < shape.in_bursts)
    which = first[rank[late]] + (rng.random(len(late)) * n_bursts[rank[late]]).astype(np.int64)
    delay = rng.exponential(shape.burst_s, len(late)).astype(np.int64)
    second[late] = (begin[which] + delay) % (DAYS * DAY)
    return rank, account, second


def _shares(weights: np.ndarray) -> np.ndarray:
    return np.asarray(weights / weights.sum())


def _moments(n: int, rng: np.random.Generator) -> np.ndarray:
    """n seconds of the 30 days, int32: most in the afternoon, few at night."""
    minute = np.arange(1441) / 1440
    busy = np.cumsum(1 + 0.6 * np.sin(2 * np.pi * (minute - 0.3)))
    of_day = np.interp(rng.random(n), (busy - busy[0]) / (busy[-1] - busy[0]), minute)
    day = rng.integers(0, DAYS, n, dtype=np.int32)
    return day * DAY + np.minimum(of_day * DAY, DAY - 1).astype(np.int32)


def _planted(shape: Shape, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Members (groups, members), and rank, account and second of what they post together."""
    members = rng.choice(shape.n_accounts, (shape.groups, shape.members), replace=False)
    bands = np.round(shape.n_objects ** (np.arange(shape.objects_together + 1) / shape.objects_together))
    low, high = bands[:-1] - 1, bands[1:] - 1
    rank = (low + rng.random((shape.groups, shape.objects_together)) * (high - low)).astype(np.int64)
    begin = _moments(rank.size, rng).reshape(rank.shape)
    size = (shape.groups, shape.objects_together, shape.members)
    second = np.minimum(begin, DAYS * DAY - 1 - shape.within_s)[:, :, None]
    second = second + rng.integers(0, shape.within_s + 1, size)
    every = (np.broadcast_to(rank[:, :, None], size), np.broadcast_to(members[:, None, :], size), second)
    rank, account, second = (column.ravel() for column in every)
    return members, rank, account, second


def write(shape: Shape, folder: Path) -> Path:
    """Write the workload; the path of its posts."""
    folder.mkdir(parents=True, exist_ok=True)
    account, object_, second, members = posts_of(shape)
    path = folder / "posts.parquet"
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as parquet:
        for rows in _slices(shape.posts):
            names = _named("u", account[rows]), _named("https://example.org/", object_[rows])
            moment = pa.array(second[rows].astype(np.int64) + START)
            parquet.write_table(pa.table([*names, moment], schema=SCHEMA))
    group = np.repeat(np.arange(shape.groups), shape.members)
    planted = {"account_id": _named("u", members.ravel()), "group": pa.array(group)}
    pq.write_table(pa.table(planted), folder / "planted.parquet")
    about = asdict(shape) | {"posts_of_top_object": int(np.bincount(object_).max())}
    (folder / "workload.json").write_text(json.dumps(about, indent=1) + "\n")
    return path


def _slices(n: int) -> Iterator[slice]:
    return (slice(begin, begin + ROWS_A_GROUP) for begin in range(0, n, ROWS_A_GROUP))


def _named(prefix: str, numbers: np.ndarray) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks workload")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--posts", type=number_of, default=1_000_000, help="100k, 1m, 10m, ... (1m)")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    sys.stdout.write(f"{write(Shape(given.posts, given.seed), given.folder)}\n")
    return 0
