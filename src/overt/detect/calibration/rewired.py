"""The rewired decoy: accounts swapped among the posts of one block.

in: first shares by layer; out: the same objects at the same times, done by other accounts; why: of the three
decoys only this one keeps how each object really spread, so that flash events stay in.

A unit is a post with all of its objects; it is swapped only with a post that carries as many objects of
each trace, so that every account's degree in every trace stays what it was. A block is: the same kinds of
objects, the same clock and grid, day, topic, popularity. A block of fewer than LEAST_ACCOUNTS accounts could
hold little but a campaign, which would be swapped among itself and survive; its units are put into coarser
blocks: without popularity, then topic, then by week, by nothing but kind and clock, by kind alone. Posts of
a rare make (seven links and a sound) are taken apart and their objects swapped one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numba import njit

from overt.detect.calibration.topics import object_topics
from overt.detect.loaded import Loaded

__all__ = ["LEAST_ACCOUNTS", "SWEEPS", "Wiring", "rewired", "wiring_of"]

LEAST_ACCOUNTS = 200
"""Several times what a campaign has in one place: from blocks of 50 much of a campaign of 30 came back."""

SWEEPS = 5
"""Swaps tried per unit, each as the one that asks; as many more as the one that is asked."""

DAY_MS = 86_400_000
_FREE, _GONE = -1, -2


@dataclass(frozen=True, slots=True)
class Wiring:
    """Units and the blocks within which their accounts are swapped.

    Attributes
    ----------
    account: int32 (n_units,). start: int64 (n_units + 1,), where each unit's objects begin in `object_`,
    int64 (n_shares,), numbered over all layers. block_start: int64 (n_blocks + 1,); member: int64 (n_units,),
    units by block; block: int64 (n_units,). unit: per layer, the unit of each action. n_objects: over all
    layers.
    """

    account: np.ndarray
    start: np.ndarray
    object_: np.ndarray
    block_start: np.ndarray
    member: np.ndarray
    block: np.ndarray
    unit: tuple[np.ndarray, ...]
    n_objects: int


@dataclass(frozen=True, slots=True)
class _Shares:
    """All layers in one table; arrays of shape (n,); objects numbered over all layers."""

    layer: np.ndarray
    account: np.ndarray
    object_: np.ndarray
    time: np.ndarray
    post: np.ndarray
    n_objects: int
    n_layers: int


def wiring_of(loaded: Loaded, posts: Sequence[np.ndarray]) -> Wiring:
    """Find units and blocks; posts: per layer the post of each action, numbered over all layers."""
    shares = _stacked(loaded, posts)
    unit = _units(shares, len(loaded.accounts))
    n = int(unit.max(initial=-1)) + 1
    order = np.argsort(unit, kind="stable")
    start = np.searchsorted(unit[order], np.arange(n + 1)).astype(np.int64)
    account = shares.account[order][start[:-1]]
    levels = _levels(loaded, shares, unit, n, account)
    block = _blocks(levels, account)
    member = np.argsort(block, kind="stable")
    n_blocks = int(block.max(initial=-1)) + 1
    return Wiring(
        account=account,
        start=start,
        object_=shares.object_[order],
        block_start=np.searchsorted(block[member], np.arange(n_blocks + 1)).astype(np.int64),
        member=member,
        block=block,
        unit=tuple(np.split(unit, np.cumsum([len(post) for post in posts])[:-1])),
        n_objects=shares.n_objects,
    )


def rewired(loaded: Loaded, wiring: Wiring, rng: np.random.Generator) -> Loaded:
    """Swap; `loaded` holds the layers from which `wiring` was made."""
    account = wiring.account.copy()
    if len(account):
        for _ in range(SWEEPS):
            draws = rng.random(len(account))
            _sweep(account, wiring.start, wiring.object_, wiring.block_start, wiring.member, wiring.block,
                   wiring.n_objects, draws)  # fmt: skip
    layers = tuple(
        (trace, replace(actions, account=account[unit]))
        for (trace, actions), unit in zip(loaded.layers, wiring.unit, strict=False)
    )
    return replace(loaded, layers=layers)


def _stacked(loaded: Loaded, posts: Sequence[np.ndarray]) -> _Shares:
    actions = [one for _, one in loaded.layers]
    base = np.cumsum([0, *(one.n_objects for one in actions)])

    def column(parts: list[np.ndarray], kind: type) -> np.ndarray:
        return np.concatenate([np.zeros(0, kind), *parts]).astype(kind)

    return _Shares(
        layer=np.repeat(np.arange(len(actions)), [len(one.time) for one in actions]),
        account=column([one.account for one in actions], np.int32),
        object_=column([one.object_ + b for one, b in zip(actions, base, strict=False)], np.int64),
        time=column([one.time for one in actions], np.int64),
        post=column(list(posts), np.int64),
        n_objects=int(base[-1]),
        n_layers=len(actions),
    )


def _makes(layer: np.ndarray, unit: np.ndarray, n: int, n_layers: int) -> np.ndarray:
    """What each unit is made of: a number for each combination of objects per layer; shape (n,)."""
    table = np.zeros((n, max(n_layers, 1)), np.int32)
    np.add.at(table, (unit, layer), 1)
    make = np.zeros(n, np.int64)
    for column in table.T:
        make = _numbered(make, column)
    return make


def _units(shares: _Shares, n_accounts: int) -> np.ndarray:
    """The unit of each action: its post, or itself where the post is of a rare make."""
    n = int(shares.post.max(initial=-1)) + 1
    make = _makes(shares.layer, shares.post, n, shares.n_layers)
    least = min(LEAST_ACCOUNTS, n_accounts // 2)  # a small study keeps what is usual in it whole
    common = _accounts_per(make[shares.post], shares.account) >= least
    apart = ~common[make[shares.post]] if n else np.zeros(0, bool)
    unit = np.where(apart, n + np.arange(len(shares.post)), shares.post)
    numbered: np.ndarray = np.unique(unit, return_inverse=True)[1].reshape(-1)
    return numbered


def _levels(
    loaded: Loaded, shares: _Shares, unit: np.ndarray, n: int, account: np.ndarray
) -> list[np.ndarray]:
    """Block keys per unit, the finest first."""
    popularity = np.bincount(shares.object_, minlength=shares.n_objects)
    # a unit's topic and popularity are those of its least known object, which says most of its audience
    rank = np.lexsort((shares.object_, popularity[shares.object_], unit))
    least = shares.object_[rank[np.searchsorted(unit[rank], np.arange(n))]]
    topic = object_topics(shares.account, shares.object_, len(loaded.accounts), shares.n_objects)[least]
    decade = np.log10(np.maximum(popularity[least], 1)).astype(np.int64)
    day = np.zeros(n, np.int64)
    day[unit] = shares.time // DAY_MS
    clock = _numbered(
        (loaded.clock.resolution_s[account] * 1000).astype(np.int64), loaded.clock.grid_s[account] > 0
    )
    make = _makes(shares.layer, unit, n, shares.n_layers)
    alike = _numbered(make, clock)
    by_day = _numbered(alike, day)
    by_topic = _numbered(by_day, topic)
    return [_numbered(by_topic, decade), by_topic, by_day, _numbered(alike, day // 7), alike, make]


def _numbered(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A number for each combination of the two."""
    if not len(one):
        return np.zeros(0, np.int64)
    codes = np.unique(other, return_inverse=True)[1].reshape(-1)
    key = one * (int(codes.max()) + 1) + codes
    numbered: np.ndarray = np.unique(key, return_inverse=True)[1].reshape(-1)
    return numbered


def _accounts_per(key: np.ndarray, account: np.ndarray) -> np.ndarray:
    """Distinct accounts per key."""
    if not len(key):
        return np.zeros(0, np.int64)
    pairs = np.unique(key.astype(np.int64) << 32 | account)
    return np.bincount(pairs >> 32)


def _blocks(levels: Sequence[np.ndarray], account: np.ndarray) -> np.ndarray:
    """The finest block of each unit that has accounts enough; at the last level any block will do."""
    block = np.full(len(account), -1, np.int64)
    n_blocks = 0
    for number, key in enumerate(levels):
        left = np.flatnonzero(block < 0)
        if not len(left):
            break
        code = np.unique(key[left], return_inverse=True)[1].reshape(-1)
        enough = _accounts_per(code, account[left]) >= LEAST_ACCOUNTS
        if number == len(levels) - 1:
            enough[:] = True
        placed = enough[code]
        block[left[placed]] = n_blocks + code[placed]
        n_blocks += len(enough)
    numbered: np.ndarray = np.unique(block, return_inverse=True)[1].reshape(-1)
    return numbered


@njit(cache=True)
def _slot(table, shift, key):  # type: ignore[no-untyped-def]
    """Where the key is in the table, or -1 - the place where it can be put."""
    mask = len(table) - 1
    at = np.int64((np.uint64(key) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(shift))
    free = np.int64(-1)
    while table[at] != _FREE:
        if table[at] == key:
            return at
        if table[at] == _GONE and free < 0:
            free = at
        at = (at + 1) & mask
    return -1 - (at if free < 0 else free)


@njit(cache=True)
def _carries(start, object_, unit, wanted):  # type: ignore[no-untyped-def]
    found = False
    for i in range(start[unit], start[unit + 1]):
        found |= object_[i] == wanted
    return found


@njit(cache=True)
def _can_take(table, shift, taker, unit, given, start, object_, n_objects):  # type: ignore[no-untyped-def]
    """Whether the account can have the unit for the one that it gives without sharing an object twice."""
    for i in range(start[unit], start[unit + 1]):
        has = _slot(table, shift, taker * n_objects + object_[i]) >= 0
        if has and not _carries(start, object_, given, object_[i]):
            return False
    return True


@njit(cache=True)
def _drop(table, shift, account, unit, start, object_, n_objects):  # type: ignore[no-untyped-def]
    for i in range(start[unit], start[unit + 1]):
        table[_slot(table, shift, account * n_objects + object_[i])] = _GONE


@njit(cache=True)
def _put(table, shift, account, unit, start, object_, n_objects):  # type: ignore[no-untyped-def]
    for i in range(start[unit], start[unit + 1]):
        key = account * n_objects + object_[i]
        at = _slot(table, shift, key)
        if at < 0:
            table[-1 - at] = key


@njit(cache=True)
def _sweep(account, start, object_, block_start, member, block, n_objects, draws):  # type: ignore[no-untyped-def]
    """Every unit once asks another of its block to swap accounts. Changes `account`.

    `table` is an open-addressing hash set of account * n_objects + object: who shares what just now.
    """
    bits = 4
    while (1 << bits) < 8 * len(object_):
        bits += 1
    table = np.full(1 << bits, _FREE, np.int64)
    shift = 64 - bits
    for unit in range(len(account)):
        _put(table, shift, np.int64(account[unit]), unit, start, object_, n_objects)
    for unit in range(len(account)):
        first, last = block_start[block[unit]], block_start[block[unit] + 1]
        other = member[first + np.int64(draws[unit] * (last - first))]
        a, b = np.int64(account[unit]), np.int64(account[other])
        if a == b or not _can_take(table, shift, b, unit, other, start, object_, n_objects):
            continue
        if not _can_take(table, shift, a, other, unit, start, object_, n_objects):
            continue
        _drop(table, shift, a, unit, start, object_, n_objects)
        _drop(table, shift, b, other, start, object_, n_objects)
        _put(table, shift, b, unit, start, object_, n_objects)
        _put(table, shift, a, other, start, object_, n_objects)
        account[unit], account[other] = b, a
