"""Which accounts are flagged, which group they belong to, and who is an audience instead.

in: fused pairs, account tests, the deciding timing tests; out: `Flagged`; why: this is the decision on
accounts, the same for a study, its decoys and injected campaigns; what makes a group readable is in `build`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from overt.detect.groups.audience import Response, public_response
from overt.detect.groups.multiplex import Layered, multiplex_communities
from overt.detect.loaded import Settings
from overt.detect.significance.attachment import attach
from overt.detect.significance.fusion import MOST_SCORE, AccountTests, Fused
from overt.detect.significance.timing import TimingTest

__all__ = ["SUSPECT_RATE", "Flagged", "flag_accounts", "layered", "with_a_partner"]

PART_OF_LAYER = 0.05
"""A significant pair is part of a layer when its p in that trace is at most this, and always of its best."""


SUSPECT_RATE = 0.10
"""Accounts that the timing test alone would flag at this rate are nobody's public."""


@dataclass(frozen=True, slots=True)
class Flagged:
    """The decision on accounts.

    Per account, shape (n,): p, q (of the timing test for those in an audience), if flagged, if by their own
    pairs, if by attachment, if it acts together as an audience does (then it is not flagged), and its
    community (-1 for none). responses: what the public did, per community.
    """

    p: np.ndarray
    q: np.ndarray
    flagged: np.ndarray
    by_pairs: np.ndarray
    attached: np.ndarray
    audience: np.ndarray
    community: np.ndarray
    responses: list[Response]


def flag_accounts(
    fused: Fused,
    timing: AccountTests,
    accounts: AccountTests,
    tests: Sequence[TimingTest],
    fdr: float,
    settings: Settings,
) -> Flagged:
    """Flag accounts by their own pairs, or, unless strict, by attachment to a community of those.

    Acting together takes two, so an account whose partners are all unflagged is not flagged either.

    timing: the accounts as the timing test alone has them; accounts: with the public's pairs set apart.
    """
    by_pairs, seed = with_a_partner(accounts.q <= fdr, fused.a, fused.b), settings.seed
    edge = (fused.q <= fdr) & by_pairs[fused.a] & by_pairs[fused.b]
    cores = multiplex_communities(layered(fused, len(tests)).subset(edge), seed)
    # its null does not know habits
    grown = attach([] if settings.strict else cores, by_pairs, timing.q <= SUSPECT_RATE, tests, fdr)
    p, q, flagged = accounts.p.copy(), accounts.q.copy(), by_pairs.copy()
    p[grown.account], q[grown.account], flagged[grown.account] = grown.p, grown.q, True
    community = np.full(len(flagged), -1)
    for number, core in enumerate(cores):
        community[core] = number
    community[grown.account] = grown.group
    attached = np.zeros(len(flagged), bool)
    attached[grown.account] = True
    responses, audience = _audiences(community, flagged, fused, tests, len(cores))
    flagged, attached, by_pairs = flagged & ~audience, attached & ~audience, by_pairs & ~audience
    audience = _add_publics(fused, timing, tests, fdr, seed, community, flagged, audience, responses)
    p[audience], q[audience] = timing.p[audience], timing.q[audience]
    return Flagged(p, q, flagged, by_pairs, attached, audience, community, responses)


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


def _add_publics(
    fused: Fused,
    timing: AccountTests,
    tests: Sequence[TimingTest],
    fdr: float,
    seed: int,
    community: np.ndarray,
    flagged: np.ndarray,
    audience: np.ndarray,
    responses: list[Response],
) -> np.ndarray:
    """Who is an audience, with the pairs that the public explains; adds to `community` and `responses`."""
    free = (timing.q <= fdr) & ~flagged & (community < 0)
    edge = (fused.q > fdr) & (fused.q_timing <= fdr) & free[fused.a] & free[fused.b]
    found = multiplex_communities(layered(fused, len(tests)).subset(edge), seed)
    if not found:
        return audience
    judged = np.full(len(community), -1)
    for number, members in enumerate(found):
        judged[members] = number
        community[members] = len(responses) + number
    seen = public_response(judged, flagged | (timing.q <= fdr), tests, len(found))
    responses.extend(replace(one, by_pairs=True) for one in seen)
    return audience | (judged >= 0)


def with_a_partner(flagged: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Those of the flagged, shape (n,), that a pair (a[i], b[i]) joins with another of them.

    An account of few partners may be flagged where its partners, who have many, are not.
    """
    both = flagged[a] & flagged[b]
    kept = np.zeros(len(flagged), bool)
    kept[a[both]] = kept[b[both]] = True
    return kept


def layered(fused: Fused, n_layers: int) -> Layered:
    """The pairs with a layer per deciding trace, weighted by -log10 p (see PART_OF_LAYER)."""
    p = np.stack([test.p for test in fused.by_trace[:n_layers]]) if n_layers else np.ones((0, len(fused.a)))
    part = (p <= PART_OF_LAYER) | (np.arange(n_layers)[:, None] == fused.best)
    return Layered(fused.a, fused.b, np.where(part, np.minimum(-np.log10(p), MOST_SCORE), 0.0))


def _likeliest_partner(fused: Fused, n_accounts: int) -> np.ndarray:
    """Per account the other of its pair with the least p; -1 where no pair was kept."""
    owner, other = np.concatenate([fused.a, fused.b]), np.concatenate([fused.b, fused.a])
    order = np.argsort(-np.concatenate([fused.p, fused.p]), kind="stable")
    partner = np.full(n_accounts, -1)
    partner[owner[order]] = other[order]  # of several the last, which has the least p
    return partner
