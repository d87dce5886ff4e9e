"""Near-duplicate texts: against a plain twin, and what they must and must not join."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.traces import near_duplicates as module
from overt.detect.traces.near_duplicates import SIMILARITY, near_duplicates


def plain_shingles(text):
    words = text.split(" ")
    if len(words) >= 4:
        return set(itertools.pairwise(words))
    letters = text.replace(" ", "")
    return {letters[i : i + 3] for i in range(len(letters) - 2)}


def plain_numbers(text):
    return sorted(word for word in text.split(" ") if any(c in "0123456789" for c in word))


def plain(texts, n_posts):
    """The definition: each joins the most similar earlier text that stands for itself."""
    order = sorted(range(len(texts)), key=lambda i: (-n_posts[i], texts[i].encode()))
    stands_for, standing = {}, []
    for x in order:
        mine, best = plain_shingles(texts[x]), None
        for y in standing:
            theirs = plain_shingles(texts[y])
            union = len(mine | theirs)
            if not mine or not theirs or plain_numbers(texts[x]) != plain_numbers(texts[y]):
                continue
            similarity = len(mine & theirs) / union
            if similarity >= SIMILARITY - 1e-12 and (best is None or similarity > best[0]):
                best = (similarity, y)
        stands_for[x] = x if best is None else best[1]
        if best is None:
            standing.append(x)
    return [texts[stands_for[i]] for i in range(len(texts))]


def joined(texts, n_posts=None):
    n_posts = np.ones(len(texts), int) if n_posts is None else np.array(n_posts)
    return near_duplicates(pa.array(texts, pa.string()), n_posts).to_pylist()


word = st.sampled_from(["we", "stand", "with", "our", "2nd", "brave", "nation", "today", "7"])
text = st.lists(word, min_size=4, max_size=9).map(" ".join) | st.text("言论自由人", min_size=3, max_size=9)


@given(st.lists(text, min_size=1, max_size=14, unique=True), st.data())
def test_equals_its_definition(texts, data):
    texts.sort(key=str.encode)
    n_posts = data.draw(st.lists(st.integers(1, 3), min_size=len(texts), max_size=len(texts)))
    assert joined(texts, n_posts) == plain(texts, n_posts)


SAID = "the people of this town will never forget what was done to them by the water company"


def test_one_changed_word_of_fourteen_is_the_same_message():
    other = SAID.replace("never", "not")
    assert len(set(joined(sorted([SAID, other])))) == 1


def test_the_most_posted_words_stand_for_the_message():
    other = SAID.replace("never", "not")
    assert set(joined(sorted([SAID, other]), [9, 1] if other > SAID else [1, 9])) == {SAID}


def test_half_of_the_words_is_another_message():
    other = " ".join([*SAID.split()[:8], "have", "asked", "the", "mayor", "for", "a", "new", "bridge"])
    assert len(set(joined(sorted([SAID, other])))) == 2


def test_a_template_with_another_number_is_another_message():
    texts = sorted(f"episode {n} of the long story about a lighthouse keeper and the sea" for n in (12, 13))
    assert joined(texts) == texts


def test_there_are_no_chains():
    """a is near b, b is near c, a is not near c: c does not come to a through b."""
    words = [f"{letter}word" for letter in "abcdefghijklmnopqrst"]
    texts = [" ".join(words[k : k + 13]) for k in range(8)]
    found = dict(zip(texts, joined(texts), strict=True))
    for one, stands in found.items():
        mine, theirs = plain_shingles(one), plain_shingles(stands)
        assert len(mine & theirs) / len(mine | theirs) >= SIMILARITY
    assert len(set(found.values())) > 1


def test_scripts_without_spaces_are_compared_by_letters():
    texts = [
        "今天我们都要为这座城市的未来站出来说话",
        "今天我们都要为这座城市的未来站出来说句话",
        "完全不同的另一句话关于天气和海边的风景",
    ]
    assert len(set(joined(sorted(texts)))) == 2


def test_a_text_is_compared_with_so_many_others_at_most(monkeypatch):
    """Every comparison beyond the bound is left out: the one near text that comes last is missed."""
    common = "one two three four five six seven eight"
    others = [f"{common} {a}a {a}b {a}c {a}d" for a in "bcdefghijk"]
    texts = sorted([*others, f"{common} ba bb bc bz"])
    assert len(set(joined(texts))) == len(texts) - 1
    monkeypatch.setattr(module, "MOST_COMPARED", 0)
    assert len(set(joined(texts))) == len(texts)


@pytest.mark.parametrize("texts", [[], ["only one text of five words"]])
def test_nothing_to_compare(texts):
    assert joined(texts) == texts
