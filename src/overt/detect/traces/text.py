"""Trace `text`: the same words, or nearly, whatever the case, punctuation, links and mentions around them.

The first 80 characters of the normalised text are compared, because platforms cut repeated posts; four
words are the least, because shorter texts are things that people say. Near-duplicates (`near_duplicates`) are
one object, under the words of the most posted among them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.traces.cells import present
from overt.detect.traces.near_duplicates import near_duplicates
from overt.detect.traces.trace import Found, Trace

__all__ = ["LEAST_WORDS", "LENGTH", "TRACE", "normalised"]

LENGTH = 80
LEAST_WORDS = 4
LEAST_UNSPACED = 12
"""Letters, in scripts that write without spaces, that are as much as four words."""

_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
_NOT_WORDS = r"https?://\S+|www\.\S+|<(?:url|email)>|(?:^|[^\w])[@\x{FF20}][\w.]+"


def normalised(text: pa.Array) -> pa.Array:
    """Lower case, NFKC, without links, mentions and punctuation, single spaces, cut; '' when too short."""
    words = pc.utf8_lower(pc.utf8_normalize(text, "NFKC"))
    words = pc.replace_substring_regex(words, _NOT_WORDS, " ")
    words = pc.replace_substring_regex(words, r"[^\p{L}\p{M}\p{N}_]+", " ")
    words = pc.utf8_trim_whitespace(words)
    spaces = pc.count_substring(words, " ")
    long = pc.or_(pc.greater_equal(spaces, LEAST_WORDS - 1), _unspaced(words))
    return pc.if_else(long, pc.utf8_slice_codeunits(words, 0, LENGTH), "")


def _unspaced(words: pa.Array) -> pa.Array:
    # over however many clauses: punctuation between them is a space by now
    letters = pc.count_substring_regex(words, _UNSPACED)
    return pc.greater_equal(letters, LEAST_UNSPACED)


def find(posts: pa.RecordBatch) -> Found:
    row, text = present(posts["text"])
    place, words = present(normalised(text))
    return Found(row.take(place), words)


def merge(texts: pa.Array, n_posts: np.ndarray) -> pa.Array:
    """For each of the distinct normalised texts the one that stands for it (`near_duplicates`)."""
    return near_duplicates(texts, n_posts, cut_at=LENGTH)


TRACE = Trace(
    "text",
    "posted the same words, or nearly",
    ("text",),
    find,
    offset_s=300.0,
    decides=True,
    merge=merge,
)
