"""Texts that differ by a word or two are one message.

in: the distinct normalised texts of a study and how often each was posted; out: for each the text that
stands for it; why: a campaign that changes one word per post must not look like people with different words.

Two texts are near-duplicates when the Jaccard similarity of their sets of word pairs is at least SIMILARITY
and the words that hold a digit are the same. Scripts without spaces are compared by three letters instead,
and their numbers are the runs of digits. Of a text that was cut the first thirteen whole words are compared.
Texts come in a fixed order, the most posted first, then by bytes; each joins the most similar of the earlier
texts that stand for themselves (of equally similar ones the earliest), or else stands for itself. So every
text of an object is that similar to one text, no chain leads from one message to another, and the order of
rows does not matter.

Candidates are exact, not sampled. A text meets at most MOST_LOOKED_AT others by sketch and is compared with
at most MOST_COMPARED word by word, the rarest words and the most posted texts first; among more, which only
templates have, some near-duplicates are missed.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.traces.near_duplicates_kernel import Limits, representatives
from overt.detect.traces.shingles_kernel import shingled

__all__ = ["MOST_COMPARED", "MOST_LOOKED_AT", "SIMILARITY", "near_duplicates"]

SIMILARITY = 0.7
"""A text cut to 80 letters has about 13 whole words; one changed word leaves 10 of 14 word pairs, 0.71. With
fewer it leaves less than 0.7, hence PAIRS_OF_A_CUT_TEXT in the kernel."""

MOST_LOOKED_AT = 1_000
MOST_COMPARED = 100


def near_duplicates(texts: pa.Array, n_posts: np.ndarray, cut_at: int = 0) -> pa.Array:
    """For each of the distinct `texts` (string) the one that stands for it.

    n_posts: int, how often each was posted. cut_at: the length at which texts were cut, in code points, 0 for
    texts that are whole.
    """
    if len(texts) < 2:
        return texts
    large = texts.cast(pa.large_string())
    order = _most_posted_first(large, n_posts)
    start = np.frombuffer(large.buffers()[1], np.int64)[large.offset : large.offset + len(large) + 1]
    letters = np.frombuffer(large.buffers()[2], np.uint8)
    pieces = shingled(order, start, letters, cut_at)
    place = representatives(pieces, Limits(SIMILARITY, MOST_LOOKED_AT, MOST_COMPARED))
    stands_for = np.empty_like(order)
    stands_for[order] = order[place]
    return texts.take(pa.array(stands_for))


def _most_posted_first(texts: pa.Array, n_posts: np.ndarray) -> np.ndarray:
    table = pa.table({"text": texts, "n": pa.array(n_posts)})
    order = pc.sort_indices(table, [("n", "descending"), ("text", "ascending")])
    return np.asarray(order.to_numpy()).astype(np.int64)
