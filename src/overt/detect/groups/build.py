"""From significant pairs and flagged accounts to groups with their figures.

in: fused pairs, account tests, the deciding layers; out: `Group` objects, most surprising first; why: the
steps from a graph to something a person can read stand in one place, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from overt.detect.explain.evidence import GroupEvidence, Layer, group_evidence
from overt.detect.groups.communities import LEAST_MEMBERS, communities
from overt.detect.groups.layout import layout
from overt.detect.significance.attachment import attach
from overt.detect.significance.fusion import AccountTests, Fused

__all__ = ["Group", "Grouped", "build_groups"]


@dataclass(frozen=True, slots=True)
class Group:
    """A group: members and pairs by number, figures as in the groups table, evidence.

    members: account numbers; pairs: places in the fused pairs, strongest first; degree, score, place: per
    member, its significant partners in the group, their summed weight, and where it stands in the picture.
    """

    members: np.ndarray
    pairs: np.ndarray
    degree: np.ndarray
    score: np.ndarray
    place: np.ndarray
    traces: list[str]
    q: float
    evidence: GroupEvidence
    n_flagged: int


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups, and per account (shape (n,)): q, whether flagged, and whether a group brought it in."""

    groups: list[Group]
    p: np.ndarray
    q: np.ndarray
    flagged: np.ndarray
    attached: np.ndarray


def build_groups(
    fused: Fused, accounts: AccountTests, layers: Sequence[Layer], names: Sequence[str], fdr: float, seed: int
) -> Grouped:
    """Communities of flagged accounts joined by significant pairs, grown by those who act with the whole.

    An account is flagged by its own pairs or because it was attached. The highest total score comes first.
    """
    by_pairs = accounts.q <= fdr
    edge = np.flatnonzero((fused.q <= fdr) & by_pairs[fused.a] & by_pairs[fused.b])
    weight = fused.score()
    cores = communities(fused.a[edge], fused.b[edge], weight[edge], seed)
    grown = attach(cores, by_pairs, [layer.test for layer in layers], fdr)
    p, q, flagged = accounts.p.copy(), accounts.q.copy(), by_pairs.copy()
    p[grown.account], q[grown.account], flagged[grown.account] = grown.p, grown.q, True
    community = np.full(len(flagged), -1)
    for number, core in enumerate(cores):
        community[core] = number
    community[grown.account] = grown.group
    inside = np.flatnonzero(
        (community[fused.a] == community[fused.b]) & (community[fused.a] >= 0) & (fused.q <= fdr)
    )
    groups = []
    for number in range(len(cores)):
        members = np.flatnonzero(community == number)
        pairs = inside[community[fused.a[inside]] == number]
        pairs = pairs[np.argsort(-weight[pairs], kind="stable")]
        groups.append(_group(members, pairs, fused, q, layers, names, seed, int(by_pairs[members].sum())))
    groups.sort(key=lambda group: (-float(group.score.sum()), int(group.members[0])))
    attached = np.zeros(len(flagged), bool)
    attached[grown.account] = True
    return Grouped(groups, p, q, flagged, attached)


def _group(
    members: np.ndarray,
    pairs: np.ndarray,
    fused: Fused,
    q: np.ndarray,
    layers: Sequence[Layer],
    names: Sequence[str],
    seed: int,
    n_flagged: int,
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
        n_flagged,
    )


def _group_q(member_q: np.ndarray) -> float:
    """The account rate at which LEAST_MEMBERS members are still flagged: below it there is no group."""
    return float(np.sort(member_q)[LEAST_MEMBERS - 1])


def _traces(pairs: np.ndarray, fused: Fused, layers: Sequence[Layer]) -> list[str]:
    """Traces that are the best of some pair of the group, most pairs first."""
    count = np.bincount(fused.best[pairs], minlength=len(layers))
    return [layers[i].trace for i in np.argsort(-count, kind="stable") if count[i] > 0]
