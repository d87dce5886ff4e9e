"""One time in any spelling.

in: a number, a text, a datetime; out: a `Moment`; why: every distinct value that is not plain ISO 8601 or
epoch time is read here, once, and what cannot be read says why.
"""

from __future__ import annotations

import contextlib
import re
from datetime import datetime, timedelta
from typing import NamedTuple

__all__ = ["DAY_MS", "MINUTE_MS", "SIZES", "Moment", "read_time"]

MINUTE_MS = 60_000
DAY_MS = 86_400_000
SIZES = (5 * 10**11, 5 * 10**14, 5 * 10**17)
"""Numbers below these are seconds, ms, us; above, ns. In each unit 2000 to 2100 lies well inside."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - zone arithmetic is done on integers, which cannot overflow
_MS = timedelta(milliseconds=1)
_MISSING = frozenset(
    {"", "N/A", "n/a", "NA", "nan", "NaN", "NaT", "$undefined", "null", "NULL", "None", "undefined"}
)
_NUMBER = re.compile(r"[+-]?\d{1,25}(\.\d{0,12})?")
_SPREADSHEET = re.compile(r"[+-]?\d\.\d+[eE]\+\d+")
_LOOSE = re.compile(
    r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:\s+|T)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?:\s+UTC)?"
)
_TWITTER = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|UTC|GMT) (\d{4})")
_MAIL = re.compile(r"(?:\w{3}, )?(\d{1,2}) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}|UTC|GMT)")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: n for n, name in enumerate(_MONTH_NAMES, 1)}


class Moment(NamedTuple):
    """One time read: `ms` UTC or None with the `problem`; `written_ms` is how fine it is written."""

    ms: int | None
    problem: str | None = None
    has_zone: bool = True
    written_ms: int = 1


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
    if size < SIZES[0]:
        return Moment(round(number * 1000))
    return Moment(round(number // (1 if size < SIZES[1] else 1_000 if size < SIZES[2] else 1_000_000)))


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
