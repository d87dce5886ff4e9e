"""Bluesky's Jetstream: one event a line.

in: an event `{did, time_us, kind, commit}`; out: a row for every new post and repost; why: the open stream
of a whole platform. Likes, follows, identity and account events yield nothing. Deletes yield nothing
either: they carry no record, and a post that was deleted has still been an act. A client sets `createdAt`
itself: beyond five minutes from the server's `time_us` the server's time is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import bluesky_feed, values
from overt.detect.sources.formats.bluesky_post import CLOCK_TOLERANCE_MS, posted_at, record_columns
from overt.detect.sources.formats.id_times import bluesky_tid_ms
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share

__all__ = ["FORMAT", "FORMATS"]

_POST, _REPOST = "app.bsky.feed.post", "app.bsky.feed.repost"


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when every record is an event."""
    found = share(documents(sample), lambda record: has(record, "did", "time_us", "kind"))
    return 0.98 * found, "Jetstream events (did, time_us, kind)"


def posts(record: Record) -> Iterator[Row | Reject]:
    """The post or repost that the event makes; nothing for every other event."""
    yield from each(items_of(record), _row)


def _row(event: Mapping[str, Any]) -> Row | None:
    if event.get("kind") != "commit":
        if "kind" not in event:
            raise Reject("no event: expected did, time_us and kind")
        return None
    commit = values.mapping(event.get("commit"))
    collection, made = commit.get("collection"), values.mapping(commit.get("record"))
    if commit.get("operation") != "create" or collection not in (_POST, _REPOST):
        return None
    did, rkey = values.text_or_none(event.get("did")), values.text_or_none(commit.get("rkey"))
    if did is None or rkey is None:
        raise Reject("a commit without did or rkey")
    seen_us = values.count(event.get("time_us"))
    seen_ms = seen_us // 1000 if seen_us else None
    when = posted_at(made.get("createdAt"), seen_us or None, seen_ms)
    more = record_columns(made) if collection == _POST else _repost(made, seen_ms)
    return values.post("bluesky", f"at://{did}/{collection}/{rkey}", did, when, **more)


def _repost(made: Mapping[str, Any], seen_ms: int | None) -> Row:
    uri = values.text_or_none(values.path(made, "subject", "uri"))
    if uri is None:
        raise Reject("a repost without the post that it repeats")
    latest = None if seen_ms is None else seen_ms + CLOCK_TOLERANCE_MS
    return {"repost_of": uri, "repost_of_at": bluesky_tid_ms(uri, latest_ms=latest)}


FORMAT = Format("bluesky-jetstream", "Bluesky Jetstream", recognise, posts)

FORMATS = (FORMAT, bluesky_feed.FORMAT)
"""All that overt reads of Bluesky, this one first."""
