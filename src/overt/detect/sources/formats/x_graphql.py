"""X as its site loads it: the GraphQL tweet object.

in: one tweet (`rest_id`, `legacy`, `core.user_results.result`), or the older "adaptive" capture; out: its
row; why: what browser collectors save. A retweet's own text and entities are cut off, so the original's are
taken; the user may be absent, and its id then stands in `legacy.user_id_str`. Read through `zeeschuimer`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Reject, Row
from overt.detect.sources.formats import values
from overt.detect.sources.formats.id_times import tweet_ms
from overt.detect.sources.formats.twitter_entities import entity_marks

__all__ = ["item_row"]

_SOURCE = re.compile(r">([^<>]{1,200})</a>")
_STATUS_OF = re.compile(r"(?:twitter|x)\.com/([A-Za-z0-9_]{1,15})/status/")


def item_row(item: Mapping[str, Any]) -> Row:
    """One tweet -> its row. Raises `Reject` for a tombstone (a tweet that X withholds)."""
    tweet = _tweet(item)
    legacy = values.mapping(tweet.get("legacy"))
    if not legacy:
        raise Reject("a tweet without content (deleted, withheld or of a protected account)")
    original = _tweet(values.path(legacy, "retweeted_status_result", "result"))
    shown = values.mapping(original.get("legacy")) or legacy
    quoted = values.id_or_none(legacy.get("quoted_status_id_str"))
    return values.post(
        "x",
        tweet.get("rest_id") or legacy.get("id_str") or item.get("id"),
        values.id_or_none(legacy.get("user_id_str")) or values.id_or_none(_user(tweet).get("rest_id")),
        legacy.get("created_at"),
        text=_text(original or tweet, shown),
        language=values.text_or_none(legacy.get("lang")),
        reply_to=values.id_or_none(legacy.get("in_reply_to_status_id_str")),
        objects=[f"quote:{quoted}"] if quoted and not original else [],
        n_likes=values.count(legacy.get("favorite_count")),
        n_comments=values.count(legacy.get("reply_count")),
        n_shares=values.count(legacy.get("retweet_count")),
        n_views=values.count(values.path(tweet, "views", "count")),
        paid_label="promoted" if values.flag(item.get("promoted")) else None,
        client=_client(tweet.get("source")),
        **_origin(original),
        **entity_marks(shown),
        **_account(tweet, legacy),
    )


def _tweet(result: object) -> Mapping[str, Any]:
    """The tweet itself, which sometimes lies one level deeper in `tweet`."""
    found = values.mapping(result)
    return values.mapping(found.get("tweet")) or found


def _text(tweet: Mapping[str, Any], legacy: Mapping[str, Any]) -> str | None:
    long = values.path(tweet, "note_tweet", "note_tweet_results", "result", "text")
    return values.text_or_none(long) or values.text_or_none(values.pick(legacy, "full_text", "text"))


def _origin(original: Mapping[str, Any]) -> Row:
    legacy = values.mapping(original.get("legacy"))
    found = values.id_or_none(original.get("rest_id")) or values.id_or_none(legacy.get("id_str"))
    if found is None:
        return {}
    return {
        "repost_of": found,
        "repost_of_at": values.time_or_none(legacy.get("created_at")) or tweet_ms(found),
    }


def _user(tweet: Mapping[str, Any]) -> Mapping[str, Any]:
    user = values.path(tweet, "core", "user_results", "result")
    return values.mapping(user) or values.mapping(tweet.get("user"))


def _account(tweet: Mapping[str, Any], legacy: Mapping[str, Any]) -> Row:
    """User fields stand in `.core` today, in `.legacy` before, at the top in adaptive captures."""
    user = _user(tweet)
    places = [values.mapping(user.get("core")), values.mapping(user.get("legacy")), user]

    def of(key: str) -> Any:
        return next((place[key] for place in places if place.get(key) not in (None, "")), None)

    handle = values.id_or_none(of("screen_name")) or _handle_of_media(legacy)
    place = of("location")
    return {
        "handle": handle,
        "display_name": values.text_or_none(of("name")),
        "bio": values.text_or_none(of("description")),
        "created_at": values.time_or_none(of("created_at")),
        "followers": values.count(of("followers_count")),
        "following": values.count(of("friends_count")),
        "verified": values.flag(
            of("is_blue_verified") if of("is_blue_verified") is not None else of("verified")
        ),
        "verified_kind": values.text_or_none(of("verified_type")),
        "country": values.text_or_none(values.path(place, "location")) or values.text_or_none(place),
    }


def _handle_of_media(legacy: Mapping[str, Any]) -> str | None:
    for media in values.sequence(values.path(legacy, "entities", "media")):
        address = values.text_or_none(values.path(media, "expanded_url"))
        # a medium that came with another tweet carries the address of that tweet, and so its author
        if (
            address
            and values.path(media, "source_status_id_str") is None
            and (found := _STATUS_OF.search(address))
        ):
            return found[1]
    return None


def _client(source: object) -> str | None:
    """The program's name out of the link in which X gives it."""
    found = values.text_or_none(source)
    named = _SOURCE.search(found[:2000]) if found else None
    return named[1] if named else found
