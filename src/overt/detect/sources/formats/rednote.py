"""RedNote (Xiaohongshu) notes: from its API, embedded in a page, or read off the page.

in: one note; out: its row; why: the API and the page spell one note in two ways. A note that was read off
the page has no time and no text and is rejected with that reason. Read through `zeeschuimer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overt.detect.sources.format import Reject, Row
from overt.detect.sources.formats import values
from overt.detect.sources.formats.marks import hashtags_in, in_text_order

__all__ = ["item_row"]


def item_row(item: Mapping[str, Any]) -> Row | None:
    """One note in any layout -> its row; None for what the feed shows beside notes."""
    if item.get("model_type") not in (None, "note"):
        return None
    note = values.mapping(item.get("note_card")) or values.mapping(item.get("note")) or item
    who, seen = values.mapping(note.get("user")), values.pick(note, "interact_info", "interactInfo")
    if values.pick(note, "time") is None:
        raise Reject(
            "a RedNote note without a time: it was read off the page; open the note while collecting"
        )
    text = _text(note)
    return values.post(
        "rednote",
        values.pick(item, "id", "note_id", "noteId") or values.pick(note, "note_id", "noteId", "id"),
        values.pick(who, "user_id", "userId"),
        note.get("time"),
        text=text,
        hashtags=_tags(note, text),
        region=values.text_or_none(values.pick(note, "ip_location", "ipLocation")),
        n_likes=values.count(values.pick(seen, "liked_count", "likedCount")),
        n_comments=values.count(values.pick(seen, "comment_count", "commentCount")),
        n_shares=values.count(values.pick(seen, "share_count", "shareCount")),
        display_name=values.text_or_none(values.pick(who, "nickname", "nick_name", "nickName")),
    )


def _text(note: Mapping[str, Any]) -> str | None:
    title = values.text_or_none(values.pick(note, "display_title", "title"))
    return "\n".join(values.unique([title, values.text_or_none(note.get("desc"))])) or None


def _tags(note: Mapping[str, Any], text: str | None) -> list[str]:
    listed = values.sequence(values.pick(note, "tag_list", "tagList"))
    names = values.unique(values.text_or_none(values.path(tag, "name")) for tag in listed)
    # the text writes `#tag[topic]#`; the bracket ends the tag
    return in_text_order(names, text) if names else hashtags_in(text)
