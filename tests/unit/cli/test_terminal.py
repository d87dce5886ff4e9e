"""What is shown in a terminal cannot act on it."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.cli.terminal import emit_json, progress, safe
from overt.progress import silent


@given(st.text())
def test_nothing_that_acts_survives(text):
    shown = safe(text)
    acting = [
        c
        for c in shown
        if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and c not in "\u200c\u200d"
    ]
    assert acting == []
    assert len(shown) == len(text)


@given(st.text())
def test_safe_changes_nothing_twice(text):
    assert safe(safe(text)) == safe(text)


@pytest.mark.parametrize("text", ["Ünïcode", "名前", "اسم", "👩‍💻", "a b", "[red]x[/red]"])
def test_ordinary_names_stay(text):
    assert safe(text) == text


def test_spaces_of_every_script_are_spaces():
    assert safe("名\u3000前\tx\u00a0y") == "名 前 x y"


def test_a_block_keeps_its_lines_only():
    assert safe("a\nb\r\x1b", block=True) == "a\nb\ufffd\ufffd"
    assert safe("a\nb") == "a\ufffdb"


def test_json_refuses_what_json_does_not_know():
    with pytest.raises(ValueError, match="JSON"):
        emit_json({"q": float("nan")})


def test_no_bars_outside_a_terminal():
    with progress() as show:
        assert show is silent


def test_bars_in_a_terminal_go_to_stderr(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress() as show:
        show("pairs \x1b[2J", 1, 2)
        show("pairs \x1b[2J", 2, 2)
        show("groups", 1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "[2J" not in captured.err.replace("\x1b[2K", "") or "\ufffd" in captured.err
