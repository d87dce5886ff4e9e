"""Parquet as other tools write it: names twice, times in nanoseconds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from overt.detect.sources.records import told_apart

from .conftest import Read

NS = 1_700_000_000_123_456_789


def test_a_name_that_stands_twice_is_told_apart() -> None:
    assert told_apart(["id", "a", "id", "", "", "id"]) == ("id", "a", "id (2)", "", "", "id (3)")
    assert told_apart(["id", "id (2)", "id"]) == ("id", "id (2)", "id (3)")


def test_columns_twice_are_read_in_parquet_and_csv(tmp_path: Path, read: Read) -> None:
    columns = [pa.array(["a"]), pa.array(["b"]), pa.array([1_700_000_000])]
    pq.write_table(
        pa.Table.from_arrays(columns, names=["account", "account", "time"]), tmp_path / "a.parquet"
    )
    (tmp_path / "a.csv").write_text("account,account,time\na,b,1700000000\n")
    for name in ("a.parquet", "a.csv"):
        assert read(tmp_path / name).post["account_id"] == "a"
        assert read(tmp_path / name, columns={"account": "account (2)"}).post["account_id"] == "b"


def test_nanoseconds_are_cut(tmp_path: Path, read: Read) -> None:
    for zone in (None, "UTC"):
        times = pa.array([NS], pa.timestamp("ns", zone))
        pq.write_table(pa.table({"account": ["a"], "time": times, "text": ["x"]}), tmp_path / "a.parquet")
        assert read(tmp_path / "a.parquet").post["posted_at"] == NS // 1_000_000
