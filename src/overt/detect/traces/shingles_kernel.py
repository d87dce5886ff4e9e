"""The pieces by which two texts are compared, compiled.

in: texts as UTF-8 bytes; out: per text the distinct pieces and a hash of its numbers; why: a million texts in
less than a second.

A piece (shingle) is a 64-bit hash, a pair of neighbouring words or three neighbouring letters; two texts
share a piece when they share the hash. All constants are fixed: same texts, same hashes, on every machine.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

__all__ = ["Shingles", "mixed", "shingled"]

SPACE = 0x20
FEWEST_WORDS = 4
PAIRS_OF_A_CUT_TEXT = 12
FNV_BASIS, FNV_PRIME = 14695981039346656037, 1099511628211

# The zeros of the decimal digits of scripts in wide use (Unicode category Nd, ten in a row each), ascending.
ZEROS = np.array([
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810,
])  # fmt: skip


class Shingles(NamedTuple):
    """Per text i: shingles[begin[i] : begin[i + 1]], ascending and distinct, and a hash of its numbers.

    begin: int64 (n + 1,); shingles: uint64; numbers: uint64 (n,), 0 for a text without numbers.
    """

    begin: np.ndarray
    shingles: np.ndarray
    numbers: np.ndarray


@njit(cache=True, nogil=True)
def mixed(x):  # type: ignore[no-untyped-def]
    """A 64-bit finaliser (splitmix64): every bit of x reaches every bit of the result."""
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True, nogil=True)
def _letter(text, k):  # type: ignore[no-untyped-def]
    """(the code point that begins at byte k, the byte after it)."""
    first = np.int64(text[k])
    k += 1
    if first < 0x80:
        return first, k
    letter = first & (0x1F if first < 0xE0 else 0x0F if first < 0xF0 else 0x07)
    while k < len(text) and text[k] & 0xC0 == 0x80:
        letter = (letter << 6) | (np.int64(text[k]) & 0x3F)
        k += 1
    return letter, k


@njit(cache=True, nogil=True)
def _is_digit(letter):  # type: ignore[no-untyped-def]
    if letter < 0x660:
        return 0x30 <= letter <= 0x39
    if letter > 0x1819:
        return False
    return letter - ZEROS[np.searchsorted(ZEROS, letter, "right") - 1] < 10


@njit(cache=True, nogil=True)
def _is_unspaced(letter):  # type: ignore[no-untyped-def]
    """Thai, Lao, Myanmar, Khmer, kana or Han: scripts that do not put a space between words."""
    if letter < 0xE00:
        return False
    if letter < 0x1800:
        return letter < 0xF00 or 0x1000 <= letter < 0x10A0 or letter >= 0x1780
    return (
        0x3005 <= letter < 0x3100
        or 0x3400 <= letter < 0xA000
        or 0xF900 <= letter < 0xFB00
        or 0x20000 <= letter < 0x40000
    )


@njit(cache=True, nogil=True)
def _by_letters(text):  # type: ignore[no-untyped-def]
    """(number of code points, whether the text is compared by letters).

    By letters when it has fewer than FEWEST_WORDS words or half of its letters are of a script without
    spaces: there a space is where a comma was, and what lies between two is a clause.
    """
    n, spaces, unspaced = 0, 0, 0
    k = 0
    while k < len(text):
        letter, k = _letter(text, k)
        n += 1
        spaces += letter == SPACE
        unspaced += _is_unspaced(letter)
    return n, spaces + 1 < FEWEST_WORDS or 2 * unspaced >= n - spaces


@njit(cache=True, nogil=True)
def shingled(order, start, letters, cut_at):  # type: ignore[no-untyped-def]
    """`Shingles` of the texts in `order`.

    order: int64 (n,), places of texts; start: int64, where each text begins in `letters` (uint8), words with
    single spaces between them; cut_at: the length in code points at which texts were cut, 0 for never.
    """
    n = len(order)
    begin = np.zeros(n + 1, np.int64)
    # never more pieces than bytes, and memory that is not written to is not taken
    shingles = np.empty(len(letters) + 1, np.uint64)
    numbers = np.zeros(n, np.uint64)
    at = 0
    for i in range(n):
        text = letters[start[order[i]] : start[order[i] + 1]]
        length, by_letters = _by_letters(text)
        if by_letters:
            found, numbers[i] = _letter_triples(text, shingles[at:])
        else:
            found, numbers[i] = _word_pairs(text, shingles[at:])
            # A longer or shorter word moves the cut: its last word is a piece of one, and a word more or less
            # fits in. The first thirteen whole words are there either way.
            found = min(found - 1, PAIRS_OF_A_CUT_TEXT) if length == cut_at else found
        at += _distinct(shingles[at : at + found])
        begin[i + 1] = at
    return Shingles(begin, shingles[:at], numbers)


@njit(cache=True, nogil=True)
def _word_pairs(text, out):  # type: ignore[no-untyped-def]
    """Write the hashes of neighbouring words; (how many, sum of the hashes of words that hold a digit)."""
    word, before = np.uint64(FNV_BASIS), np.uint64(0)
    numbers = np.uint64(0)
    digit = False
    n_words, k = 0, 0
    while k <= len(text):
        letter, k = _letter(text, k) if k < len(text) else (SPACE, k + 1)
        if letter != SPACE:
            word = (word ^ np.uint64(letter)) * np.uint64(FNV_PRIME)
            digit |= _is_digit(letter)
            continue
        word = mixed(word)
        if digit:
            numbers += word  # a sum: which words, whatever their order
        if n_words > 0:
            out[n_words - 1] = mixed(before + np.uint64(3) * word)
        n_words += 1
        before, word, digit = word, np.uint64(FNV_BASIS), False
    return n_words - 1, numbers


@njit(cache=True, nogil=True)
def _letter_triples(text, out):  # type: ignore[no-untyped-def]
    """Write the hashes of three neighbouring letters, spaces left out; (how many, sum of hashes of numbers).

    A number is a run of digits: without spaces there are no words for it to stand in.
    """
    one, two, three = np.int64(0), np.int64(0), np.int64(0)
    number, numbers = np.uint64(0), np.uint64(0)
    n_letters, k = 0, 0
    while k < len(text):
        letter, k = _letter(text, k)
        if _is_digit(letter):
            number = mixed(number + np.uint64(letter))
        else:
            numbers += number
            number = np.uint64(0)
        if letter == SPACE:
            continue
        one, two, three = two, three, letter
        n_letters += 1
        if n_letters >= 3:
            # 21 bits hold a code point
            out[n_letters - 3] = mixed(mixed(np.uint64((one << 21) | two)) + np.uint64(three))
    return max(n_letters - 2, 0), numbers + number


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
