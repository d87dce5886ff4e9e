"""CooRTweet's input: its four columns, and its long table with one row per post and object.

in: object_id, account_id, content_id, timestamp_share; or account_id, post_id, timestamp and one id of
url_id, hashtag_id, domain_id, phash_id; out: a row with the object as `kind:id`; why: every detector of
that tool takes this table. In the four columns nothing says what an object is, so its kind is `object`.
Rows of one post are merged later: its objects are united. Ids (`fb_...`, `tw_...`) stay as they are; 0 is
an id like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import values
from overt.detect.sources.formats.likeness import columns_of, documents, each, items_of

__all__ = ["FORMAT"]

_FOUR = frozenset({"object_id", "account_id", "content_id", "timestamp_share"})
_LONG = frozenset({"account_id", "post_id", "timestamp"})
_OBJECTS = {"url_id": "url", "hashtag_id": "hashtag", "domain_id": "domain", "phash_id": "phash"}


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when the columns are there by name."""
    found = documents(sample)
    columns = columns_of(sample) or (frozenset(found[0]) if found else frozenset())
    if columns >= _FOUR:
        return 0.98, "CooRTweet's four columns (object_id, account_id, content_id, timestamp_share)"
    if columns >= _LONG and columns & set(_OBJECTS):
        named = ", ".join(sorted(columns & set(_OBJECTS)))
        return 0.96, f"CooRTweet's long table (account_id, post_id, timestamp and {named})"
    return 0.0, "not CooRTweet's columns"


def posts(record: Record) -> Iterator[Row | Reject]:
    """The share of one row."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row:
    if "content_id" in record:
        return _share(record, "content_id", "timestamp_share", {"object_id": "object"})
    return _share(record, "post_id", "timestamp", _OBJECTS)


def _share(record: Mapping[str, Any], post: str, time: str, kinds: Mapping[str, str]) -> Row:
    objects = [
        f"{kind}:{found}"
        for column, kind in kinds.items()
        if (found := values.id_or_none(record.get(column), zero=True)) is not None
    ]
    return values.post(None, record.get(post), record.get("account_id"), record.get(time), objects=objects)


FORMAT = Format("coortweet", "CooRTweet table", recognise, posts)
