"""A Parquet file comes piece by piece, whole and in its order."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.detect.edges.pieces import n_rows, pieces
from overt.errors import InputError


@pytest.mark.parametrize("most_rows", [3, 10, 100])
@pytest.mark.parametrize("group", [4, 25])
def test_every_row_comes_once_in_order(tmp_path, group, most_rows):
    path = tmp_path / "posts.parquet"
    table = pa.table({"id": [str(k) for k in range(50)], "time": range(50), "text": ["x"] * 50})
    pq.write_table(table, path, row_group_size=group)
    found = list(pieces(path, ["id", "time"], most_rows))
    assert all(len(piece) <= max(most_rows, 1) for piece in found)
    assert pa.concat_tables(found).equals(table.select(["id", "time"]))
    assert n_rows(path) == 50


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"id": ["a"]}), path)
    with pytest.raises(InputError, match="has no column time"):
        list(pieces(path, ["id", "time"]))


def test_an_error_in_the_file_reaches_the_reader(tmp_path):
    path = tmp_path / "posts.parquet"
    pq.write_table(pa.table({"id": [str(k) for k in range(5000)]}), path, compression="zstd")
    whole = bytearray(path.read_bytes())
    whole[100:5000] = bytes(4900)
    path.write_bytes(bytes(whole))
    with pytest.raises(OSError, match=r"(?i)corrupt|decompress|deserialize"):
        list(pieces(path, ["id"]))
