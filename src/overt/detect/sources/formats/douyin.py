"""Douyin items: snake_case from its API, camelCase where embedded in a page.

in: one item; out: its row, or None for a live stream; why: the site has two spellings for one thing, and
writes "$undefined" for missing and "1.2万" for 12,000. Read through `zeeschuimer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Row
from overt.detect.sources.formats import values
from overt.detect.sources.formats.tiktok_text import marks_of, plain_caption

__all__ = ["item_row"]


def item_row(item: Mapping[str, Any]) -> Row | None:
    """One item in either spelling -> its row; a stream (it has `rawdata`) is no post."""
    if _is_stream(item):
        return None
    who = values.mapping(item.get("author")) or values.mapping(item.get("authorInfo"))
    stats = values.mapping(item.get("statistics")) or values.mapping(item.get("stats"))
    text = plain_caption(item.get("desc"))
    hashtags, mentions = marks_of(text, values.pick(item, "text_extra", "textExtra"))
    return values.post(
        "douyin",
        values.pick(item, "aweme_id", "awemeId"),
        values.id_or_none(values.pick(item, "author_user_id", "authorUserId"))
        or values.id_or_none(values.pick(who, "uid", "id", "sec_uid", "secUid")),
        values.pick(item, "create_time", "createTime"),
        text=text,
        region=values.text_or_none(item.get("region")),
        hashtags=hashtags,
        mentions=mentions,
        sound_id=_sound(item.get("music")),
        n_likes=values.count(values.pick(stats, "digg_count", "diggCount")),
        n_comments=values.count(values.pick(stats, "comment_count", "commentCount")),
        n_shares=values.count(values.pick(stats, "share_count", "shareCount")),
        n_views=_views(values.pick(stats, "play_count", "playCount")),
        paid_label="is_ads" if values.flag(values.pick(item, "is_ads", "isAds")) else None,
        display_name=values.text_or_none(who.get("nickname")),
        bio=values.text_or_none(who.get("signature")),
        country=values.text_or_none(who.get("region")),
        followers=values.count(values.pick(who, "follower_count", "followerCount")),
        following=values.count(values.pick(who, "following_count", "followingCount")),
    )


def _is_stream(item: Mapping[str, Any]) -> bool:
    room = values.mapping(item.get("cell_room")) or values.mapping(item.get("cellRoom"))
    return any(raw not in (None, "", "$undefined") for raw in (item.get("rawdata"), room.get("rawdata")))


def _sound(music: object) -> str | None:
    found = values.id_or_none(values.pick(music, "id_str", "idStr", "id", "mid"))
    return found or values.text_or_none(values.path(music, "play_url", "uri"))


def _views(value: object) -> int | None:
    """Douyin hides views by sending 0."""
    return values.count(value) or None
