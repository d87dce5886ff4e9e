"""Telegram Desktop's export: `result.json` of one chat, or of a whole account with `chats.list`.

in: the document, a chat, or one message with its chat left out; out: one row per message; why: anyone can
make it. Message ids count per chat, so a post is `chat/number`. Service messages yield nothing. A forward
names where it comes from but not which message, so that source is an object that forwards share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import telegram_4cat, telegram_flat, values
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.marks import hashtags_in

__all__ = ["FORMAT", "FORMATS"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when there are chats with messages that have Desktop's `date_unixtime`."""
    found = documents(sample)
    reason = "a Telegram Desktop export (chats with messages, date_unixtime, from_id)"
    return 0.97 * share(found, lambda record: any(map(_is_chat, _chats(record)))), reason


def _is_chat(chat: object) -> bool:
    messages = values.sequence(values.path(chat, "messages"))
    return has(chat, "type", "id") and (
        not messages
        or any(has(message, "date_unixtime") or has(message, "from_id") for message in messages[:50])
    )


def _chats(document: object) -> list[Any]:
    listed = values.path(document, "chats", "list")
    return list(listed) if isinstance(listed, list) else [document]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The messages of every chat in the document."""
    for document in items_of(record):
        for chat in _chats(document):
            messages = values.path(chat, "messages")
            chat_id = values.id_or_none(values.path(chat, "id"))
            if not isinstance(messages, list) or chat_id is None:
                yield Reject("no chat of a Telegram export: expected its id and a list of messages")
                continue
            yield from each(messages, partial(_row, chat=values.mapping(chat), chat_id=chat_id))


def _row(message: Mapping[str, Any], chat: Mapping[str, Any], chat_id: str) -> Row | None:
    if message.get("type") == "service":
        return None
    number = values.id_or_none(message.get("id"))
    pieces = values.sequence(message.get("text_entities")) or values.sequence(message.get("text"))
    text = _text(message.get("text")) or _text(pieces)
    reply = values.id_or_none(message.get("reply_to_message_id"))
    source = values.id_or_none(message.get("forwarded_from_id")) or values.text_or_none(
        message.get("forwarded_from")
    )
    name = values.text_or_none(message.get("from"))
    return values.post(
        "telegram",
        f"{chat_id}/{number}" if number else None,
        values.id_or_none(message.get("from_id")) or _channel(chat, chat_id) or name,
        values.time_or_none(message.get("date_unixtime")) or message.get("date"),
        text=text,
        hashtags=_of_kind(pieces, "hashtag") or hashtags_in(text),
        links=values.unique([*_of_kind(pieces, "link"), *_hrefs(pieces)]),
        mentions=_of_kind(pieces, "mention"),
        reply_to=f"{chat_id}/{reply}" if reply else None,
        objects=[f"forwarded_from:{source}"] if source else [],
        display_name=name,
    )


def _channel(chat: Mapping[str, Any], chat_id: str) -> str | None:
    """In a channel the channel posts, also where the message does not say so."""
    return f"channel{chat_id}" if "channel" in str(chat.get("type")) else None


def _text(value: object) -> str | None:
    """The text, which is a string or a list of strings and `{type, text}`."""
    if isinstance(value, str):
        return values.text_or_none(value)
    parts = [part if isinstance(part, str) else values.path(part, "text") for part in values.sequence(value)]
    return values.text_or_none("".join(part for part in parts if isinstance(part, str)))


def _of_kind(pieces: object, kind: str) -> list[str]:
    found = [
        values.path(piece, "text") for piece in values.sequence(pieces) if values.path(piece, "type") == kind
    ]
    return values.unique(text.lstrip("#@").strip() for text in map(values.text_or_none, found) if text)


def _hrefs(pieces: object) -> list[str]:
    return values.unique(values.text_or_none(values.path(piece, "href")) for piece in values.sequence(pieces))


FORMAT = Format("telegram", "Telegram Desktop export", recognise, posts)

FORMATS = (FORMAT, telegram_4cat.FORMAT, telegram_flat.FORMAT)
"""All that overt reads of Telegram, this one first."""
