"""The percentile rule as in CooRTweet: pairs that co-acted more often than the median pair did.

in: `Loaded`; out: accounts of these pairs; why: a threshold relative to the data always finds something.

Window 10 s; an account takes part with at least two posts that co-acted (a pair stays if either does); the
weight of a pair is its number of co-acting pairs of posts; kept above the 0.5 quantile. All are the
package's defaults.
"""

from __future__ import annotations

import numpy as np

from benchmarks.baselines.baseline import Baseline, in_any_trace
from benchmarks.baselines.incidence import ends
from overt.detect.edges.actions import Actions, ByObject, by_object
from overt.detect.edges.coaction import co_actions

__all__ = ["BASELINE", "takes_part"]

WINDOW_MS = 10_000
LEAST_POSTS = 2
QUANTILE = 0.5


def takes_part(actions: Actions, laid: ByObject) -> np.ndarray:
    """Accounts with at least LEAST_POSTS posts within the window of another account's: bool (n_accounts,)."""
    near = np.zeros(len(laid.account), bool)
    for object_ in range(len(laid.start) - 1):
        begin, end = int(laid.start[object_]), int(laid.start[object_ + 1])
        if end - begin > 1:
            near[begin:end] = _near_another(laid.account[begin:end], laid.time[begin:end])
    rows = laid.row[near]
    posts = np.unique(np.column_stack([actions.account[rows], actions.post[rows]]), axis=0)
    return np.bincount(posts[:, 0], minlength=actions.n_accounts) >= LEAST_POSTS


def _near_another(account: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Which actions of one object, in order of time, are within the window of another account's."""
    first = np.searchsorted(time, time - WINDOW_MS)
    last = np.searchsorted(time, time + WINDOW_MS, side="right")
    # any change of account inside the window means that somebody else is in it
    changes = np.concatenate([[0], np.cumsum(account[1:] != account[:-1])])
    result: np.ndarray = changes[last - 1] > changes[first]
    return result


def _flag(actions: Actions) -> np.ndarray:
    laid = by_object(actions)
    pairs = co_actions(laid, (WINDOW_MS,), 1)
    part = takes_part(actions, laid)
    kept = part[pairs.a] | part[pairs.b]
    weight = pairs.n_actions[kept, 0]
    if len(weight) == 0:
        return np.zeros(actions.n_accounts, bool)
    above = weight > np.quantile(weight, QUANTILE)
    return ends(actions.n_accounts, pairs.a[kept][above], pairs.b[kept][above])


BASELINE = Baseline(
    "percentile",
    "CooRTweet (Righetti and Balluff)",
    "10 s, 2 posts, weight above the 0.5 quantile (the package's defaults)",
    3,
    in_any_trace(_flag),
)
