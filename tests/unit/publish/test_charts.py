"""The small pictures: exact for small ones, bounded and well-formed for all."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from overt.publish.charts.axis import Axis, date_ticks, lapse_ticks
from overt.publish.charts.bars import Bar, bars
from overt.publish.charts.network import Dot, network
from overt.publish.charts.strips import Marks, Strip, strip

NOON = 1_709_640_000_000  # 2024-03-05 12:00 UTC
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("span", "labels"),
    [
        (90_000, ["2024-03-05 12:00:00", "12:00:30", "12:01:00", "12:01:30"]),
        (20 * HOUR, ["2024-03-05 12:00", "18:00", "2024-03-06 00:00", "06:00"]),
        (21 * 24 * HOUR, ["2024-03-07", "2024-03-14", "2024-03-21"]),
        (400 * 24 * HOUR, ["2024-07", "2025-01"]),
        (9 * 366 * 24 * HOUR, ["2025", "2030"]),
    ],
)
def test_dates_stand_on_whole_units(span: int, labels: list[str]) -> None:
    found = [label for _, label in date_ticks(Axis(NOON, NOON + span))]
    assert found == labels


def test_time_since_is_counted_from_zero() -> None:
    assert lapse_ticks(Axis(-15_000, 45_000), 0) == [
        (25.0, "0 s"),
        (pytest.approx(25 + 100 / 3), "+20 s"),
        (pytest.approx(25 + 200 / 3), "+40 s"),
    ]


MOMENTS = st.integers(-62_135_596_800_000, 253_402_300_799_999)


@given(MOMENTS, MOMENTS)
def test_every_span_has_few_ticks_within_it(a: int, b: int) -> None:
    axis = Axis(min(a, b), max(a, b))
    for ticks in (date_ticks(axis), lapse_ticks(axis, axis.start)):
        assert len(ticks) <= 6
        assert all(-1e-6 <= place <= 100 + 1e-6 for place, _ in ticks)
        assert [place for place, _ in ticks] == sorted(place for place, _ in ticks)


def test_a_strip_draws_one_mark_a_place() -> None:
    picture = Strip(Axis(0, 1000), [Markup("a")], [[Marks("hit", [0, 500, 500.1, 1000])]], [(50.0, "x")], "l")
    assert 'd="M0 2v6M500 2v6M1000 2v6"' in strip(picture)


@given(st.lists(st.integers(-(10**14), 10**14), max_size=3000))
def test_a_strip_is_bounded_whatever_the_data(moments: list[int]) -> None:
    picture = Strip(Axis(-1e12, 1e12), [Markup("a")], [[Marks("post", moments)]], [], "label")
    assert len(strip(picture)) < 401 * 14 + 1000


@given(
    st.lists(
        st.tuples(st.text(max_size=30), st.floats(), st.floats(), st.floats(0, 1)), min_size=1, max_size=12
    ),
    st.text(),
)
def test_a_network_of_any_names_and_places_is_well_formed(
    rows: list[tuple[str, float, float, float]], title: str
) -> None:
    dots = [Dot(*row) for row in rows]
    lines = [(0, i, 1.0) for i in range(1, len(dots))]
    picture = network(dots, lines, "".join(c for c in title if c.isprintable()))
    root = ElementTree.fromstring(picture)
    circles = root.findall(".//circle")
    assert len(circles) == len(dots)
    assert all(0 <= float(circle.get(axis, "")) <= 420 for circle in circles for axis in ("cx", "cy"))


def test_bars_say_every_number() -> None:
    drawn = bars([Bar(Markup("<b>pair</b>"), "within <10 s>", 9.0, 0.42)], "caption")
    assert "9 seen" in drawn
    assert "0.4 expected" in drawn
    assert "<b>pair</b>" in drawn
    assert "within &lt;10 s&gt;" in drawn
    assert 'width="100.0"' in drawn
    assert 'width="4.7"' in drawn
