"""Times in every spelling, their range, and the resolution of a clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.sources.clock import Clock
from overt.detect.sources.moments import DAY_MS, MINUTE_MS, read_time
from overt.detect.sources.times import EARLIEST_MS, parse

LATEST = 1_900_000_000_000
MOMENT = 1_614_054_527_000  # 2021-02-23 04:28:47 UTC


def ms(values: Any) -> list[int | None]:
    array: list[int | None] = parse(values, latest_ms=LATEST).array().to_pylist()
    return array


@pytest.mark.parametrize(
    "value",
    [
        1_614_054_527,
        1_614_054_527.0,
        1_614_054_527_000,
        1_614_054_527_000_000,
        1_614_054_527_000_000_000,
        "1614054527",
        "1614054527.000",
        " 1614054527000 ",
        "2021-02-23T04:28:47Z",
        "2021-02-23 04:28:47",
        "2021-02-23T12:28:47+08:00",
        "2021-02-23T12:28:47+0800",
        "2021-02-23T04:28:47.000000Z",
        "2021-02-23 04:28:47 UTC",
        "2021-02-23 04:28:47 +0000 UTC",
        "2021/02/23 04:28:47",
        "2021-2-23 4:28:47",
        "20210223042847",
        "Tue Feb 23 12:28:47 +0800 2021",
        "Tue, 23 Feb 2021 04:28:47 GMT",
        "23 Feb 2021 04:28:47 +0000",
        datetime(2021, 2, 23, 4, 28, 47, tzinfo=UTC),
        datetime(2021, 2, 23, 12, 28, 47, tzinfo=timezone(timedelta(hours=8))),
    ],
)
def test_one_moment_in_every_spelling(value: Any) -> None:
    assert read_time(value).ms == MOMENT
    assert ms([value]) == [MOMENT]
    # beside a value of another type, which sends the column the slow way
    assert ms([value, {}]) == [MOMENT, None]


def test_parts_of_a_second_are_kept() -> None:
    assert ms(["2021-02-23T04:28:47.123456Z", "1614054527.123"]) == [MOMENT + 123] * 2
    assert ms([1_614_054_527.123, 1_614_054_527.9996]) == [MOMENT + 123, MOMENT + 1000]
    assert ms([1_614_054_527_123_456]) == [MOMENT + 123]


@pytest.mark.parametrize(
    "array",
    [
        pa.array([1_614_054_527], pa.uint32()),
        pa.array([1_614_054_527_000], pa.uint64()),
        pa.array([1_614_054_527.0], pa.float64()),
        pa.array([datetime(2021, 2, 23, 4, 28, 47)], pa.timestamp("s")),  # noqa: DTZ001
        pa.array([MOMENT * 1_000_000], pa.timestamp("ns", "Asia/Shanghai")),
        pa.array(["2021-02-23T04:28:47Z"], pa.large_string()),
        pa.array(["2021-02-23T04:28:47Z"]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)
def test_columns_of_every_type(array: pa.Array) -> None:
    assert ms(array) == [MOMENT]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "no time: the time is missing"),
        ("", "no time: the time is missing"),
        ("NaN", "no time: the time is missing"),
        (float("nan"), "no time: the time is missing"),
        ("yesterday", "no readable time: yesterday"),
        ("2021-13-45", "no readable time: 2021-13-45"),
        ("Tue Foo 23 12:28:47 +0800 2021", "no readable time: Tue Foo"),
        (True, "no readable time: True"),
        ([1], r"no readable time: \[1\]"),
        ("1.61405E+09", "a time that lost its digits in a spreadsheet: 1.61405E"),
        ("0001-01-01T00:00:00Z", "time before 2000: 0001-01-01"),
        ("9999-12-31T23:59:59-10:00", "time in the future: 9999-12-31"),
        (0, "time before 2000: 0"),
        (-5, "time before 2000: -5"),
        (10**30, "no readable time|time in the future"),
        ("9" * 25, "time in the future"),
        (253_402_300_799, "time in the future: 253402300799"),
    ],
)
def test_what_is_no_time_of_a_post_is_said(value: Any, problem: str) -> None:
    for column in ([value], [value, "2021-02-23"], [value, {}]):
        found = parse(column, latest_ms=LATEST)
        assert not found.known[0]
        assert re.match(problem, found.problems[0])


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_timestamps_beyond_any_calendar_are_refused(unit: str) -> None:
    found = parse(pa.array([2**62, -(2**62), None], pa.timestamp(unit)), latest_ms=LATEST)
    assert not found.known.any()
    assert set(found.problems) == {0, 1, 2}


def test_one_odd_value_does_not_hurt_the_others() -> None:
    column = [f"2021-02-{day:02}T00:00:00Z" for day in range(1, 29)] * 100
    column[1_700] = "odd"
    found = parse(column, latest_ms=LATEST)
    assert list(found.problems) == [1_700]
    assert found.known.sum() == len(column) - 1
    assert found.array().to_pylist()[1] == read_time("2021-02-02T00:00:00Z").ms


@pytest.mark.parametrize("text", ["20210223", "202102230000", "20210223000000"])
def test_dates_without_separators(text: str) -> None:
    midnight = read_time("2021-02-23T00:00:00Z").ms
    assert ms([text, text]) == [midnight] * 2
    assert ms([text, "1614054527"]) == [midnight, MOMENT]


@given(st.integers(EARLIEST_MS, LATEST), st.sampled_from([0, 60, -330, 845]))
def test_iso_in_any_zone_comes_back(at: int, minutes: int) -> None:
    zone = timezone(timedelta(minutes=minutes))
    text = datetime.fromtimestamp(at / 1000, zone).replace(microsecond=at % 1000 * 1000).isoformat()
    assert read_time(text).ms == at
    assert ms([text]) == [at]


@given(st.lists(st.integers(EARLIEST_MS // 1000, LATEST // 1000), min_size=1))
def test_twitter_and_epoch_agree(seconds: list[int]) -> None:
    spelled = [datetime.fromtimestamp(s, UTC).strftime("%a %b %d %H:%M:%S +0000 %Y") for s in seconds]
    assert ms(spelled) == ms(seconds) == ms([str(s) for s in seconds]) == [s * 1000 for s in seconds]


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.dates()), max_size=6)
)
def test_nothing_breaks_it_and_every_unknown_has_a_problem(column: list[Any]) -> None:
    found = parse(column, latest_ms=LATEST)
    assert set(np.flatnonzero(~found.known)) == set(found.problems)
    inside = found.ms[found.known]
    assert ((inside >= EARLIEST_MS) & (inside <= LATEST)).all()


def test_times_without_zone_are_counted() -> None:
    assert parse(["2021-02-23 04:28:47", "2021-02-23 04:28:48"], latest_ms=LATEST).n_without_zone == 2
    assert parse(["2021-02-23 04:28:47", "2021-02-23T04:28:48Z"], latest_ms=LATEST).n_without_zone == 1
    assert parse(["1614054527"], latest_ms=LATEST).n_without_zone == 0


def measured(*columns: Any) -> int:
    clock = Clock()
    for column in columns:
        found = parse(column, latest_ms=LATEST)
        clock.see(found.ms[found.known], found.written_ms)
    return clock.resolution_ms


@pytest.mark.parametrize(
    ("step_s", "expected"), [(0.001, 1), (7, 1000), (60, MINUTE_MS), (3600, 3_600_000), (86_400, DAY_MS)]
)
def test_the_resolution_is_measured(step_s: float, expected: int) -> None:
    start = 1_600_041_600
    assert measured([start + n * step_s for n in range(20)]) == expected


def test_few_times_do_not_show_a_coarse_clock() -> None:
    assert measured([1_600_041_600 + n * 60 for n in range(19)]) == 1000


def test_few_times_written_without_seconds_do() -> None:
    assert measured(["2021-02-23 04:28"]) == MINUTE_MS
    assert measured(["2021-02-23"]) == DAY_MS
    assert measured([date(2021, 2, 23)]) == DAY_MS
    assert measured(["2021-02-23 04:28", "2021-02-23 04:28:01"]) == 1000
    assert measured(["2021-02-23 04:28"], ["2021-02-23 04:28:01"]) == 1000
