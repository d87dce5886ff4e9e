"""How much the beginning of a file looks like a format.

in: a `Sample`; out: its JSON objects or rows, and the share of them that pass a test; why: every
format recognises itself by keys, in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from overt.detect.sources.format import Reject, Row, Sample

__all__ = ["columns_of", "documents", "each", "has", "items_of", "share"]


def documents(sample: Sample) -> list[Mapping[str, Any]]:
    """The objects to look at, at most 50: of an array its items, else the records."""
    records: Iterable[Any] = sample.records
    if sample.kind == "json" and sample.records:
        first = sample.records[0]
        records = first[:50] if isinstance(first, list) else (first,)
    return [record for record in records if isinstance(record, Mapping)]


def columns_of(sample: Sample) -> frozenset[str]:
    """The header of a table; empty for JSON."""
    return frozenset(sample.columns)


def has(record: object, *keys: str) -> bool:
    """Whether the record is an object with all of these keys."""
    return isinstance(record, Mapping) and all(key in record for key in keys)


def share(records: Iterable[Any], test: Callable[[Any], bool]) -> float:
    """The share of the records that pass, 0 when there are none."""
    passed = [test(record) for record in records]
    return sum(passed) / len(passed) if passed else 0.0


def items_of(record: object) -> list[Any]:
    """The record itself as a list of one, or the items of an array document."""
    return list(record) if isinstance(record, (list, tuple)) else [record]


def each(items: Iterable[Any], read: Callable[[Mapping[str, Any]], Row | None]) -> Iterator[Row | Reject]:
    """The row of every item; a broken item comes out as a `Reject`, and its neighbours survive.

    `read` gives None for an item that is no post.
    """
    for item in items:
        if not isinstance(item, Mapping):
            yield Reject(f"expected an object, found {type(item).__name__}")
            continue
        try:
            found = read(item)
        except Reject as reject:
            yield reject
            continue
        if found is not None:
            yield found
