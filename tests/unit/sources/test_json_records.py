"""NDJSON and JSON documents: kinds, odd values, broken lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from overt.detect.sources import json_records
from overt.detect.sources.files import Input
from overt.detect.sources.records import open_records
from overt.errors import InputError


def of(tmp_path: Path, data: bytes) -> tuple[str, list[tuple[int, Any]], list[tuple[int, str]]]:
    """Kind, (number, record), (line, reason)."""
    (tmp_path / "a").write_bytes(data)
    opened = open_records(Input(tmp_path / "a", "a"))
    found: list[tuple[int, Any]] = []
    rejects: list[tuple[int, str]] = []
    for chunk in opened.chunks:
        found += zip(chunk.numbers, chunk.records, strict=True)
        rejects += [(reject.line, reject.reason) for reject in chunk.rejects]
    opened.close()
    return opened.kind, found, rejects


def test_lines_are_numbered_over_blanks(tmp_path: Path) -> None:
    kind, found, rejects = of(tmp_path, b'{"a":1}\r\n\n  \n{"a":18446744073709551615}\n')
    assert (kind, found, rejects) == ("ndjson", [(1, {"a": 1}), (4, {"a": 18446744073709551615})], [])


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"a":1},\n{"a":2}]', [(1, {"a": 1}), (2, {"a": 2})]),
        (b'{\n "a": [1]\n}', [(1, {"a": [1]})]),
        (b'  {"a":1}', [(1, {"a": 1})]),
    ],
)
def test_documents(tmp_path: Path, data: bytes, found: list[Any]) -> None:
    assert of(tmp_path, data) == ("json", found, [])


def test_what_python_tools_write_is_read(tmp_path: Path) -> None:
    _, found, rejects = of(tmp_path, b'{"a": NaN, "b": ["\\ud83d x", "\\ud83d\\ude42"]}\n{"a": 1}\n')
    assert found[0][1] == {"a": None, "b": ["\ufffd x", "🙂"]}
    assert rejects == []


def test_broken_lines_cost_themselves(tmp_path: Path) -> None:
    lines = [b'{"a":1}', b'{"a":', b"[1]", b"7", b'{"a":"caf\xe9"}', b"[" * 100_000, b'{"a":2}']
    _, found, rejects = of(tmp_path, b"\n".join(lines))
    assert [number for number, _ in found] == [1, 7]
    assert [line for line, _ in rejects] == [2, 3, 4, 5, 6]
    reasons = [reason for _, reason in rejects]
    assert reasons[0].startswith("not JSON: ")
    assert reasons[1:4] == [
        "not a JSON object: list",
        "not a JSON object: int",
        "not UTF-8: byte 0xE9 at position 10",
    ]


def test_a_line_of_50_mb_costs_itself(tmp_path: Path) -> None:
    data = b'{"a":1}\n{"a":"' + b"x" * 50_000_000 + b'"}\n{"a":3}\n'
    _, found, rejects = of(tmp_path, data)
    assert [number for number, _ in found] == [1, 3]
    assert rejects == [(2, "line above 16 MiB: 50,000,008 bytes")]


def test_a_first_line_that_is_broken_does_not_hide_the_kind(tmp_path: Path) -> None:
    kind, found, rejects = of(tmp_path, b'{"a":\n{"a":2}\n')
    assert (kind, found) == ("ndjson", [(2, {"a": 2})])
    assert rejects[0][0] == 1


def test_items_of_an_array_that_are_no_objects_are_set_aside(tmp_path: Path) -> None:
    _, found, rejects = of(tmp_path, b'[{"a":1}, 5, {"a":3}]')
    assert [number for number, _ in found] == [1, 3]
    assert rejects == [(2, "not a JSON object: int")]


def test_a_document_cut_off_is_refused(tmp_path: Path) -> None:
    data = json.dumps([{"a": n} for n in range(99)], indent=1).encode()
    with pytest.raises(InputError, match=r"a begins like JSON and is not JSON: .* line "):
        of(tmp_path, data[:-20])


def test_a_huge_document_is_refused_before_it_is_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "DOCUMENT_LIMIT", 2 << 20)
    with pytest.raises(InputError, match="one JSON document above 2 MiB") as caught:
        of(tmp_path, b"[" + b'{"a":1},' * 400_000 + b"{}]")
    assert "jq" in str(caught.value)


def test_a_long_first_line_does_not_make_the_file_a_document(tmp_path: Path) -> None:
    for size in (2_000_000, 20_000_000):
        first = b'{"a": "' + b"x" * size + b'"}'
        kind, found, rejects = of(tmp_path, first + b'\n\n{"a": 1}\n{"a": 2}')
        assert kind == "ndjson"
        assert found[-2:] == [(3, {"a": 1}), (4, {"a": 2})]
        assert [line for line, _ in rejects] == ([1] if size > 16 << 20 else [])


def test_a_document_whose_first_line_is_long_stays_one(tmp_path: Path) -> None:
    first = b'{"data": [{"a": "' + b"x" * 2_000_000 + b'"},'
    kind, found, _ = of(tmp_path, first + b'\n{"a": 1}]}')
    assert (kind, len(found)) == ("json", 1)
    kind, found, _ = of(tmp_path, first + b'{"a": 1}]}\n')
    assert (kind, len(found)) == ("json", 1)
