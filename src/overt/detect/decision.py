"""The decision: which pairs and accounts stand out, and at which rate.

in: `Loaded`; out: `Decision`, from which accounts are flagged at any rate; why: the search of a study, of its
decoys and of injected campaigns is one and the same composition, so that what is measured on decoys is what
is done to data. What only describes (context traces, rarity, habits, pictures, evidence) is not here.

    layers --test_layer--> pairs per trace --fuse--> one p per pair --with the public--> p that decides
    --benjamini_hochberg--> edges --score_accounts--> accounts --flag--> flagged accounts and communities
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overt.detect.edges.actions import Actions, stacked
from overt.detect.edges.partners import Partners, count_partners
from overt.detect.edges.shares import first_shares
from overt.detect.groups.flag import SUSPECT_RATE, Flagged, flag_accounts
from overt.detect.loaded import Loaded, Settings
from overt.detect.significance.crowd import CrowdTest, partnered
from overt.detect.significance.fusion import (
    AccountTests,
    Fused,
    e_accounts,
    fuse,
    fused_e,
    fused_p,
    score_accounts,
)
from overt.detect.significance.habits import Activity, HabitTest, activity_of
from overt.detect.significance.response import public_follows
from overt.detect.significance.timing import Clock, PairTests, TimingTest
from overt.detect.significance.timing_kernel import LEAST_CLOSE
from overt.detect.traces.trace import Trace
from overt.progress import Progress, silent

__all__ = ["Deciding", "Decision", "conclude", "decide", "habits_of", "partners_of", "test_layer"]


@dataclass(frozen=True, slots=True)
class Deciding:
    """A deciding trace after its test: the pairs with p <= keep, and how many came close often enough."""

    trace: Trace
    actions: Actions
    test: TimingTest
    pairs: PairTests
    n_candidates: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Every pair and account with its p and q; `everyone` counts the tests.

    timing: the accounts as the timing test alone has them, audiences not yet set apart; scores: what decides.
    """

    layers: tuple[Deciding, ...]
    everyone: Partners
    fused: Fused
    timing: AccountTests
    scores: AccountTests
    settings: Settings

    @property
    def tests(self) -> tuple[TimingTest, ...]:
        return tuple(layer.test for layer in self.layers)

    def flag(self, fdr: float) -> Flagged:
        """Flagged accounts and their communities at a rate, attachment included."""
        return flag_accounts(self.fused, self.timing, self.scores, self.tests, fdr, self.settings)

    def group_scores(self, flagged: Flagged, fdr: float) -> np.ndarray:
        """The score of each group as in the groups table, highest first; audiences are no groups."""
        label = flagged.community
        a, b = self.fused.a, self.fused.b
        inside = (label[a] == label[b]) & (label[a] >= 0) & (self.fused.q <= fdr)
        # an edge adds its weight to the score of both of its members
        scores = np.bincount(
            label[a][inside], 2.0 * self.fused.score()[inside], minlength=len(flagged.responses)
        )
        is_group = np.array([not one.audience for one in flagged.responses], bool)
        found: np.ndarray = np.sort(scores[is_group])[::-1]
        return found


def decide(
    loaded: Loaded, settings: Settings, everyone: Partners | None = None, progress: Progress = silent
) -> Decision:
    """Search the deciding layers.

    everyone: the numbers of partners when they are known already: they depend on who shared what alone.
    """
    chosen = [(trace, actions) for trace, actions in loaded.layers if settings.decides(trace)]
    layers = []
    for number, (trace, actions) in enumerate(chosen):
        progress("significance", number, len(chosen))
        layers.append(test_layer(trace, actions, loaded.clock, settings))
    progress("significance", len(chosen), len(chosen))
    if everyone is None:
        everyone = partners_of([actions for _, actions in chosen], len(loaded.accounts))
    return conclude(layers, everyone, settings, habits_of(loaded, settings))


def habits_of(loaded: Loaded, settings: Settings) -> Activity | None:
    """When every account posts, where the settings need it."""
    if not settings.strict:
        return None
    return activity_of(loaded.account, loaded.time_ms, len(loaded.accounts))


def test_layer(trace: Trace, actions: Actions, clock: Clock, settings: Settings) -> Deciding:
    """Test every pair of one trace."""
    test = TimingTest(first_shares(actions), clock, offset_s=trace.offset_s, mid_p=settings.mid_p)
    return Deciding(trace, actions, test, *test.screen(settings.keep))


def conclude(
    layers: Sequence[Deciding], everyone: Partners, settings: Settings, activity: Activity | None = None
) -> Decision:
    """From the traces' pairs to p and q of pairs and accounts; activity: needed when strict."""
    tests = [layer.test for layer in layers]
    fused = fuse([layer.pairs for layer in layers], tests, everyone.n_pairs, settings.keep)
    timing = score_accounts(fused, everyone)
    suspect = timing.q <= SUSPECT_RATE
    follows = public_follows(fused.a, fused.b, tests, suspect)
    raised = _raised(fused, tests, suspect, activity)
    fused = fused.raised(np.where(follows, 1.0, fused_p(raised)))
    if not settings.strict:
        return Decision(tuple(layers), everyone, fused, timing, score_accounts(fused, everyone), settings)
    e = np.where(follows, 0.0, fused_e(raised))
    scores = e_accounts(fused, e, everyone)
    return Decision(tuple(layers), everyone, fused.decided_by(e), timing, scores, settings)


def _raised(
    fused: Fused, tests: Sequence[TimingTest], suspect: np.ndarray, activity: Activity | None
) -> list[PairTests]:
    """The traces' tests with what else may explain a pair: a crowd at its moments and, if known, habits."""
    known = partnered(fused.a, fused.b, suspect)
    raised = []
    for number, test in enumerate(tests):
        found = CrowdTest(test, known).test(fused.a, fused.b)
        p = np.maximum(found.p, fused.by_trace[number].p)
        if activity is not None:
            p = np.maximum(p, HabitTest(test, activity).test(fused.a, fused.b).p)
        raised.append(replace(found, p=p))
    return raised


def partners_of(layers: Sequence[Actions], n_accounts: int) -> Partners:
    """Pairs that share enough objects in any of the layers: the number of tests of the decision."""
    if not layers:
        return Partners(np.zeros(n_accounts, np.int64), 0, True)
    layer_start = np.cumsum([0, *(actions.n_objects for actions in layers)])
    return count_partners(first_shares(stacked(list(layers))), LEAST_CLOSE, layer_start)
