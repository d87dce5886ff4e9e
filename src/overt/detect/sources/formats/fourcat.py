"""4CAT's CSV files: one platform per file, told by its columns.

in: a CSV row; out: its row; why: 4CAT and Zeeschuimer write mapped tables with their own names. `timestamp`
is the local time of a server for several platforms, so `unix_timestamp` is read where it is there. The
tables of X and Twitter hold no id of the retweeted post, so co-reposts need the NDJSON; `thread_id` of a
reply is the post at the top of the conversation and stands for the post it answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.fourcat_layouts import LAYOUTS, Layout
from overt.detect.sources.formats.likeness import columns_of, documents, each, items_of
from overt.detect.sources.formats.marks import hashtags_in, in_text_order, links_in

__all__ = ["FORMAT"]

_RETWEET = re.compile(r"RT @\w{1,50}:\s*")


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the columns hold all that mark one of 4CAT's tables."""
    found = documents(sample)
    columns = columns_of(sample) or (frozenset(found[0]) if found else frozenset())
    layout = _layout(columns)
    if layout is None:
        return 0.0, "not the columns of a 4CAT table"
    return 0.96, f"columns of 4CAT's table of {layout.title} ({', '.join(sorted(layout.marks)[:4])})"


def _layout(columns: frozenset[str]) -> Layout | None:
    return next((layout for layout in LAYOUTS if layout.marks <= columns), None)


def posts(record: Record) -> Iterator[Row | Reject]:
    """The post of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    layout = _layout(frozenset(record))
    if layout is None:
        raise Reject("the row lacks the columns of every 4CAT table that is known")
    text = _text(record)
    more: Row = {
        "text": text,
        "hashtags": _hashtags(record, layout, text),
        "links": _links(record, layout, text),
    }
    for columns, read in (
        (layout.texts, values.text_or_none),
        (layout.ids, values.id_or_none),
        (layout.counts, values.count),
        (layout.flags, values.flag),
        (layout.lists, _names),
        (layout.times, values.time_or_none),
    ):
        more.update((column, read(record.get(name))) for column, name in columns.items())
    more["objects"] = [
        f"{kind}:{found}"
        for kind, name in layout.objects.items()
        if (found := values.id_or_none(record.get(name)))
    ]
    more["paid_label"] = ",".join(name for name in layout.paid if values.flag(record.get(name))) or None
    more["reply_to"] = more.get("reply_to") or _conversation(record)
    account = values.id_or_none(record.get(layout.account)) or values.id_or_none(record.get("author"))
    return values.post(layout.platform, record.get("id"), account, _time(record), **more)


def _time(record: Mapping[str, Any]) -> object:
    return values.time_or_none(record.get("unix_timestamp")) or values.pick(record, "timestamp", "created_at")


def _text(record: Mapping[str, Any]) -> str | None:
    """The body; 4CAT writes `RT @name: ` before the text of a retweet, which is not part of it."""
    text = values.text_or_none(record.get("body")) or values.text_or_none(record.get("title"))
    if text and values.flag(record.get("is_retweet")):
        return values.text_or_none(_RETWEET.sub("", text, count=1))
    return text


def _hashtags(record: Mapping[str, Any], layout: Layout, text: str | None) -> list[str]:
    if layout.hashtags is None:
        return hashtags_in(text)
    return in_text_order(values.strings(record.get(layout.hashtags)), text)


def _links(record: Mapping[str, Any], layout: Layout, text: str | None) -> list[str]:
    found = [link for name in layout.links for link in values.links(record.get(name))]
    return values.unique(found) if layout.links else links_in(text)


def _names(value: object) -> list[str]:
    """Names or ids; Douyin's table has the address of a profile, which ends in its id."""
    return values.unique(name.lstrip("@").rsplit("/", 1)[-1] for name in values.strings(value))


def _conversation(record: Mapping[str, Any]) -> str | None:
    thread = values.id_or_none(record.get("thread_id"))
    answers = values.flag(record.get("is_reply")) and thread != values.id_or_none(record.get("id"))
    return thread if answers else None


FORMAT = Format("4cat", "4CAT CSV", recognise, posts)
