"""TikTok comments as the site loads them, with the commenter.

in: one comment object (`cid, aweme_id, text, user, ...`); out: its row; why: unlike the Research API the
web names who wrote the comment, so comments can be tested like posts. Read through `zeeschuimer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Row
from overt.detect.sources.formats import values
from overt.detect.sources.formats.marks import hashtags_in
from overt.detect.sources.formats.tiktok_text import marks_of, plain_caption

__all__ = ["item_row"]


def item_row(comment: Mapping[str, Any]) -> Row:
    """One comment -> its row; a comment on a comment answers that one, else the video."""
    user = values.mapping(comment.get("user"))
    handle = values.id_or_none(user.get("unique_id"))
    text = plain_caption(comment.get("text"))
    tags, mentions = marks_of(text, comment.get("text_extra"))
    return values.post(
        "tiktok",
        comment.get("cid") or comment.get("id"),
        values.id_or_none(user.get("uid")) or handle,
        comment.get("create_time"),
        text=text,
        language=values.text_or_none(comment.get("comment_language")),
        hashtags=tags or hashtags_in(text),
        mentions=mentions,
        reply_to=values.id_or_none(comment.get("reply_id")) or values.id_or_none(comment.get("aweme_id")),
        n_likes=values.count(comment.get("digg_count")),
        n_comments=values.count(comment.get("reply_comment_total")),
        handle=handle,
        display_name=values.text_or_none(user.get("nickname")),
    )
