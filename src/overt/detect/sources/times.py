"""Times in every spelling that exports use, as milliseconds UTC.

in: a column of numbers, texts or timestamps; out: int64 ms, what is wrong with the others, and how many
had no zone; why: the timing test needs one clock, and needs to know when a clock is coarse.

Numbers are seconds, ms, us or ns by their size. A time without zone is taken as UTC and counted. Times
before 2000 or more than a day ahead are no times of posts: they are refused, not moved.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["DAY_MS", "EARLIEST_MS", "MINUTE_MS", "Clock", "Moment", "Times", "parse", "read_time"]

MINUTE_MS = 60_000
DAY_MS = 86_400_000
EARLIEST_MS = 946_684_800_000
"""2000-01-01: no platform that overt reads is older."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - zone arithmetic is done on integers, which cannot overflow
_MS = timedelta(milliseconds=1)
_MISSING = frozenset(
    {"", "N/A", "n/a", "NA", "nan", "NaN", "NaT", "$undefined", "null", "NULL", "None", "undefined"}
)
_NUMBER = re.compile(r"[+-]?\d{1,25}(\.\d{0,12})?")
_SPREADSHEET = re.compile(r"[+-]?\d\.\d+[eE]\+\d+")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_ZONE = re.compile(r"Z|[+-]\d")
_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s+UTC)?"
)
_TWITTER = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|UTC|GMT) (\d{4})")
_MAIL = re.compile(r"(?:\w{3}, )?(\d{1,2}) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|UTC|GMT)")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}
_FINEST_DISTINCT = 20
_APART = 1_024
_SIZES = (5 * 10**11, 5 * 10**14, 5 * 10**17)
"""Numbers below these are seconds, ms, us; above, ns. In each unit 2000 to 2100 lies well inside."""

_SURELY_EPOCH = ((946_684_800, 10**11), (946_684_800_000, 10**13), (946_684_800_000_000, 10**18))
_UNITS = (DAY_MS, 3_600_000, MINUTE_MS, 1_000)


class Moment(NamedTuple):
    """One time read: `ms` UTC or None with the `problem`; `written_ms` is how fine it is written."""

    ms: int | None
    problem: str | None = None
    has_zone: bool = True
    written_ms: int = 1


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


class Clock:
    """Measures how fine a file's clock is, block by block.

    The coarsest unit that divides every time, when there are at least 20 distinct times; with fewer,
    how they are written decides, and seconds are assumed of whole seconds.
    """

    def __init__(self) -> None:
        self._coarse = dict.fromkeys(_UNITS, True)
        self._distinct: set[int] = set()
        self._written: int | None = None

    def see(self, ms: np.ndarray, written_ms: int) -> None:
        """Take the times (ms, int64) of some rows."""
        if not len(ms):
            return
        self._written = written_ms if self._written is None else min(self._written, written_ms)
        for unit, still in self._coarse.items():
            self._coarse[unit] = still and not (ms % unit).any()
        if len(self._distinct) < _FINEST_DISTINCT:
            self._distinct.update(np.unique(ms)[:_FINEST_DISTINCT].tolist())

    @property
    def resolution_ms(self) -> int:
        """1, 1000, 60000, 3600000 or 86400000."""
        measured = next((unit for unit in _UNITS if self._coarse[unit]), 1)
        if len(self._distinct) < _FINEST_DISTINCT:
            measured = min(measured, 1_000)
        return max(measured, self._written or 1)


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
        scale = np.select([size < unit for unit in _SIZES], [1e3, 1.0, 1e-3], 1e-6)
        ms = np.clip(np.rint(numbers * scale), -(2.0**62), 2.0**62).astype(np.int64)
    else:
        # an unsigned number above 2**62 is no time in any unit
        if numbers.dtype == np.uint64:
            numbers = np.minimum(numbers, np.uint64(2**62))
        whole = numbers.astype(np.int64)
        size = np.abs(np.maximum(whole, -(2**62)))
        in_seconds = np.clip(whole, -_SIZES[0], _SIZES[0]) * 1000
        ms = np.select(
            [size < unit for unit in _SIZES], [in_seconds, whole, whole // 1000], whole // 1_000_000
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


def read_time(value: object) -> Moment:
    """One time in any spelling, without the limits of range."""
    if value is None:
        return Moment(None, "no time: the time is missing")
    if isinstance(value, bool):
        return _unreadable(value)
    if isinstance(value, int | float):
        return _of_number(value)
    if isinstance(value, datetime):
        return _of_datetime(value, 1)
    if not isinstance(value, str):
        return _unreadable(value)
    text = value.strip()
    if text in _MISSING:
        return Moment(None, "no time: the time is missing")
    return _of_text(text)


def _unreadable(value: object) -> Moment:
    return Moment(None, f"no readable time: {value!s:.60}")


def _of_number(number: int | float) -> Moment:
    if isinstance(number, float) and (number != number or abs(number) > 1e20):
        return Moment(None, "no time: the time is missing") if number != number else _unreadable(number)
    size = abs(number)
    if size < _SIZES[0]:
        return Moment(round(number * 1000))
    return Moment(round(number // (1 if size < _SIZES[1] else 1_000 if size < _SIZES[2] else 1_000_000)))


def _of_text(text: str) -> Moment:
    if not text[0].isalpha():
        if _NUMBER.fullmatch(text):
            return _of_digits(text)
        if _SPREADSHEET.fullmatch(text):
            return Moment(None, f"a time that lost its digits in a spreadsheet: {text[:60]}")
        with contextlib.suppress(ValueError):
            return _of_datetime(datetime.fromisoformat(text), _written(text))
    try:
        return _of_pattern(text)
    except (ValueError, OverflowError, KeyError):
        return _unreadable(text)


def _of_digits(text: str) -> Moment:
    """Epoch time, or a date without separators: 20150801 as seconds would be 1970."""
    if text.isdigit() and text[:2] in ("19", "20") and len(text) in (8, 12, 14):
        try:
            found = datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        except ValueError:
            return _of_number(int(text))
        return _of_datetime(found, {8: DAY_MS, 12: MINUTE_MS, 14: 1}[len(text)])
    return _of_number(int(text) if text.lstrip("+-").isdigit() else float(text))


def _written(text: str) -> int:
    if len(text) == 10:
        return DAY_MS
    # 2015-08-01 00:01 and 2015-08-01T00:01Z have no seconds
    return MINUTE_MS if text[13:14] == ":" and text[16:17] != ":" else 1


def _of_datetime(found: datetime, written_ms: int) -> Moment:
    offset = found.utcoffset()
    ms = _ms(found.replace(tzinfo=None))
    return Moment(ms - (offset // _MS if offset else 0), None, offset is not None, written_ms)


def _ms(found: datetime) -> int:
    since = found - _EPOCH
    return since.days * DAY_MS + since.seconds * 1000 + since.microseconds // 1000


def _of_pattern(text: str) -> Moment:
    if text[0].isdigit() and (match := _LOOSE.fullmatch(text)):
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        found = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
        ms = _ms(found) + int((fraction or "0").ljust(3, "0")[:3])
        written = DAY_MS if hour is None else MINUTE_MS if second is None else 1
        return Moment(ms - _offset_ms(zone), None, zone is not None, written)
    if match := _TWITTER.fullmatch(text):
        name, day, hour, minute, second, zone, year = match.groups()
    elif match := _MAIL.fullmatch(text):
        day, name, year, hour, minute, second, zone = match.groups()
    else:
        return _unreadable(text)
    found = datetime(int(year), _MONTHS[name], int(day), int(hour), int(minute), int(second))  # noqa: DTZ001
    return Moment(_ms(found) - _offset_ms(zone))


def _offset_ms(zone: str | None) -> int:
    if zone is None or zone[0] not in "+-":
        return 0
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return (-minutes if zone[0] == "-" else minutes) * MINUTE_MS
