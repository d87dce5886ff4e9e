"""What comes out of each file of `data`."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from overt.detect.sources.format import Row

Read = Callable[[str], tuple[list[Row], list[str]]]


@pytest.mark.parametrize("file", ["page.json", "pages.ndjson", "videos.ndjson"])
def test_tiktok_research(read: Read, file: str) -> None:
    rows, reasons = read(f"tiktok-research.{file}")
    assert [row["post_id"][-1] for row in rows] == ["1", "2", "3"]
    assert rows[0]["account_id"] == rows[0]["handle"] == "user1"
    assert rows[0]["hashtags"] == ["second", "First"] or rows[0]["hashtags"] == ["second", "first"]
    assert rows[0]["sound_id"] == "6900000000000000001"
    assert rows[0]["transcript"] == "spoken words"
    assert rows[0]["mentions"] == ["maker1"]
    assert reasons == (["no post id"] if file == "page.json" else [])


def test_tiktok_research_table(read: Read) -> None:
    rows, reasons = read("tiktok-research.csv")
    assert [row["hashtags"] for row in rows] == [["second", "first"]] * 2
    assert not reasons


def test_tiktok_research_comments_have_no_commenter(read: Read) -> None:
    rows, reasons = read("tiktok-research.comments.json")
    assert not rows
    assert "names no commenter" in reasons[0]


@pytest.mark.parametrize(
    ("file", "n_posts"),
    [
        ("page.json", 2),
        ("older.json", 2),
        ("detail.json", 1),
        ("sigi.json", 1),
        ("rehydration.json", 1),
        ("items.ndjson", 2),
    ],
)
def test_tiktok_web(read: Read, file: str, n_posts: int) -> None:
    rows, reasons = read(f"tiktok-web.{file}")
    assert len(rows) == n_posts
    assert not reasons
    assert all(row["account_id"].startswith("6") and row["handle"] and row["sound_id"] for row in rows)
    assert rows[0]["hashtags"] == (["one"] if file == "older.json" else ["beta", "alpha"])
    assert "😀" in rows[0]["text"]


def test_tiktok_web_details(read: Read) -> None:
    rows, _ = read("tiktok-web.page.json")
    assert "objects" not in rows[0]
    assert rows[1]["objects"] == ["duet:7299999999999999999"]
    assert rows[1]["paid_label"] == "isAd"
    assert rows[0]["mentions"] == ["friend1"]


def test_tiktok_users_are_no_posts(read: Read) -> None:
    rows, reasons = read("tiktok-web.users.json")
    assert not rows
    assert "holds no posts" in reasons[0]


def test_zeeschuimer_reads_what_it_can_and_names_the_rest(read: Read) -> None:
    rows, reasons = read("zeeschuimer.mixed.ndjson")
    platforms = [row["platform"] for row in rows]
    assert platforms == [
        "tiktok",
        "tiktok",
        "douyin",
        "douyin",
        "x",
        "x",
        "x",
        "instagram",
        "instagram",
        "rednote",
    ]
    assert all(row["collected_at"] >= 1_700_002_000_000 for row in rows)
    assert len(reasons) == 3
    assert "'gab.com' cannot be read" in reasons[2]
    assert "--map" in reasons[2]
    comment, douyin, embedded = rows[1:4]
    assert (comment["reply_to"], comment["account_id"]) == ("7300000000000000101", "6812")
    assert (douyin["n_likes"], douyin["hashtags"], "n_views" in douyin) == (12_000, ["标签"], False)
    assert (embedded["account_id"], "sound_id" in embedded) == ("99002", False)


def test_x_takes_the_original_of_a_retweet(read: Read) -> None:
    rows, _ = read("zeeschuimer.mixed.ndjson")
    original, retweet, promoted = rows[4:7]
    assert retweet["text"] == original["text"]
    assert retweet["repost_of"] == original["post_id"]
    assert retweet["repost_of_at"] == original["posted_at"]
    assert original["hashtags"] == ["One", "Two"]
    assert original["links"] == ["https://example.org/page"]
    assert (original["client"], original["handle"], original["verified"]) == ("Web App", "x501", True)
    assert promoted["paid_label"] == "promoted"


def test_instagram_and_rednote(read: Read) -> None:
    rows, _ = read("zeeschuimer.mixed.ndjson")
    today, graph, note = rows[7:]
    assert (today["post_id"], today["account_id"], today["hashtags"]) == ("Cabc123", "77", ["sea", "sand"])
    assert today["mentions"] == ["friend.one", "tagged"]
    assert today["paid_label"] == "is_paid_partnership"
    assert (graph["account_id"], graph["text"], graph["n_likes"]) == ("78", "Graph #one", 3)
    assert (note["text"], note["hashtags"], note["n_likes"]) == ("Title\nWords #tag[topic]#", ["tag"], 15_000)


def test_zeeschuimer_unwrapped_by_4cat(read: Read) -> None:
    rows, reasons = read("zeeschuimer.4cat.ndjson")
    assert [row["platform"] for row in rows] == ["tiktok", "x"]
    assert all(row["collected_at"] for row in rows)
    assert not reasons


def test_zeeschuimer_gives_the_same_rows_wrapped_and_bare(read: Read) -> None:
    wrapped, _ = read("zeeschuimer.tiktok.ndjson")
    bare, _ = read("tiktok-web.items.ndjson")
    assert {key: value for key, value in wrapped[0].items() if key != "collected_at"} == bare[0]


@pytest.mark.parametrize(
    ("table", "platform", "more"),
    [
        (
            "tiktok",
            "tiktok",
            {"sound_id": "690", "paid_label": "is_ad", "followers": 12, "account_id": "someone"},
        ),
        ("tiktok-comments", "tiktok", {"reply_to": "90", "n_comments": 0}),
        (
            "x",
            "x",
            {
                "account_id": "501",
                "links": ["https://example.org/a,b", "https://example.org/c"],
                "verified": False,
            },
        ),
        ("twitter-v2", "x", {"account_id": "501", "reply_to": "99", "mentions": ["other"]}),
        ("douyin", "douyin", {"account_id": "990", "n_likes": 12_000, "mentions": ["MS4"]}),
        ("rednote", "rednote", {"account_id": "someone", "n_likes": 10}),
        (
            "telegram",
            "telegram",
            {"post_id": "chat-100", "repost_of_at": "1690000000", "objects": ["forwarded_from:888"]},
        ),
        ("bluesky", "bluesky", {"account_id": "did:plc:abc", "n_shares": 2}),
        ("instagram", "instagram", {"account_id": "77", "mentions": ["x", "y"]}),
    ],
)
def test_fourcat(read: Read, table: str, platform: str, more: Row) -> None:
    rows, reasons = read(f"4cat.{table}.csv")
    assert len(rows) == 2
    assert not reasons
    expected = {
        "platform": platform,
        "posted_at": "1700000000",
        "text": "Text #b #a",
        "hashtags": ["b", "a"],
        **more,
    }
    assert expected.items() <= rows[0].items() or {k: rows[0].get(k) for k in expected} == expected


def test_takedown_takes_the_time_of_the_id_where_it_agrees_with_the_minute(read: Read) -> None:
    rows, _ = read("twitter-takedown.csv")
    agrees, before_2010, disagrees = rows
    assert agrees["posted_at"] == 1_500_000_023_456
    assert agrees["repost_of_at"] == 1_499_999_963_456
    assert agrees["text"] == "words #y #x"
    assert agrees["hashtags"] == ["y", "x"]
    assert agrees["links"] == ["https://example.org/a,b", "https://example.org/c"]
    assert agrees["mentions"] == ["123", "456"]
    assert before_2010["posted_at"] == disagrees["posted_at"] == "2017-07-14 02:40"
    assert "repost_of" not in before_2010
    assert "links" not in before_2010


@pytest.mark.parametrize("file", ["page.json", "flat.ndjson"])
def test_twitter_v2_retweets_show_the_original(read: Read, file: str) -> None:
    rows, _ = read(f"twitter-v2.{file}")
    plain, retweet = rows[:2]
    assert (plain["handle"], plain["links"], plain["mentions"]) == (
        "u501",
        ["https://example.org/long"],
        ["m"],
    )
    assert (retweet["text"], retweet["hashtags"]) == ("cut off no more #whole", ["whole"])
    assert (retweet["repost_of"], retweet["repost_of_at"]) == (
        "1724400000000000000",
        "2023-11-14T15:00:00.000Z",
    )
    if file == "page.json":
        assert (rows[2]["reply_to"], rows[2]["objects"]) == (
            "1724400000000000001",
            ["quote:1724400000000000002"],
        )


def test_twitter_v2_of_academictwitter(read: Read) -> None:
    assert read("twitter-v2.academic.json")[0][0]["post_id"] == "1724500000000000003"


def test_twitter_v1(read: Read) -> None:
    rows, reasons = read("twitter-v1.ndjson")
    assert not reasons
    assert rows[1]["text"] == "one whole"
    assert rows[1]["repost_of"] == rows[0]["post_id"]
    assert rows[1]["posted_at"] == "1700000000123"
    assert rows[0]["client"] == "App & Co"


def test_coordination_network_toolkit(read: Read) -> None:
    rows, _ = read("coordination-network-toolkit.csv")
    assert [row.get("links") for row in rows] == [
        ["https://example.org/a", "https://example.org/b"],
        ["https://example.org/a"],
        None,
    ]
    assert (rows[1]["repost_of"], rows[2]["reply_to"], "platform" in rows[0]) == ("1", "1", False)


def test_coordination_network_toolkit_without_header_is_refused_with_the_remedy(read: Read) -> None:
    rows, reasons = read("coordination-network-toolkit.headerless.csv")
    assert not rows
    assert "add the line message_id,user_id" in reasons[0]


def test_coortweet(read: Read) -> None:
    assert [row["objects"] for row in read("coortweet.csv")[0]] == [["object:o1"]] * 2
    rows, _ = read("coortweet.long.csv")
    assert [(row["account_id"], row["objects"]) for row in rows] == [
        ("fb_1", ["url:12", "domain:0"]),
        ("tw_2", ["hashtag:7"]),
    ]


def test_jetstream(read: Read) -> None:
    rows, reasons = read("bluesky-jetstream.ndjson")
    post, lying_clock, repost = rows
    assert not reasons
    assert post["post_id"].startswith("at://did:plc:alice/app.bsky.feed.post/")
    assert post["posted_at"] == "2023-11-14T22:13:20.123Z"
    assert lying_clock["posted_at"] == 1_700_000_001_000_000
    assert post["hashtags"] == ["hëllo", "hidden"]
    assert post["mentions"] == ["did:plc:bob"]
    assert post["links"] == ["https://example.org/", "https://example.org/card"]
    assert repost["repost_of_at"] == 1_699_999_995_000
    assert "text" not in repost


def test_bluesky_feed(read: Read) -> None:
    (post, repost), _ = read("bluesky-feed.page.json")
    assert (post["account_id"], post["n_likes"]) == ("did:plc:r", 3)
    assert (repost["account_id"], repost["repost_of"]) == ("did:plc:z", post["post_id"])
    assert "n_likes" not in repost
    sdk, _ = read("bluesky-feed.sdk.ndjson")
    assert {key: sdk[0][key] for key in ("post_id", "posted_at", "text")} == {
        key: post[key] for key in ("post_id", "posted_at", "text")
    }
    assert sdk[0]["hashtags"] == ["hëllo"]


def test_mastodon(read: Read) -> None:
    rows, _ = read("mastodon.array.json")
    local, remote, boost = rows
    assert (local["account_id"], remote["account_id"]) == ("u1@local.example", "u2@remote.example")
    assert local["text"] == "Hello\nworld & all #B #a\n\nhttps://example.org/article"
    assert local["hashtags"] == ["b", "a"]
    assert local["links"] == ["https://example.org/article"]
    assert local["mentions"] == ["bob@other.example"]
    assert (boost["repost_of"], boost["text"]) == (local["post_id"], local["text"])
    assert boost["repost_of_at"]


def test_telegram_desktop(read: Read) -> None:
    rows, reasons = read("telegram.result.json")
    assert not reasons
    assert [row["post_id"] for row in rows] == ["1234/2", "1234/3", "1234/4"]
    assert rows[0]["text"] == "Read #now here"
    assert (rows[0]["hashtags"], rows[0]["links"], rows[0]["posted_at"]) == (
        ["now"],
        ["https://example.org/t"],
        "1700000002",
    )
    assert rows[1]["reply_to"] == "1234/2"
    assert rows[2]["objects"] == ["forwarded_from:Other"]
    assert {row["account_id"] for row in rows} == {"channel1234"}
    assert read("telegram.full.json")[0][-1]["account_id"] == "user42"


def test_telegram_by_4cat_keeps_the_origin_of_forwards(read: Read) -> None:
    rows, reasons = read("telegram-4cat.ndjson")
    assert not reasons
    assert (rows[1]["repost_of"], rows[1]["repost_of_at"], rows[1]["reply_to"]) == (
        "99/7",
        1_690_000_000.0,
        "1234/1",
    )
    assert rows[2]["objects"] == ["forwarded_from:Hidden"]


def test_telegram_tables_are_the_same_in_csv_and_json(read: Read) -> None:
    as_json, as_csv = read("telegram-flat.json"), read("telegram-flat.csv")
    assert as_json == as_csv
    assert as_json[0][0]["text"] == "**Bold** site #tag\nsecond line"
    assert as_json[0][0]["links"] == ["https://example.org/0"]


@pytest.mark.parametrize(
    ("file", "n_posts"), [("list.json", 2), ("ndjson", 2), ("mobile.json", 1), ("cards.json", 2)]
)
def test_weibo(read: Read, file: str, n_posts: int) -> None:
    rows, reasons = read(f"weibo.{file}")
    assert len(rows) == n_posts
    assert not reasons
    assert (rows[0]["region"], rows[0]["n_shares"], rows[0]["verified_kind"]) == ("安徽", 10_000, "0")


def test_weibo_reposts(read: Read) -> None:
    original, repost = read("weibo.list.json")[0]
    assert (original["hashtags"], original["mentions"]) == (["话题"], ["某人"])
    assert (repost["repost_of"], repost["text"]) == (original["post_id"], "#话题# 你好")
    crawled = read("weibo-crawler.csv")[0]
    assert crawled[0]["posted_at"] == "2023-11-14T22:13+08:00"
    assert crawled[1]["repost_of"] == crawled[0]["post_id"]
    assert "text" not in crawled[1]


def test_weibo_ced(read: Read) -> None:
    rows, reasons = read("weibo-ced.json")
    assert (rows[1]["text"], rows[1]["reply_to"], rows[1]["posted_at"]) == (
        "真的吗 #话题#",
        "m1",
        "2013-06-01T12:00:05+08:00",
    )
    assert "text" not in rows[0]
    assert "repost_of" not in rows[1]
    assert "without a year" in reasons[0]


def test_rows_are_json(read: Read) -> None:
    assert json.dumps(read("tiktok-web.page.json")[0])
