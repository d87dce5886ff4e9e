"""Columns of cells in every spelling, as typed Arrow columns.

in: a list of cells (texts, numbers, JSON values) or an Arrow column; out: texts, ids, lists, counts or
flags with null for missing; why: platform rows and columns by name are cleaned in one place, by column.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.sources.formats import values as json_values

__all__ = ["MISSING", "Cells", "counts", "flags", "ids", "is_empty", "texts"]

Cells: TypeAlias = Any
"""A `pa.Array`, or a list of cells (pyarrow has no types, so neither has this)."""

MISSING: tuple[str, ...] = (
    "",
    "N/A",
    "n/a",
    "NaN",
    "nan",
    "$undefined",
    "undefined",
    "null",
    "NULL",
    "None",
    "NA",
)
"""Cells that say nothing. (In places NA is kept: it is Namibia.)"""

_NOTHING = ("0", "-1")
_EXACT = 2**53
_LOST = r"^[+-]?\d(\.\d+)?[eE]\+\d+$"
_WHOLE = r"^\d+\.0+$"
_WHOLE_DIGITS = 15


def is_empty(cells: Cells) -> bool:
    """Whether every cell is null."""
    if isinstance(cells, pa.Array):
        return bool(cells.null_count == len(cells))
    return set(map(type, cells)) <= {type(None)}


def texts(cells: Cells, *, keep: str | None = None) -> pa.Array:
    """A text column: missing is null, NUL and lone surrogates are replaced, all else is verbatim.

    `keep` is a cell of `MISSING` that means something here.
    """
    found = _strings(cells)
    missing = pa.array([cell for cell in MISSING if cell != keep])
    found = _null_where(found, pc.is_in(pc.utf8_trim_whitespace(found), value_set=missing))
    return pc.replace_substring(found, "\x00", "\ufffd") if _any(pc.match_substring(found, "\x00")) else found


def ids(cells: Cells, *, zero_is_missing: bool = False) -> tuple[pa.Array, np.ndarray]:
    """An id column as text, and where an id lost its digits (6.29697E+17, or a float above 2**53).

    A lost id is null: two that look alike need not be the same. `123.0` is 123.
    """
    lost = np.zeros(len(cells), dtype=bool)
    if isinstance(cells, pa.Array) and pa.types.is_floating(cells.type):
        numbers = cells.fill_null(0).to_numpy(zero_copy_only=False)
        known = ~cells.is_null().to_numpy(zero_copy_only=False) & ~np.isnan(numbers)
        lost = known & ~((np.abs(numbers) < _EXACT) & (numbers == np.rint(numbers)))
        whole = np.where(known & ~lost, numbers, 0).astype(np.int64)
        cells = pa.array(whole, mask=~known | lost)
    elif not isinstance(cells, pa.Array):
        cells, lost = _exact(cells)
    found = pc.utf8_trim_whitespace(texts(cells))
    if _any(pc.match_substring(found, ".")) or _any(pc.match_substring(found, "+")):
        found, in_text = _undo_floats(found)
        lost |= in_text
    if zero_is_missing:
        found = _null_where(found, pc.is_in(found, value_set=pa.array(_NOTHING)))
    return found, lost


def _exact(cells: Sequence[Any]) -> tuple[Cells, np.ndarray]:
    """JSON numbers as ids: integers are exact, floats only when whole and small."""
    lost = np.zeros(len(cells), dtype=bool)
    if float not in set(map(type, cells)):
        return cells, lost
    exact: list[Any] = list(cells)
    for row, cell in enumerate(cells):
        if type(cell) is float:
            lost[row] = cell == cell and not (abs(cell) < _EXACT and cell.is_integer())
            exact[row] = None if lost[row] or cell != cell else int(cell)
    return exact, lost


def _undo_floats(found: pa.Array) -> tuple[pa.Array, np.ndarray]:
    whole = pc.fill_null(pc.match_substring_regex(found, _WHOLE), False)
    cut = pc.replace_substring_regex(found, r"\.0+$", "")
    long = pc.fill_null(pc.greater(pc.utf8_length(cut), _WHOLE_DIGITS), False)
    lost = pc.or_(pc.fill_null(pc.match_substring_regex(found, _LOST), False), pc.and_(whole, long))
    found = _null_where(pc.if_else(whole, cut, found), lost)
    return found, lost.to_numpy(zero_copy_only=False)


def counts(cells: Cells) -> pa.Array:
    """A counter column, int64: "12499502" and "1.2万" are read, negative and hidden are null."""
    if isinstance(cells, pa.Array) and pa.types.is_integer(cells.type):
        found = pc.cast(cells, pa.int64(), safe=False)
    else:
        found = _typed(cells, pa.int64(), json_values.count)
    return _null_where(found, pc.less(found, 0))


def flags(cells: Cells) -> pa.Array:
    """A yes/no column in any spelling."""
    return _typed(cells, pa.bool_(), json_values.flag)


def _typed(cells: Cells, kind: pa.DataType, read: Callable[[object], Any]) -> pa.Array:
    if not isinstance(cells, pa.Array):
        try:
            return pa.array(cells, kind)
        except (pa.ArrowException, OverflowError, TypeError, ValueError, UnicodeEncodeError):
            return pa.array([read(cell) for cell in cells], kind)
    if cells.type == kind:
        return cells
    encoded = (
        cells.dictionary_encode(null_encoding="encode") if not pa.types.is_dictionary(cells.type) else cells
    )
    distinct = pa.array([read(cell) for cell in encoded.dictionary.to_pylist()], kind)
    return distinct.take(encoded.indices)


def _strings(cells: Cells) -> pa.Array:
    if not isinstance(cells, pa.Array):
        try:
            return pa.array(cells, pa.string())
        except (pa.ArrowException, TypeError, ValueError, UnicodeEncodeError, OverflowError):
            return pa.array([_text(cell) for cell in cells], pa.string())
    if pa.types.is_string(cells.type):
        return cells
    if pa.types.is_boolean(cells.type) or pa.types.is_nested(cells.type):
        return pa.nulls(len(cells), pa.string())
    try:
        return cells.cast(pa.string())
    except pa.ArrowException:
        # binary that is no UTF-8, or a type without a text form
        return pa.array([_text(cell) for cell in cells.to_pylist()], pa.string())


def _text(cell: object) -> str | None:
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    if isinstance(cell, str):
        return cell.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(cell) if isinstance(cell, int | float) else None


def _null_where(found: pa.Array, mask: pa.Array) -> pa.Array:
    mask = pc.fill_null(mask, False)
    return pc.if_else(mask, pa.scalar(None, found.type), found) if _any(mask) else found


def _any(mask: pa.Array) -> bool:
    return bool(pc.any(mask).as_py())
