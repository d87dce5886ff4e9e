"""Columns whose cells hold several hashtags, links, mentions or objects.

in: real lists, lists of objects, or texts in one of the usual spellings; out: an Arrow column of lists,
cleaned; why: one export writes `["a","b"]`, another `['a', 'b']`, `[a, b]`, `a,b` or `a b`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.sources.cells import MISSING, Cells

__all__ = ["ITEM_LIMIT", "Splitter", "cleaned", "lists"]

ITEM_LIMIT = 1_000
"""Items of one post that are kept: no platform allows as many, and a hostile file may hold any number."""

_KEYS = {
    "hashtags": ("text", "tag", "name", "hashtag_name", "hashtagName", "title"),
    "mentions": ("screen_name", "username", "acct", "handle", "name", "id"),
    "links": ("expanded_url", "unwound_url", "url", "href", "uri"),
    "objects": ("id", "name"),
}
# one pass even on a hostile cell: an open quote ends with the cell, a run of signs is one try
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)(?:'|\\?\Z)|\"((?:[^\"\\]|\\.)*)(?:\"|\\?\Z)", re.DOTALL)
_BETWEEN_LINKS = re.compile(r"\s+|(?<![,;|])[,;|]+\s*(?=[A-Za-z][A-Za-z0-9+.-]{1,15}://)")
_BLANKS = re.compile(r"\s+")
_LIST = pa.list_(pa.string())


class Splitter:
    """Takes one column's text cells apart; how they are separated is decided once for the column.

    Parameters
    ----------
    kind: "hashtags", "links", "mentions" or "objects".

    Attributes
    ----------
    separator: what stands between items, None until a cell has shown it.
    """

    def __init__(self, kind: str, separator: str | None = None) -> None:
        self.kind = kind
        self.separator = separator

    def see(self, cells: Iterable[str]) -> None:
        """Decide by the first cells that are not lists in brackets: comma, |, ; or blanks."""
        if self.separator is None:
            bare = [cell for cell in cells if cell and not cell.startswith("[")]
            if bare:
                found = (sign for sign in ",|;" if any(sign in cell for cell in bare))
                self.separator = next(found, " ")

    def split(self, cell: str | None) -> list[str] | None:
        """The items of a cell; None when the cell says nothing."""
        if cell is None or (cell := cell.strip()) in MISSING:
            return None
        if cell.startswith("[") and cell.endswith("]"):
            return self._bracketed(cell)
        if self.kind == "links":
            return _BETWEEN_LINKS.split(cell)
        if self.kind == "objects":
            # an object's name may hold blanks and commas
            return [cell]
        separator = self.separator or " "
        return _BLANKS.split(cell) if separator == " " else cell.split(separator)

    def _bracketed(self, cell: str) -> list[str]:
        try:
            return picked(orjson.loads(cell), self.kind)
        except orjson.JSONDecodeError:
            pass
        inside = cell[1:-1].strip()
        if inside[:1] in ("'", '"'):
            # a Python list, read by its quotes: the cell is hostile and is not evaluated
            return [single or double for single, double in _QUOTED.findall(inside)]
        return _BETWEEN_LINKS.split(inside) if self.kind == "links" else inside.split(",")


def picked(items: Any, kind: str) -> list[str]:
    """The texts of a JSON list: its strings and whole numbers, and of its objects the telling key."""
    found = []
    for item in items if isinstance(items, list | tuple) else [items]:
        if isinstance(item, dict):
            item = next((item[key] for key in _KEYS[kind] if item.get(key)), None)
        if isinstance(item, str):
            found.append(item.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
        elif isinstance(item, int) and not isinstance(item, bool):
            found.append(str(item))
    return found


def lists(cells: Cells, splitter: Splitter) -> pa.Array:
    """A column of lists of texts, cleaned; null where the cell says nothing."""
    if isinstance(cells, pa.Array):
        return cleaned(_from_arrow(cells, splitter), splitter.kind)
    # not straight to a list type: Arrow takes a text for a list of letters
    kind = pa.string() if str in set(map(type, cells)) else _LIST
    try:
        typed = pa.array(cells, kind)
    except (pa.ArrowException, TypeError, ValueError, UnicodeEncodeError, OverflowError):
        pass
    else:
        return lists(typed, splitter)
    splitter.see(cell for cell in cells if isinstance(cell, str))
    return cleaned(pa.array([_items(cell, splitter) for cell in cells], _LIST), splitter.kind)


def _items(cell: Any, splitter: Splitter) -> list[str] | None:
    if cell is None or isinstance(cell, float | bool):
        return None
    if isinstance(cell, str):
        return splitter.split(cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return picked(cell, splitter.kind)


def _from_arrow(cells: pa.Array, splitter: Splitter) -> pa.Array:
    kind = cells.type
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        if (
            pa.types.is_string(kind.value_type)
            or pa.types.is_large_string(kind.value_type)
            or pa.types.is_integer(kind.value_type)
        ):
            return cells.cast(_LIST)
        return pa.array([_items(cell, splitter) for cell in cells.to_pylist()], _LIST)
    if pa.types.is_null(kind) or pa.types.is_nested(kind) or pa.types.is_boolean(kind):
        return pa.nulls(len(cells), _LIST)
    if pa.types.is_dictionary(kind):
        cells = cells.cast(kind.value_type)
    encoded = cells.cast(pa.string()).dictionary_encode(null_encoding="encode")
    distinct = encoded.dictionary.to_pylist()
    splitter.see(cell for cell in distinct if cell)
    return pa.array([splitter.split(cell) for cell in distinct], _LIST).take(encoded.indices)


def cleaned(column: pa.Array, kind: str) -> pa.Array:
    """Without # and @, without empty items and placeholders such as <url>, at most `ITEM_LIMIT` each."""
    parents = pc.list_parent_indices(column).to_numpy(zero_copy_only=False)
    items = _clean_items(pc.utf8_trim_whitespace(column.flatten()), kind)
    keep = pc.and_(items.is_valid(), pc.invert(pc.is_in(items, value_set=pa.array(MISSING))))
    keep = pc.and_(keep, pc.invert(pc.fill_null(pc.match_substring_regex(items, r"^<[^<>]*>$"), False)))
    if kind == "links":
        keep = pc.and_(keep, pc.fill_null(pc.match_substring_regex(items, r"^\S*[.:]\S+$"), False))
    mask = keep.to_numpy(zero_copy_only=False) & (_places(parents) < ITEM_LIMIT)
    if mask.all() and not column.null_count:
        offsets = np.concatenate(([0], np.cumsum(np.bincount(parents, minlength=len(column)))))
        return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), items)
    offsets = np.concatenate(([0], np.cumsum(np.bincount(parents[mask], minlength=len(column)))))
    return pa.ListArray.from_arrays(
        pa.array(offsets, pa.int32()), items.filter(pa.array(mask)), mask=column.is_null()
    )


def _places(parents: np.ndarray) -> np.ndarray:
    """Place of each item within its list, from 0."""
    if not len(parents):
        return parents
    starts = np.concatenate(([True], parents[1:] != parents[:-1]))
    first = np.maximum.accumulate(np.where(starts, np.arange(len(parents)), 0))
    return np.arange(len(parents)) - first


def _clean_items(items: pa.Array, kind: str) -> pa.Array:
    if kind == "hashtags":
        return pc.utf8_trim(items, characters="#＃")
    return pc.utf8_ltrim(items, characters="@") if kind == "mentions" else items
