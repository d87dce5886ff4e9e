"""Which text stands for which, compiled.

in: the pieces of texts, in the order in which the texts choose; out: for each the text that it joins; why: a
million texts in seconds, templates included.

Candidates come from a prefix filter (Chaudhuri et al. 2006, Bayardo et al. 2007): with pieces ordered from
rare to common, two sets that are similar enough share one of their first few. Each of these rare pieces of a
text that stands for itself leads to a bucket; the buckets lie one after another in memory, with a 64-bit
sketch of the text beside its number, so that nearly all of a bucket is passed over without a look elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from overt.detect.traces.shingles_kernel import mixed

__all__ = ["Limits", "representatives"]

MOST_BUCKETS = 1 << 24
ROUNDING = 1e-9


class Limits(NamedTuple):
    """similarity: the least Jaccard similarity of near-duplicates; looks: the most sketches that one text is
    held against; comparisons: the most texts that it is then compared with."""

    similarity: float
    looks: int
    comparisons: int


class _Rare(NamedTuple):
    """Per text i the buckets of its rare pieces, the rarest first: bucket[begin[i] : begin[i + 1]].

    begin: int64 (n + 1,); bucket: int32; n_buckets: a power of two.
    """

    begin: np.ndarray
    bucket: np.ndarray
    n_buckets: int


class _Postings(NamedTuple):
    """The texts that stand for themselves by bucket b, in order: text[start[b] : end[b]], sketches beside."""

    start: np.ndarray
    end: np.ndarray
    text: np.ndarray
    sketch: np.ndarray


@njit(cache=True, nogil=True)
def _n_rare(size, similarity):  # type: ignore[no-untyped-def]
    """Of how many of its rarest pieces a text that is similar enough must hold one."""
    return 0 if size == 0 else size - int(np.ceil(similarity * size - ROUNDING)) + 1


@njit(cache=True, nogil=True)
def _rarest(texts, similarity):  # type: ignore[no-untyped-def]
    """`_Rare` of `Shingles`. Texts with other numbers never meet: the numbers choose the bucket, too."""
    n = len(texts.begin) - 1
    n_buckets = 1024
    while 4 * n_buckets < len(texts.shingles) and n_buckets < MOST_BUCKETS:
        n_buckets *= 2
    mask = np.uint64(n_buckets - 1)
    n_texts = np.zeros(n_buckets, np.uint32)
    for shingle in texts.shingles:
        n_texts[shingle & mask] += 1
    begin = np.zeros(n + 1, np.int64)
    for i in range(n):
        begin[i + 1] = begin[i] + _n_rare(texts.begin[i + 1] - texts.begin[i], similarity)
    bucket = np.empty(begin[n], np.int32)
    for i in range(n):
        pieces = _from_rare_to_common(texts.shingles[texts.begin[i] : texts.begin[i + 1]], n_texts)
        for k in range(begin[i + 1] - begin[i]):
            bucket[begin[i] + k] = mixed(pieces[k] + texts.numbers[i]) & mask
    return _Rare(begin, bucket, n_buckets)


@njit(cache=True, nogil=True)
def _from_rare_to_common(shingles, n_texts):  # type: ignore[no-untyped-def]
    """uint64, the low 48 bits of the hashes, those of the fewest texts first; one order for all texts.

    n_texts: by the low bits of a hash, so a little too many; that moves pieces in the order, no more.
    """
    mask = np.uint64(len(n_texts) - 1)
    low = np.uint64(0xFFFFFFFFFFFF)
    keys = np.empty(len(shingles), np.uint64)
    for k in range(len(shingles)):
        count = min(n_texts[shingles[k] & mask], 65_535)
        keys[k] = (np.uint64(count) << np.uint64(48)) | (shingles[k] & low)
    keys.sort()
    return keys & low


@njit(cache=True, nogil=True)
def _empty_postings(rare):  # type: ignore[no-untyped-def]
    """Room for every text in each of its buckets."""
    start = np.zeros(rare.n_buckets + 1, np.int64)
    for bucket in rare.bucket:
        start[bucket + 1] += 1
    for k in range(rare.n_buckets):
        start[k + 1] += start[k]
    n = len(rare.bucket)
    return _Postings(start, start[:-1].copy(), np.empty(n, np.int32), np.empty(n, np.uint64))


@njit(cache=True, nogil=True)
def _sketch(shingles):  # type: ignore[no-untyped-def]
    """A bit per piece: every bit in which two sketches differ is at least one piece that is not shared."""
    sketch = np.uint64(0)
    for shingle in shingles:
        sketch |= np.uint64(1) << np.uint64(shingle >> np.uint64(58))
    return sketch


@njit(cache=True, nogil=True)
def _n_bits(x):  # type: ignore[no-untyped-def]
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * np.uint64(0x0101010101010101)) >> np.uint64(56))


@njit(cache=True, nogil=True)
def _shared(one, other, least):  # type: ignore[no-untyped-def]
    """How many hashes two ascending lists share, or less than `least` as soon as it cannot be that many."""
    i, j, n = 0, 0, 0
    while i < len(one) and j < len(other):
        if n + min(len(one) - i, len(other) - j) < least:
            return n
        mine, theirs = one[i], other[j]
        n += mine == theirs
        i += mine <= theirs
        j += theirs <= mine
    return n


@njit(cache=True, nogil=True)
def _nearest(x, texts, rare, postings, limits):  # type: ignore[no-untyped-def]
    """The most similar of the texts that stand for themselves, -1 where none is similar enough."""
    mine = texts.shingles[texts.begin[x] : texts.begin[x + 1]]
    size, sketch = len(mine), _sketch(mine)
    # a similar text has size / similarity pieces at most, and so differs in so many at most
    most_bits = size * (1.0 - limits.similarity) / limits.similarity + ROUNDING
    least_share = limits.similarity / (1.0 + limits.similarity)
    best, best_shared, best_total = -1, 0, 1
    looks, comparisons = limits.looks, limits.comparisons
    for k in range(rare.begin[x], rare.begin[x + 1]):
        first = postings.start[rare.bucket[k]]
        last = min(postings.end[rare.bucket[k]], first + looks)
        looks -= last - first
        for j in range(first, last):
            if _n_bits(sketch ^ postings.sketch[j]) > most_bits:
                continue
            y = postings.text[j]
            if texts.numbers[y] != texts.numbers[x]:
                continue
            theirs = texts.shingles[texts.begin[y] : texts.begin[y + 1]]
            total = size + len(theirs)
            least = int(np.ceil(least_share * total - ROUNDING))
            if min(size, len(theirs)) < least:
                continue
            if comparisons == 0:
                return best
            comparisons -= 1
            shared = _shared(mine, theirs, least)
            # shared / total orders as shared / union does; without division
            more = shared * best_total - best_shared * total
            if shared >= least and (more > 0 or (more == 0 and y < best)):
                best, best_shared, best_total = y, shared, total
    return best


@njit(cache=True, nogil=True)
def representatives(texts, limits):  # type: ignore[no-untyped-def]
    """Per text the one that stands for it, int64 (n,), all as places in the order of `texts`.

    The texts of a bucket are met in order, so what the limits leave out are those that come late.
    """
    stands_for = np.arange(len(texts.begin) - 1)
    rare = _rarest(texts, limits.similarity)
    postings = _empty_postings(rare)
    for x in range(len(stands_for)):
        best = _nearest(x, texts, rare, postings, limits)
        if best >= 0:
            stands_for[x] = best
            continue
        sketch = _sketch(texts.shingles[texts.begin[x] : texts.begin[x + 1]])
        for bucket in rare.bucket[rare.begin[x] : rare.begin[x + 1]]:
            at = postings.end[bucket]
            postings.text[at], postings.sketch[at] = x, sketch
            postings.end[bucket] = at + 1
    return stands_for
