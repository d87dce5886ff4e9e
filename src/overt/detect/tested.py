"""One trace after its test.

in: a trace's actions; out: `Tested`; why: what was tested, on how many pairs, and the test itself travel
together to the fusion, the tables and the summary.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from overt.detect.decision import Deciding
from overt.detect.edges.actions import Actions
from overt.detect.edges.partners import Partners, count_partners
from overt.detect.edges.shares import first_shares
from overt.detect.significance.rarity import RarityTest
from overt.detect.significance.synchrony import SynchronyTest
from overt.detect.significance.timing import Clock, PairTests, TimingTest
from overt.detect.significance.timing_kernel import LEAST_CLOSE
from overt.detect.traces.trace import Trace

__all__ = ["TRACE_LIMIT", "Screened", "Tested", "context", "decided", "rarity_columns"]


TRACE_LIMIT = 300_000_000
"""Steps spent on counting one trace's pairs; its q-values only describe, so beyond it a bound will do."""


@dataclass(frozen=True, slots=True)
class Screened:
    """All pairs of a deciding trace: those kept, the number of tests, pairs that came close at all."""

    pairs: PairTests
    partners: Partners
    n_candidates: int


@dataclass(frozen=True, slots=True)
class Tested:
    """A trace with its test; `screened` is None for context, which only describes pairs found elsewhere.

    actions and trace are None for synchrony, which has no objects.
    """

    name: str
    decides: bool
    test: TimingTest | SynchronyTest
    actions: Actions | None = None
    trace: Trace | None = None
    screened: Screened | None = None


def decided(layer: Deciding) -> Tested:
    """A deciding trace, with its own number of tests."""
    partners = count_partners(layer.test.shares, LEAST_CLOSE, limit=TRACE_LIMIT)
    screened = Screened(layer.pairs, partners, layer.n_candidates)
    return Tested(layer.trace.name, True, layer.test, layer.actions, layer.trace, screened)


def context(trace: Trace, actions: Actions, clock: Clock) -> Tested:
    """A trace that only describes pairs which the deciding ones found."""
    test = TimingTest(first_shares(actions), clock, offset_s=trace.offset_s)
    return Tested(trace.name, False, test, actions, trace)


def rarity_columns(one: Tested, test: PairTests, seed: int) -> dict[str, np.ndarray]:
    """expected_shared and rarity_p of tested pairs, by column name; NaN where a pair shares nothing.

    Only for the tables, on pairs that were kept: no decision knows of it. Empty for synchrony.
    """
    if not isinstance(one.test, TimingTest):
        return {}
    expected, p = np.full(len(test.p), np.nan), np.full(len(test.p), np.nan)
    shares = np.flatnonzero(test.n_shared > 0)
    if len(shares):
        rarity = RarityTest(one.test.shares, seed).test(test.a[shares], test.b[shares])
        expected[shares], p[shares] = rarity.expected_in_block, rarity.p_value_in_block
    return {"expected_shared": expected, "rarity_p": p}
