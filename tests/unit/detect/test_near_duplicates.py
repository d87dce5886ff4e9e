"""Near-duplicate texts: against a plain twin, and what they must and must not join."""

from __future__ import annotations

import itertools
import time
import unicodedata

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.traces import near_duplicates as module
from overt.detect.traces.near_duplicates import SIMILARITY, near_duplicates
from overt.detect.traces.text import LENGTH, merge, normalised

UNSPACED = ("CJK UNIFIED", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def plain_by_letters(text):
    letters = text.replace(" ", "")
    unspaced = sum(unicodedata.name(letter, "").startswith(UNSPACED) for letter in letters)
    return text.count(" ") < 3 or 2 * unspaced >= len(letters)


def plain_shingles(text, cut_at=0):
    if plain_by_letters(text):
        letters = text.replace(" ", "")
        return {letters[i : i + 3] for i in range(len(letters) - 2)}
    words = text.split(" ")
    return set(itertools.pairwise(words[:-1][:13] if len(text) == cut_at else words))


def plain_numbers(text):
    """The words that hold a digit, or the runs of digits; as they stand, in any order."""
    digits = "".join(" " if unicodedata.category(letter) != "Nd" else letter for letter in text)
    if plain_by_letters(text):
        return sorted(digits.split())
    return sorted(word for word in text.split(" ") if any(unicodedata.category(c) == "Nd" for c in word))


def plain(texts, n_posts, cut_at=0):
    """The definition: each joins the most similar earlier text that stands for itself."""
    order = sorted(range(len(texts)), key=lambda i: (-n_posts[i], texts[i].encode()))
    sets = [plain_shingles(text, cut_at) for text in texts]
    numbers = [plain_numbers(text) for text in texts]
    stands_for, standing = {}, []
    for x in order:
        best = None
        for y in standing:
            union = len(sets[x] | sets[y])
            if not sets[x] or not sets[y] or numbers[x] != numbers[y]:
                continue
            similarity = len(sets[x] & sets[y]) / union
            if similarity >= SIMILARITY - 1e-12 and (best is None or similarity > best[0]):
                best = (similarity, y)
        stands_for[x] = x if best is None else best[1]
        if best is None:
            standing.append(x)
    return [texts[stands_for[i]] for i in range(len(texts))]


def joined(texts, n_posts=None, cut_at=0):
    n_posts = np.ones(len(texts), int) if n_posts is None else np.array(n_posts)
    return near_duplicates(pa.array(texts, pa.string()), n_posts, cut_at).to_pylist()


def n_objects(*texts):
    """How many objects the trace makes of texts as people write them."""
    distinct = sorted(set(normalised(pa.array(texts)).to_pylist()) - {""}, key=str.encode)
    return len(merge(pa.array(distinct, pa.string()), np.ones(len(distinct), int)).unique())


CUT = 36
word = st.sampled_from(["we", "stand", "with", "our", "2nd", "brave", "a", "o", "٣ج", "7"])
clause = st.text("言论自由人3", min_size=1, max_size=9)
text = (
    st.lists(word, min_size=4, max_size=16).map(" ".join)
    | st.lists(clause, min_size=1, max_size=5).map(" ".join)
    | st.lists(word | clause, min_size=4, max_size=7).map(" ".join)
)


@given(st.lists(text, min_size=1, max_size=14), st.data())
def test_equals_its_definition(texts, data):
    texts = sorted({text[:CUT] for text in texts}, key=str.encode)
    n_posts = data.draw(st.lists(st.integers(1, 3), min_size=len(texts), max_size=len(texts)))
    assert joined(texts, n_posts, CUT) == plain(texts, n_posts, CUT)


def test_equals_its_definition_where_many_are_alike():
    """400 texts over 30 words, each a changed copy of one of 60: many candidates, ties and near misses."""
    rng = np.random.default_rng(3)
    first = rng.integers(0, 30, (60, 15))
    copies = first[rng.integers(0, 60, 400)]
    changed = rng.random(copies.shape) < 0.04
    words = np.where(changed, rng.integers(0, 30, copies.shape), copies)
    texts = sorted({" ".join(f"w{chr(97 + w)}" for w in row) for row in words})
    n_posts = rng.integers(1, 4, len(texts)).tolist()
    found = joined(texts, n_posts)
    assert found == plain(texts, n_posts)
    assert 60 < len(set(found)) < len(texts) - 50


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


@pytest.mark.parametrize("instead", ["not", "scarcely"])
def test_a_longer_or_shorter_word_before_the_cut_is_still_one_changed_word(instead):
    post = f"{SAID} and we will say so until somebody is made to answer for it."
    assert n_objects(post, post.replace("never", instead, 1)) == 1


def with_one_word_changed(rng, vocabulary):
    """(a post of 30 words, the same with one of its first thirteen exchanged)."""
    words = rng.choice(vocabulary, 30)
    other = words.copy()
    other[rng.integers(1, 12)] = rng.choice(vocabulary)
    return " ".join(words), " ".join(other)


def test_of_cut_texts_with_thirteen_whole_words_at_least_95_in_100_are_joined_when_one_word_changes():
    rng = np.random.default_rng(0)
    vocabulary = np.array(["".join(rng.choice(list("abcdefghij"), rng.integers(2, 9))) for _ in range(5000)])
    pairs = [with_one_word_changed(rng, vocabulary) for _ in range(3000)]
    whole = [(a, b) for a, b in pairs if min(a[:LENGTH].count(" "), b[:LENGTH].count(" ")) >= 13]
    assert len(whole) > 800
    recalled = np.mean([n_objects(a, b) == 1 for a, b in whole[:800]])
    assert recalled >= 0.95


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12", "13"),
        ("١٢", "١٣"),
        ("१२", "१३"),
        ("s01e12", "s01e13"),
    ],
)
def test_a_template_with_another_number_is_another_message(one, other):
    template = "episode {} of the long story about a lighthouse keeper and the sea and the dog"
    assert n_objects(template.format(one), template.format(other)) == 2


def test_numbers_are_compared_in_any_order_and_as_often_as_they_stand():
    many = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    assert len(set(joined(sorted([f"7 8 {many}", f"8 7 {many}"])))) == 1
    assert len(set(joined(sorted([f"7 7 {many}", f"7 {many}"])))) == 2
    assert len(set(joined(sorted([f"7 7 {many}", many])))) == 2


def test_a_crowd_with_other_numbers_hides_nothing():
    """Each of 1,500 numbers has two texts that share only what all texts share."""
    rest = "morning to all of you at home and to all of you on the road today"
    texts = sorted(f"{i} {word} {rest}" for i in range(1500) for word in ("good", "lovely"))
    assert len(set(joined(texts))) == 1500


def test_seven_of_ten_pairs_are_enough_also_where_the_other_three_are_the_rarest():
    short = "one two three four five six seven eight"
    assert set(joined([short, f"{short} nine ten eleven"], [2, 1])) == {short}
    assert len(set(joined([short, f"{short} nine ten eleven twelve"], [2, 1]))) == 2


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


@pytest.mark.parametrize(
    ("one", "other", "objects"),
    [("害怕", "担心", 1), ("12", "13", 2), ("十二", "十三", 1)],
    ids=["a word", "a number", "a number in words"],
)
def test_commas_and_digits_do_not_make_words_of_clauses(one, other, objects):
    post = "今天3月我们都要为这座城市的未来，站出来说话，请大家一起来，不要{}，支持我们的城市，支持我们"
    assert n_objects(post.format(one), post.format(other)) == objects


def test_a_text_is_compared_with_so_many_others_at_most(monkeypatch):
    """Every comparison beyond a bound is left out: the one near text that comes last is missed."""
    common = "one two three four five six seven eight"
    others = [f"{common} {a}a {a}b {a}c {a}d" for a in "bcdefghijk"]
    texts = sorted([*others, f"{common} ba bb bc bz"])
    for bound in ("MOST_COMPARED", "MOST_LOOKED_AT"):
        assert len(set(joined(texts))) == len(texts) - 1
        with monkeypatch.context() as patch:
            patch.setattr(module, bound, 0)
            assert len(set(joined(texts))) == len(texts)


@pytest.mark.parametrize("slot", ["{number}", "{word}"])
def test_a_template_does_not_cost_the_square_of_its_texts(slot):
    """100,000 texts with all but one word in common; comparing all with all would take minutes."""
    template = "good morning everyone it is {} of our trip".replace("{}", slot)
    name = str.maketrans("0123456789", "abcdefghij")
    texts = sorted(template.format(number=i, word=str(i).translate(name)) for i in range(100_000))
    joined(texts[:2])
    begin = time.process_time()
    assert joined(texts) == texts
    assert time.process_time() - begin < 5


@pytest.mark.parametrize("texts", [[], ["only one text of five words"]])
def test_nothing_to_compare(texts):
    assert joined(texts) == texts
