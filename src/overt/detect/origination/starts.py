"""Who was there when an object began, and which accounts were there together.

in: first shares of one trace; out: `Starts`; why: when a campaign is the first to share something, its
closeness is what any beginning looks like, and the timing test is blind. What is left to count is how often
the same accounts are at a beginning together.

An account starts an object at scale D when its first share is within D of the object's first, its clock's
step added, and its clock is no coarser than D: where only the day is known, nobody starts anything. Objects
count that two accounts or more shared, whose true origin is not known, and that fewer than MOST_STARTERS
accounts start within the largest scale, coarse clocks included: more are a public event.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from overt.detect.edges.shares import Shares
from overt.detect.origination import starts_kernel as kernel
from overt.detect.significance.timing import Clock

__all__ = ["LEAST_STARTED", "MOST_STARTERS", "SCALES_S", "Starts", "starts_of", "told_apart"]

SCALES_S = (60.0, 300.0, 1800.0)
MOST_STARTERS = 200
LEAST_STARTED = 3


@dataclass(frozen=True, slots=True)
class Starts:
    """Pairs of accounts that started LEAST_STARTED objects or more together at the largest scale.

    a < b: int32 (n,); together: int64 (n_scales, n), objects that both started, those of one pair of posts
    counted once. n_objects: int64 (n_accounts,), objects that count and that the account shares; share:
    float (n_scales, n_accounts), how large a part of these it starts. counts: bool (n_objects,), which
    objects count; started: bool (n_shares,), which shares start one at the largest scale; n_crowded: objects
    left out for too many starters.
    """

    a: np.ndarray
    b: np.ndarray
    together: np.ndarray
    n_objects: np.ndarray
    share: np.ndarray
    counts: np.ndarray
    started: np.ndarray
    n_crowded: int


def starts_of(shares: Shares, known_origin: np.ndarray, clock: Clock) -> Starts:
    """known_origin: bool (n_objects,), objects whose true origin is stated."""
    size = np.diff(shares.object_start)
    owner = np.repeat(np.arange(shares.n_objects), size)
    step_s = clock.resolution_s[shares.account]
    late_s = (shares.time - shares.time[shares.object_start[:-1][owner]]) / 1000.0 - step_s
    scales_s = np.array(SCALES_S)[:, None]
    within = late_s <= scales_s
    usable = (size > 1) & ~known_origin
    counts = usable & (np.bincount(owner, within[-1], minlength=shares.n_objects) < MOST_STARTERS)
    within &= counts[owner] & (step_s <= scales_s)
    n = shares.n_accounts
    n_objects = np.bincount(shares.account[counts[owner]], minlength=n)
    n_started = np.stack([np.bincount(shares.account[one], minlength=n) for one in within])
    a, b, together = kernel.pairs(_begun(shares, within), LEAST_STARTED)
    n_crowded = int((usable & ~counts).sum())
    share = n_started / np.maximum(n_objects, 1)
    return Starts(a, b, together, n_objects, share, counts, within[-1], n_crowded)


def told_apart(clock: Clock, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """bool (n_scales, n): the scales that are not below the coarser clock of the two."""
    apart: np.ndarray = (
        np.maximum(clock.resolution_s[a], clock.resolution_s[b]) <= np.array(SCALES_S)[:, None]
    )
    return apart


def _begun(shares: Shares, within: np.ndarray) -> kernel.Begun:
    """The starts without the shares that came later: hot objects cost no more than their beginning."""
    started = within[-1]
    before = np.append(0, np.cumsum(started))
    mine = started[shares.place]
    before_mine = np.append(0, np.cumsum(mine))
    return kernel.Begun(
        object_start=before[shares.object_start],
        starter=shares.account[started],
        account_start=before_mine[shares.account_start],
        object_of=shares.object_of[mine],
        place=shares.place[mine],
        post=shares.post,
        within=within,
    )
