"""Columns of times in every spelling that exports use, as milliseconds UTC.

in: a column of numbers, texts or timestamps; out: int64 ms, what is wrong with the others, and how many
had no zone; why: the timing test needs one clock.

Numbers are seconds, ms, us or ns by their size. A time without zone is taken as UTC and counted. Times
before 2000 or more than a day ahead are no times of posts: they are refused, not moved.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from overt.detect.sources.moments import DAY_MS, MINUTE_MS, SIZES, Moment, read_time

__all__ = ["EARLIEST_MS", "Times", "parse"]

EARLIEST_MS = 946_684_800_000
"""2000-01-01: no platform that overt reads is older."""

_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE = re.compile(r"Z|[+-]\d")
_APART = 1_024
_SURELY_EPOCH = ((946_684_800, 10**11), (946_684_800_000, 10**13), (946_684_800_000_000, 10**18))


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times.

    Attributes
    ----------
    ms: int64, 0 where there is none.
    known: bool, whether there is one.
    problems: row number -> what is wrong with it, where something is.
    n_without_zone: times taken as UTC because they name no zone.
    written_ms: how fine the finest of them is written (minutes when no value has seconds), else 1.
    """

    ms: np.ndarray
    known: np.ndarray
    problems: dict[int, str]
    n_without_zone: int
    written_ms: int

    def array(self) -> pa.Array:
        """As an Arrow column, null where unknown."""
        return pa.array(self.ms, pa.int64(), mask=~self.known)


def parse(values: pa.Array | Sequence[Any], *, latest_ms: int) -> Times:
    """Read a column of times.

    Parameters
    ----------
    values: integers, floats, texts, Arrow timestamps, or a list that mixes them; null is missing.
    latest_ms: later times are refused.
    """
    array = _as_array(values)
    if array is None:
        return _from_moments(*_distinct(values), latest_ms)
    if pa.types.is_temporal(array.type):
        return _from_timestamps(array, array, latest_ms)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return _from_numbers(array, latest_ms)
    if pa.types.is_dictionary(array.type):
        array = array.cast(array.type.value_type)
    if not (
        pa.types.is_string(array.type) or pa.types.is_large_string(array.type) or pa.types.is_null(array.type)
    ):
        return _from_moments(*_distinct(array.to_pylist()), latest_ms)
    if (quick := _from_digits(array, latest_ms)) is not None:
        return quick
    sample = _iso_in(array)
    if sample is not None:
        if (quick := _from_iso(array, sample, latest_ms)) is not None:
            return quick
        if len(array) > _APART:
            # one odd value among many must not send its neighbours the slow way
            half = len(array) // 2
            return _joined(parse(array[:half], latest_ms=latest_ms), parse(array[half:], latest_ms=latest_ms))
    encoded = array.cast(pa.string()).dictionary_encode(null_encoding="encode")
    return _from_moments(
        encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist(), latest_ms
    )


def _from_digits(array: pa.Array, latest_ms: int) -> Times | None:
    """A column of whole epoch times written as text, at the speed of Arrow; None for anything else."""
    first = array[0].as_py() if len(array) else None
    if first is None or not first.isdigit():
        return None
    try:
        numbers = array.cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    found = pc.min_max(numbers).as_py()
    # outside these may lie dates without separators: 20150801, 201508011230, 20150801123000
    sure = any(low <= found["min"] and found["max"] < high for low, high in _SURELY_EPOCH)
    return _from_numbers(numbers, latest_ms) if sure else None


def _iso_in(array: pa.Array) -> str | None:
    """One of three values that looks like ISO 8601: a column in another spelling is not tried in vain."""
    some = [array[at].as_py() for at in (0, len(array) // 2, len(array) - 1)] if len(array) else []
    return next((value for value in some if isinstance(value, str) and _ISO.match(value)), None)


def _joined(a: Times, b: Times) -> Times:
    problems = a.problems | {row + len(a.ms): what for row, what in b.problems.items()}
    written = min((part.written_ms for part in (a, b) if part.known.any()), default=1)
    together = np.concatenate((a.ms, b.ms)), np.concatenate((a.known, b.known))
    return Times(*together, problems, a.n_without_zone + b.n_without_zone, written)


def _from_iso(array: pa.Array, sample: str, latest_ms: int) -> Times | None:
    """A column that is ISO 8601 throughout, with zone throughout or without, at the speed of Arrow."""
    try:
        stamps = array.cast(pa.timestamp("us", "UTC" if _ZONE.search(sample, 13) else None))
    except pa.ArrowInvalid:
        return None
    return replace(_from_timestamps(stamps, array, latest_ms), written_ms=_column_written(array))


def _column_written(array: pa.Array) -> int:
    if pc.all(pc.equal(pc.utf8_length(array), 10)).as_py():
        return DAY_MS
    has_seconds = pc.equal(pc.utf8_slice_codeunits(array, 16, 17), ":")
    return 1 if pc.any(has_seconds).as_py() is not False else MINUTE_MS


def _as_array(values: pa.Array | Sequence[Any]) -> pa.Array | None:
    if isinstance(values, pa.Array):
        return values
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError, ValueError):
        return None


def _distinct(values: Iterable[Any]) -> tuple[np.ndarray, list[Any]]:
    places: dict[tuple[type, Hashable], int] = {}
    codes = []
    for value in values:
        key = (type(value), value if isinstance(value, Hashable) else repr(value))
        codes.append(places.setdefault(key, len(places)))
    return np.array(codes, dtype=np.int64), [value for _, value in places]


def _from_moments(codes: np.ndarray, values: list[Any], latest_ms: int) -> Times:
    """Every distinct value is read once; rows point to it."""
    moments = [_in_range(read_time(value), value, latest_ms) for value in values]
    n = np.bincount(codes, minlength=len(values)) if len(codes) else np.zeros(len(values), np.int64)
    ms = np.array([moment.ms or 0 for moment in moments], dtype=np.int64)[codes]
    known = np.array([moment.ms is not None for moment in moments], dtype=bool)[codes]
    problems = {int(row): str(moments[codes[row]].problem) for row in np.flatnonzero(~known)}
    bare = sum(int(n[i]) for i, moment in enumerate(moments) if moment.ms is not None and not moment.has_zone)
    written = min((moment.written_ms for moment in moments if moment.ms is not None), default=1)
    return Times(ms, known, problems, bare, written)


def _from_numbers(array: pa.Array, latest_ms: int) -> Times:
    known = ~array.is_null().to_numpy(zero_copy_only=False)
    numbers = array.fill_null(0).to_numpy(zero_copy_only=False)
    if numbers.dtype.kind == "f":
        known &= np.isfinite(numbers)
        numbers = np.where(known, numbers, 0.0)
        size = np.abs(numbers)
        scale = np.select([size < unit for unit in SIZES], [1e3, 1.0, 1e-3], 1e-6)
        ms = np.clip(np.rint(numbers * scale), -(2.0**62), 2.0**62).astype(np.int64)
    else:
        # an unsigned number above 2**62 is no time in any unit
        if numbers.dtype == np.uint64:
            numbers = np.minimum(numbers, np.uint64(2**62))
        whole = numbers.astype(np.int64)
        size = np.abs(np.maximum(whole, -(2**62)))
        in_seconds = np.clip(whole, -SIZES[0], SIZES[0]) * 1000
        ms = np.select(
            [size < unit for unit in SIZES], [in_seconds, whole, whole // 1000], whole // 1_000_000
        )
    return _limited(array, ms, known, latest_ms)


def _from_timestamps(stamps: pa.Array, written: pa.Array, latest_ms: int) -> Times:
    """`written` is the column as the source has it: some of its times are beyond what Python can show."""
    known = ~stamps.is_null().to_numpy(zero_copy_only=False)
    if pa.types.is_time(stamps.type) or pa.types.is_duration(stamps.type):
        problems = dict.fromkeys(range(len(stamps)), "no date: the column holds times of day")
        return Times(np.zeros(len(stamps), np.int64), np.zeros(len(stamps), bool), problems, 0, 1)
    ms = stamps.cast(pa.timestamp("ms"), safe=False).cast(pa.int64()).fill_null(0)
    found = _limited(written, ms.to_numpy(zero_copy_only=False), known, latest_ms)
    bare = 0 if getattr(stamps.type, "tz", None) else int(known.sum())
    return replace(found, n_without_zone=bare, written_ms=DAY_MS if pa.types.is_date(stamps.type) else 1)


def _limited(written: pa.Array, ms: np.ndarray, known: np.ndarray, latest_ms: int) -> Times:
    """Without the times that no post can have, which become problems."""
    problems = {int(row): "no time: the time is missing" for row in np.flatnonzero(~known)}
    outside = known & ((ms < EARLIEST_MS) | (ms > latest_ms))
    for row in np.flatnonzero(outside):
        problems[int(row)] = _range_problem(int(ms[row]), _shown(written[int(row)]))
    return Times(np.where(outside, 0, ms), known & ~outside, problems, 0, 1)


def _shown(cell: pa.Scalar) -> str:
    try:
        return str(cell)
    except (OverflowError, ValueError):
        return f"{cell.value} since 1970"


def _range_problem(ms: int, value: str) -> str:
    side = "before 2000" if ms < EARLIEST_MS else "in the future"
    return f"time {side}: {value[:60]}"


def _in_range(moment: Moment, value: object, latest_ms: int) -> Moment:
    if moment.ms is None or EARLIEST_MS <= moment.ms <= latest_ms:
        return moment
    return Moment(None, _range_problem(moment.ms, str(value)))
