"""The first time that each account acted on each object, laid out for walking both ways.

in: actions of one trace; out: `Shares`, by object in order of time and by account in order of object;
why: the timing test uses one action per account and object, and both the window walk and the
intersection of two accounts are then runs through memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from overt.detect.edges.actions import Actions, counting_sort
from overt.detect.edges.latencies import latencies

__all__ = ["Shares", "first_shares"]


@dataclass(frozen=True, slots=True)
class Shares:
    """First shares: one per account and object.

    Attributes
    ----------
    object_start: int64 (n_objects + 1,), where each object's shares begin.
    account, time, post, row: (n,), by object, then time: who, when (ms), the post, the place in `Actions`.
    latency_ms: int64 (n,), time since the object's origin or last revival (see `latencies`), at least 0.
    origin: int64 (n_objects,), ms UTC: the true origin where it is known, else the first share.
    account_start: int64 (n_accounts + 1,), where each account's list begins.
    object_of, place: int32 (n,), per account in order of object: the object, and the share's place above.
    several_per_post: whether any post carries two objects, so that coincidences must be collapsed.
    """

    object_start: np.ndarray
    account: np.ndarray
    time: np.ndarray
    post: np.ndarray
    row: np.ndarray
    latency_ms: np.ndarray
    origin: np.ndarray
    account_start: np.ndarray
    object_of: np.ndarray
    place: np.ndarray
    several_per_post: bool

    @property
    def n_accounts(self) -> int:
        return len(self.account_start) - 1

    @property
    def n_objects(self) -> int:
        return len(self.object_start) - 1


def first_shares(actions: Actions) -> Shares:
    """Keep each account's first action on each object (of equal times the first in order) and lay it out."""
    start, order = counting_sort(actions.object_, actions.n_objects)
    row = order[_is_first(start, actions.account[order], actions.n_accounts)]
    object_, account, time = actions.object_[row], actions.account[row], actions.time[row]
    object_start = np.searchsorted(object_, np.arange(actions.n_objects + 1)).astype(np.int64)
    account_start, place = counting_sort(account, actions.n_accounts)
    post = actions.post[row]
    latency_ms, origin = latencies(object_start, time, actions.origin[row])
    return Shares(
        object_start=object_start,
        account=account,
        time=time,
        post=post,
        row=row,
        latency_ms=latency_ms,
        origin=origin,
        account_start=account_start,
        object_of=object_[place],
        place=place,
        several_per_post=len(post) > 0 and int(np.bincount(post).max()) > 1,
    )


@njit(cache=True)
def _is_first(start, account, n_accounts):  # type: ignore[no-untyped-def]
    """Which actions, by object then time, are their account's first on the object."""
    last_object = np.full(n_accounts, -1, np.int32)
    first = np.zeros(len(account), np.bool_)
    for object_ in range(len(start) - 1):
        for i in range(start[object_], start[object_ + 1]):
            if last_object[account[i]] != object_:
                last_object[account[i]] = object_
                first[i] = True
    return first
