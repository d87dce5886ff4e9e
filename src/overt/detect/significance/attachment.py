"""Accounts that share little with each member of a group but much with the group.

in: a group's members and the deciding timing tests; out: p-values of the accounts that share three objects or
more with any members; why: a rotating campaign spreads its joint actions over many pairs, and no single pair
shows it. The group as a whole does.

Null: as in the pair test, given the members' times. An object of the candidate is hit when the candidate
is within the scale of at least one member; its chance is at most 1 - prod(1 - q) over the members who
shared it, each q being at least what the public makes it (see `crowd`; here the moment is the candidate's,
and the public is everyone but the members, the candidate and accounts that look coordinated themselves).
Objects of one post of the candidate are one coincidence; at least three within three hours are needed, as in
a pair. Scales, then traces, are combined by ACAT. Whether a group exists does not depend on the candidate's
times, so the test is valid given the group; the group's own members are not tested again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.significance.coincidence import look_up
from overt.detect.significance.combine import acat_p, acat_term, benjamini_hochberg, poisson_binomial_p
from overt.detect.significance.crowd import Public, add_crowd, followed, public_of
from overt.detect.significance.timing import TimingTest
from overt.detect.significance.timing_kernel import LEAST_CLOSE, LEAST_CLOSE_MS, blurs

__all__ = ["MOST_ROUNDS", "Attached", "attach"]

MOST_ROUNDS = 10
"""Rounds of growth at most; in practice two or three find nothing more."""


@dataclass(frozen=True, slots=True)
class Attached:
    """Accounts accepted into a group: shape (n,) each; group is the place in the list that was given."""

    account: np.ndarray
    group: np.ndarray
    p: np.ndarray
    q: np.ndarray


def attach(
    groups: Sequence[np.ndarray],
    taken: np.ndarray,
    suspect: np.ndarray,
    tests: Sequence[TimingTest],
    fdr: float,
) -> Attached:
    """Grow the groups until nothing more is accepted.

    groups: member account numbers of each. taken: bool (n_accounts,), accounts that are not candidates;
    suspect: bool (n_accounts,), those that are no public.
    One BH per round over all (candidate, group) pairs that share three objects of a trace; an account joins
    its likeliest group. The rounds spend a half, a quarter, ... of the rate, so that together they spend it
    once; q-values are raised by the same factor.
    """
    members = [np.asarray(group) for group in groups]
    taken = taken.copy()
    publics = [public_of(test.data, suspect) for test in tests]
    found: list[tuple[np.ndarray, ...]] = []
    for number in range(1, MOST_ROUNDS + 1):
        account, group, p = _candidates(members, taken, suspect, tests, publics)
        if len(p) == 0:
            break
        q = np.minimum(benjamini_hochberg(p, len(p)) * 2.0**number, 1.0)
        # each account once, in the group where its p is least
        order = np.lexsort((group, p, account))
        first = order[np.unique(account[order], return_index=True)[1]]
        accepted = first[q[first] <= fdr]
        if len(accepted) == 0:
            break
        found.append((account[accepted], group[accepted], p[accepted], q[accepted]))
        taken[account[accepted]] = True
        for grown in np.unique(group[accepted]):
            joined = account[accepted][group[accepted] == grown]
            members[grown] = np.sort(np.concatenate([members[grown], joined]))
    if not found:
        none = np.zeros(0, np.int64)
        return Attached(none, none, np.zeros(0), np.zeros(0))
    return Attached(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _candidates(
    members: list[np.ndarray],
    taken: np.ndarray,
    suspect: np.ndarray,
    tests: Sequence[TimingTest],
    publics: Sequence[Public],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(account, group, p) for all accounts that share three objects of a trace with a group."""
    accounts, groups, p_values = [], [], []
    for number, group in enumerate(members):
        inside = np.zeros(len(taken), np.bool_)
        inside[group] = True
        total, n_traces = np.zeros(len(taken)), np.zeros(len(taken), np.int64)
        for test, public in zip(tests, publics, strict=True):
            if len(test.scales_s):
                about = (test.shares.origin, public, suspect)
                _add_terms(test.data, about, group, inside, taken, total, n_traces)
        some = np.flatnonzero(n_traces)
        accounts.append(some)
        groups.append(np.full(len(some), number))
        p_values.append(np.array([acat_p(total[u] / n_traces[u]) for u in some]))
    if not accounts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
    return np.concatenate(accounts), np.concatenate(groups), np.concatenate(p_values)


@njit(cache=True, nogil=True)
def _add_terms(data, about, group, inside, taken, total, n_traces):  # type: ignore[no-untyped-def]
    """Add each candidate's Cauchy score in this trace; count the trace where enough is shared."""
    slot, objects, start, places = _member_shares(data, group)
    known = _not_suspect(data, start, places, about[2])
    n_shared = _n_shared(data, objects, inside, taken)
    # as many hits are needed as in a pair: who shares fewer objects is no test, whatever its times are
    for u in np.flatnonzero(n_shared >= LEAST_CLOSE):
        n_traces[u] += 1
        # most candidates never come close to the group, and are spared the chances
        near = _hits_enough(data, slot, start, places, u)
        shared = (slot, start, places, known)
        total[u] += _score(data, about, shared, u, n_shared[u]) if near else acat_term(1.0)


@njit(cache=True, nogil=True)
def _member_shares(data, group):  # type: ignore[no-untyped-def]
    """The members' shares: `slot` of an object, from 1 and 0 for one that none of them shared; the objects by
    slot; where the shares of each begin; and their places, ascending."""
    n = 0
    for a in group:
        n += data.account_start[a + 1] - data.account_start[a]
    places, object_of = np.empty(n, np.int32), np.empty(n, np.int32)
    n = 0
    for a in group:
        for i in range(data.account_start[a], data.account_start[a + 1]):
            places[n], object_of[n] = data.place[i], data.object_of[i]
            n += 1
    order = np.argsort(places)  # by object: an object's places follow each other
    places, object_of = places[order], object_of[order]
    slot = np.zeros(len(data.object_start) - 1, np.int32)
    objects, start = np.empty(n, np.int32), np.empty(n + 1, np.int64)
    m = 0
    for k in range(n):
        if k == 0 or object_of[k] != object_of[k - 1]:
            objects[m], start[m] = object_of[k], k
            m += 1
            slot[object_of[k]] = m
    start[m] = n
    return slot, objects[:m], start[: m + 1], places


@njit(cache=True, nogil=True)
def _not_suspect(data, start, places, suspect):  # type: ignore[no-untyped-def]
    """When members that are not suspect shared each object: where each slot's times begin, and the times."""
    begin, times = np.zeros(len(start), np.int64), np.empty(len(places), np.int64)
    n = 0
    for m in range(len(start) - 1):
        for k in range(start[m], start[m + 1]):
            if not suspect[data.account[places[k]]]:
                times[n] = data.time[places[k]]
                n += 1
        begin[m + 1] = n
    return begin, times


@njit(cache=True, nogil=True)
def _n_shared(data, objects, inside, taken):  # type: ignore[no-untyped-def]
    """How many of these objects every account shared that is neither inside nor taken."""
    n_shared = np.zeros(len(taken), np.int32)
    for o in objects:
        for i in range(data.object_start[o], data.object_start[o + 1]):
            u = data.account[i]
            if not (taken[u] or inside[u]):
                n_shared[u] += 1
    return n_shared


@njit(cache=True, nogil=True)
def _hits_enough(data, slot, start, places, u):  # type: ignore[no-untyped-def]
    """Whether as many posts of u as are needed came within three hours of a member."""
    hit_posts = np.full(LEAST_CLOSE, -1, np.int64)
    n = 0
    for i in range(data.account_start[u], data.account_start[u + 1]):
        s = slot[data.object_of[i]]
        if s == 0:
            continue
        post, time = np.int64(data.post[data.place[i]]), data.time[data.place[i]]
        if (hit_posts[:n] == post).any():
            continue
        for j in range(start[s - 1], start[s]):
            if abs(time - data.time[places[j]]) <= LEAST_CLOSE_MS:
                hit_posts[n] = post
                n += 1
                break
        if n == LEAST_CLOSE:
            return True
    return False


@njit(cache=True, nogil=True)
def _score(data, about, shared, u, n):  # type: ignore[no-untyped-def]
    """Cauchy score of one candidate in one trace, its scales combined."""
    slot, start, places, known = shared
    origin, public, suspect = about
    n_scales = len(data.scales_s)
    least = np.zeros(n_scales)
    none = np.ones((n_scales, n))
    hit = np.zeros((n_scales, n), np.bool_)
    posts = np.empty(n, np.int64)
    k = 0
    for i in range(data.account_start[u], data.account_start[u + 1]):
        o = data.object_of[i]
        if slot[o] == 0:
            continue
        here = data.place[i]
        posts[k] = data.post[here]
        times = public.time[public.start[o] : public.start[o + 1]]
        missing = known[1][known[0][slot[o] - 1] : known[0][slot[o]]]
        if not suspect[u]:
            missing = np.sort(np.append(missing, data.time[here]))
        least[:] = 1.0 if followed(times, missing, data.time[here], data.time[here], origin[o]) else 0.0
        if least[0] == 0.0:
            add_crowd(data, times, missing, data.time[here], blurs(data, u, u)[1], 1.0, least)
        for j in range(start[slot[o] - 1], start[slot[o]]):
            _meet_member(data, u, here, places[j], least, none, hit, k)
        k += 1
    order = np.argsort(posts)
    chances = np.empty(n)
    scratch = np.empty(n + 1)
    total = 0.0
    used = 0
    for s in range(n_scales):
        if data.scales_s[s] < data.resolution_s[u]:
            continue
        m, close = _collapsed(none[s], hit[s], posts, order, chances)
        total += acat_term(poisson_binomial_p(chances, m, close, scratch, data.mid_p))
        used += 1
    return total / used if used > 0 else acat_term(1.0)


@njit(cache=True, nogil=True)
def _meet_member(data, u, here, there, least, none, hit, k):  # type: ignore[no-untyped-def]
    gap = abs(data.time[here] - data.time[there])
    resolution, blur = blurs(data, u, data.account[there])
    for s in range(len(data.scales_s)):
        if data.scales_s[s] < resolution:
            continue
        log_scale = math.log(data.scales_s[s] + blur)
        q = look_up(
            data.table,
            data.log_latency[here] - log_scale,
            data.log_latency[there] - log_scale,
            data.log_widening[here],
        )
        none[s, k] *= 1.0 - max(q, least[s])
        if gap <= data.scales_ms[s]:
            hit[s, k] = True


@njit(cache=True, nogil=True)
def _collapsed(none, hit, posts, order, chances):  # type: ignore[no-untyped-def]
    """Fill `chances`, one per post of the candidate; returns (how many, how many of them were hit)."""
    m = 0
    close = 0
    k = 0
    while k < len(order):
        post = posts[order[k]]
        missed = 1.0
        any_hit = False
        while k < len(order) and posts[order[k]] == post:
            missed *= none[order[k]]
            any_hit |= hit[order[k]]
            k += 1
        chances[m] = 1.0 - missed
        m += 1
        close += any_hit
    return m, close
