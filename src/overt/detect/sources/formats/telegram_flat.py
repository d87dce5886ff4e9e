"""A flat table of Telegram messages, as research data sets publish it.

in: message_id, sender_id, text, date, channel, as CSV or JSON; out: its row; why: the usual shape on data
repositories. Numbers count per chat, so a post is `sender/number`. Texts keep their Markdown links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import columns_of, documents, each, has, items_of, share
from overt.detect.sources.formats.marks import hashtags_in, links_in, mentions_in

__all__ = ["FORMAT"]

_COLUMNS = ("message_id", "sender_id", "text", "date")
_MARKDOWN_LINK = re.compile(r"\[([^\[\]]{0,500})\]\((https?://[^\s()]{1,2000})\)")


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the four columns are there by name."""
    reason = f"a table of Telegram messages ({', '.join(_COLUMNS)})"
    if columns_of(sample):
        return (0.93 if columns_of(sample) >= set(_COLUMNS) else 0.0), reason
    return 0.93 * share(documents(sample), lambda record: has(record, *_COLUMNS)), reason


def posts(record: Record) -> Iterator[Row | Reject]:
    """The message of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    sender, number = values.id_or_none(record.get("sender_id")), values.id_or_none(record.get("message_id"))
    marked = values.text_or_none(record.get("text"))
    # words behind which a link stands stay; the address goes to the links
    text = _MARKDOWN_LINK.sub(r"\1", marked) if marked else None
    linked = [address for _, address in _MARKDOWN_LINK.findall(marked or "")]
    channel = values.text_or_none(record.get("channel"))
    return values.post(
        "telegram",
        f"{sender}/{number}" if sender and number else None,
        sender,
        record.get("date"),
        text=values.text_or_none(text),
        hashtags=hashtags_in(text),
        links=values.unique([*linked, *links_in(text)]),
        mentions=mentions_in(text),
        display_name=channel,
    )


FORMAT = Format("telegram-flat", "Telegram message table", recognise, posts)
