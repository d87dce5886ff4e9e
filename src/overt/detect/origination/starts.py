"""Who was there when an object began, and which accounts were there together.

in: first shares of one trace; out: `Starts`; why: when a campaign is the first to share something, its
closeness is what any beginning looks like, and the timing test is blind. What is left to count is how often
the same accounts are at a beginning together.

An account starts an object at scale D when its first share is within D of the object's first, clocks' steps
added. Objects count that two accounts or more shared, whose true origin is not known, and that fewer than
MOST_STARTERS accounts start within the largest scale: more are a public event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.shares import Shares
from overt.detect.significance.timing import Clock

__all__ = ["LEAST_STARTED", "MOST_STARTERS", "SCALES_S", "Starts", "starts_of"]

SCALES_S = (60.0, 300.0, 1800.0)
MOST_STARTERS = 200
LEAST_STARTED = 3


@dataclass(frozen=True, slots=True)
class Starts:
    """Pairs of accounts that started LEAST_STARTED objects or more together at the largest scale.

    a < b: int32 (n,); together: int64 (n_scales, n), objects that both started, those of one pair of posts
    counted once. share: float (n_scales, n_accounts), how large a part of its objects each account starts.
    counts: bool (n_objects,), which objects count; n_crowded: those left out for too many starters.
    """

    a: np.ndarray
    b: np.ndarray
    together: np.ndarray
    share: np.ndarray
    counts: np.ndarray
    n_crowded: int


def starts_of(shares: Shares, known_origin: np.ndarray, clock: Clock) -> Starts:
    """known_origin: bool (n_objects,), objects whose true origin is stated."""
    size = np.diff(shares.object_start)
    owner = np.repeat(np.arange(shares.n_objects), size)
    late_ms = shares.time - shares.time[shares.object_start[:-1][owner]]
    late_s = late_ms / 1000.0 - clock.resolution_s[shares.account]
    starter = late_s[None, :] <= np.array(SCALES_S)[:, None]
    n_starters = np.bincount(owner, starter[-1], minlength=shares.n_objects)
    usable = (size > 1) & ~known_origin
    counts = usable & (n_starters < MOST_STARTERS)
    starter &= counts[owner]
    n = shares.n_accounts
    shared = np.maximum(np.bincount(shares.account[counts[owner]], minlength=n), 1)
    started = np.stack([np.bincount(shares.account[one], minlength=n) for one in starter])
    a, b, together = _pairs(
        shares.object_start,
        shares.account,
        shares.post,
        shares.account_start,
        shares.place,
        shares.object_of,
        starter,
    )
    return Starts(a, b, together.T, started / shared, counts, int((usable & ~counts).sum()))


@njit(cache=True, nogil=True)
def _pairs(object_start, account, post, account_start, place, object_of, starter):  # type: ignore[no-untyped-def]
    n_accounts, n_scales = len(account_start) - 1, len(starter)
    count = np.zeros(n_accounts, np.int32)
    met = np.empty(n_accounts, np.int32)
    firsts, seconds = [np.int32(0)], [np.int32(0)]
    rows = [np.zeros(n_scales, np.int64)]
    for a in range(n_accounts):
        n_met = 0
        for i in range(account_start[a], account_start[a + 1]):
            if starter[n_scales - 1, place[i]]:
                n_met = _meet(a, object_start, object_of[i], account, starter, count, met, n_met)
        for k in range(n_met):
            x = met[k]
            if count[x] >= LEAST_STARTED:
                row = _together(a, x, post, account_start, place, object_of, starter)
                if row[n_scales - 1] >= LEAST_STARTED:
                    firsts.append(np.int32(a))
                    seconds.append(np.int32(x))
                    rows.append(row)
            count[x] = 0
    together = np.zeros((len(rows) - 1, n_scales), np.int64)
    for k in range(1, len(rows)):
        together[k - 1] = rows[k]
    return np.array(firsts)[1:], np.array(seconds)[1:], together


@njit(cache=True, nogil=True)
def _meet(a, object_start, o, account, starter, count, met, n_met):  # type: ignore[no-untyped-def]
    """Count the later accounts that started object o too."""
    for j in range(object_start[o], object_start[o + 1]):
        x = account[j]
        if x > a and starter[len(starter) - 1, j]:
            if count[x] == 0:
                met[n_met] = x
                n_met += 1
            count[x] += 1
    return n_met


@njit(cache=True, nogil=True)
def _together(a, b, post, account_start, place, object_of, starter):  # type: ignore[no-untyped-def]
    """Objects that both started, per scale; those of one pair of posts once."""
    total = np.zeros(len(starter), np.int64)
    here, there = np.empty(64, np.int64), np.empty(64, np.int64)
    for s in range(len(starter)):
        n = 0
        i, j = account_start[a], account_start[b]
        while i < account_start[a + 1] and j < account_start[b + 1]:
            if object_of[i] < object_of[j]:
                i += 1
            elif object_of[i] > object_of[j]:
                j += 1
            else:
                mine, theirs = place[i], place[j]
                i += 1
                j += 1
                if not (starter[s, mine] and starter[s, theirs]):
                    continue
                if ((here[:n] == post[mine]) & (there[:n] == post[theirs])).any():
                    continue
                if n == len(here):
                    here, there = _longer(here), _longer(there)
                here[n], there[n] = post[mine], post[theirs]
                n += 1
        total[s] = n
    return total


@njit(cache=True, nogil=True)
def _longer(array):  # type: ignore[no-untyped-def]
    longer = np.empty(2 * len(array), array.dtype)
    longer[: len(array)] = array
    return longer
