"""T-pairs by overt from the very CSV that another tool reads.

in: a CSV with user_id, timestamp in seconds and urls (one link); out: what `benchmarks.pairs` prints; why:
Parquet is quicker to read than CSV, and that advantage is not the join's.

    python -m benchmarks.baselines.pairs_of_csv FILE.csv --json [--out pairs.csv]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks import pairs

COLUMNS = {"user_id": "account_id", "urls": "object_id", "timestamp": "posted_at"}


def main() -> int:
    types = {"user_id": pa.string(), "urls": pa.string(), "timestamp": pa.int64()}
    chosen = pa_csv.ConvertOptions(column_types=types, include_columns=list(COLUMNS))
    with tempfile.TemporaryDirectory() as scratch:
        posts = Path(scratch) / "posts.parquet"
        table = pa_csv.read_csv(sys.argv[1], convert_options=chosen)
        pq.write_table(table.rename_columns(COLUMNS), posts, compression="none")
        del table
        return pairs.main([str(posts), *sys.argv[2:]])


if __name__ == "__main__":
    raise SystemExit(main())
