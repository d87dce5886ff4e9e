"""The keys by which JSON records name their columns, followed through a whole file.

in: records, chunk by chunk; out: the records whose keys were not met before; why: an exporter leaves out
what is absent, so a key may be missing from the first thousand records and stand in the next, and a look
at every record must cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["MOST_FRESH", "RecordKeys", "keys_of"]

_MOST_SHAPES = 10_000
"""Shapes that are remembered; a hostile file may have a new one in every record."""

MOST_FRESH = 1_000
"""Records given back at once; the others of that chunk come again with the next."""


def keys_of(records: Sequence[Any]) -> tuple[str, ...]:
    """The keys of JSON objects in order of appearance; those of an object within as `user.id`."""
    keys: dict[str, None] = {}
    for record in records:
        for key, value in record.items() if isinstance(record, dict) else ():
            keys[key] = None
            if isinstance(value, dict):
                keys.update((f"{key}.{inner}", None) for inner in value)
    return tuple(keys)


class RecordKeys:
    """Remembers the shapes of records: their keys, and the keys of the objects in some of them.

    Parameters
    ----------
    outer: keys whose objects may hold a column (`user` for `user.id`).
    """

    def __init__(self, outer: frozenset[str]) -> None:
        self._outer = outer
        self._shapes: set[object] = set()

    def has_room(self, n: int) -> bool:
        """Whether so many shapes more can be remembered."""
        return len(self._shapes) + n <= _MOST_SHAPES

    def fresh(self, records: Sequence[Any]) -> list[dict[str, Any]]:
        """One record for each shape that was not met before, at most `MOST_FRESH`."""
        found = []
        for record in records:
            if type(record) is not dict:
                continue
            shape: object = tuple(record)
            # most records end here: a shape without objects is remembered as it is
            if shape in self._shapes:
                continue
            inner = self._outer.intersection(record)
            if inner:
                within = (record[key] for key in sorted(inner))
                shape = shape, tuple(tuple(one) for one in within if type(one) is dict)
            if shape in self._shapes:
                continue
            if len(self._shapes) < _MOST_SHAPES:
                self._shapes.add(shape)
            found.append(record)
            if len(found) == MOST_FRESH:
                break
        return found
