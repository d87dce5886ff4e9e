"""The compiled part of `near_duplicates`.

in: texts as bytes; out: shingles, and which text stands for which; why: a million texts in seconds.

A shingle is a 64-bit number. After `keyed` its high 16 bits are how many texts hold it (65,535 at most,
counted in a table of 4 million places, so a little too many) and the rest is its hash: numeric order is from
rare to common, and two texts share a shingle when they share the number.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["keyed", "representatives", "shingled"]

SPACE = 0x20
PLACES = 1 << 22


@njit(cache=True, nogil=True)
def mixed(x):  # type: ignore[no-untyped-def]
    """A 64-bit finaliser (splitmix64): every bit of x reaches every bit of the result."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True, nogil=True)
def shingled(start, letters):  # type: ignore[no-untyped-def]
    """(where each text's shingles begin, int64 (n + 1,); the distinct ones; the hash of words with digits).

    start: int64 (n + 1,), where each text begins in `letters`, UTF-8 words with single spaces between them.
    """
    n = len(start) - 1
    begin = np.zeros(n + 1, np.int64)
    shingles = np.empty(max(16 * n, 64), np.uint64)
    numbers = np.zeros(n, np.uint64)
    at = 0
    for i in range(n):
        text = letters[start[i] : start[i + 1]]
        if at + len(text) + 1 > len(shingles):
            longer = np.empty(2 * len(shingles) + len(text), np.uint64)
            longer[:at] = shingles[:at]
            shingles = longer
        n_words, numbers[i] = _word_pairs(text, shingles[at:])
        found = _letter_triples(text, shingles[at:]) if n_words < 4 else n_words - 1
        at += _distinct(shingles[at : at + found])
        begin[i + 1] = at
    return begin, shingles[:at], numbers


@njit(cache=True, nogil=True)
def _word_pairs(text, out):  # type: ignore[no-untyped-def]
    """Write the hashes of neighbouring words; (number of words, hash of the words that hold a digit)."""
    word, before = np.uint64(1469598103934665603), np.uint64(0)
    numbers = np.uint64(0)
    digit = False
    n_words = 0
    for k in range(len(text) + 1):
        if k < len(text) and text[k] != SPACE:
            word = (word ^ np.uint64(text[k])) * np.uint64(1099511628211)
            digit |= 0x30 <= text[k] <= 0x39
            continue
        word = mixed(word)
        if digit:
            numbers += word  # a sum: which words, whatever their order
        if n_words > 0:
            out[n_words - 1] = mixed(before + np.uint64(3) * word)
        n_words += 1
        before, word, digit = word, np.uint64(1469598103934665603), False
    return n_words, numbers


@njit(cache=True, nogil=True)
def _letter_triples(text, out):  # type: ignore[no-untyped-def]
    """Write the hashes of three neighbouring letters (code points, spaces left out); how many."""
    one, two, three = np.uint64(0), np.uint64(0), np.uint64(0)
    n_letters, n = 0, 0
    k = 0
    while k < len(text):
        letter = np.uint64(text[k])
        k += 1
        while k < len(text) and text[k] & 0xC0 == 0x80:
            letter = (letter << np.uint64(8)) | np.uint64(text[k])
            k += 1
        if letter == SPACE:
            continue
        one, two, three = two, three, letter
        n_letters += 1
        if n_letters >= 3:
            out[n] = mixed(mixed(mixed(one) + two) + three)
            n += 1
    return n


@njit(cache=True, nogil=True)
def _distinct(some):  # type: ignore[no-untyped-def]
    """Sort, drop repeats in place; how many are left."""
    some.sort()
    n = 0
    for k in range(len(some)):
        if k == 0 or some[k] != some[n - 1]:
            some[n] = some[k]
            n += 1
    return n


@njit(cache=True, nogil=True)
def keyed(begin, shingles):  # type: ignore[no-untyped-def]
    """Turn hashes into keys, in place, and sort them from rare to common within each text."""
    n_texts = np.zeros(PLACES, np.int32)
    for shingle in shingles:
        n_texts[shingle & np.uint64(PLACES - 1)] += 1
    for k in range(len(shingles)):
        count = np.uint64(min(n_texts[shingles[k] & np.uint64(PLACES - 1)], 65_535))
        shingles[k] = (count << np.uint64(48)) | (shingles[k] & np.uint64(0xFFFFFFFFFFFF))
    for i in range(len(begin) - 1):
        shingles[begin[i] : begin[i + 1]].sort()


@njit(cache=True, nogil=True)
def _shared(one, other, least):  # type: ignore[no-untyped-def]
    """How many keys two ascending lists share, or less than `least` as soon as it cannot be that many."""
    i, j, n = 0, 0, 0
    while i < len(one) and j < len(other):
        if n + min(len(one) - i, len(other) - j) < least:
            return n
        if one[i] == other[j]:
            n += 1
            i += 1
            j += 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return n


@njit(cache=True, nogil=True)
def _least_shared(one, other, similarity):  # type: ignore[no-untyped-def]
    """The shared shingles that two texts with so many each need to be that similar."""
    return int(np.ceil(similarity / (1.0 + similarity) * (one + other) - 1e-9))


@njit(cache=True, nogil=True)
def _n_first(size, similarity):  # type: ignore[no-untyped-def]
    """Of how many of its rarest shingles a text that is similar enough must hold one."""
    return size - int(np.ceil(similarity * size - 1e-9)) + 1


@njit(cache=True, nogil=True)
def representatives(order, begin, shingles, numbers, similarity, most_compared):  # type: ignore[no-untyped-def]
    """Per text the one that stands for it, int64 (n,); order: the texts in the order in which they choose."""
    n = len(order)
    stands_for = np.arange(n)
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    # postings: per place the last text that stands for itself and has a rare shingle there, and those before
    head = np.full(PLACES, -1, np.int32)
    following, posted = np.empty(64, np.int32), np.empty(64, np.int64)
    n_postings = 0
    compared = np.full(n, -1, np.int64)
    for x in order:
        mine = shingles[begin[x] : begin[x + 1]]
        if len(mine) == 0:
            continue
        first = mine[: _n_first(len(mine), similarity)]
        best, n_compared = -1, 0
        for shingle in first:
            j = head[shingle & np.uint64(PLACES - 1)]
            while j >= 0 and n_compared < most_compared:
                y = posted[j]
                j = following[j]
                if compared[y] != x and numbers[y] == numbers[x]:
                    compared[y] = x
                    n_compared += 1
                    best = _better(x, y, best, begin, shingles, similarity, rank)
        if best >= 0:
            stands_for[x] = best
            continue
        if n_postings + len(first) > len(posted):
            following, posted = _longer(following, len(first)), _longer(posted, len(first))
        for shingle in first:
            place = shingle & np.uint64(PLACES - 1)
            posted[n_postings], following[n_postings] = x, head[place]
            head[place] = n_postings
            n_postings += 1
    return stands_for


@njit(cache=True, nogil=True)
def _longer(array, least):  # type: ignore[no-untyped-def]
    longer = np.empty(2 * len(array) + least, array.dtype)
    longer[: len(array)] = array
    return longer


@njit(cache=True, nogil=True)
def _better(x, y, best, begin, shingles, similarity, rank):  # type: ignore[no-untyped-def]
    """Which of y and `best` (or neither, -1) x is the more similar to; of equals the earlier in rank."""
    mine, theirs = shingles[begin[x] : begin[x + 1]], shingles[begin[y] : begin[y + 1]]
    least = _least_shared(len(mine), len(theirs), similarity)
    if min(len(mine), len(theirs)) < least:
        return best
    shared = _shared(mine, theirs, least)
    if shared < least:
        return best
    if best < 0:
        return y
    others = shingles[begin[best] : begin[best + 1]]
    best_shared = _shared(mine, others, 0)
    # shared / union of both, compared without division
    more = shared * (len(mine) + len(others) - best_shared) - best_shared * (len(mine) + len(theirs) - shared)
    return y if more > 0 or (more == 0 and rank[y] < rank[best]) else best
