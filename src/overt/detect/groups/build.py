"""From significant pairs and flagged accounts to groups with their figures.

in: fused pairs, account tests, the deciding layers; out: `Group` objects, most surprising first; why: the
steps from a graph to something a person can read stand in one place, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overt.detect.explain.evidence import GroupEvidence, Layer, group_evidence
from overt.detect.groups.audience import Response
from overt.detect.groups.communities import LEAST_MEMBERS
from overt.detect.groups.flag import Flagged, layered
from overt.detect.groups.layout import layout
from overt.detect.groups.solidity import core, stabilities
from overt.detect.significance.fusion import Fused

__all__ = ["Group", "Grouped", "build_groups"]


@dataclass(frozen=True, slots=True)
class Group:
    """A group: members and pairs by number, figures as in the groups table, evidence.

    members: account numbers; pairs: places in the fused pairs, strongest first; degree, score, place: per
    member, its significant partners in the group, their summed weight, and where it stands in the picture.
    core: bool per member; stability: 0 to 1 (see `solidity`).
    """

    members: np.ndarray
    pairs: np.ndarray
    degree: np.ndarray
    score: np.ndarray
    place: np.ndarray
    traces: list[str]
    q: float
    evidence: GroupEvidence
    n_by_pairs: int
    response: Response
    core: np.ndarray
    stability: float = 0.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups, audiences last, and the decision on accounts."""

    groups: list[Group]
    accounts: Flagged

    @property
    def flagged(self) -> np.ndarray:
        return self.accounts.flagged

    @property
    def attached(self) -> np.ndarray:
        return self.accounts.attached


def build_groups(
    fused: Fused, found: Flagged, layers: Sequence[Layer], names: Sequence[str], fdr: float, seed: int
) -> Grouped:
    """Groups and audiences with their figures.

    Groups (G1, G2, ...) come in order of total score, then audiences (A1, ...): groups that act when the
    public does.
    """
    weight, community = fused.score(), found.community
    together = (community[fused.a] == community[fused.b]) & (community[fused.a] >= 0)
    groups = []
    for number in range(community.max(initial=-1) + 1):
        members = np.flatnonzero(community == number)
        response = found.responses[number]
        q = fused.q_timing if response.audience else fused.q
        pairs = np.flatnonzero(together & (community[fused.a] == number) & (q <= fdr))
        pairs = pairs[np.argsort(-weight[pairs], kind="stable")]
        n_by_pairs = int(((found.q <= fdr) & ~found.attached)[members].sum())
        groups.append(_group(members, pairs, fused, found.q, layers, names, seed, n_by_pairs, response))
    groups.sort(key=lambda one: (one.response.audience, -float(one.score.sum()), int(one.members[0])))
    n_groups = sum(not group.response.audience for group in groups)
    stability = _stabilities(groups, fused, found, len(layers), fdr, seed)
    named = []
    for number, group in enumerate(groups):
        audience = group.response.audience
        name = f"A{number - n_groups + 1}" if audience else f"G{number + 1}"
        named.append(replace(group, stability=float(stability[number]), id=name))
    return Grouped(named, found)


def _stabilities(
    groups: Sequence[Group], fused: Fused, found: Flagged, n_layers: int, fdr: float, seed: int
) -> np.ndarray:
    """Of the members that are there by their own pairs, over the pairs that the groups were made of."""
    a, b = fused.a, fused.b
    by_pairs, audience = found.by_pairs, found.audience
    edge = (fused.q <= fdr) & by_pairs[a] & by_pairs[b]
    edge |= (fused.q_timing <= fdr) & (fused.q > fdr) & audience[a] & audience[b]
    members = [group.members[(by_pairs | audience)[group.members]] for group in groups]
    return stabilities(layered(fused, n_layers).subset(edge), members, seed)


def _group(
    members: np.ndarray,
    pairs: np.ndarray,
    fused: Fused,
    q: np.ndarray,
    layers: Sequence[Layer],
    names: Sequence[str],
    seed: int,
    n_by_pairs: int,
    response: Response,
) -> Group:
    first, second = np.searchsorted(members, fused.a[pairs]), np.searchsorted(members, fused.b[pairs])
    weight = fused.score()[pairs]
    n = len(members)
    degree = np.bincount(np.concatenate([first, second]), minlength=n)
    score = np.bincount(np.concatenate([first, second]), np.concatenate([weight, weight]), minlength=n)
    return Group(
        members,
        pairs,
        degree,
        score,
        layout(n, first, second, weight, seed),
        _traces(pairs, fused, layers),
        _group_q(q[members]),
        group_evidence(members, pairs, fused, layers, names),
        n_by_pairs,
        response,
        core(n, first, second, weight),
    )


def _group_q(member_q: np.ndarray) -> float:
    """The account rate at which LEAST_MEMBERS members are still flagged: below it there is no group."""
    return float(np.sort(member_q)[LEAST_MEMBERS - 1])


def _traces(pairs: np.ndarray, fused: Fused, layers: Sequence[Layer]) -> list[str]:
    """Traces that are the best of some pair of the group, most pairs first."""
    count = np.bincount(fused.best[pairs], minlength=len(layers))
    return [layers[i].trace for i in np.argsort(-count, kind="stable") if count[i] > 0]
