"""Search again after a campaign was put in, testing only what it can have changed.

in: a study's deciding layers, searched once (`Base`), and the layers with a campaign in them; out: the
accounts that are flagged now, the same ones that a whole search flags; why: a surface of some hundred
campaigns must not cost some hundred searches.

Why the same: a pair's p-value depends on the objects that both share, on their two latencies on each and on
their posts. The campaign changes actions of its members only, so among the other accounts a pair changes
only if both share an object whose origin (the time from which latencies count) moved. Every pair with a
member in it, and every pair on a moved object, is tested anew; all others keep the p-value that they had.
Which pairs share enough to be tested, and so the number of tests, changes for pairs with a member only.
Fusion, BH, communities and attachment are then done whole, by the code of the detector.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.decision import Deciding, Decision, conclude, decide, habits_of, partners_of
from overt.detect.edges.actions import Actions
from overt.detect.edges.partners import TOUCH_LIMIT, Partners
from overt.detect.edges.shares import Shares, first_shares
from overt.detect.groups.flag import Flagged
from overt.detect.loaded import Loaded, Settings
from overt.detect.significance.habits import Activity
from overt.detect.significance.timing import Clock, PairTests, TimingTest
from overt.detect.significance.timing_kernel import LEAST_CLOSE, LEAST_CLOSE_MS
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["Base", "retest", "search"]


@dataclass(frozen=True, slots=True)
class Base:
    """The data as they are, searched.

    activity: when every account posts, for a strict search; what a campaign puts in its members' place there
    does not change it.
    """

    decision: Decision
    found: Flagged
    clock: Clock
    settings: Settings
    activity: Activity | None

    @property
    def traces(self) -> tuple[Trace, ...]:
        return tuple(layer.trace for layer in self.decision.layers)

    @property
    def layers(self) -> tuple[Actions, ...]:
        return tuple(layer.actions for layer in self.decision.layers)

    @property
    def tests(self) -> tuple[TimingTest, ...]:
        return self.decision.tests

    @property
    def everyone(self) -> Partners:
        return self.decision.everyone


def search(loaded: Loaded, settings: Settings, progress: Progress = silent) -> Base:
    """Search the data as they are, as `detect.pipeline.find` does, without what only describes."""
    decision = decide(loaded, settings, progress=progress)
    activity = habits_of(loaded, settings)
    return Base(decision, decision.flag(settings.fdr), loaded.clock, settings, activity)


def retest(base: Base, layers: Sequence[Actions], members: np.ndarray) -> Flagged:
    """The search of `layers`, which differ from `base.layers` in actions of `members` only (sorted)."""
    changed = [
        old if actions is old.actions else _retested(base, old, actions, members)
        for old, actions in zip(base.decision.layers, layers, strict=True)
    ]
    everyone = _partners(base, layers, [layer.test for layer in changed], members)
    return conclude(changed, everyone, base.settings, base.activity).flag(base.settings.fdr)


def _retested(base: Base, old: Deciding, actions: Actions, members: np.ndarray) -> Deciding:
    test = TimingTest(
        first_shares(actions), base.clock, offset_s=old.trace.offset_s, mid_p=base.settings.mid_p
    )
    pairs = _rescreened(old, test, members, base.settings.keep)
    return Deciding(old.trace, actions, test, pairs, old.n_candidates)


def _rescreened(before: Deciding, test: TimingTest, members: np.ndarray, keep: float) -> PairTests:
    """The pairs of one layer with p <= keep, of which only those that can have changed are tested."""
    if len(test.scales_s) == 0:
        return before.pairs
    inside = np.zeros(test.shares.n_accounts, bool)
    inside[members] = True
    moved = _moved(before.test.shares, test.shares)
    touched = np.zeros_like(inside)
    shares = test.shares
    sharer_of = np.repeat(np.arange(shares.n_objects), np.diff(shares.object_start))
    touched[shares.account[moved[sharer_of]]] = True
    data = test.data
    a, b = _candidates(np.flatnonzero(inside | touched), inside, inside | touched, data, LEAST_CLOSE_MS)
    again = test.test(a, b)
    old = before.pairs
    kept = ~(inside[old.a] | inside[old.b] | (touched[old.a] & touched[old.b]))
    new = again.p <= keep
    columns = {
        name: np.concatenate([getattr(old, name)[kept], getattr(again, name)[new]])
        for name in PairTests.__dataclass_fields__
    }
    return PairTests(**columns)


def _moved(before: Shares, now: Shares) -> np.ndarray:
    """Objects, by their number now, whose origin is not what it was: bool, shape (now.n_objects,)."""
    origin = _origins(now)
    was = np.full(now.n_objects, np.iinfo(np.int64).max)
    was[: before.n_objects] = _origins(before)
    moved: np.ndarray = (origin != was) & (np.diff(now.object_start) > 0)
    return moved


def _origins(shares: Shares) -> np.ndarray:
    """The time (ms) from which each object's latencies count; the largest integer where nobody shares it."""
    origin = np.full(shares.n_objects, np.iinfo(np.int64).max)
    some = np.diff(shares.object_start) > 0
    first = shares.object_start[:-1][some]
    origin[some] = shares.time[first] - shares.latency_ms[first]
    return origin


@njit(cache=True)
def _candidates(accounts, inside, either, data, window):  # type: ignore[no-untyped-def]
    """Pairs within the window on two objects, smaller first: a member and anyone, or two of `either`."""
    n_accounts = len(inside)
    count = np.zeros(n_accounts, np.int32)
    met = np.empty(n_accounts, np.int32)
    first, second = [np.int32(0)], [np.int32(0)]
    for a in accounts:
        n_met = 0
        for i in range(data.account_start[a], data.account_start[a + 1]):
            place, object_ = data.place[i], data.object_of[i]
            for step in (-1, 1):
                j = place + step
                while (
                    data.object_start[object_] <= j < data.object_start[object_ + 1]
                    and abs(data.time[j] - data.time[place]) <= window
                ):
                    x = data.account[j]
                    # a pair of two listed accounts is met from both sides and taken from the smaller
                    if (x > a or not either[x]) and (inside[a] or either[x]):
                        if count[x] == 0:
                            met[n_met] = x
                            n_met += 1
                        count[x] += 1
                    j += step
        for k in range(n_met):
            x = met[k]
            if count[x] > 1:
                first.append(np.int32(min(a, x)))
                second.append(np.int32(max(a, x)))
            count[x] = 0
    return np.array(first)[1:], np.array(second)[1:]


def _partners(
    base: Base, layers: Sequence[Actions], tests: Sequence[TimingTest], members: np.ndarray
) -> Partners:
    """Partners of every account now: what `count_partners` says of the stacked layers."""
    sharers = [np.diff(test.shares.object_start).astype(float) for test in tests]
    n_steps = int(sum(float((one**2).sum()) for one in sharers))
    if n_steps > TOUCH_LIMIT or not base.everyone.exact:
        return partners_of(layers, tests[0].shares.n_accounts)
    before, now = _partners_of(base.tests, members), _partners_of(tests, members)
    per_account = base.everyone.per_account + now.sum(axis=0) - before.sum(axis=0)
    per_account[members] = now.sum(axis=1)
    return Partners(per_account, int(per_account.sum()) // 2, True)


def _partners_of(tests: Sequence[TimingTest], members: np.ndarray) -> np.ndarray:
    """Who shares enough with each member in any layer: bool, shape (n_members, n_accounts)."""
    n_accounts = tests[0].shares.n_accounts
    partner = np.zeros((len(members), n_accounts), np.bool_)
    for test in tests:
        shares = test.shares
        n_shared = np.zeros(partner.shape, np.int32)
        _count_shared(
            members, shares.account_start, shares.object_of, shares.object_start, shares.account, n_shared
        )
        partner |= n_shared >= LEAST_CLOSE
    partner[np.arange(len(members)), members] = False
    return partner


@njit(cache=True)
def _count_shared(members, account_start, object_of, object_start, account, n_shared):  # type: ignore[no-untyped-def]
    for m in range(len(members)):
        for i in range(account_start[members[m]], account_start[members[m] + 1]):
            o = object_of[i]
            for j in range(object_start[o], object_start[o + 1]):
                n_shared[m, account[j]] += 1
