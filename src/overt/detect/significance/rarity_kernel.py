"""The compiled part of rarity: expected overlaps and tails, pair by pair.

in: `Model` and pairs of account numbers; out: arrays per pair; why: chances depend on degrees alone, so a
pair looks up one number per block that both know, and its exact tail has one term per distinct degree.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

__all__ = ["Model", "count_shared", "exact_tails", "expect", "poisson_tail", "poisson_tails"]

_FLOOR = 1e-300
_NEGLIGIBLE = 1e-18


class Model(NamedTuple):
    """BiCMs of all blocks as flat arrays.

    Accounts: entries account_start[u] to account_start[u + 1], one per block in which u shared something, in
    order of block: block, and row, its class (distinct degree) within the block. Objects: class_start[b] to
    class_start[b + 1] are the classes of block b, of n_objects each. Per block, of n classes of accounts:
    expected, from expected_start[b], (n, n): shared objects of two accounts; chance, from chance_start[b],
    (n, classes of objects). width[b] is n. All of it is at most a few numbers per share.
    """

    account_start: np.ndarray
    block: np.ndarray
    row: np.ndarray
    class_start: np.ndarray
    n_objects: np.ndarray
    width: np.ndarray
    expected_start: np.ndarray
    expected: np.ndarray
    chance_start: np.ndarray
    chance: np.ndarray


@njit(cache=True, nogil=True)
def count_shared(a, b, account_start, object_of):  # type: ignore[no-untyped-def]
    """Objects that both shared; each account's objects are in order."""
    n_shared = np.zeros(len(a), np.int64)
    for pair in range(len(a)):
        i, j = account_start[a[pair]], account_start[b[pair]]
        while i < account_start[a[pair] + 1] and j < account_start[b[pair] + 1]:
            if object_of[i] == object_of[j]:
                n_shared[pair] += 1
                i += 1
                j += 1
            elif object_of[i] < object_of[j]:
                i += 1
            else:
                j += 1
    return n_shared


@njit(cache=True, nogil=True)
def _next_common(model, i, end_i, j, end_j):  # type: ignore[no-untyped-def]
    """The next entries of two accounts in one block, or (-1, -1)."""
    while i < end_i and j < end_j:
        if model.block[i] == model.block[j]:
            return i, j
        if model.block[i] < model.block[j]:
            i += 1
        else:
            j += 1
    return -1, -1


@njit(cache=True, nogil=True)
def expect(a, b, model):  # type: ignore[no-untyped-def]
    """Expected shared objects per pair, and how many classes of objects its sum has."""
    expected = np.zeros(len(a))
    n_classes = np.zeros(len(a), np.int64)
    for pair in range(len(a)):
        end_i, end_j = model.account_start[a[pair] + 1], model.account_start[b[pair] + 1]
        i, j = _next_common(model, model.account_start[a[pair]], end_i, model.account_start[b[pair]], end_j)
        while i >= 0:
            block = model.block[i]
            at = model.expected_start[block] + model.row[i] * model.width[block] + model.row[j]
            expected[pair] += model.expected[at]
            n_classes[pair] += model.class_start[block + 1] - model.class_start[block]
            i, j = _next_common(model, i + 1, end_i, j + 1, end_j)
    return expected, n_classes


@njit(cache=True, nogil=True)
def poisson_tail(n: int, mean: float) -> float:
    """P(Poisson(mean) >= n), at least 1e-300; positive terms only where it is small."""
    if n <= 0:
        return 1.0
    if mean <= 0.0:
        return _FLOOR
    term = math.exp(n * math.log(mean) - mean - math.lgamma(n + 1.0))
    if n > mean:
        total, k = 0.0, n
        while term > total * _NEGLIGIBLE:
            total += term
            k += 1
            term *= mean / k
        return min(max(total, _FLOOR), 1.0)
    below, k = 0.0, n
    while k > 0 and (term > below * _NEGLIGIBLE or k == n):
        term *= k / mean
        k -= 1
        below += term
    return min(max(1.0 - below, _FLOOR), 1.0)


@njit(cache=True, nogil=True)
def poisson_tails(n, mean):  # type: ignore[no-untyped-def]
    """`poisson_tail` per pair."""
    p = np.empty(len(n))
    for i in range(len(n)):
        p[i] = poisson_tail(n[i], mean[i])
    return p


@njit(cache=True, nogil=True)
def exact_tails(a, b, n_shared, model):  # type: ignore[no-untyped-def]
    """P(at least n_shared objects in common) per pair, exactly; at least 1e-300."""
    p = np.empty(len(a))
    most = n_shared.max() if len(a) else 0
    below, mass = np.empty(most + 1), np.empty(most + 1)
    tail = np.empty(most + 1)
    for pair in range(len(a)):
        n = n_shared[pair]
        below[:n] = 0.0
        below[0] = 1.0
        reached = 0.0
        end_i, end_j = model.account_start[a[pair] + 1], model.account_start[b[pair] + 1]
        i, j = _next_common(model, model.account_start[a[pair]], end_i, model.account_start[b[pair]], end_j)
        while i >= 0:
            block = model.block[i]
            begin, n_classes = (
                model.class_start[block],
                model.class_start[block + 1] - model.class_start[block],
            )
            one = model.chance_start[block] + model.row[i] * n_classes
            other = model.chance_start[block] + model.row[j] * n_classes
            for k in range(n_classes):
                q = model.chance[one + k] * model.chance[other + k]
                reached += _add(below, n, model.n_objects[begin + k], q, mass, tail)
            i, j = _next_common(model, i + 1, end_i, j + 1, end_j)
        p[pair] = min(max(reached, _FLOOR), 1.0)
    return p


@njit(cache=True, nogil=True)
def _add(below, n, count, q, mass, tail):  # type: ignore[no-untyped-def]
    """Add `count` events of chance q to the distribution of sums below n; returns what reaches n.

    below: P(sum = 0 .. n - 1), changed in place. All terms are positive: nothing cancels.
    """
    if q <= 0.0:
        return 0.0
    _binomial(count, q, n, mass, tail)
    reached = 0.0
    for s in range(n - 1, -1, -1):
        reached += below[s] * tail[n - s]
        total = 0.0
        for m in range(min(s, count) + 1):
            total += below[s - m] * mass[m]
        below[s] = total
    return reached


@njit(cache=True, nogil=True)
def _binomial(count, q, n, mass, tail):  # type: ignore[no-untyped-def]
    """Of Binomial(count, q): mass[m] = P(m), tail[m] = P(>= m), for m = 0 .. n."""
    m = min(n, count)
    mass[m + 1 : n + 1] = 0.0
    tail[m + 1 : n + 1] = 0.0
    if q >= 1.0:
        mass[: m + 1] = 0.0
        mass[m] = 1.0 if m == count else 0.0
        tail[: m + 1] = 1.0
        return
    odds = q / (1.0 - q)
    mass[0] = math.exp(count * math.log1p(-q))
    for k in range(m):
        mass[k + 1] = mass[k] * odds * (count - k) / (k + 1)
    if mass[0] < _FLOOR:
        for k in range(m + 1):
            mass[k] = _binomial_mass(count, q, k)
    total = max(1.0 - mass[: m + 1].sum(), 0.0) if m < count * q else _beyond(mass[m], m, count, odds)
    for k in range(m, -1, -1):
        total += mass[k]
        tail[k] = min(total, 1.0)


@njit(cache=True, nogil=True)
def _beyond(term, k, count, odds):  # type: ignore[no-untyped-def]
    """Mass of a binomial above k, where its mass at k is `term`; k is at or above the mean."""
    total = 0.0
    while k < count and term > total * _NEGLIGIBLE:
        term *= odds * (count - k) / (k + 1)
        total += term
        k += 1
    return total


@njit(cache=True, nogil=True)
def _binomial_mass(count, q, m):  # type: ignore[no-untyped-def]
    ways = math.lgamma(count + 1.0) - math.lgamma(m + 1.0) - math.lgamma(count - m + 1.0)
    return math.exp(ways + m * math.log(q) + (count - m) * math.log1p(-q))
