"""Cells and values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.sources.format import Reject
from overt.detect.sources.formats import values
from overt.detect.sources.formats.html_text import html_to_text
from overt.detect.sources.formats.id_times import bluesky_tid_ms, tweet_ms
from overt.detect.sources.formats.marks import hashtags_in, in_text_order, links_in, mentions_in
from overt.detect.sources.formats.tiktok_text import marks_of, plain_caption
from overt.detect.sources.formats.weibo_text import beijing, own_words, topics_in


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (12, 12),
        ("12499502", 12499502),
        ("1.2万", 12_000),
        ("3亿", 300_000_000),
        ("1,234", 1234),
        ("3.4K", 3400),
        (5.0, 5),
        ("0", 0),
        (-1, None),
        ("-1", None),
        ("", None),
        ("N/A", None),
        (True, None),
        ("1.2.3", None),
        (float("nan"), None),
        (2**63, None),
        ("9" * 18 + "亿", None),
        ([], None),
        ("１２", None),
    ],
)
def test_count(value: object, number: int | None) -> None:
    assert values.count(value) == number


@pytest.mark.parametrize(
    ("value", "id"),
    [
        ("7012", "7012"),
        (7012, "7012"),
        (7012.0, "7012"),
        ("7012.0", "7012"),
        ("0", None),
        (0, None),
        ("", None),
        ("12e5", "12e5"),
        ("$undefined", None),
        ("N/A", None),
        ("-1", None),
        ("6.29697E+17", None),
        (6.29697e17, None),
        (True, None),
        ("1234567890123456789.0", None),
        (None, None),
        ({}, None),
        (10**200, None),
        (" a ", "a"),
    ],
)
def test_id(value: object, id: str | None) -> None:
    assert values.id_or_none(value) == id


def test_zero_is_an_id_where_a_table_counts_from_it() -> None:
    assert values.id_or_none("0", zero=True) == "0"
    assert values.id_or_none(0, zero=True) == "0"


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("a,b", ["a", "b"]),
        ("[a, b]", ["a", "b"]),
        ("['a', \"b\"]", ["a", "b"]),
        ('["a, b"]', ["a, b"]),
        ("[]", []),
        ("", []),
        (["a", "", None, 3, {}], ["a", "3"]),
        (None, []),
        ("['a', 'it\\'s']", ["a", "it\\'s"]),
        ("[" * 5000 + "]", ["[" * 4999]),
    ],
)
def test_strings(cell: object, items: list[str]) -> None:
    assert values.strings(cell) == items


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("https://a.example/x,y,https://b.example", ["https://a.example/x,y", "https://b.example"]),
        ("https://a.example http://b.example", ["https://a.example", "http://b.example"]),
        ("['https://a.example/x,y']", ["https://a.example/x,y"]),
        ("", []),
    ],
)
def test_links_are_not_cut_at_their_commas(cell: str, items: list[str]) -> None:
    found = values.links(cell)
    assert found == items


def test_flag() -> None:
    assert [values.flag(value) for value in ("yes", "False", 1, 0, "maybe", None, 2.0)] == [
        True,
        False,
        True,
        False,
        None,
        None,
        None,
    ]


def test_texts_that_mean_missing() -> None:
    assert [values.text_or_none(value) for value in ("", " ", "$undefined", "N/A", 3, None)] == [None] * 6
    assert values.text_or_none("a\ud83d b") == "a\ufffd b"
    assert values.text_or_none("\ud83d\ude00") == "😀"


def test_times_pass_as_they_are() -> None:
    assert values.time_or_none("0") is None
    assert values.time_or_none(0) is None
    assert values.time_or_none(True) is None
    assert values.time_or_none(float("inf")) is None
    assert values.time_or_none(datetime(2024, 1, 1, tzinfo=UTC)) == "2024-01-01T00:00:00+00:00"


def test_a_post_needs_id_account_and_time() -> None:
    assert values.post(None, 1, "a", 5, text=None, links=[]) == {
        "post_id": "1",
        "account_id": "a",
        "posted_at": 5,
    }
    for wrong, reason in (
        ((None, "a", 5), "no post id"),
        ((1, "", 5), "no account"),
        ((1, "a", None), "no time"),
    ):
        with pytest.raises(Reject, match=reason):
            values.post("x", *wrong)
    with pytest.raises(Reject, match="lost its digits"):
        values.post("x", "6.29697E+17", "a", 5)


@given(st.recursive(st.none() | st.text() | st.floats() | st.integers(), st.lists, max_leaves=5))
def test_no_value_raises(value: Any) -> None:
    for read in (
        values.count,
        values.id_or_none,
        values.strings,
        values.links,
        values.flag,
        values.time_or_none,
    ):
        read(value)


def test_marks_in_text() -> None:
    text = "go#one #Two, #3 #हिन्दी &#39; http://e.example/a#frag @me.you. a@b.example @me.you"
    assert hashtags_in(text) == ["one", "Two", "हिन्दी"]
    assert mentions_in(text) == ["me.you"]
    assert links_in("see https://e.example/a(b). And https://e.example/c, ok") == [
        "https://e.example/a(b",
        "https://e.example/c",
    ]
    assert in_text_order(["two", "unseen", "one"], text) == ["one", "two", "unseen"]


def test_time_in_ids() -> None:
    assert tweet_ms("885690408837840896") == 1_500_000_023_456
    assert tweet_ms("12345") is None
    assert tweet_ms("9" * 30) is None
    assert tweet_ms("١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧") is None
    assert bluesky_tid_ms("at://did/app.bsky.feed.post/3ke6kg3wk2225") == 1_700_000_000_000
    assert bluesky_tid_ms("at://did/app.bsky.feed.post/3ke6kg3wk2225", latest_ms=1_600_000_000_000) is None
    assert bluesky_tid_ms("at://did/app.bsky.feed.post/2222222222222") is None
    assert bluesky_tid_ms("self") is None


def test_html() -> None:
    assert html_to_text("<p>a<br>b &amp; c</p><p>d</p><style>x</style><script>y</script>") == (
        "a\nb & c\n\nd",
        [],
    )
    assert html_to_text('<a href="https://e.example">e</a><a href="javascript:x">j</a>') == (
        "ej",
        ["https://e.example"],
    )
    assert html_to_text("<![foo[ x ]]> <a href=") == ("<![foo[ x ]]> <a href=", [])
    assert html_to_text("a<!-- b -->c < d <b>e</b>") == ("ac < d e", [])
    assert html_to_text("") == (None, [])


@given(st.text(alphabet="<>!&#x[]-/abscript \"'=;", max_size=60))
def test_html_never_raises(html: str) -> None:
    text, _ = html_to_text(html)
    assert text is None or text.strip() == text


def test_captions() -> None:
    assert plain_caption("x \\ud83d\\ude00 \\u2764") == "x 😀 ❤"
    assert plain_caption("\\ud83d alone") == "\ufffd alone"
    hashtags, mentions = marks_of(
        "😀 @me #t",
        [{"start": 3, "end": 6, "type": 0, "userId": "5"}, {"start": 7, "end": 9, "hashtagName": "t"}],
    )
    assert (hashtags, mentions) == (["t"], ["me"])
    assert marks_of("wrong", [{"start": 90, "end": 95, "type": 0, "userId": "5"}])[1] == ["5"]


def test_weibo_texts() -> None:
    assert own_words("转发微博//@a:b") is None
    assert own_words("好 //@a:b//@c:d") == "好"
    assert topics_in("#一# 二 #三#") == ["一", "三"]
    assert beijing("2013-06-01 12:00:00") == "2013-06-01T12:00:00+08:00"
    assert beijing("1370059200") == "1370059200"
    assert beijing("2013-06-01T12:00:00Z") == "2013-06-01T12:00:00Z"
    with pytest.raises(Reject, match="without a year"):
        beijing("01月01日 18:46")
