"""Zeeschuimer's NDJSON, and 4CAT's NDJSON of the same items.

in: a wrapper `{item_id, source_platform, timestamp_collected, data}`, or an item with its wrapper in
`__import_meta`; out: the row of the item inside; why: one browser extension collects many platforms. The same
post may be collected several times: `collected_at` tells which record is the later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Format, Record, Reject, Row, Sample
from overt.detect.sources.formats import (
    douyin,
    instagram,
    rednote,
    tiktok_comments,
    tiktok_web,
    values,
    x_graphql,
)
from overt.detect.sources.formats.likeness import documents, each, has, items_of, share

__all__ = ["FORMAT"]

_READERS: dict[str, Callable[[Mapping[str, Any]], Row | None]] = {
    "tiktok.com": tiktok_web.item_row,
    "tiktok": tiktok_web.item_row,
    "tiktok-comments": tiktok_comments.item_row,
    "douyin.com": douyin.item_row,
    "douyin": douyin.item_row,
    "twitter.com": x_graphql.item_row,
    "x.com": x_graphql.item_row,
    "twitter": x_graphql.item_row,
    "instagram.com": instagram.item_row,
    "instagram": instagram.item_row,
    "xiaohongshu.com": rednote.item_row,
    "rednote.com": rednote.item_row,
    "rednote": rednote.item_row,
}


def recognise(sample: Sample) -> tuple[float, str]:
    """Sure when every record has the wrapper, whatever platform it is of."""
    found = documents(sample)
    names = sorted({_platform(record)[:40] for record in found if _is_wrapped(record)})
    of = ", ".join(names) or "no platform"
    return 0.99 * share(found, _is_wrapped), f"Zeeschuimer's wrapper (source_platform, data), items of {of}"


def _is_wrapped(record: Mapping[str, Any]) -> bool:
    return has(record, "source_platform", "data") or isinstance(record.get("__import_meta"), Mapping)


def _platform(record: Mapping[str, Any]) -> str:
    wrapper = values.mapping(record.get("__import_meta")) or record
    return (values.text_or_none(wrapper.get("source_platform")) or "").strip().lower()


def posts(record: Record) -> Iterator[Row | Reject]:
    """The post in the wrapper. Rejects an item of a platform that has no reader, and says what to do."""
    yield from each(items_of(record), _row)


def _row(record: Mapping[str, Any]) -> Row | None:
    meta = record.get("__import_meta")
    wrapper, item = (meta, record) if isinstance(meta, Mapping) else (record, record.get("data"))
    if not isinstance(item, Mapping):
        raise Reject("the wrapper holds no item: expected an object in `data`")
    row = _reader(_platform(record))(item)
    if row is not None:
        collected = values.time_or_none(wrapper.get("last_updated"))
        row["collected_at"] = collected or values.time_or_none(wrapper.get("timestamp_collected"))
        if row["collected_at"] is None:
            del row["collected_at"]
    return row


def _reader(platform: str) -> Callable[[Mapping[str, Any]], Row | None]:
    name = platform.removeprefix("www.")
    if name not in _READERS:
        raise Reject(
            f"items of {platform[:40]!r} cannot be read from Zeeschuimer's file yet; export them as CSV "
            "from Zeeschuimer or 4CAT and name the columns with --map"
        )
    return _READERS[name]


FORMAT = Format("zeeschuimer", "Zeeschuimer NDJSON", recognise, posts)
