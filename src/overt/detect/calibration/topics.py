"""Which objects one audience shares: the topics within which accounts are swapped.

in: who shared what; out: a topic for every object; why: a decoy in which everybody shares everything has no
fans, and fans are what a false finding is made of.

Topics are Leiden communities of the graph of accounts and objects. A small one is no topic: a campaign with
objects of its own would be one, be swapped among itself, and explain itself away.
"""

from __future__ import annotations

import numpy as np

__all__ = ["LEAST_ACCOUNTS", "LEAST_OBJECTS", "object_topics"]

LEAST_OBJECTS = 30
LEAST_ACCOUNTS = 100
SEED = 0
"""Topics are part of what is kept, not of what is drawn: they are the same in every decoy."""


def object_topics(account: np.ndarray, object_: np.ndarray, n_accounts: int, n_objects: int) -> np.ndarray:
    """Topic of each object, shape (n_objects,); 0 holds those of communities that are too small.

    account, object_: shape (n,), one row per share.
    """
    topic = np.zeros(n_objects, np.int64)
    if not len(account):
        return topic
    import networkit as nk

    nk.setNumberOfThreads(1)
    nk.setSeed(SEED, False)
    graph = nk.GraphFromCoo(
        (account.astype(np.int64), n_accounts + object_), n=n_accounts + n_objects, directed=False
    )
    leiden = nk.community.ParallelLeiden(graph, randomize=False, iterations=3, gamma=1.0)
    leiden.run()
    label = np.array(leiden.getPartition().getVector(), dtype=np.int64)
    shared = np.bincount(object_, minlength=n_objects) > 0
    n_labels = int(label.max()) + 1
    objects = np.bincount(label[n_accounts:][shared], minlength=n_labels)
    people = np.bincount(label[:n_accounts], minlength=n_labels)
    large = (objects >= LEAST_OBJECTS) & (people >= LEAST_ACCOUNTS)
    number = np.where(large, np.cumsum(large), 0)
    topic[shared] = number[label[n_accounts:]][shared]
    return topic
