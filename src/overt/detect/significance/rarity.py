"""Rarity (T1): how many objects would two accounts share if each only did what it usually does?

in: first shares of one trace, pairs of accounts; out: `Rarity`; why: "shared 9, 0.4 expected" is what a
reader wants to know of a pair that was found, and what ranks pairs. It describes. It never enters the
p-value that decides: see docs/decisions/0007-rarity-never-decides.md.

The number of shared objects is Poisson-binomial with chances p_uo p_vo (BiCM, Saracco et al. 2017), once over
all objects and once with a BiCM per topic block, which conditions on what each account is interested in.
Its upper tail is screened by Poisson's with the same mean, which from the mean plus one on is never smaller
(Hoeffding 1956, Anderson and Samuels 1967). Where that is at most EXACT_BELOW the tail is computed exactly,
the rarest pairs first, until EXACT_STEPS are spent; the rest keep Poisson's. So no small p-value is too
small, except for a single shared object, where Poisson's can be 3 % below the exact one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from overt.detect.edges.shares import Shares
from overt.detect.significance import rarity_kernel as kernel
from overt.detect.significance.bicm import TOLERANCE, fit_bicm
from overt.detect.significance.blocks import Blocks, one_block, topic_blocks

__all__ = ["EXACT_BELOW", "EXACT_STEPS", "Rarity", "RarityTest", "expected_overall"]

EXACT_BELOW = 0.05
EXACT_STEPS = 200_000_000
"""Under a second per trace and model."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """Per pair, arrays of shape (n,), in the order asked.

    n_shared: objects both shared. expected, p_value: under one BiCM for all objects; expected_in_block,
    p_value_in_block: under one per topic block. exact, exact_in_block: whether the p-value is the exact
    tail, or else Poisson's bound. p-values are at least 1e-300, and 1 where nothing is shared.
    """

    n_shared: np.ndarray
    expected: np.ndarray
    expected_in_block: np.ndarray
    p_value: np.ndarray
    p_value_in_block: np.ndarray
    exact: np.ndarray
    exact_in_block: np.ndarray


class RarityTest:
    """Rarity of shared content in one trace.

    Parameters
    ----------
    shares: first shares of the trace.
    seed: of the sample and the communities behind the blocks.

    Attributes
    ----------
    blocks: the topic blocks. converged: whether every BiCM met its tolerance; error: the largest relative
    difference between an expected degree and the degree in any of them.
    """

    def __init__(self, shares: Shares, seed: int) -> None:
        self.shares = shares
        self.blocks = topic_blocks(shares, seed)
        self._all, error = _model(shares, one_block(shares))
        self._by_block, error_in_block = _model(shares, self.blocks)
        self.error = max(error, error_in_block)
        self.converged = self.error <= TOLERANCE

    def test(self, a: np.ndarray, b: np.ndarray) -> Rarity:
        """Rarity of the given pairs of account numbers (a < b), both of shape (n,)."""
        shares = self.shares
        n_shared = kernel.count_shared(a, b, shares.account_start, shares.object_of)
        expected, p, exact = _tails(a, b, n_shared, self._all)
        expected_in_block, p_in_block, exact_in_block = _tails(a, b, n_shared, self._by_block)
        return Rarity(n_shared, expected, expected_in_block, p, p_in_block, exact, exact_in_block)


def expected_overall(shares: Shares, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Objects that each pair would share under the BiCM of all objects: float, shape (n,)."""
    expected: np.ndarray = kernel.expect(a, b, _model(shares, one_block(shares))[0])[0]
    return expected


def _tails(
    a: np.ndarray, b: np.ndarray, n_shared: np.ndarray, model: kernel.Model
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Expected number, p-value, and whether it is exact."""
    expected, n_classes = kernel.expect(a, b, model)
    p = kernel.poisson_tails(n_shared, expected)
    exact = n_shared == 0
    rare = np.flatnonzero((p <= EXACT_BELOW) & ~exact)
    rare = rare[np.argsort(p[rare], kind="stable")]
    steps = n_classes[rare].astype(float) * n_shared[rare] * (n_shared[rare] + 1) / 2
    chosen = rare[np.cumsum(steps) <= EXACT_STEPS]
    p[chosen] = kernel.exact_tails(a[chosen], b[chosen], n_shared[chosen], model)
    exact[chosen] = True
    return expected, p, exact


def _model(shares: Shares, blocks: Blocks) -> tuple[kernel.Model, float]:
    """One BiCM per block on the degrees within it, laid out by account and by block; largest error."""
    owner = np.repeat(np.arange(shares.n_accounts), np.diff(shares.account_start))
    key = owner * blocks.n_blocks + blocks.block_of[shares.object_of]
    entry, degree = np.unique(key, return_counts=True)
    block = entry % max(blocks.n_blocks, 1)
    row = np.zeros(len(entry), np.int64)
    sharers = np.diff(shares.object_start)
    parts, error = [], 0.0
    members = zip(_split(block, blocks.n_blocks), _split(blocks.block_of, blocks.n_blocks), strict=True)
    for places, objects in members:
        fit = fit_bicm(degree[places], sharers[objects])
        row[places] = np.searchsorted(fit.degree_a, degree[places])
        n_objects = np.unique(sharers[objects][sharers[objects] > 0], return_counts=True)[1]
        chance = fit.p(fit.degree_a[:, None], fit.degree_b[None, :])
        parts.append((n_objects, (chance * n_objects) @ chance.T, chance))
        error = max(error, fit.error)
    n_objects, expected, chance = (_joined([part[i] for part in parts]) for i in range(3))
    model = kernel.Model(
        account_start=np.searchsorted(entry, np.arange(shares.n_accounts + 1) * blocks.n_blocks),
        block=block,
        row=row,
        class_start=_starts([part[0] for part in parts]),
        n_objects=n_objects.astype(np.int64),
        width=np.array([len(part[2]) for part in parts], np.int64),
        expected_start=_starts([part[1] for part in parts]),
        expected=expected,
        chance_start=_starts([part[2] for part in parts]),
        chance=chance,
    )
    return model, error


def _split(label: np.ndarray, n: int) -> list[np.ndarray]:
    """Places of each label, in order."""
    order = np.argsort(label, kind="stable")
    return np.split(order, np.searchsorted(label[order], np.arange(1, n))) if n else []


def _starts(parts: list[np.ndarray]) -> np.ndarray:
    return np.cumsum([0, *(part.size for part in parts)])


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([part.ravel() for part in parts]) if parts else np.zeros(0)
