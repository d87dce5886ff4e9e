"""Pieces are divided until none divides; the rule sees each piece once, with its own numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.groups.division import divide

some_pairs = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 15)).filter(lambda p: p[0] < p[1]), min_size=1, unique=True
)


def components(nodes, pairs):
    """Plain Python: sets of nodes that hang together by the pairs within."""
    left, found = set(nodes), []
    while left:
        seen, todo = set(), [min(left)]
        while todo:
            one = todo.pop()
            seen.add(one)
            todo += [
                b if a == one else a for a, b in pairs if one in (a, b) and {a, b} <= left - (seen - {one})
            ]
        found.append(frozenset(seen))
        left -= seen
    return found


def split(members, pairs):
    """The rule of these tests: take the first member's neighbours with it, then what hangs together."""
    first = min(members)
    near = {first} | {b if a == first else a for a, b in pairs if first in (a, b)}
    parts = [near, set(members) - near]
    return [c for part in parts for c in components(part, [p for p in pairs if set(p) <= part])]


def plain(nodes, pairs):
    """Divide by recursion."""
    inside = [p for p in pairs if set(p) <= set(nodes)]
    if len(nodes) <= 3 or 2 * len(inside) == len(nodes) * (len(nodes) - 1):
        return {frozenset(nodes)}
    parts = split(nodes, inside)
    return {frozenset(nodes)} if len(parts) == 1 else {g for part in parts for g in plain(part, inside)}


def as_rule(pairs, asked):
    """`split` in the piece's own numbers; notes which pairs it was asked about."""

    def rule(which, first, second, n):
        asked.append(frozenset(which.tolist()))
        label = np.zeros(n, np.int64)
        own = list(zip(first.tolist(), second.tolist(), strict=True))
        for number, part in enumerate(split(range(n), own)):
            label[list(part)] = number
        return label

    return rule


@given(some_pairs)
def test_it_is_the_recursion(pairs):
    first, second = np.array(pairs).T
    asked = []
    label = divide(first, second, 16, as_rule(pairs, asked))
    found = {frozenset(np.flatnonzero(label == k).tolist()) for k in np.unique(label)}
    assert found == {g for part in components(range(16), pairs) for g in plain(part, pairs)}
    assert len(set(asked)) == len(asked)


def test_the_rule_gets_the_pairs_of_the_piece():
    """Two stars, numbered crosswise."""
    first, second = np.array([0, 1, 0, 1, 0, 1]), np.array([2, 3, 4, 5, 6, 7])
    seen = []

    def rule(which, one, other, n):
        seen.append((which.tolist(), one.tolist(), other.tolist(), n))
        return np.zeros(n, np.int64)

    divide(first, second, 8, rule)
    assert seen == [([0, 2, 4], [0, 0, 0], [1, 2, 3], 4), ([1, 3, 5], [0, 0, 0], [1, 2, 3], 4)]


def test_no_pairs_no_question():
    none = np.zeros(0, np.int64)
    label = divide(none, none, 3, lambda *_: 1 / 0)
    assert len(set(label.tolist())) == 3


def test_what_cannot_divide_is_not_asked_about():
    """A pair, three in a row, and four of which each is paired with each."""
    first, second = np.array([0, 2, 3, 5, 5, 5, 6, 6, 7]), np.array([1, 3, 4, 6, 7, 8, 7, 8, 8])
    label = divide(first, second, 9, lambda *_: 1 / 0)
    assert [np.flatnonzero(label == k).tolist() for k in dict.fromkeys(label.tolist())] == [
        [0, 1],
        [2, 3, 4],
        [5, 6, 7, 8],
    ]
