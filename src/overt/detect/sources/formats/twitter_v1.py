"""Twitter API v1.1 status objects, one a line or as an array.

in: a status (`id_str`, `user`, `entities`), also under `statuses` of a search page; out: its row; why: the
shape of most tweet archives before 2023. Of a retweet the original's text and entities are taken, as its own
are cut off. Research copies with hashed names (`_h`) and texts (`_m`) are read alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.html_text import html_to_text
from overt.detect.sources.formats.id_times import tweet_ms
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.twitter_entities import entity_marks

__all__ = ["FORMAT"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records are statuses with a user and entities inside."""
    items = [item for record in documents(sample) for item in _statuses(record) if not _is_notice(item)]
    reason = "Twitter API v1.1 statuses (created_at, user, text or full_text, entities)"
    return 0.93 * share(items, _is_status), reason


def _is_status(item: object) -> bool:
    user = values.mapping(values.path(item, "user"))
    texts = ("text", "full_text", "text_m", "full_text_m")
    # Weibo's statuses have `user` and `text` too, but `mid` and no entities
    return (
        has(item, "created_at", "user")
        and not has(item, "mid")
        and values.pick(item, *texts) is not None
        and (has(item, "entities") or values.pick(user, "screen_name", "screen_name_h") is not None)
    )


def _is_notice(item: object) -> bool:
    """What a stream sends between statuses: this one was deleted, so many were left out."""
    return not has(item, "user") and any(has(item, name) for name in ("delete", "limit", "scrub_geo"))


def _statuses(document: object) -> list[Any]:
    page = values.path(document, "statuses")
    return list(page) if isinstance(page, list) else [document]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The statuses of a page, or the one of a line; a stream's delete notice yields nothing."""
    for document in items_of(record):
        yield from each(_statuses(document), _row)


def _row(status: Mapping[str, Any]) -> Row | None:
    if _is_notice(status):
        return None
    user = values.mapping(status.get("user"))
    original = values.mapping(status.get("retweeted_status"))
    shown = original or status
    origin = _id(original)
    quoted = values.id_or_none(values.pick(status, "quoted_status_id_str", "quoted_status_id"))
    return values.post(
        "x",
        _id(status),
        _id(user) or values.id_or_none(values.pick(user, "screen_name", "screen_name_h")),
        values.pick(status, "timestamp_ms", "created_at"),
        text=_text(shown),
        language=values.text_or_none(status.get("lang")),
        repost_of=origin,
        repost_of_at=values.time_or_none(original.get("created_at")) or tweet_ms(origin),
        reply_to=values.id_or_none(values.pick(status, "in_reply_to_status_id_str", "in_reply_to_status_id")),
        objects=[f"quote:{quoted}"] if quoted and not original else [],
        n_likes=values.count(status.get("favorite_count")),
        n_comments=values.count(status.get("reply_count")),
        n_shares=values.count(status.get("retweet_count")),
        client=html_to_text(status.get("source"))[0],
        **entity_marks(shown),
        **_account(user),
    )


def _id(fields: Mapping[str, Any]) -> str | None:
    return values.id_or_none(values.pick(fields, "id_str", "id", "id_str_h", "id_h"))


def _text(status: Mapping[str, Any]) -> str | None:
    long = values.path(status, "extended_tweet", "full_text")
    return values.text_or_none(long) or values.text_or_none(
        values.pick(status, "full_text", "text", "full_text_m", "text_m")
    )


def _account(user: Mapping[str, Any]) -> Row:
    link = values.text_or_none(user.get("url"))
    return {
        "handle": values.id_or_none(values.pick(user, "screen_name", "screen_name_h")),
        "display_name": values.text_or_none(values.pick(user, "name", "name_h")),
        "bio": values.text_or_none(values.pick(user, "description", "description_m")),
        "created_at": values.time_or_none(user.get("created_at")),
        "followers": values.count(user.get("followers_count")),
        "following": values.count(user.get("friends_count")),
        "verified": values.flag(user.get("verified")),
        "country": values.text_or_none(user.get("location")),
        "profile_links": [link] if link else [],
    }


FORMAT = Format("twitter-v1", "Twitter API v1.1", recognise, posts)
