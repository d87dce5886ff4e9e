"""Twitter API v2: pages with `data` and `includes`, or tweets flattened one a line.

in: a page, or one tweet (academictwitteR renames `id` to `tweet_id`); out: one row per tweet in `data`;
why: the shape of most academic collections. Entities of a retweet cover only its first 140 characters, so
text and entities are the original's where `includes.tweets` (or the flattened reference) has it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.id_times import tweet_ms
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share

__all__ = ["FORMAT"]

_Includes = Mapping[str, Mapping[str, Mapping[str, Any]]]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the tweets have the names of API v2."""
    items = [item for record in documents(sample) for item in _tweets(record)]
    reason = "Twitter API v2 tweets (id or tweet_id, text, author_id, created_at)"
    return 0.94 * share(items, _is_tweet), reason


def _is_tweet(item: object) -> bool:
    mark = (
        "public_metrics",
        "edit_history_tweet_ids",
        "conversation_id",
        "referenced_tweets",
        "entities",
        "lang",
    )
    named = has(item, "text") and (has(item, "author_id") or has(item, "author"))
    if not named or not isinstance(item, Mapping) or not isinstance(item.get("text"), str) or "body" in item:
        return False
    return ("id" in item or "tweet_id" in item) and any(name in item for name in mark)


def _tweets(document: object) -> list[Any]:
    data = values.path(document, "data")
    if isinstance(data, Mapping):
        return [data]
    return list(data) if isinstance(data, list) else [document]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The tweets of a page, or the one of a line; a page without a result yields nothing."""
    for document in items_of(record):
        page = values.mapping(document)
        if "data" not in page and values.path(page, "meta", "result_count") == 0:
            continue
        yield from each(_tweets(document), partial(_row, includes=_includes(page)))


def _includes(page: Mapping[str, Any]) -> _Includes:
    """Users and tweets that came along, by id."""
    found = values.mapping(page.get("includes"))
    return {
        kind: {key: item for item in values.sequence(found.get(kind)) if (key := _id(item))}
        for kind in ("users", "tweets")
    }


def _id(item: object) -> str | None:
    return values.id_or_none(values.pick(item, "id", "tweet_id"))


def _row(tweet: Mapping[str, Any], includes: _Includes) -> Row:
    references = {
        str(values.path(item, "type")): item for item in values.sequence(tweet.get("referenced_tweets"))
    }
    account = values.id_or_none(tweet.get("author_id")) or _id(tweet.get("author"))
    origin = _id(references.get("retweeted"))
    original = _original(references.get("retweeted"), includes)
    shown = original if values.text_or_none(original.get("text")) else tweet
    numbers, quoted = values.mapping(tweet.get("public_metrics")), _id(references.get("quoted"))
    return values.post(
        "x",
        _id(tweet),
        account,
        tweet.get("created_at"),
        text=_text(shown),
        language=values.text_or_none(tweet.get("lang")),
        repost_of=origin,
        repost_of_at=values.time_or_none(original.get("created_at")) or tweet_ms(origin),
        reply_to=_id(references.get("replied_to")),
        objects=[f"quote:{quoted}"] if quoted and not origin else [],
        media=values.unique(
            map(values.id_or_none, values.sequence(values.path(shown, "attachments", "media_keys")))
        ),
        n_likes=values.count(numbers.get("like_count")),
        n_comments=values.count(numbers.get("reply_count")),
        n_shares=values.count(numbers.get("retweet_count")),
        n_views=values.count(numbers.get("impression_count")),
        client=values.text_or_none(tweet.get("source")),
        **_marks(values.mapping(shown.get("entities"))),
        **_account(values.mapping(tweet.get("author")) or includes["users"].get(account or "", {})),
    )


def _text(tweet: Mapping[str, Any]) -> str | None:
    """The whole text: posts beyond 280 characters carry it in `note_tweet`."""
    return values.text_or_none(values.path(tweet, "note_tweet", "text")) or values.text_or_none(
        tweet.get("text")
    )


def _original(reference: object, includes: _Includes) -> Mapping[str, Any]:
    """The retweeted tweet: flattened files put it in the reference, pages into `includes`."""
    inside = values.mapping(reference)
    return inside if "text" in inside else includes["tweets"].get(_id(reference) or "", {})


def _marks(entities: Mapping[str, Any]) -> Row:
    def names(kind: str, *keys: str) -> list[str]:
        marks = sorted(values.sequence(entities.get(kind)), key=_start)
        return values.unique(values.text_or_none(values.pick(mark, *keys)) for mark in marks)

    return {
        "hashtags": names("hashtags", "tag"),
        "links": names("urls", "unwound_url", "expanded_url", "url"),
        "mentions": names("mentions", "username"),
    }


def _start(mark: object) -> int:
    return values.count(values.path(mark, "start")) or 0


def _account(user: Mapping[str, Any]) -> Row:
    numbers, link = values.mapping(user.get("public_metrics")), values.text_or_none(user.get("url"))
    return {
        "handle": values.id_or_none(user.get("username")),
        "display_name": values.text_or_none(user.get("name")),
        "bio": values.text_or_none(user.get("description")),
        "created_at": values.time_or_none(user.get("created_at")),
        "followers": values.count(numbers.get("followers_count")),
        "following": values.count(numbers.get("following_count")),
        "verified": values.flag(user.get("verified")),
        "verified_kind": values.text_or_none(user.get("verified_type")),
        "country": values.text_or_none(user.get("location")),
        "profile_links": [link] if link else [],
    }


FORMAT = Format("twitter-v2", "Twitter API v2", recognise, posts)
