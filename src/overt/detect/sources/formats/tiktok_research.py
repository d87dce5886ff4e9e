"""TikTok Research API: responses as pages, videos one a line, or a table with the same names.

in: a page `{data: {videos: [...]}}`, a video object, or a CSV row; out: one row per video; why: the
official way for researchers. It gives no author id, so the handle stands for the account (handles can change
hands), and comments come without a commenter, so they cannot be read as acts of an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.marks import hashtags_in, in_text_order, mentions_in

__all__ = ["FORMAT"]

_VIDEO_LISTS = ("videos", "user_liked_videos", "pinned_videos_list", "reposted_videos")
_USER_LISTS = ("user_followers", "user_following")
_NO_COMMENTER = "a comment of the Research API names no commenter, so it cannot be ascribed to an account"


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when every record is a page, a video or a comment of the Research API."""
    found = documents(sample)
    reason = "columns or keys of the TikTok Research API (video_description, create_time, username)"
    if share(found, lambda record: _is_comment(record) or has(values.path(record, "data"), "comments")) > 0.5:
        return 0.9, "comments of the TikTok Research API, which name no commenter"
    return 0.97 * share(found, lambda record: _is_video(record) or _is_page(record)), reason


def _is_video(record: object) -> bool:
    return has(record, "create_time", "username") and (
        has(record, "video_description") or has(record, "region_code", "id") or has(record, "music_id", "id")
    )


def _is_comment(record: object) -> bool:
    return has(record, "video_id", "text", "create_time") and not has(record, "username")


def _is_page(record: Mapping[str, Any]) -> bool:
    data = values.mapping(record.get("data"))
    return (
        any(isinstance(data.get(name), list) for name in (*_VIDEO_LISTS, *_USER_LISTS)) and "user" not in data
    )


def posts(record: Record) -> Iterator[Row | Reject]:
    """The videos of a page, or the one video of a line."""
    for document in items_of(record):
        data = values.mapping(values.path(document, "data"))
        if not data:
            yield from each([document], _video)
            continue
        lists = [values.sequence(data[name]) for name in _VIDEO_LISTS if name in data]
        for videos in lists:
            yield from each(videos, _video)
        if not lists:
            yield Reject(_why_not(data))


def _why_not(data: Mapping[str, Any]) -> str:
    if "comments" in data:
        return _NO_COMMENTER
    if any(name in data for name in _USER_LISTS) or "display_name" in data:
        return "a page of users, not of videos; query their videos"
    return "a page without videos: expected data.videos"


def _video(video: Mapping[str, Any]) -> Row:
    if _is_comment(video):
        raise Reject(_NO_COMMENTER)
    text = values.text_or_none(video.get("video_description"))
    handle = values.id_or_none(video.get("username"))
    mentions = values.strings(video.get("video_mention_list"))
    return values.post(
        "tiktok",
        video.get("id"),
        handle,
        video.get("create_time"),
        text=text,
        transcript=values.text_or_none(video.get("voice_to_text")),
        region=values.text_or_none(video.get("region_code")),
        hashtags=_hashtags(video, text),
        mentions=values.unique(name.lstrip("@") for name in mentions) or mentions_in(text),
        sound_id=values.id_or_none(video.get("music_id")),
        n_likes=values.count(video.get("like_count")),
        n_comments=values.count(video.get("comment_count")),
        n_shares=values.count(video.get("share_count")),
        n_views=values.count(video.get("view_count")),
        handle=handle,
    )


def _hashtags(video: Mapping[str, Any], text: str | None) -> list[str]:
    """The API's names in the order of the text; from the text alone when the field was not asked for."""
    names = values.strings(video.get("hashtag_names")) or [
        name
        for item in values.sequence(video.get("hashtag_info_list"))
        if (name := values.text_or_none(values.path(item, "hashtag_name")))
    ]
    return in_text_order(names, text) if names else hashtags_in(text)


FORMAT = Format("tiktok-research", "TikTok Research API", recognise, posts)
