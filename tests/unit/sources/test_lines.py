"""Lines, whatever the blocks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.sources import lines as lines_module
from overt.detect.sources.lines import LongLine, blocks_of_lines


def numbered(blocks: list[bytes]) -> list[tuple[int, bytes | LongLine]]:
    source: Iterator[bytes] = iter([block for block in blocks if block])
    found: list[tuple[int, bytes | LongLine]] = []
    for first, lines in blocks_of_lines(lambda: next(source, b"")):
        found += [(first, lines)] if isinstance(lines, LongLine) else list(enumerate(lines, first))
    return found


@given(st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\r", b"\n").replace(b"\x00", b"\n"))))
def test_lines_do_not_depend_on_blocks(blocks: list[bytes]) -> None:
    whole = b"".join(blocks)
    expected = whole.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    assert numbered(blocks) == list(enumerate(expected, 1))


@pytest.mark.parametrize("cut", [1, 7, 10, 64])
def test_a_long_line_is_one_line(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    monkeypatch.setattr(lines_module, "LINE_LIMIT", 10)
    whole = b'one\n"2345678901234567890\nthree\n45678901234"5"'
    found = numbered([whole[i : i + cut] for i in range(0, len(whole), cut)])
    assert [number for number, _ in found] == [1, 2, 3, 4]
    second, fourth = found[1][1], found[3][1]
    assert isinstance(second, LongLine)
    assert isinstance(fourth, LongLine)
    assert (second.n_bytes, second.even_quotes) == (20, False)
    assert (fourth.n_bytes, fourth.even_quotes) == (14, True)
    assert found[2] == (3, b"three")


def test_lines_behind_a_long_one_in_the_last_block_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "LINE_LIMIT", 10)
    blocks = iter([b"x" * 20, b"x\na\nb\n", b""])
    found = list(blocks_of_lines(lambda: next(blocks)))
    assert isinstance(found[0][1], LongLine)
    assert found[1:] == [(2, [b"a", b"b"])]
