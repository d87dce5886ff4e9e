"""The verbs of an engine in this process, for tests of what runs on any. Not a test file."""

from __future__ import annotations

import pyarrow as pa


class HereRows:
    """Parts as lists of tables; where the order of tables is not promised, they come backwards."""

    def __init__(self, parts):
        self.parts = parts

    def map(self, work):
        return HereRows([list(work(number, iter(part))) for number, part in enumerate(self.parts)])

    def send(self, sort, n_parts):
        parts = [[] for _ in range(n_parts)]
        for part in self.parts:
            for table in part:
                for number, rows in sort(table):
                    parts[number].insert(0, rows)
        return HereRows(parts)

    def union(self, other):
        return HereRows([*self.parts, *other.parts])

    def kept(self):
        return self

    def tables(self):
        return (table for part in self.parts for table in part)


def rows_in_parts(rows, n_parts):
    """(account, object, second) rows as strings and milliseconds, dealt out to parts."""
    columns = [
        pa.table(
            {
                "account_id": pa.array([f"u{account}" for account, _, _ in some], pa.string()),
                "object_id": pa.array([f"o{object_}" for _, object_, _ in some], pa.string()),
                "time_ms": pa.array([second * 1000 for *_, second in some], pa.int64()),
            }
        )
        for some in (rows[number::n_parts] for number in range(n_parts))
    ]
    return HereRows([[table] for table in columns])
