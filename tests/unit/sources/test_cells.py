"""Cells in every spelling become typed columns."""

from __future__ import annotations

import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.sources.cells import MISSING, counts, flags, ids, texts
from overt.detect.sources.list_cells import ITEM_LIMIT, Splitter, lists
from overt.detect.sources.platforms import platform_name, platforms, prefixed


def test_missing_has_many_spellings_and_is_null() -> None:
    assert texts([*MISSING, None, "  ", "nothing"]).to_pylist() == [None] * (len(MISSING) + 2) + ["nothing"]
    assert texts(["NA", ""], keep="NA").to_pylist() == ["NA", None]


def test_texts_are_verbatim_but_for_what_no_table_holds() -> None:
    hostile = ["=1+1", "<b>&amp;", "\u202eevil", "a\nb", ' "x" ']
    assert texts(hostile).to_pylist() == hostile
    assert texts(["a\x00b", "c"]).to_pylist() == ["a\ufffdb", "c"]
    assert texts(["a\ud83db", 5, True, ["x"]]).to_pylist() == ["a\ufffdb", "5", None, None]


@pytest.mark.parametrize(
    "cells",
    [[18446744073709551615, 7], ["18446744073709551615", " 7 "], pa.array([2**64 - 1, 7], pa.uint64())],
)
def test_long_ids_stay_exact(cells: Any) -> None:
    found, lost = ids(cells)
    assert found.to_pylist() == ["18446744073709551615", "7"]
    assert not lost.any()


def test_ids_that_lost_digits_are_found() -> None:
    cells = [
        "6.29697E+17",
        "1e+20",
        "629697123456789012",
        "123.0",
        "1234567890123456.0",
        "79e1234567890123",
        "a.b",
    ]
    found, lost = ids(cells)
    assert found.to_pylist() == [None, None, "629697123456789012", "123", None, "79e1234567890123", "a.b"]
    assert lost.tolist() == [True, True, False, False, True, False, False]


@pytest.mark.parametrize(
    "cells", [[6.3e17, 12.0, float("nan"), None, 1.5], pa.array([6.3e17, 12.0, float("nan"), None, 1.5])]
)
def test_ids_as_floats(cells: Any) -> None:
    found, lost = ids(cells)
    assert found.to_pylist() == [None, "12", None, None, None]
    assert lost.tolist() == [True, False, False, False, True]


def test_zero_is_no_reference() -> None:
    assert ids(["0", 0, "-1", "12"], zero_is_missing=True)[0].to_pylist() == [None, None, None, "12"]
    assert ids(["0"])[0].to_pylist() == ["0"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([1, -1, None], [1, None, None]),
        (["12", "1.2万", "1,234", "", "many"], [12, 12_000, 1234, None, None]),
        (pa.array([3.0, None]), [3, None]),
        (pa.array(["7", "-1"]), [7, None]),
        (pa.array([2**64 - 1], pa.uint64()), [None]),
    ],
)
def test_counts(cells: Any, expected: list[int | None]) -> None:
    assert counts(cells).to_pylist() == expected


def test_flags() -> None:
    assert flags(["yes", "False", 1, "", True]).to_pylist() == [True, False, True, None, True]
    assert flags(pa.array([True, None])).to_pylist() == [True, None]


SPELLINGS = [
    '["b", "a"]',
    "['b', 'a']",
    "[\"b\", 'a']",
    "[b, a]",
    "b,a",
    "b, a",
    "b a",
    "#b #a",
    "#b;#a",
    "b|a",
]


@pytest.mark.parametrize("cell", SPELLINGS)
@pytest.mark.parametrize("wrap", [list, pa.array, lambda cells: pa.array(cells).dictionary_encode()])
def test_hashtags_in_every_spelling_keep_their_order(cell: str, wrap: Any) -> None:
    assert lists(wrap([cell, None, ""]), Splitter("hashtags")).to_pylist() == [["b", "a"], None, None]


@pytest.mark.parametrize(
    "cells",
    [
        [["b", "#a", "", None], None],
        [[{"text": "b"}, {"tag": "a"}], None],
        [({"hashtag_name": "b"}, "a"), float("nan")],
        pa.array([["b", "a"], None], pa.large_list(pa.large_string())),
        pa.array([[{"name": "b"}, {"name": "a"}], None]),
    ],
)
def test_real_lists(cells: Any) -> None:
    assert lists(cells, Splitter("hashtags")).to_pylist() == [["b", "a"], None]


def test_a_column_is_split_in_one_way() -> None:
    cells = ["new york", "paris,new york"]
    assert lists(cells, Splitter("hashtags")).to_pylist() == [["new york"], ["paris", "new york"]]
    splitter = Splitter("hashtags")
    lists(cells, splitter)
    assert lists(["new york"], splitter).to_pylist() == [["new york"]]


def test_links_may_hold_commas_and_placeholders_are_none() -> None:
    cells = [
        "https://a.b/x,y http://c.d",
        "https://a.b/x,y,http://c.d",
        "<url>",
        "['<url>', 'http://e.f']",
        "12",
        "www.g.h",
    ]
    assert lists(cells, Splitter("links")).to_pylist() == [
        ["https://a.b/x,y", "http://c.d"],
        ["https://a.b/x,y", "http://c.d"],
        [],
        ["http://e.f"],
        [],
        ["www.g.h"],
    ]


def test_mentions_lose_their_sign() -> None:
    assert lists(["@u_12ab @b"], Splitter("mentions")).to_pylist() == [["u_12ab", "b"]]


def test_a_list_without_end_is_cut() -> None:
    column = lists([["x"], [str(n) for n in range(ITEM_LIMIT + 5)], ["y"]], Splitter("hashtags")).to_pylist()
    assert [len(items) for items in column] == [1, ITEM_LIMIT, 1]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@given(st.lists(json_values, max_size=5))
def test_no_cell_breaks_a_column(cells: list[Any]) -> None:
    for column in (texts(cells), ids(cells)[0], counts(cells), flags(cells)):
        assert len(column) == len(cells)
    for kind in ("hashtags", "links", "mentions", "objects"):
        column = lists(cells, Splitter(kind))
        column.validate(full=True)
        assert len(column) == len(cells)
        assert not any(item in (None, "") for items in column.to_pylist() for item in items or ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Twitter", "x"),
        ("x.com", "x"),
        ("www.TikTok.com", "tiktok"),
        ("VK", "vk"),
        ("a b", "a-b"),
        ("<script>", None),
    ],
)
def test_platforms_have_one_name(given: str, expected: str | None) -> None:
    assert platform_name(given) == expected


def test_ids_carry_their_platform_once() -> None:
    platform = platforms(pa.array(["TikTok", None, "x", "x"]))
    found = prefixed(pa.array(["1", "2", "x:3", None]), platform)
    assert found.to_pylist() == ["tiktok:1", "2", "x:3", None]
    assert platform.to_pylist() == ["tiktok", None, "x", "x"]


@pytest.mark.parametrize("unit", [",", "|;", ", ", "\\'", "'", '"'])
@pytest.mark.parametrize("kind", ["links", "hashtags", "mentions"])
def test_no_cell_takes_more_than_linear_time(unit: str, kind: str) -> None:
    for cell in (unit * 150_000, "['" + unit * 150_000 + "x]"):
        started = time.perf_counter()
        Splitter(kind).split(cell)
        assert time.perf_counter() - started < 3


def test_links_between_signs_and_lists_in_python_are_taken_apart() -> None:
    assert Splitter("links").split("http://a,http://b;| http://c http://d,e") == [
        "http://a", "http://b", "http://c", "http://d,e",
    ]  # fmt: skip
    assert Splitter("hashtags").split("['a', \"b\", 'c]") == ["a", "b", "c"]
