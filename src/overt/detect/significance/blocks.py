"""Topic blocks: which objects of a trace are shared by the same people.

in: first shares of one trace; out: a block number per object; why: fans share what fans share. Rarity that
knows each account's topics (one BiCM per block) does not take two fans for a pair; one that does not, does.

Objects with two or more sharers are joined where an account shared both (weight co-count / sqrt(k k')), and
Leiden communities of this graph with LEAST_OBJECTS objects or more are blocks. Smaller ones are pooled, and
a pool as small joins the largest block: a campaign whose objects made a block of their own would explain
itself away. What the graph does not hold (objects with one sharer) goes to the block in which most of its
sharers have most of their objects.

Cost is bounded: the graph is built from at most MOST_PAIRS pairs of objects. Where accounts share more,
each contributes a random sample of its objects, equally many at most; `Blocks.cap` says how many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.shares import Shares
from overt.detect.groups.communities import communities

__all__ = ["LEAST_OBJECTS", "MOST_PAIRS", "Blocks", "one_block", "topic_blocks"]

LEAST_OBJECTS = 30
MOST_PAIRS = 500_000
"""Up to two seconds, most of it in Leiden."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A partition. block_of: int32 (n_objects,), from 0; n_blocks; cap: objects of an account in the graph.

    cap is None where every object counts. The pool, where there is one, is the last block.
    """

    block_of: np.ndarray
    n_blocks: int
    cap: int | None = None


def one_block(shares: Shares) -> Blocks:
    """All objects together: rarity that knows activity and popularity, but not topics."""
    return Blocks(np.zeros(shares.n_objects, np.int32), 1)


def topic_blocks(shares: Shares, seed: int, most_pairs: int = MOST_PAIRS) -> Blocks:
    """Partition the objects; the same seed gives the same blocks."""
    sharers = np.diff(shares.object_start)
    owner = np.repeat(np.arange(shares.n_accounts), np.diff(shares.account_start))
    linked = sharers[shares.object_of] >= 2
    owner, objects = owner[linked], shares.object_of[linked]
    degree = np.bincount(owner, minlength=shares.n_accounts)
    cap = _cap(degree, most_pairs)
    kept = _sample(owner, cap, seed) if cap is not None else slice(None)
    start = np.searchsorted(owner[kept], np.arange(shares.n_accounts + 1))
    key, together = np.unique(_pairs(start, objects[kept]), return_counts=True)
    one, other = key >> 32, key & 0xFFFFFFFF
    weight = together / np.sqrt(sharers[one] * sharers[other])
    found = [group for group in communities(one, other, weight, seed) if len(group) >= LEAST_OBJECTS]
    block = np.full(shares.n_objects, len(found), np.int32)
    for number, members in enumerate(found):
        block[members] = number
    outside = np.ones(shares.n_objects, bool)
    outside[one], outside[other] = False, False
    _join(block, outside, shares, len(found))
    pool = block == len(found)
    if found and int((sharers[pool] >= 2).sum()) < LEAST_OBJECTS:
        block[pool] = int(np.argmax(np.bincount(block[~pool], minlength=len(found))))
        return Blocks(block, len(found), cap)
    return Blocks(block, len(found) + int(pool.any()), cap)


def _cap(degree: np.ndarray, most_pairs: int) -> int | None:
    """The largest number of objects per account that keeps the graph within most_pairs; None for all."""
    if int((degree * (degree - 1) // 2).sum()) <= most_pairs:
        return None
    low, high = 2, int(degree.max())
    while high - low > 1:
        middle = (low + high) // 2
        n = np.minimum(degree, middle)
        low, high = (middle, high) if int((n * (n - 1) // 2).sum()) <= most_pairs else (low, middle)
    return low


def _sample(owner: np.ndarray, cap: int, seed: int) -> np.ndarray:
    """Places of at most `cap` random shares per account, in order."""
    order = np.lexsort((np.random.default_rng(seed).random(len(owner)), owner))
    ordered = owner[order]
    rank = np.arange(len(owner)) - np.searchsorted(ordered, ordered)
    places: np.ndarray = np.sort(order[rank < cap])
    return places


@njit(cache=True)
def _pairs(start, objects):  # type: ignore[no-untyped-def]
    """Every pair of objects of one account, the smaller in the upper half of the key."""
    n = 0
    for a in range(len(start) - 1):
        d = start[a + 1] - start[a]
        n += d * (d - 1) // 2
    keys = np.empty(n, np.int64)
    n = 0
    for a in range(len(start) - 1):
        for i in range(start[a], start[a + 1]):
            for j in range(i + 1, start[a + 1]):
                keys[n] = (np.int64(objects[i]) << 32) | np.int64(objects[j])
                n += 1
    return keys


def _join(block: np.ndarray, outside: np.ndarray, shares: Shares, pool: int) -> None:
    """Give objects outside the graph the block that is home to most of their sharers."""
    owner = np.repeat(np.arange(shares.n_accounts), np.diff(shares.account_start))
    inside = ~outside[shares.object_of]
    home = _most_common(owner[inside], block[shares.object_of[inside]], shares.n_accounts, pool)
    object_ = np.repeat(np.arange(shares.n_objects), np.diff(shares.object_start))
    lone = outside[object_]
    joined = _most_common(object_[lone], home[shares.account[lone]], shares.n_objects, pool)
    block[outside] = joined[outside]


def _most_common(owner: np.ndarray, label: np.ndarray, n: int, default: int) -> np.ndarray:
    """Per owner the most frequent of its labels (of equals the smallest), `default` for owners without."""
    result = np.full(n, default, np.int32)
    if len(owner):
        pair, count = np.unique(owner.astype(np.int64) << 32 | label, return_counts=True)
        who = pair >> 32
        order = np.lexsort((-pair, count, who))
        last = np.append(who[order][1:] != who[order][:-1], True)
        result[who[order][last]] = pair[order][last] & 0xFFFFFFFF
    return result
