"""Bluesky's app view: items of feeds, searches and threads, as JSON or printed by the Python SDK.

in: a feed item `{post, reason}`, a post view `{uri, author, record}`, or a page `{feed: []}` / `{posts:
[]}`; out: one row each; why: what collectors of feeds save. An item with a repost reason is the repost, by
who reposted; the post inside is its context, and its time is the origin's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.bluesky_post import instant_ms, posted_at, record_columns
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share

__all__ = ["FORMAT"]


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the records are post views with an at-URI, an author and a record."""
    items = [item for record in documents(sample) for item in _items(record)]
    return 0.95 * share(items, _is_view), "Bluesky app-view posts (uri, author.did, record)"


def _view(item: object) -> Mapping[str, Any]:
    return values.mapping(values.path(item, "post")) or values.mapping(item)


def _is_view(item: object) -> bool:
    view = _view(item)
    return has(view, "uri", "author", "record") and has(view["author"], "did")


def _items(document: object) -> list[Any]:
    for name in ("feed", "posts"):
        listed = values.path(document, name)
        if isinstance(listed, list):
            return list(listed)
    return [document]


def posts(record: Record) -> Iterator[Row | Reject]:
    """The posts and reposts of a page, or the one of a line."""
    for document in items_of(record):
        yield from each(_items(document), _row)


def _row(item: Mapping[str, Any]) -> Row:
    view = _view(item)
    made = values.mapping(view.get("record"))
    made = values.mapping(made.get("value")) or made
    if not made:
        raise Reject("a post view without its record (blocked or not found)")
    seen = values.text_or_none(values.pick(view, "indexedAt", "indexed_at"))
    when = posted_at(values.pick(made, "createdAt", "created_at"), seen, instant_ms(seen))
    columns = record_columns(made)
    reason = values.mapping(item.get("reason"))
    if values.mapping(reason.get("by")):
        return _repost(view, when, reason, columns)
    author = values.mapping(view.get("author"))
    return values.post(
        "bluesky", view.get("uri"), author.get("did"), when, **columns, **_counts(view), **_account(author)
    )


def _repost(view: Mapping[str, Any], when: object, reason: Mapping[str, Any], columns: Row) -> Row:
    """The repost row; the repost's own at-URI is newer than the SDK, so one is made where it lacks."""
    by, uri = values.mapping(reason.get("by")), values.text_or_none(view.get("uri"))
    did = values.text_or_none(by.get("did"))
    shown = {**columns, "reply_to": None, "repost_of": uri, "repost_of_at": values.time_or_none(when)}
    at = values.pick(reason, "indexedAt", "indexed_at")
    own = values.text_or_none(reason.get("uri")) or (f"{uri}#repost-by-{did}" if uri and did else None)
    return values.post("bluesky", own, did, at, **shown, **_account(by))


def _counts(view: Mapping[str, Any]) -> Row:
    return {
        "n_likes": values.count(values.pick(view, "likeCount", "like_count")),
        "n_comments": values.count(values.pick(view, "replyCount", "reply_count")),
        "n_shares": values.count(values.pick(view, "repostCount", "repost_count")),
    }


def _account(author: Mapping[str, Any]) -> Row:
    kind = values.pick(author.get("verification"), "verifiedStatus", "verified_status")
    return {
        "handle": values.text_or_none(author.get("handle")),
        "display_name": values.text_or_none(values.pick(author, "displayName", "display_name")),
        "bio": values.text_or_none(author.get("description")),
        "created_at": values.time_or_none(values.pick(author, "createdAt", "created_at")),
        "verified_kind": values.text_or_none(kind),
    }


FORMAT = Format("bluesky-feed", "Bluesky app view", recognise, posts)
