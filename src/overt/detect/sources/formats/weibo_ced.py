"""Repost lists of the CED corpus of Weibo: one file per original post.

in: {uid, date, text, mid, parent, kids}; out: its row; why: a public corpus of how posts spread. Dates are
Beijing's local time. Reposts and comments are not told apart in it, so `parent` is what the record answers
and never what it repeats; an empty parent is the original, whose id is the file's name and not in the
record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share
from overt.detect.sources.formats.weibo_text import beijing, own_words, topics_in, weibo_mentions_in

__all__ = ["FORMAT"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records have the corpus's keys."""
    found = share(documents(sample), lambda record: has(record, "uid", "mid", "parent", "date", "text"))
    return 0.97 * found, "reposts of the CED corpus of Weibo (uid, mid, parent, date)"


def posts(record: Record) -> Iterator[Row | Reject]:
    """The repost or comment of one record."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    text = own_words(record.get("text"))
    return values.post(
        "weibo",
        record.get("mid"),
        record.get("uid"),
        beijing(record.get("date")),
        text=text,
        hashtags=topics_in(text),
        mentions=weibo_mentions_in(text),
        reply_to=values.id_or_none(record.get("parent")),
    )


FORMAT = Format("weibo-ced", "Weibo CED repost list", recognise, posts)
