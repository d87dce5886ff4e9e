"""Numbers in words: a table of cases, and what must hold for every number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.publish import text


@pytest.mark.parametrize(
    ("q", "words"),
    [
        (0.0003, "fewer than 1 in 1,000"),
        (0.004, "fewer than 1 in 100"),
        (0.01, "about 1 in 100"),
        (0.03, "about 3 in 100"),
        (0.035, "about 35 in 1,000"),
        (0.05, "about 5 in 100"),
        (0.2, "about 20 in 100"),
        (3e-9, "fewer than 1 in 1,000,000"),
        (0.0, "fewer than 1 in 1,000,000"),
        (None, "not known"),
        (float("nan"), "not known"),
    ],
)
def test_a_q_value_is_said_as_a_rate(q: float | None, words: str) -> None:
    assert text.q_words(q) == words


@given(st.floats(0, 0.00999))
def test_fewer_than_is_never_less_than_the_truth(q: float) -> None:
    bound = 1 / int(text.q_words(q).split(" in ")[1].replace(",", ""))
    assert q < bound


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (0.04, "under 0.1 s"),
        (3.25, "3.2 s"),
        (41, "41 s"),
        (60, "1 min"),
        (125, "2 min 5 s"),
        (3_599.6, "1 h"),
        (3_600, "1 h"),
        (86_399, "1 day"),
        (90_000, "1 day 1 h"),
        (86_400 * 400, "400 days"),
        (None, "unknown"),
        (float("inf"), "unknown"),
    ],
)
def test_a_duration_has_at_most_two_units(seconds: float | None, words: str) -> None:
    assert text.duration(seconds) == words


@given(st.floats(0, 1e12))
def test_a_duration_never_shows_sixty_of_a_unit(seconds: float) -> None:
    words = text.duration(seconds)
    assert "60 s" not in words.split(" min ")[-1] or words == "60 s"
    assert not words.endswith(" 60 min")
    assert not words.endswith(" 24 h")


@pytest.mark.parametrize(
    ("at", "resolution_ms", "words"),
    [
        (1_709_647_331_250, None, "2024-03-05 14:02:11"),
        (1_709_647_331_250, 60_000, "2024-03-05 14:02"),
        (1_709_647_331_250, 86_400_000, "2024-03-05"),
        (-62_135_596_800_000, 86_400_000, "0001-01-01"),
        (253_402_300_799_999, 1000, "9999-12-31 23:59:59"),
        (2**62, 1000, f"{2**62} ms"),
        (None, None, "unknown"),
    ],
)
def test_a_moment_is_no_finer_than_its_clock(at: int | None, resolution_ms: int | None, words: str) -> None:
    assert text.when(at, resolution_ms) == words


def test_a_gap_below_the_clock_is_no_gap() -> None:
    assert text.gap(0.0, 1000) == "same second"
    assert text.gap(30.0, 60_000) == "same minute"
    assert text.gap(60.0, 60_000) == "1 min"
    assert text.gap(0.5) == "0.5 s"


def test_counts_lists_and_figures() -> None:
    assert text.count(1234567) == "1,234,567"
    assert text.count(None) == "unknown"
    assert text.plural(1, "account") == "1 account"
    assert text.plural(2000, "reply", "replies") == "2,000 replies"
    assert [text.joined(list("abc"[:n])) for n in range(4)] == ["", "a", "a and b", "a, b and c"]
    assert [text.decimal(x) for x in (0.0, 0.004, 0.05, 0.42, 9.0, 9.44, 1234.5, None)] == [
        "0", "less than 0.01", "0.05", "0.4", "9", "9.4", "1,234", "unknown",
    ]  # fmt: skip
    assert text.trace_name("hashtag_sequence") == "hashtags in the same order"
    assert text.trace_name("near_text") == "near text"  # of a plugin
    assert text.object_kind("near_text") == "the near text"
