"""From the traces' p-values to one per pair, and from pairs to accounts.

in: the timing tests of the traces; out: `Fused`, pairs with one p-value each, and the accounts'; why: one
BH over the fused p-values is the decision; the traces' own q-values only describe.

A pair is tested in every deciding trace in which it shares as many objects as a pair must coincide on, and
ACAT combines these with equal weights; a trace in which it shares fewer has no say. A combination is never
below its smallest part, so pairs whose every p-value exceeds `keep` can be left out without changing any
decision at or below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numba import njit

from overt.detect.edges.partners import Partners
from overt.detect.significance.combine import acat_p, acat_term, benjamini_hochberg, simes
from overt.detect.significance.evalues import e_bh, e_value
from overt.detect.significance.timing import PairTests
from overt.detect.significance.timing_kernel import LEAST_CLOSE

__all__ = [
    "MOST_SCORE",
    "AccountTests",
    "Fused",
    "PairTest",
    "e_accounts",
    "fuse",
    "fused_e",
    "fused_p",
    "score_accounts",
    "with_context",
]

MOST_SCORE = 30.0
"""What one edge adds to a score at most: -log10 p beyond it says nothing more."""


class PairTest(Protocol):
    """A test that can be asked about given pairs (a < b)."""

    def test(self, a: np.ndarray, b: np.ndarray) -> PairTests: ...


@dataclass(frozen=True, slots=True)
class Fused:
    """Pairs kept, in order of a, then b; arrays of shape (n,).

    p_timing, q_timing: what the timing test says, combined, and its BH q-value. p, q: what decides: the same,
    raised where the public explains a pair (see `crowd` and `response`). by_trace: the tests of each trace
    given, deciding ones first, for exactly these pairs. best: which of `by_trace` has the least p among the
    deciding ones.
    """

    a: np.ndarray
    b: np.ndarray
    p: np.ndarray
    q: np.ndarray
    p_timing: np.ndarray
    q_timing: np.ndarray
    best: np.ndarray
    by_trace: list[PairTests]
    n_tests: int

    def score(self) -> np.ndarray:
        """-log10 of the timing test's p, at most MOST_SCORE."""
        score: np.ndarray = np.minimum(-np.log10(self.p_timing), MOST_SCORE)
        return score

    def raised(self, p: np.ndarray) -> Fused:
        """The same pairs with p-values that decide instead of the timing test's where they are larger."""
        p = np.maximum(p, self.p_timing)
        return replace(self, p=p, q=benjamini_hochberg(p, self.n_tests))

    def decided_by(self, e: np.ndarray) -> Fused:
        """The same pairs with the q-values of e-BH over their e-values."""
        return replace(self, q=e_bh(e, self.n_tests))


@dataclass(frozen=True, slots=True)
class AccountTests:
    """Per account, shape (n_accounts,): Simes p over its pairs and BH q over accounts with any partner."""

    p: np.ndarray
    q: np.ndarray
    n_partners: np.ndarray


def fuse(screened: Sequence[PairTests], deciding: Sequence[PairTest], n_tests: int, keep: float) -> Fused:
    """Combine. screened: the deciding traces' pairs with p <= keep; n_tests: all pairs sharing enough."""
    a, b = _union(screened)
    tests = [test.test(a, b) for test in deciding]
    p, best = _combined(tests, len(a))
    kept = p <= keep
    by_trace = [_subset(test, kept) for test in tests]
    p, n_tests = p[kept], max(n_tests, int(kept.sum()))
    q = benjamini_hochberg(p, n_tests)
    return Fused(a[kept], b[kept], p, q, p, q, best[kept], by_trace, n_tests)


def with_context(fused: Fused, context: Sequence[PairTest]) -> Fused:
    """The same pairs, tested in further traces too, which only describe them."""
    return replace(fused, by_trace=fused.by_trace + [test.test(fused.a, fused.b) for test in context])


def score_accounts(fused: Fused, partners: Partners) -> AccountTests:
    """One p per account over its pairs; accounts that share too little with anyone are no test."""
    owner = np.concatenate([fused.a, fused.b])
    p = simes(np.concatenate([fused.p, fused.p]), owner, partners.per_account)
    tested = partners.per_account > 0
    q = np.ones(len(p))
    q[tested] = benjamini_hochberg(p[tested], int(tested.sum()))
    return AccountTests(p, q, partners.per_account)


def e_accounts(fused: Fused, e: np.ndarray, partners: Partners) -> AccountTests:
    """Per account the mean e-value of its pairs, those not kept counting as 0, and e-BH; p is 1 / e."""
    n = len(partners.per_account)
    total = np.bincount(fused.a, e, minlength=n) + np.bincount(fused.b, e, minlength=n)
    mean = total / np.maximum(partners.per_account, 1)
    tested = partners.per_account > 0
    q = np.ones(n)
    q[tested] = e_bh(mean[tested], int(tested.sum()))
    return AccountTests(np.minimum(1.0 / np.maximum(mean, 1.0), 1.0), q, partners.per_account)


def fused_e(tests: Sequence[PairTests]) -> np.ndarray:
    """The mean e-value over the traces in which a pair shares enough."""
    if not tests:
        return np.zeros(0)
    said = np.stack([test.n_shared >= LEAST_CLOSE for test in tests])
    e = np.stack([e_value(test.p) for test in tests])
    mean: np.ndarray = (e * said).sum(axis=0) / np.maximum(said.sum(axis=0), 1)
    return mean


def fused_p(tests: Sequence[PairTests]) -> np.ndarray:
    """ACAT over the tests of the same pairs in several traces, as `fuse` combines them."""
    return _combined(list(tests), len(tests[0].p))[0] if tests else np.zeros(0)


def _union(screened: Sequence[PairTests]) -> tuple[np.ndarray, np.ndarray]:
    keys = [test.a.astype(np.int64) << 32 | test.b for test in screened]
    key = np.unique(np.concatenate(keys)) if keys else np.zeros(0, np.int64)
    return (key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)


def _combined(tests: list[PairTests], n: int) -> tuple[np.ndarray, np.ndarray]:
    total, n_traces = np.zeros(n), np.zeros(n)
    least, best = np.full(n, 2.0), np.zeros(n, np.int64)
    for number, test in enumerate(tests):
        shares = test.n_shared >= LEAST_CLOSE
        total += np.where(shares, _terms(test.p), 0.0)
        n_traces += shares
        lower = shares & (test.p < least)
        least[lower], best[lower] = test.p[lower], number
    p = _p_values(total / np.maximum(n_traces, 1))
    return np.where(n_traces > 0, p, 1.0), best


@njit(cache=True)
def _terms(p):  # type: ignore[no-untyped-def]
    terms = np.empty(len(p))
    for i in range(len(p)):
        terms[i] = acat_term(p[i])
    return terms


@njit(cache=True)
def _p_values(means):  # type: ignore[no-untyped-def]
    p = np.empty(len(means))
    for i in range(len(means)):
        p[i] = acat_p(means[i])
    return p


def _subset(test: PairTests, kept: np.ndarray) -> PairTests:
    return PairTests(*(getattr(test, name)[kept] for name in PairTests.__dataclass_fields__))
