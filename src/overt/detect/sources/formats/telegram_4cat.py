"""4CAT's NDJSON of Telegram: one serialised Telethon message a line.

in: a message with `_chat` and `_sender`; out: its row; why: unlike every other Telegram export it keeps the
time and the number of a forwarded message, which is the true origin of what forwards share. A service
message (it has `action`) yields nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.marks import hashtags_in, links_in, mentions_in

__all__ = ["FORMAT"]

_PEERS = ("channel_id", "chat_id", "user_id")


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records have 4CAT's `_chat` beside a Telethon message."""
    found = share(documents(sample), lambda record: has(record, "_chat", "id", "date"))
    return 0.97 * found, "Telethon messages as 4CAT writes them (_chat, _sender, message)"


def posts(record: Record) -> Iterator[Row | Reject]:
    """The message of one line."""
    yield from each(items_of(record), _row)


def _row(message: Mapping[str, Any]) -> Row | None:
    if values.mapping(message.get("action")) or message.get("_type") == "MessageService":
        return None
    chat, sender = values.mapping(message.get("_chat")), values.mapping(message.get("_sender"))
    chat_id = values.id_or_none(chat.get("id")) or _peer(message.get("peer_id"))
    number = values.id_or_none(message.get("id"))
    text = values.text_or_none(message.get("message"))
    page = values.text_or_none(values.path(message, "media", "webpage", "url"))
    reply = values.id_or_none(values.path(message, "reply_to", "reply_to_msg_id"))
    return values.post(
        "telegram",
        f"{chat_id}/{number}" if chat_id and number else None,
        values.id_or_none(sender.get("id")) or _peer(message.get("from_id")) or chat_id,
        message.get("date"),
        text=text,
        hashtags=hashtags_in(text),
        links=values.unique([*links_in(text), page]),
        mentions=mentions_in(text),
        reply_to=f"{chat_id}/{reply}" if chat_id and reply else None,
        n_views=values.count(message.get("views")),
        n_shares=values.count(message.get("forwards")),
        **_forward(values.mapping(message.get("fwd_from"))),
        **_account(sender or chat),
    )


def _peer(peer: object) -> str | None:
    return (
        values.id_or_none(peer)
        if isinstance(peer, (int, str))
        else values.id_or_none(values.pick(peer, *_PEERS))
    )


def _forward(origin: Mapping[str, Any]) -> Row:
    """The forwarded post as `channel/number` with its own time; without a number its source is the object."""
    if not origin:
        return {}
    source = _peer(origin.get("from_id")) or values.text_or_none(origin.get("from_name"))
    number = values.id_or_none(origin.get("channel_post"))
    if source is None:
        return {}
    if number is None:
        return {"objects": [f"forwarded_from:{source}"]}
    return {"repost_of": f"{source}/{number}", "repost_of_at": values.time_or_none(origin.get("date"))}


def _account(who: Mapping[str, Any]) -> Row:
    names = [values.text_or_none(who.get(key)) for key in ("first_name", "last_name")]
    return {
        "handle": values.text_or_none(who.get("username")),
        "display_name": values.text_or_none(who.get("title")) or " ".join(filter(None, names)) or None,
        "verified": values.flag(who.get("verified")),
    }


FORMAT = Format("telegram-4cat", "Telegram messages by 4CAT", recognise, posts)
