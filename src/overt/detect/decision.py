"""The decision alone: which pairs and accounts stand out, without what only describes them.

in: `Loaded`; out: `Decision`, from which accounts are flagged at any rate; why: a decoy is searched a hundred
times and nobody reads its evidence. The same functions as in `pipeline.find` are called, in the same order;
left out are context traces, synchrony, the traces' own numbers of tests, pictures and evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.detect.edges.actions import Actions, stacked
from overt.detect.edges.partners import Partners, count_partners
from overt.detect.edges.shares import first_shares
from overt.detect.groups.build import Flagged, flag_accounts
from overt.detect.loaded import Loaded, Settings
from overt.detect.significance.fusion import AccountTests, Fused, fuse, score_accounts
from overt.detect.significance.timing import TimingTest
from overt.progress import Progress, silent

__all__ = ["Decision", "decide", "partners_of"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Every pair and account with its p and q; `everyone` counts the tests."""

    tests: tuple[TimingTest, ...]
    everyone: Partners
    fused: Fused
    scores: AccountTests
    seed: int

    def flag(self, fdr: float) -> Flagged:
        """Flagged accounts and their communities at a rate, attachment included."""
        return flag_accounts(self.fused, self.scores, self.tests, fdr, self.seed)

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
    layers = [(trace, actions) for trace, actions in loaded.layers if settings.decides(trace)]
    tests, screened = [], []
    for number, (trace, actions) in enumerate(layers):
        progress("significance", number, len(layers))
        tests.append(TimingTest(first_shares(actions), loaded.clock, offset_s=trace.offset_s))
        screened.append(tests[-1].screen(settings.keep)[0])
    progress("significance", len(layers), len(layers))
    if everyone is None:
        everyone = partners_of([actions for _, actions in layers], len(loaded.accounts))
    fused = fuse(screened, tests, [], everyone.n_pairs, settings.keep)
    return Decision(tuple(tests), everyone, fused, score_accounts(fused, everyone), settings.seed)


def partners_of(layers: Sequence[Actions], n_accounts: int) -> Partners:
    """Pairs that share an object in any of the layers: the number of tests of the decision."""
    if not layers:
        return Partners(np.zeros(n_accounts, np.int64), 0, True)
    return count_partners(first_shares(stacked(list(layers))))
