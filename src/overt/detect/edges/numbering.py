"""Numbers for ids, as the ids come.

in: Arrow arrays of strings, one after another; out: for each string its number from 0, in order of first
appearance; why: a column of ids can be read piece by piece, and only its distinct strings stay in memory. The
numbers are those of `dictionary_encode` over the whole column; the pieces do not matter.
"""

from __future__ import annotations

import secrets

import numpy as np
import pyarrow as pa
from numba import njit

__all__ = ["Numbering"]

AT_ONCE = 256
"""Ids looked up together: all are hashed and their slots asked for before the first is compared, so that the
processor fetches them from memory side by side (a third of the time)."""

LEAST_SLOTS = 1 << 12
MOST_IDS = (1 << 31) - 1


class Numbering:
    """Distinct strings and their numbers.

    An open-addressed table holds, per string, 32 bits of its hash and its number plus one; the strings lie
    one after another, and each hit is compared with its string, so that no two ids are ever taken for one.
    The hash has a secret seed: ids are written by strangers, who could otherwise make all of them collide.
    The numbers do not depend on the seed.
    """

    def __init__(self) -> None:
        self._seed = np.array([secrets.randbits(64) for _ in range(3)], np.uint64)
        self._slots = np.zeros(LEAST_SLOTS, np.uint64)
        self._starts = np.zeros(LEAST_SLOTS // 2 + 1, np.int64)
        self._bytes = np.empty(1 << 14, np.uint8)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    @property
    def n_bytes(self) -> int:
        """What it holds in memory."""
        return int(self._slots.nbytes + self._starts.nbytes + self._bytes.nbytes)

    def number(self, column: pa.Array | pa.ChunkedArray) -> np.ndarray:
        """The number of each string, int32, shape (n,); new strings get the next numbers.

        Raises ValueError where a cell is empty (null) or when there are over 2^31 - 1 distinct strings.
        """
        chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
        numbers = np.empty(len(column), np.int32)
        begin = 0
        for chunk in chunks:
            self._number(chunk, numbers[begin : begin + len(chunk)])
            begin += len(chunk)
        return numbers

    def _number(self, chunk: pa.Array, numbers: np.ndarray) -> None:
        if chunk.null_count:
            raise ValueError(f"{chunk.null_count} of {len(chunk)} ids are empty")
        if not len(chunk):
            return
        offsets, data = _strings(chunk)
        done = 0
        while True:
            done, self._n = _look_up(
                data, offsets, done, self._seed, self._slots, self._starts, self._bytes, self._n, numbers
            )
            if done == len(chunk):
                return
            self._grow(int(offsets[min(done + AT_ONCE, len(chunk))] - offsets[done]))

    def _grow(self, n_bytes: int) -> None:
        """Make room for another AT_ONCE strings of so many bytes in all."""
        if self._n + AT_ONCE > MOST_IDS:
            raise ValueError(f"more than {MOST_IDS} distinct ids")
        if 2 * (self._n + AT_ONCE) > len(self._slots):
            self._slots = _spread(self._slots, 2 * len(self._slots))
            self._starts = _longer(self._starts, len(self._slots) // 2 + 1)
        used = int(self._starts[self._n])
        if used + n_bytes > len(self._bytes):
            self._bytes = _longer(self._bytes, max(used + n_bytes, len(self._bytes) * 3 // 2))

    def names(self) -> pa.Array:
        """The strings in order of their numbers: string, or large_string above 2 GB."""
        starts, data = self._starts[: self._n + 1], self._bytes[: self._starts[self._n]]
        if len(data) <= MOST_IDS:
            return pa.Array.from_buffers(
                pa.string(), self._n, [None, pa.py_buffer(starts.astype(np.int32)), pa.py_buffer(data.copy())]
            )
        return pa.Array.from_buffers(
            pa.large_string(), self._n, [None, pa.py_buffer(starts.copy()), pa.py_buffer(data.copy())]
        )


def _strings(chunk: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where each string begins and the bytes of all of them."""
    if not (pa.types.is_string(chunk.type) or pa.types.is_large_string(chunk.type)):
        chunk = chunk.cast(pa.large_string())
    _, offsets, data = chunk.buffers()
    kind = np.int32 if pa.types.is_string(chunk.type) else np.int64
    found = np.frombuffer(offsets, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    return found, np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)


def _longer(line: np.ndarray, n: int) -> np.ndarray:
    longer = np.zeros(n, line.dtype)
    longer[: len(line)] = line
    return longer


# The two loads are written out byte by byte, which the compiler turns into one load each.


@njit(cache=True, nogil=True, inline="always")
def _half(data, at):  # type: ignore[no-untyped-def]
    word = np.uint64(0)
    for k in range(4):
        word |= np.uint64(data[at + np.uint64(k)]) << np.uint64(8 * k)
    return word


@njit(cache=True, nogil=True, inline="always")
def _word(data, at):  # type: ignore[no-untyped-def]
    return _half(data, at) | _half(data, at + np.uint64(4)) << np.uint64(32)


@njit(cache=True, nogil=True, inline="always")
def _mixed(a, b):  # type: ignore[no-untyped-def]
    """The high and the low half of the 128-bit product, xored: no bit of either factor stays where it was."""
    low = np.uint64(0xFFFFFFFF)
    shift = np.uint64(32)
    a0, a1, b0, b1 = a & low, a >> shift, b & low, b >> shift
    t = a1 * b0 + (a0 * b0 >> shift)
    u = a0 * b1 + (t & low)
    return (a * b) ^ (a1 * b1 + (t >> shift) + (u >> shift))


@njit(cache=True, nogil=True)
def _hash(data, begin, end, seed):  # type: ignore[no-untyped-def]
    """64 bits of the bytes and the seed; the last words may overlap the ones before."""
    n = end - begin
    h = seed[0]
    at = begin
    while end - at > np.uint64(16):
        h = _mixed(_word(data, at) ^ seed[1], _word(data, at + np.uint64(8)) ^ h)
        at += np.uint64(16)
    if n >= np.uint64(8):
        first, last = _word(data, min(at, end - np.uint64(8))), _word(data, end - np.uint64(8))
    elif n >= np.uint64(4):
        first, last = _half(data, begin), _half(data, end - np.uint64(4))
    else:
        first, last = np.uint64(0), np.uint64(0)
        while at < end:
            first = first << np.uint64(8) | np.uint64(data[at])
            at += np.uint64(1)
    return _mixed(_mixed(first ^ seed[1], last ^ h), n ^ seed[2])


@njit(cache=True, nogil=True, inline="always")
def _same(a, i, b, j, n):  # type: ignore[no-untyped-def]
    """Whether the n bytes of a from i are those of b from j."""
    k = np.uint64(0)
    while n - k >= np.uint64(8):
        if _word(a, i + k) != _word(b, j + k):
            return False
        k += np.uint64(8)
    while k < n:
        if a[i + k] != b[j + k]:
            return False
        k += np.uint64(1)
    return True


@njit(cache=True, nogil=True)
def _look_up(data, offsets, done, seed, slots, starts, strings, n, numbers):  # type: ignore[no-untyped-def]
    """Number strings from `done` on, until a batch might not fit; strings done, and distinct ones."""
    hashes, asked = np.empty(AT_ONCE, np.uint64), np.empty(AT_ONCE, np.uint64)
    mask = np.uint64(len(slots) - 1)
    while done < len(numbers):
        m = min(AT_ONCE, len(numbers) - done)
        n_bytes = np.int64(offsets[done + m]) - np.int64(offsets[done])
        if 2 * (n + m) > len(slots) or starts[n] + n_bytes > len(strings):
            return done, n
        for q in range(m):
            hashes[q] = _hash(data, np.uint64(offsets[done + q]), np.uint64(offsets[done + q + 1]), seed)
            hashes[q] >>= np.uint64(32)
        for q in range(m):
            asked[q] = slots[hashes[q] & mask]
        for q in range(m):
            begin, end = np.uint64(offsets[done + q]), np.uint64(offsets[done + q + 1])
            found, slot = _find(data, begin, end - begin, hashes[q], slots, starts, strings)
            if found < 0:
                found = n
                _append(data, begin, end - begin, starts, strings, n)
                n += 1
                slots[slot] = hashes[q] << np.uint64(32) | np.uint64(n)
            numbers[done + q] = found
        done += m
    return done, n


@njit(cache=True, nogil=True, inline="always")
def _find(data, begin, length, hash_, slots, starts, strings):  # type: ignore[no-untyped-def]
    """The number of a string, or -1 and the slot that is free for it."""
    mask = np.uint64(len(slots) - 1)
    slot = hash_ & mask
    while slots[slot]:
        if slots[slot] >> np.uint64(32) == hash_:
            number = np.int64(slots[slot] & np.uint64(0xFFFFFFFF)) - 1
            first = np.uint64(starts[number])
            if np.uint64(starts[number + 1]) - first == length and _same(data, begin, strings, first, length):
                return number, slot
        slot = (slot + np.uint64(1)) & mask
    return -1, slot


@njit(cache=True, nogil=True, inline="always")
def _append(data, begin, length, starts, strings, n):  # type: ignore[no-untyped-def]
    at = np.uint64(starts[n])
    for k in range(length):
        strings[at + np.uint64(k)] = data[begin + np.uint64(k)]
    starts[n + 1] = starts[n] + np.int64(length)


@njit(cache=True, nogil=True)
def _spread(slots, n):  # type: ignore[no-untyped-def]
    """The entries in a table of n slots; their hashes say where, no string is read."""
    wider = np.zeros(n, np.uint64)
    mask = np.uint64(n - 1)
    for entry in slots:
        if entry:
            slot = (entry >> np.uint64(32)) & mask
            while wider[slot]:
                slot = (slot + np.uint64(1)) & mask
            wider[slot] = entry
    return wider
