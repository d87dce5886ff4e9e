"""Accounts that share objects without any coordination, for the tests of rarity. Not a test file."""

from __future__ import annotations

import numpy as np

from overt.detect.edges.actions import UNKNOWN, Actions
from overt.detect.edges.shares import first_shares


def shares_of(account, object_, n_accounts, n_objects):
    n = np.arange(len(account), dtype=np.int32)
    unknown = np.full(len(n), UNKNOWN)
    columns = np.asarray(account, np.int32), np.asarray(object_, np.int32), n * 1000, unknown, n
    return first_shares(Actions(*columns, n_accounts, n_objects))


def shares_in(matrix):
    return shares_of(*np.nonzero(matrix), *matrix.shape)


def all_pairs(n):
    return np.array(np.triu_indices(n, 1), np.int32)


def world(seed, n_accounts, n_objects, n_topics=1, tail_index=1.3, loyal=0.85):
    """Nobody coordinates. Activity and popularity have heavy tails; fans share what their topic shares."""
    rng = np.random.default_rng(seed)
    activity = np.minimum((rng.pareto(1.6, n_accounts) + 1) * 3, 150).astype(int)
    account = np.repeat(np.arange(n_accounts), activity)
    popularity = rng.pareto(tail_index, n_objects) + 1
    topic, fan_of = rng.integers(n_topics, size=n_objects), rng.integers(n_topics, size=n_accounts)
    object_ = drawn(rng, popularity, len(account))
    at_home = rng.random(len(account)) < loyal
    for number in range(n_topics if n_topics > 1 else 0):
        inside = np.flatnonzero(topic == number)
        who = np.flatnonzero(at_home & (fan_of[account] == number))
        object_[who] = inside[drawn(rng, popularity[inside], len(who))]
    return shares_of(account, object_, n_accounts, n_objects), topic


def drawn(rng, weight, n):
    total = np.cumsum(weight)
    return np.searchsorted(total, rng.random(n) * total[-1])
