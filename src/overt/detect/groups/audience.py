"""Groups that act when the public does: an audience, with an outside event for a clock.

in: communities, the deciding timing tests; out: per community how many other accounts acted on its objects
just after and just before its joint moments, and whether it is an audience; why: the timing test assumes
that an object spreads smoothly. People who react to the same broadcasts within minutes break that as a
botnet does, but they are not alone: a wide public follows them. A campaign picks its own moments, and what
the public did before them it does after them.

A joint moment is the start of the shortest time in which half of the members who acted on an object (three
at least, two in a pair) did so, if that is within 30 minutes. The public is everyone not flagged. It is
counted over equal times after and before the moment, half of the object's age then, six hours at most. An
audience has more than twice as many after as before: binomial tail at 2/3 below 0.01. Twice, because where
an object spreads smoothly on the logarithmic scale the rate does not double at a moment chosen without
regard to it, but for about its first hundredth (lognormal, one unit wide). Blind spot: a group that always
acts just before things take off, whether it knows or causes it, is shown as an audience; it is shown, with
its posts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.significance.response import LEAST_AGE_MS, MOMENT_MS, MOST_WINDOW_MS, RATIO, binomial_tail
from overt.detect.significance.timing import TimingTest

__all__ = ["LEVEL", "RATIO", "Response", "public_response"]

LEVEL = 0.01
LEAST_MEMBERS = 3


@dataclass(frozen=True, slots=True)
class Response:
    """What the public did around a community's joint moments: counts over all of its objects.

    by_pairs: the community is made of pairs that the public explains: it follows their moments, or they acted
    in the middle of its crowd (`significance.response`, `significance.crowd`).
    """

    n_moments: int
    n_after: int
    n_before: int
    by_pairs: bool = False

    @property
    def p_value(self) -> float:
        """Chance of so many after if twice as many after as before were usual."""
        return float(binomial_tail(self.n_after + self.n_before, self.n_after, RATIO / (RATIO + 1)))

    @property
    def audience(self) -> bool:
        return self.by_pairs or self.p_value < LEVEL


def public_response(
    community: np.ndarray, flagged: np.ndarray, tests: Sequence[TimingTest], n_communities: int
) -> list[Response]:
    """One `Response` per community.

    community: shape (n_accounts,), -1 for none; flagged: bool, same shape, who is not public.
    """
    counts = np.zeros((n_communities, 3), np.int64)
    for test in tests:
        shares = test.shares
        _count(shares.object_start, shares.account, shares.time, shares.origin, community, flagged, counts)
    return [Response(int(moments), int(after), int(before)) for moments, after, before in counts]


@njit(cache=True)
def _count(object_start, account, time, origin, community, flagged, counts):  # type: ignore[no-untyped-def]
    """Add (moments, public after, public before) per community."""
    least = _least_members(community, len(counts))
    n_members = np.zeros(len(counts), np.int64)
    for o in range(len(object_start) - 1):
        begin, end = object_start[o], object_start[o + 1]
        for i in range(begin, end):
            if community[account[i]] >= 0:
                n_members[community[account[i]]] += 1
        for i in range(begin, end):
            c = community[account[i]]
            if c >= 0 and n_members[c] > 0:
                if n_members[c] >= least[c]:
                    mine = _places(account, community, c, i, end, n_members[c])
                    _add_moment(time, origin[o], account, flagged, begin, end, mine, counts[c])
                n_members[c] = 0


@njit(cache=True)
def _least_members(community, n_communities):  # type: ignore[no-untyped-def]
    """Members who must have acted on an object: three, or both of a pair."""
    sizes = np.zeros(n_communities, np.int64)
    for c in community:
        if c >= 0:
            sizes[c] += 1
    return np.maximum(np.minimum(sizes, LEAST_MEMBERS), 2)


@njit(cache=True)
def _places(account, community, c, begin, end, n):  # type: ignore[no-untyped-def]
    places = np.empty(n, np.int64)
    k = 0
    for i in range(begin, end):
        if community[account[i]] == c:
            places[k] = i
            k += 1
    return places


@njit(cache=True)
def _add_moment(time, origin, account, flagged, begin, end, mine, total):  # type: ignore[no-untyped-def]
    half = max(2, (len(mine) + 1) // 2)
    best = 0
    for k in range(len(mine) - half + 1):
        if time[mine[k + half - 1]] - time[mine[k]] < time[mine[best + half - 1]] - time[mine[best]]:
            best = k
    moment = time[mine[best]]
    age = moment - origin
    if time[mine[best + half - 1]] - moment > MOMENT_MS or age < LEAST_AGE_MS:
        return
    window = min(age // 2, MOST_WINDOW_MS)
    total[0] += 1
    for i in range(begin, end):
        if not flagged[account[i]]:
            apart = time[i] - moment
            if 0 < apart <= window:
                total[1] += 1
            elif -window <= apart < 0:
                total[2] += 1
