"""Grouping and sums out of an engine's verbs, against dicts."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from overt.engines.grouped import map_groups, parts_of, sum_by
from tests.unit.detect.parts import HereRows

keyed = st.lists(
    st.tuples(st.text(max_size=3), st.integers(-(2**63), 2**63 - 1), st.integers(-9, 9)), max_size=30
)


def parts(rows, n):
    names = ("word", "number", "n")
    types = (pa.string(), pa.int64(), pa.int64())
    return HereRows(
        [
            [pa.table([pa.array([r[k] for r in rows[i::n]], types[k]) for k in range(3)], names=list(names))]
            for i in range(n)
        ]
    )


@given(keyed, st.integers(1, 4), st.integers(1, 5))
def test_sums(rows, n_before, n_after):
    wanted = Counter()
    for word, number, n in rows:
        wanted[word, number] += n
    found = [
        row
        for t in sum_by(parts(rows, n_before), ["word", "number"], ["n"], n_after).tables()
        for row in t.to_pylist()
    ]
    assert {(row["word"], row["number"]): row["n"] for row in found} == dict(wanted)
    assert len(found) == len(wanted)


@given(keyed, st.integers(1, 5))
def test_no_key_is_in_two_groups(rows, n_parts):
    calls = map_groups(parts(rows, 2), ["word"], n_parts, lambda table: table.select(["word"]))
    groups = [set(table["word"].to_pylist()) for table in calls.tables()]
    assert len(set().union(*groups)) == sum(map(len, groups))
    assert set().union(*groups) == {word for word, *_ in rows}


def test_a_slice_of_a_column_is_hashed_like_its_copy():
    table = pa.table({"word": ["a", "bb", "", "bb", "é"]})
    assert parts_of(table.slice(1, 3), ["word"], 97).tolist() == parts_of(table, ["word"], 97)[1:4].tolist()


def test_parts_are_about_equal():
    table = pa.table({"number": list(range(10_000)), "word": [f"u{k}" for k in range(10_000)]})
    for key in ("number", "word"):
        sizes = Counter(parts_of(table, [key], 7).tolist())
        assert len(sizes) == 7
        assert max(sizes.values()) < 1.2 * min(sizes.values())
