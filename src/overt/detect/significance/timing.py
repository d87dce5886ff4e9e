"""The timing test (T2): given what two accounts both shared, are they closer in time than chance allows?

in: the first shares of one trace, each account's clock; out: pairs with their p-value, best scale,
coincidences seen and expected; why: this test decides. It conditions on the content two accounts share
and on each account's own speed, so popularity, taste and quick bots do not make a pair.

Null: given the shared objects and each account's latency up to a random factor exp(h Z), the two
latencies of an object are independent. Per scale the number of coincidences is Poisson-binomial; objects
carried by one pair of posts are one coincidence; scales are combined by ACAT. Fewer than three distinct
coincidences at the largest scale: p = 1. So a pair that shares fewer than three objects is no test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from overt.detect.edges.shares import Shares
from overt.detect.significance import screening
from overt.detect.significance import timing_kernel as kernel
from overt.detect.significance.coincidence import coincidence_table
from overt.detect.significance.spread import log_widening

__all__ = ["SCALES_S", "Clock", "PairTests", "TimingTest"]

SCALES_S = (10.0, 60.0, 300.0, 1800.0, 10_800.0, 86_400.0)
"""From one operator's hand over a shift of work to a day; a scale finer than the clock is not used."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How finely each account's times are known; arrays of shape (n_accounts,), seconds.

    resolution_s: of the source, 0 when exact; grid_s: period of the scheduler grid it posts on, 0 for none.
    """

    resolution_s: np.ndarray
    grid_s: np.ndarray


@dataclass(frozen=True, slots=True)
class PairTests:
    """Results per pair, arrays of shape (n,): account numbers a < b and what the test says of them.

    n_shared counts objects; n_close and expected are coincidences at `scale_s`, the scale with the least p.
    """

    a: np.ndarray
    b: np.ndarray
    p: np.ndarray
    n_shared: np.ndarray
    scale_s: np.ndarray
    n_close: np.ndarray
    expected: np.ndarray


class TimingTest:
    """The timing test of one trace.

    Parameters
    ----------
    shares: first shares of the trace.
    clock: resolutions and grids of the accounts.
    offset_s: c, added to every latency: how smooth diffusion is assumed to be near an object's origin.
    width: h, the dither in ln seconds.
    mid_p: whether half of the chance of what was seen itself is left out of its p-values.
    """

    def __init__(
        self, shares: Shares, clock: Clock, *, offset_s: float, width: float = 1.0, mid_p: bool = False
    ) -> None:
        self.shares = shares
        self.scales_s = np.array([s for s in SCALES_S if s >= _finest(clock.resolution_s)])
        # near the origin nothing is known more finely than the account's own clock
        offset = np.maximum(offset_s, clock.resolution_s[shares.account])
        log_latency = np.log(shares.latency_ms / 1000.0 + offset)
        self.data = kernel.Data(
            shares.object_start,
            shares.account,
            shares.time,
            shares.post,
            log_latency,
            log_widening(shares.object_start, log_latency, width),
            shares.account_start,
            shares.object_of,
            shares.place,
            clock.resolution_s,
            clock.grid_s,
            (self.scales_s * 1000).astype(np.int64),
            self.scales_s,
            _table(width),
            shares.several_per_post,
            mid_p,
        )

    def screen(self, keep: float) -> tuple[PairTests, int]:
        """Test all pairs; return those with p <= keep, and how many came close on three objects at all.

        Pairs left out have p > keep or p = 1; they still count as tests.
        """
        if len(self.scales_s) == 0 or len(self.shares.account) == 0:
            return _results([]), 0
        found, n_candidates = screening.screen(self.data, keep)
        return _results(found), n_candidates

    def test(self, a: np.ndarray, b: np.ndarray) -> PairTests:
        """Test the given pairs (a < b), in their order; p is 1 and n_shared tells where nothing is shared."""
        if len(self.scales_s) == 0 or len(a) == 0:
            ones = np.ones(len(a))
            zero = np.zeros(len(a))
            return PairTests(a, b, ones, zero.astype(np.int64), zero, zero.astype(np.int64), zero)
        step = max(1, len(a) // 64 + 1)
        tasks = [slice(begin, begin + step) for begin in range(0, len(a), step)]
        found = _in_threads(lambda part: kernel.test_pairs(a[part], b[part], self.data), tasks)
        return _results(found)


@cache
def _table(width: float) -> np.ndarray:
    return coincidence_table(width)


def _finest(resolution_s: np.ndarray) -> float:
    """The finest resolution among the accounts: a scale below it means nothing to any pair."""
    return float(resolution_s.min()) if len(resolution_s) else 0.0


def _in_threads(work: Callable[[Any], Any], tasks: Sequence[Any]) -> list[Any]:
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(work, tasks))


def _results(parts: list[tuple[np.ndarray, ...]]) -> PairTests:
    if not parts:
        empty_int, empty = np.zeros(0, np.int64), np.zeros(0)
        return PairTests(
            empty_int.astype(np.int32), empty_int.astype(np.int32), empty, empty_int, empty, empty_int, empty
        )
    return PairTests(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
