"""The post record of Bluesky (`app.bsky.feed.post`), the same in the stream and in the app view.

in: a record, its `$type` or the Python SDK's `py_type`, camelCase or snake_case; out: row columns; why: two
formats carry it. Facets point into the text by UTF-8 bytes; the client's clock may be false, and then the
server's counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from overt.detect.sources.format import Row
from overt.detect.sources.formats.values import (
    count,
    mapping,
    path,
    pick,
    sequence,
    text_or_none,
    time_or_none,
    unique,
)

__all__ = ["CLOCK_TOLERANCE_MS", "instant_ms", "posted_at", "record_columns"]

CLOCK_TOLERANCE_MS = 5 * 60 * 1000
"""Five minutes: a client that is slow or offline for longer than that cannot be told from one that lies,
and at any scale below this the server's time would add its own delay to every honest post."""


def posted_at(
    stated: object, seen: str | int | float | None, seen_ms: int | None
) -> str | int | float | None:
    """The client's time when it is within the tolerance of the server's, else the server's."""
    ours = time_or_none(stated)
    stated_ms = instant_ms(ours)
    if stated_ms is None:
        return seen
    return seen if seen_ms is not None and abs(stated_ms - seen_ms) > CLOCK_TOLERANCE_MS else ours


def instant_ms(iso: object) -> int | None:
    """An ISO 8601 time as ms UTC; without a zone it is UTC; None when it is none."""
    if not isinstance(iso, str):
        return None
    try:
        found = datetime.fromisoformat(iso)
        zoned = found if found.tzinfo else found.replace(tzinfo=UTC)
        return round(zoned.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def record_columns(record: Mapping[str, Any]) -> Row:
    """Text, marks, reply target, quoted post and media of a post record."""
    text = text_or_none(record.get("text"))
    embed = mapping(record.get("embed"))
    tags, links, mentions = _facets(record.get("facets"))
    external = text_or_none(path(embed, "external", "uri")) or text_or_none(
        path(embed, "media", "external", "uri")
    )
    quoted = text_or_none(path(embed, "record", "uri")) or text_or_none(
        path(embed, "record", "record", "uri")
    )
    return {
        "text": text,
        "language": next(filter(None, map(text_or_none, sequence(record.get("langs")))), None),
        "hashtags": unique([*tags, *map(text_or_none, sequence(record.get("tags")))]),
        "links": unique([*links, external]),
        "mentions": mentions,
        "reply_to": text_or_none(path(record, "reply", "parent", "uri")),
        "objects": [f"quote:{quoted}"] if quoted else [],
        "media": _media(embed),
    }


def _facets(facets: object) -> tuple[list[str], list[str], list[str]]:
    """Tags, links and mentioned dids in the order of the text, by the byte at which each begins."""
    found: dict[str, list[str | None]] = {"tag": [], "uri": [], "did": []}
    for facet in sorted(sequence(facets), key=_byte_start):
        for feature in sequence(path(facet, "features")):
            for key, names in found.items():
                names.append(text_or_none(path(feature, key)))
    tags = [tag.lstrip("#＃") for tag in found["tag"] if tag]
    return unique(tags), unique(found["uri"]), unique(found["did"])


def _byte_start(facet: object) -> int:
    return count(pick(path(facet, "index"), "byteStart", "byte_start")) or 0


def _media(embed: Mapping[str, Any]) -> list[str]:
    """Content ids of pictures and videos: equal bytes have equal ids."""
    inner = mapping(embed.get("media")) or embed
    blobs = [path(image, "image") for image in sequence(inner.get("images"))]
    return unique(_cid(blob) for blob in (*blobs, inner.get("video")))


def _cid(blob: object) -> str | None:
    ref = path(blob, "ref")
    return text_or_none(pick(ref, "$link", "link")) or text_or_none(ref) or text_or_none(path(blob, "cid"))
