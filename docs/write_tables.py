"""Writes docs/tables.md from schema.py.

in: `overt.schema.TABLES`; out: docs/tables.md; why: the page cannot say something else than the code.
Run it with `make tables`; tests/unit/test_house.py fails when the page is behind.
"""

from __future__ import annotations

from pathlib import Path

from overt.schema import TABLES, TABLES_VERSION, Table

__all__ = ["render"]

PAGE = Path(__file__).with_name("tables.md")

HEAD = f"""# Tables of a study

Written by `make tables` from `src/overt/schema.py`; change it there. Tables version {TABLES_VERSION}.

A study is a folder: `tables/NAME.parquet` for each table below, `manifest.json`, `rejects.ndjson` and
`report.html`. Times are integers, milliseconds since 1970-01-01 UTC, and their names end in `_at`;
durations are seconds and end in `_s`. What is missing is null, never an empty text. Ids carry the
platform as a prefix (`tiktok:7012`) when it is known and are verbatim when it is not.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(table) for table in TABLES.values())])


def _section(table: Table) -> str:
    head = f"## {table.name}\n\nOne row is {table.row}.\n\n| column | type | what it holds |\n|---|---|---|\n"
    return head + "".join(f"| `{c.name}` | `{c.type}` | {_cell(c.about)} |\n" for c in table.columns)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
