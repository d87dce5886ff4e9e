"""Instagram items: the "item list" layout of today and the older graph layout.

in: one item; out: its row; why: the site answers in two shapes with different names. The short code of the
address is the post's id, as in 4CAT's tables. Read through `zeeschuimer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Row
from overt.detect.sources.formats import values
from overt.detect.sources.formats.marks import hashtags_in, links_in, mentions_in

__all__ = ["item_row"]


def item_row(item: Mapping[str, Any]) -> Row:
    """One item in either layout -> its row. Raises `Reject` without id, account or time."""
    who = values.mapping(item.get("user")) or values.mapping(item.get("owner"))
    handle = values.id_or_none(who.get("username"))
    text = _caption(item)
    return values.post(
        "instagram",
        values.pick(item, "code", "shortcode", "id"),
        values.id_or_none(values.pick(who, "pk", "pk_id", "id")) or handle,
        values.pick(item, "taken_at", "taken_at_timestamp"),
        text=text,
        hashtags=hashtags_in(text),
        links=links_in(text),
        mentions=values.unique([*mentions_in(text), *_tagged(item)]),
        sound_id=_sound(item),
        n_likes=_likes(item),
        n_comments=values.count(item.get("comment_count"))
        if "comment_count" in item
        else values.count(values.path(item, "edge_media_to_comment", "count")),
        n_views=values.count(values.pick(item, "play_count", "view_count", "video_view_count")),
        paid_label=_paid(item),
        handle=handle,
        display_name=values.text_or_none(who.get("full_name")),
        verified=values.flag(who.get("is_verified")),
    )


def _caption(item: Mapping[str, Any]) -> str | None:
    caption = item.get("caption")
    if caption is not None:
        return values.text_or_none(values.path(caption, "text")) or values.text_or_none(caption)
    edges = values.sequence(values.path(item, "edge_media_to_caption", "edges"))
    return values.text_or_none(values.path(edges[0], "node", "text")) if edges else None


def _tagged(item: Mapping[str, Any]) -> list[str]:
    """Accounts tagged in the picture, in either layout."""
    listed = [
        values.path(tag, "user", "username") for tag in values.sequence(values.path(item, "usertags", "in"))
    ]
    edges = values.sequence(values.path(item, "edge_media_to_tagged_user", "edges"))
    return values.unique(
        map(values.text_or_none, [*listed, *(values.path(e, "node", "user", "username") for e in edges)])
    )


def _sound(item: Mapping[str, Any]) -> str | None:
    clips = values.mapping(item.get("clips_metadata"))
    music = values.path(clips, "music_info", "music_asset_info")
    found = values.id_or_none(values.pick(music, "audio_cluster_id", "audio_asset_id", "id"))
    return found or values.id_or_none(values.path(clips, "original_sound_info", "audio_asset_id"))


def _likes(item: Mapping[str, Any]) -> int | None:
    """Hidden likes come as a made-up small number, so they are missing."""
    if values.flag(item.get("like_and_view_counts_disabled")):
        return None
    return values.count(
        values.pick(item, "like_count")
        if "like_count" in item
        else values.path(item, "edge_media_preview_like", "count")
    )


def _paid(item: Mapping[str, Any]) -> str | None:
    if values.flag(values.pick(item, "is_paid_partnership", "is_sponsored_tag")):
        return "is_paid_partnership"
    return "ad" if item.get("product_type") == "ad" or item.get("ad_id") else None
