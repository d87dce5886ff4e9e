"""CSV: line numbers, quotes, limits, bad bytes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.detect.sources.csv_records import sniffed
from overt.detect.sources.files import Input
from overt.detect.sources.records import open_records
from overt.errors import InputError


def parsed(path: Path) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """(line, row) of the rows, (line, reason) of the rejects."""
    records = open_records(Input(path, path.name))
    rows: list[tuple[int, list[str]]] = []
    rejects: list[tuple[int, str]] = []
    for chunk in records.chunks:
        rows += zip(chunk.numbers, chunk.records, strict=True)
        rejects += [(reject.line, reject.reason) for reject in chunk.rejects]
    records.close()
    return rows, rejects


def of(tmp_path: Path, data: bytes) -> Any:
    (tmp_path / "a.csv").write_bytes(data)
    return parsed(tmp_path / "a.csv")


cells = st.text(st.sampled_from('ab,;"\n\t|é🙂 '), max_size=6)


@given(
    st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
)
def test_rows_and_the_lines_they_begin_on(
    tmp_path_factory: pytest.TempPathFactory, table: Any, quoting: Any
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    writer.writerow(["aa", "bb", "cc"])
    expected = []
    for row in table:
        expected.append((out.getvalue().count("\n") + 1, list(row)))
        writer.writerow(row)
    rows, rejects = of(tmp_path_factory.mktemp("csv"), out.getvalue().encode())
    assert (rows, rejects) == (expected, [])


def test_windows_line_ends_and_blank_lines(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b'a,b\r\n1,2\r\n\r\n3,"4\r\n5"\r\n6,7')
    assert rows == [(2, ["1", "2"]), (4, ["3", "4\r\n5"]), (6, ["6", "7"])]
    assert rejects == []


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["id", "user name", "text"], ["1", "a, b; c", 'say "x"'], ["2", "d | e", "f"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    assert sniffed(out.getvalue()) == delimiter


def test_a_row_with_cells_too_many_or_too_few_is_set_aside(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b"a,b\n1,2\n1,2,3\n1\n4,5\n")
    assert [line for line, _ in rows] == [2, 5]
    assert rejects == [
        (3, "wrong number of cells: 3, expected 2"),
        (4, "wrong number of cells: 1, expected 2"),
    ]


def test_bad_bytes_cost_their_row_only(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b'a,b\n1,ok\n2,caf\xe9\n3,"two\nlines \xff"\n4,ok\n')
    assert [row for _, row in rows] == [["1", "ok"], ["4", "ok"]]
    assert rejects[0] == (3, "not UTF-8: byte 0xE9 at position 6")
    assert rejects[1] == (4, "not UTF-8: byte 0xFF at position 7")
    assert {line for line, _ in rejects} <= {3, 4, 5}


def test_a_quote_that_never_closes_costs_one_row(tmp_path: Path) -> None:
    lines = [b"a,b", b'1,"open', *(b"%d,x" % n for n in range(2, 400))]
    rows, rejects = of(tmp_path, b"\n".join(lines))
    assert [line for line, _ in rows] == list(range(3, 401))
    assert len(rejects) == 1
    assert rejects[0][0] == 2
    assert "quote" in rejects[0][1]


def test_a_quote_that_swallows_some_lines_gives_them_back(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b'a,b\n1,"open\n2,x\n3,y\n4,"closed"\n5,z\n')
    assert [row[0] for _, row in rows] == ["2", "3", "4", "5"]
    assert [line for line, _ in rejects] == [2]


def test_quotes_that_are_not_doubled_are_read_where_the_line_is_whole(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b'a,b\n1,"he said "no" twice"\n2,y\n')
    assert [row[0] for _, row in rows] == ["1", "2"]
    assert rejects == []


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_cell_of_50_mb_costs_its_row_only(tmp_path: Path, quote: bytes) -> None:
    rows, rejects = of(tmp_path, b"a,b\n1,x\n2," + quote + b"y" * 50_000_000 + quote + b"\n3,z\n")
    assert [row[0] for _, row in rows] == ["1", "3"]
    assert rejects == [(3, f"line above 16 MiB: {50_000_002 + 2 * len(quote):,} bytes")]


def test_a_cell_above_1_mib_costs_its_row_only(tmp_path: Path) -> None:
    rows, rejects = of(tmp_path, b'a,b\n1,x\n2,"' + b"y" * (1 << 21) + b'"\n3,z\n')
    assert [row[0] for _, row in rows] == ["1", "3"]
    assert rejects == [(3, "cell above 1 MiB")]


def test_the_limit_of_the_csv_module_is_given_back(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    of(tmp_path, b"a,b\n1,2\n")
    assert csv.field_size_limit() == before


@pytest.mark.parametrize(
    ("data", "message"),
    [(b"a,b\r1,2\r3,4\r", "carriage returns alone"), (b"a,caf\xe9\n1,2\n", "no readable header: not UTF-8")],
)
def test_a_file_without_readable_header_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        of(tmp_path, data)
