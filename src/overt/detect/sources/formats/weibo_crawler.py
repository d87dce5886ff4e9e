"""The CSV of the common Weibo crawlers.

in: id, bid, user_id, screen_name, text, topics, at_users, created_at, retweet_id, ...; out: its row; why:
most Weibo collections are made with these tools. Times are Beijing's local time, without a zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import columns_of, documents, each, has, items_of, share
from overt.detect.sources.formats.marks import links_in
from overt.detect.sources.formats.weibo_text import beijing, own_words, topics_in, weibo_mentions_in

__all__ = ["FORMAT"]

_MARKS = ("id", "bid", "user_id", "screen_name", "text", "attitudes_count", "created_at")


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the crawler's columns are there by name."""
    reason = "columns of a Weibo crawler (id, bid, user_id, screen_name, attitudes_count)"
    if columns_of(sample):
        return (0.96 if columns_of(sample) >= set(_MARKS) else 0.0), reason
    return 0.96 * share(documents(sample), lambda record: has(record, *_MARKS)), reason


def posts(record: Record) -> Iterator[Row | Reject]:
    """The status of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    text = own_words(record.get("text"))
    article = values.links(record.get("article_url"))
    return values.post(
        "weibo",
        record.get("id"),
        record.get("user_id"),
        beijing(record.get("created_at")),
        text=text,
        region=values.text_or_none(record.get("ip")),
        hashtags=topics_in(text) or values.unique(values.strings(record.get("topics"))),
        links=values.unique([*article, *links_in(text)]),
        mentions=weibo_mentions_in(text) or values.unique(values.strings(record.get("at_users"))),
        media=values.unique(values.links(record.get("pics"))),
        repost_of=values.id_or_none(record.get("retweet_id")),
        n_likes=values.count(record.get("attitudes_count")),
        n_comments=values.count(record.get("comments_count")),
        n_shares=values.count(record.get("reposts_count")),
        client=values.text_or_none(record.get("source")),
        handle=values.text_or_none(record.get("screen_name")),
        display_name=values.text_or_none(record.get("screen_name")),
    )


FORMAT = Format("weibo-crawler", "Weibo crawler CSV", recognise, posts)
