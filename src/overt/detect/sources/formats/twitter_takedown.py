"""Twitter's information-operations archive: the 31-column CSV of accounts that were taken down.

in: a CSV row; out: its row; why: the largest public record of state campaigns. `tweet_time` has minutes
only, and the tweet's id tells the millisecond: it is used when the two agree, and the minute otherwise. Ids
of users with fewer than 5,000 followers are hashes and stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.id_times import tweet_ms
from overt.detect.sources.formats.likeness import columns_of, documents, each, has, items_of, share
from overt.detect.sources.formats.marks import in_text_order

__all__ = ["FORMAT"]

_MARKS = ("tweetid", "userid", "tweet_text", "tweet_time")
_MINUTE = re.compile(r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d)")
_RETWEET = re.compile(r"RT @\w{1,50}:\s*")
# created_at is the id's time cut to the second, -0.33 to +1.00 s apart; a minute adds up to 60 s
_EARLIEST_MS, _LATEST_MS = -1_000, 61_000


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the columns of the archive are there by name."""
    reason = f"columns of Twitter's takedown archive ({', '.join(_MARKS)})"
    if columns_of(sample):
        return (0.98 if columns_of(sample) >= set(_MARKS) else 0.0), reason
    return 0.98 * share(documents(sample), lambda record: has(record, *_MARKS)), reason


def posts(record: Record) -> Iterator[Row | Reject]:
    """The tweet of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    tweet_id = values.id_or_none(record.get("tweetid"))
    original = values.id_or_none(record.get("retweet_tweetid"))
    quoted = values.id_or_none(record.get("quoted_tweet_tweetid"))
    text = _text(record)
    return values.post(
        "x",
        record.get("tweetid"),
        record.get("userid"),
        _posted_at(tweet_id, record.get("tweet_time")),
        text=text,
        language=values.text_or_none(record.get("tweet_language")),
        hashtags=in_text_order(values.strings(record.get("hashtags")), text),
        links=values.unique(values.links(record.get("urls"))),
        mentions=values.unique(values.strings(record.get("user_mentions"))),
        repost_of=original,
        repost_of_at=tweet_ms(original),
        reply_to=values.id_or_none(record.get("in_reply_to_tweetid")),
        objects=[f"quote:{quoted}"] if quoted else [],
        n_likes=values.count(record.get("like_count")),
        n_comments=values.count(record.get("reply_count")),
        n_shares=values.count(record.get("retweet_count")),
        client=values.text_or_none(record.get("tweet_client_name")),
        **_account(record),
    )


def _account(record: Mapping[str, Any]) -> Row:
    return {
        "handle": values.text_or_none(record.get("user_screen_name")),
        "display_name": values.text_or_none(record.get("user_display_name")),
        "bio": values.text_or_none(record.get("user_profile_description")),
        "created_at": values.time_or_none(record.get("account_creation_date")),
        "followers": values.count(record.get("follower_count")),
        "following": values.count(record.get("following_count")),
        "country": values.text_or_none(record.get("user_reported_location")),
        "profile_links": values.links(record.get("user_profile_url")),
    }


def _text(record: Mapping[str, Any]) -> str | None:
    """The text; of a retweet without the `RT @name: ` before it, so that it equals the original's."""
    text = values.text_or_none(record.get("tweet_text"))
    if text and values.flag(record.get("is_retweet")):
        return values.text_or_none(_RETWEET.sub("", text, count=1))
    return text


def _posted_at(tweet_id: str | None, minute: object) -> object:
    by_id = tweet_ms(tweet_id)
    found = _MINUTE.fullmatch(minute.strip()) if isinstance(minute, str) and minute.isascii() else None
    if by_id is None or found is None:
        return minute
    try:
        stated = datetime(*map(int, found.groups()), tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return minute
    apart = by_id - int(stated.timestamp() * 1000)
    return by_id if _EARLIEST_MS <= apart <= _LATEST_MS else minute


FORMAT = Format("twitter-takedown", "Twitter takedown CSV", recognise, posts)
