"""Numbers of ids: those of a dictionary over the whole column, however it is cut."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.edges import numbering
from overt.detect.edges.numbering import AT_ONCE, Numbering

ids = st.text(alphabet="ab\x00é漢😀", max_size=40)


def plain(strings):
    known = {}
    return [known.setdefault(one, len(known)) for one in strings], list(known)


@given(st.lists(ids, max_size=80), st.integers(1, 9), st.sampled_from([pa.string(), pa.large_string()]))
def test_numbers_are_in_order_of_first_appearance_however_the_column_is_cut(strings, step, kind):
    some = Numbering()
    found = [some.number(pa.array(strings[k : k + step], kind)) for k in range(0, len(strings), step)]
    numbers, names = plain(strings)
    assert [int(number) for part in found for number in part] == numbers
    assert some.names().to_pylist() == names
    assert len(some) == len(names)


@given(st.lists(ids, min_size=1, max_size=60), st.data())
def test_a_slice_of_a_column_is_read_from_where_it_begins(strings, data):
    begin = data.draw(st.integers(0, len(strings) - 1))
    column = pa.chunked_array([pa.array(strings).slice(begin), pa.array(strings)])
    numbers, _ = plain(strings[begin:] + strings)
    assert Numbering().number(column).tolist() == numbers


def test_the_table_grows_as_ids_come():
    rng = np.random.default_rng(0)
    strings = [str(number) for number in rng.integers(0, 40_000, 100_000)]
    some = Numbering()
    numbers, names = plain(strings)
    for k in range(0, len(strings), 7_001):
        part = some.number(pa.array(strings[k : k + 7_001]))
        np.testing.assert_array_equal(part, numbers[k : k + 7_001])
    assert some.names().to_pylist() == names
    assert len(names) > numbering.LEAST_SLOTS


def test_one_id_longer_than_all_before_finds_room():
    strings = ["a", "b" * 100_000, "a", "c" * 200_000]
    some = Numbering()
    assert some.number(pa.array(strings)).tolist() == [0, 1, 0, 2]
    assert some.names().to_pylist() == ["a", "b" * 100_000, "c" * 200_000]


def test_ids_of_one_hash_are_told_apart(monkeypatch):
    """All into one slot, all with the same 32 bits: only the strings themselves differ."""
    same = numbering.njit(nogil=True)(lambda data, begin, end, seed: np.uint64(7) << np.uint64(32))
    monkeypatch.setattr(numbering, "_hash", same)
    look_up = numbering.njit(nogil=True)(numbering._look_up.py_func)
    monkeypatch.setattr(numbering, "_look_up", look_up)
    strings = [f"{number % 50}" for number in range(AT_ONCE + 20)]
    some = Numbering()
    numbers, names = plain(strings)
    assert some.number(pa.array(strings)).tolist() == numbers
    assert some.names().to_pylist() == names


def test_an_empty_cell_is_refused():
    with pytest.raises(ValueError, match="1 of 2 ids are empty"):
        Numbering().number(pa.array(["a", None]))


def test_other_kinds_of_strings_are_read_as_strings():
    column = pa.array(["a", "b", "a"]).dictionary_encode()
    assert Numbering().number(column).tolist() == [0, 1, 0]
