"""What people wrote, made harmless to look at."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.publish.visible import bdi, shortened, visible

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc\u202egnp.exe", "abc[U+202E]gnp.exe"),
        ("line\nbreak\r\nname", "line \u23ce break \u23ce name"),
        ("nul\x00esc\x1b[31m", "nul\u2400esc\u241b[31m"),
        ("zero\u200bwidth\ufeff", "zero[U+200B]width[U+FEFF]"),
        ("tag\U000e0041", "tag[U+E0041]"),
        ("tab\there", "tab here"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),  # a joined emoji stays whole
        ("Z" + "\u0300" * 9, "Z" + "\u0300" * 4),
        (None, ""),
        ("", ""),
    ],
)
def test_what_is_hidden_becomes_a_mark(text: str | None, shown: str) -> None:
    assert visible(text) == shown


@given(
    st.text(st.characters(exclude_categories=()) | st.sampled_from(BIDI + "\r\n\t\x00")), st.integers(2, 60)
)
def test_it_is_short_and_holds_nothing_invisible(text: str, limit: int) -> None:
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert not set(shown) & set(BIDI)
    assert all(unicodedata.category(letter) not in ("Cc", "Cs", "Zl", "Zp") for letter in shown)


def test_a_cut_is_shown_and_a_huge_text_is_not_walked() -> None:
    assert visible("a" * 10, 4) == "aaa\u2026"
    assert visible("a" * 50_000_000, 20) == "a" * 19 + "\u2026"


def test_a_name_is_cut_in_its_middle() -> None:
    assert shortened("@quiet_voice_66529") == "@quiet_\u2026_66529"
    assert shortened("@ann") == "@ann"


@given(st.text(max_size=300), st.integers(5, 30))
def test_a_shortened_name_is_short(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit


def test_markup_is_escaped_and_isolated() -> None:
    assert bdi("<b>\"'&") == "<bdi>&lt;b&gt;&#34;&#39;&amp;</bdi>"
