"""What each trace takes for an object, and what it does not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.detect.traces.build import build
from overt.detect.traces.registry import BUILT_IN, chosen, traces
from overt.detect.traces.text import normalised
from overt.detect.traces.urls import canonical, site
from overt.errors import SettingError
from overt.schema import arrow_schema


def posts(*rows):
    schema = arrow_schema("posts")
    full = [
        {"post_id": str(i), "account_id": f"u{i}", "posted_at": i, "resolution_ms": 1000, **row}
        for i, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(full, schema=schema)


def objects(name, *rows):
    """(row, object) pairs that a trace finds."""
    batch = posts(*rows).to_batches()[0]
    found = traces()[name].find(batch)
    return list(zip(found.row.to_pylist(), found.object_id.to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://www.Example.org/a/?utm_source=x&b=2&a=1#top", "example.org/a?a=1&b=2"),
        ("http://example.org:80/a", "example.org/a"),
        ("https://example.org:8443/a", "example.org:8443/a"),
        ("example.org/a?fbclid=1", "example.org/a"),
        ("https://bit.ly/AbC", "bit.ly/AbC"),
        ("https://m.example.org/a/", "example.org/a"),
        ("https://пример.рф/страница", "xn--e1afmkfd.xn--p1ai/страница"),
        ("javascript:alert(1)", None),
        ("<url>", None),
        ("https://", None),
        ("http://[::1", None),
        ("x" * 5000, None),
    ],
)
def test_canonical_links(link, page):
    assert canonical(link) == page


def test_sites():
    assert site("https://www.example.org/a?b") == "example.org"
    assert site("nonsense") is None


def test_an_empty_cell_is_never_an_object():
    empty = {"text": "", "hashtags": [], "links": [""], "mentions": [None], "sound_id": ""}
    for name in BUILT_IN:
        assert objects(name, empty, {}) == []


def test_link_and_domain():
    row = {"links": ["https://a.org/x?utm_campaign=1", "https://a.org/x", "https://b.org"]}
    assert objects("link", row) == [(0, "a.org/x"), (0, "b.org")]
    assert objects("domain", row) == [(0, "a.org"), (0, "b.org")]


def test_hashtags_alone_and_in_order():
    row = {"hashtags": ["Ab", "ab", "C", "ÄÖ"]}
    assert objects("hashtag", row) == [(0, "ab"), (0, "c"), (0, "äö")]
    assert objects("hashtag_sequence", row, {"hashtags": ["a", "b"]}) == [(0, "ab ab c äö")]


def test_repost_carries_the_origin():
    batch = posts({"repost_of": "x:1", "repost_of_at": 77}, {}).to_batches()[0]
    found = traces()["repost"].find(batch)
    assert found.object_id.to_pylist() == ["x:1"]
    assert found.origin_at is not None
    assert found.origin_at.to_pylist() == [77]


def text_key(text):
    return normalised(pa.array([text]))[0].as_py()


def test_text_is_compared_without_case_links_mentions_and_punctuation():
    assert text_key("HELLO, @some_one: see https://a.org/b?c  this — Now!") == "hello see this now"
    assert text_key("hello see THIS now <url>") == "hello see this now"


def test_short_texts_are_no_objects():
    assert text_key("so true") == ""
    assert text_key("@a @b @c @d yes") == ""


def test_scripts_without_spaces_need_no_words():
    assert text_key("今天天气很好我们一起去公园散步吧") == "今天天气很好我们一起去公园散步吧"
    assert text_key("今天天气") == ""
    assert text_key("天气很好，一起去公园，散步吧！") == "天气很好 一起去公园 散步吧"


def test_long_texts_are_cut_as_platforms_cut_reposts():
    assert len(text_key("word " * 100)) == 80


def test_build_writes_every_trace_once(tmp_path):
    rows = [
        {
            "links": ["https://a.org/x"],
            "hashtags": ["a", "b", "c"],
            "text": "one two three four",
            "sound_id": "s",
        },
        {"mentions": ["Bob"], "reply_to": "p", "objects": ["url:1"], "repost_of": "q"},
    ]
    pq.write_table(posts(*rows), tmp_path / "posts.parquet")
    n = build(tmp_path / "posts.parquet", tmp_path / "traces.parquet", chosen(None))
    table = pq.read_table(tmp_path / "traces.parquet")
    assert table.schema == arrow_schema("traces")
    assert n == {
        "link": 1,
        "domain": 1,
        "hashtag": 3,
        "hashtag_sequence": 1,
        "sound": 1,
        "repost": 1,
        "reply": 1,
        "mention": 1,
        "text": 1,
        "object": 1,
    }
    assert table.num_rows == sum(n.values())


def test_a_post_that_was_read_gives_its_time_as_the_origin_of_its_reposts(tmp_path):
    rows = [{}, {"repost_of": "0"}, {"repost_of": "gone"}, {"repost_of": "0", "repost_of_at": 5}]
    pq.write_table(posts(*rows), tmp_path / "posts.parquet")
    build(tmp_path / "posts.parquet", tmp_path / "traces.parquet", chosen(("repost",)))
    assert pq.read_table(tmp_path / "traces.parquet")["origin_at"].to_pylist() == [0, None, 5]


@pytest.mark.parametrize("group", [1, 3, 7, 100])
@pytest.mark.parametrize("batch", [1, 4, 100])
def test_however_posts_are_cut_the_actions_are_the_same(tmp_path, monkeypatch, group, batch):
    rows = [{"links": [f"https://a.org/{i % 3}"], "repost_of": str(i // 2)} for i in range(20)]
    pq.write_table(posts(*rows), tmp_path / "posts.parquet", row_group_size=group)
    monkeypatch.setattr("overt.detect.traces.build.BATCH_ROWS", batch)
    build(tmp_path / "posts.parquet", tmp_path / "traces.parquet", chosen(("link", "repost")))
    table = pq.read_table(tmp_path / "traces.parquet")
    assert table["object_id"].to_pylist() == [f"a.org/{i % 3}" for i in range(20)] + [
        str(i // 2) for i in range(20)
    ]
    assert table["post_id"].to_pylist() == [str(i) for i in range(20)] * 2
    assert table["origin_at"].to_pylist() == [None] * 20 + [i // 2 for i in range(20)]


def test_an_unknown_trace_is_named():
    with pytest.raises(SettingError, match="no trace named 'linc'"):
        chosen(("linc",))
