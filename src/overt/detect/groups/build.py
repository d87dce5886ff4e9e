"""From significant pairs and flagged accounts to groups with their figures.

in: fused pairs, account tests, the deciding layers; out: `Group` objects, most surprising first; why: the
steps from a graph to something a person can read stand in one place, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overt.detect.explain.evidence import GroupEvidence, Layer, group_evidence
from overt.detect.groups.audience import Response, public_response
from overt.detect.groups.communities import LEAST_MEMBERS, communities
from overt.detect.groups.layout import layout
from overt.detect.significance.attachment import attach
from overt.detect.significance.fusion import AccountTests, Fused
from overt.detect.significance.timing import TimingTest

__all__ = ["Flagged", "Group", "Grouped", "build_groups", "flag_accounts"]


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
    n_by_pairs: int
    response: Response
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


@dataclass(frozen=True, slots=True)
class Flagged:
    """The decision on accounts.

    Per account, shape (n,): p, q, if flagged, if by attachment, if it acts together as an audience does (then
    it is not flagged), and its community (-1 for none). responses: what the public did, per community.
    """

    p: np.ndarray
    q: np.ndarray
    flagged: np.ndarray
    attached: np.ndarray
    audience: np.ndarray
    community: np.ndarray
    responses: list[Response]


def build_groups(
    fused: Fused, accounts: AccountTests, layers: Sequence[Layer], names: Sequence[str], fdr: float, seed: int
) -> Grouped:
    """Communities of flagged accounts joined by significant pairs, grown by those who act with the whole.

    An account is flagged by its own pairs or because it was attached. Groups (G1, G2, ...) come in order of
    total score, then audiences (A1, ...): groups that act when the public does.
    """
    found = flag_accounts(fused, accounts, [layer.test for layer in layers], fdr, seed)
    weight, community = fused.score(), found.community
    inside = np.flatnonzero(
        (community[fused.a] == community[fused.b]) & (community[fused.a] >= 0) & (fused.q <= fdr)
    )
    groups = []
    for number in range(community.max(initial=-1) + 1):
        members = np.flatnonzero(community == number)
        pairs = inside[community[fused.a[inside]] == number]
        pairs = pairs[np.argsort(-weight[pairs], kind="stable")]
        n_by_pairs = int((accounts.q <= fdr)[members].sum())
        response = found.responses[number]
        groups.append(_group(members, pairs, fused, found.q, layers, names, seed, n_by_pairs, response))
    groups.sort(key=lambda one: (one.response.audience, -float(one.score.sum()), int(one.members[0])))
    n_groups = sum(not group.response.audience for group in groups)
    named = [
        replace(group, id=f"A{number - n_groups + 1}" if group.response.audience else f"G{number + 1}")
        for number, group in enumerate(groups)
    ]
    return Grouped(named, found)


def flag_accounts(
    fused: Fused, accounts: AccountTests, tests: Sequence[TimingTest], fdr: float, seed: int
) -> Flagged:
    """The decision on accounts: by their own pairs, or by attachment to a community of those."""
    by_pairs = accounts.q <= fdr
    edge = np.flatnonzero((fused.q <= fdr) & by_pairs[fused.a] & by_pairs[fused.b])
    cores = communities(fused.a[edge], fused.b[edge], fused.score()[edge], seed)
    grown = attach(cores, by_pairs, tests, fdr)
    p, q, flagged = accounts.p.copy(), accounts.q.copy(), by_pairs.copy()
    p[grown.account], q[grown.account], flagged[grown.account] = grown.p, grown.q, True
    community = np.full(len(flagged), -1)
    for number, core in enumerate(cores):
        community[core] = number
    community[grown.account] = grown.group
    attached = np.zeros(len(flagged), bool)
    attached[grown.account] = True
    responses, audience = _audiences(community, flagged, fused, tests, len(cores))
    return Flagged(p, q, flagged & ~audience, attached & ~audience, audience, community, responses)


def _audiences(
    community: np.ndarray, flagged: np.ndarray, fused: Fused, tests: Sequence[TimingTest], n_groups: int
) -> tuple[list[Response], np.ndarray]:
    """The public's response to every group, and who is part of an audience.

    A flagged account of no group is judged with the partner it is likeliest to act with: by that partner's
    group, or as a pair.
    """
    partner = _likeliest_partner(fused, len(community))
    alone = np.flatnonzero(flagged & (community < 0) & (partner >= 0))
    judged = community.copy()
    n_judged = n_groups
    for account in alone:
        if judged[partner[account]] < 0:
            judged[partner[account]] = n_judged
            n_judged += 1
        judged[account] = judged[partner[account]]
    responses = public_response(judged, flagged, tests, n_judged)
    of_group = np.append(np.array([one.audience for one in responses], bool), False)
    return responses[:n_groups], flagged & of_group[judged]


def _likeliest_partner(fused: Fused, n_accounts: int) -> np.ndarray:
    """Per account the other of its pair with the least p; -1 where no pair was kept."""
    owner, other = np.concatenate([fused.a, fused.b]), np.concatenate([fused.b, fused.a])
    order = np.argsort(-np.concatenate([fused.p, fused.p]), kind="stable")
    partner = np.full(n_accounts, -1)
    partner[owner[order]] = other[order]  # of several the last, which has the least p
    return partner


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
    )


def _group_q(member_q: np.ndarray) -> float:
    """The account rate at which LEAST_MEMBERS members are still flagged: below it there is no group."""
    return float(np.sort(member_q)[LEAST_MEMBERS - 1])


def _traces(pairs: np.ndarray, fused: Fused, layers: Sequence[Layer]) -> list[str]:
    """Traces that are the best of some pair of the group, most pairs first."""
    count = np.bincount(fused.best[pairs], minlength=len(layers))
    return [layers[i].trace for i in np.argsort(-count, kind="stable") if count[i] > 0]
