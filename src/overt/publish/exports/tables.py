"""CSV files that a spreadsheet can open without running what people wrote.

in: a study folder; out: groups, members, accounts, edges and evidence as .csv; why: a cell that begins
with `=` is a formula to a spreadsheet, and account names and posts are hostile.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.publish.study_rows import dataset, is_in, manifest, rows
from overt.publish.whole_file import written_whole
from overt.schema import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["cell", "write_tables"]

_BEFORE = "[\\s\x00-\x1f\"'\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"  # what a reader may strip
_SIGN = "[=+\\-@\uff1d\uff0b\uff0d\uff20]"
_FORMULA = re.compile(f"{_BEFORE}*{_SIGN}|[\t\n]")
# a spreadsheet of a country with decimal commas cuts cells at semicolons, and then at line feeds too
_INNER = re.compile(f"([;\t\n]{_BEFORE}{{0,9}})({_SIGN}[\\w('\"@])")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\Z", re.ASCII)
_FILES = {
    "groups": "groups",
    "members": "group_members",
    "accounts": "accounts",
    "edges": "edges",
    "evidence": "evidence",
}
_LOOKED_UP = {
    "members": (
        ("groups", "group_id", ("audience",)),
        ("accounts", "account_id", ("handle", "display_name")),
    ),
    "accounts": (
        (
            "account_scores",
            "account_id",
            (
                "n_partners",
                "grid_s",
                "score",
                "p_value",
                "q_value",
                "flagged",
                "attached",
                "audience",
                "group_id",
            ),
        ),
    ),
    "evidence": (("accounts", "account_id", ("handle",)), ("posts", "post_id", ("text", "file", "line"))),
}


def write_tables(folder: Path, out: Path) -> list[Path]:
    """Write one CSV file for each of groups, members, accounts, edges and evidence into the folder `out`.

    Text that a spreadsheet would run gets a leading apostrophe; lists are joined by spaces; times are
    ISO 8601 in UTC; missing is empty.
    """
    manifest(folder)
    return [_write(folder, name, table, out / f"{name}.csv") for name, table in _FILES.items()]


def _write(folder: Path, name: str, table: str, path: Path) -> Path:
    source = dataset(folder, table)
    columns = [column.name for column in TABLES[table].columns if column.name in source.schema.names]
    looked_up = _LOOKED_UP.get(name, ())
    header = columns + [column for _, _, added in looked_up for column in added]
    with written_whole(path, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for batch in source.to_batches(columns=columns):
            values = [batch[column].to_pylist() for column in columns]
            for other, key, added in looked_up:
                values += _taken(folder, other, key, added, batch[key])
            writer.writerows(_lines(header, values))
    return path


def _taken(folder: Path, table: str, key: str, columns: tuple[str, ...], keys: pa.Array) -> list[list[Any]]:
    """`columns` of another table for each of `keys`, None where it has none."""
    found = rows(folder, table, [key, *columns], is_in(key, keys.to_pylist()))
    place = {value: i for i, value in enumerate(found[key].to_pylist())}
    at = [place.get(value) for value in keys.to_pylist()]
    values = [found[column].to_pylist() for column in columns]
    return [[None if i is None else column[i] for i in at] for column in values]


def _lines(header: list[str], values: list[list[Any]]) -> Iterator[list[str]]:
    for row in zip(*values, strict=True):
        yield [cell(column, value) for column, value in zip(header, row, strict=True)]


def cell(column: str, value: Any) -> str:
    """One value as it stands in the file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _iso(value) if column.endswith("_at") else str(value)
    if isinstance(value, float):
        return repr(value)
    text = " ".join(str(item) for item in value) if isinstance(value, list) else str(value)
    text = text.replace("\x00", "")  # ends a file for many readers
    # a bare carriage return ends a row, and Python's csv writer does not quote it
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _INNER.sub(r"\1'\2", text)
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text


def _iso(at: int) -> str:
    """ISO 8601 in UTC, with milliseconds where there are any; outside the years 1 to 9999 the number."""
    try:
        moment = datetime.fromtimestamp(at // 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return str(at)
    ms = f".{at % 1000:03d}" if at % 1000 else ""
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}{ms}Z"
