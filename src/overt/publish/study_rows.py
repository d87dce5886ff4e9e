"""The rows of a study folder that a report or an export needs, and no others.

in: a study folder; out: its manifest, and Arrow tables filtered while they are read; why: a report on
a million posts shows a few hundred of them, and must not load the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from overt.errors import StudyError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

__all__ = ["dataset", "equals", "is_in", "manifest", "reject_reasons", "rows"]

_MAX_REJECTS = 200_000


def manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a study on which `detect` was run; `StudyError` for anything else."""
    path = folder / "manifest.json"
    hint = "Run `overt detect` on the export first; it writes the study folder."
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StudyError(f"{folder} is not a study: it has no manifest.json.", hint=hint) from None
    except (OSError, ValueError) as error:
        raise StudyError(f"{path} cannot be read: {error}.", hint=hint) from error
    steps = found.get("steps") if isinstance(found, dict) else None
    if not isinstance(steps, dict) or "ingest" not in steps:
        raise StudyError(
            f"{folder} holds no posts yet: expected an `ingest` step in its manifest.", hint=hint
        )
    if "detect" not in steps:
        raise StudyError(
            f"{folder} has posts but no findings yet: its manifest has no `detect` step.", hint=hint
        )
    return dict(found)


def dataset(folder: Path, table: str) -> ds.Dataset:
    """The Parquet file of a table; `StudyError` when it is missing or damaged."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    path = folder / "tables" / f"{table}.parquet"
    try:
        return ds.dataset(path, format="parquet")
    except (OSError, pa.ArrowException) as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else str(error).splitlines()[0]
        raise StudyError(
            f"The table {table} of {folder} cannot be read: expected {path}, found {found}.",
            hint="Run `overt detect` again; it writes the tables anew.",
        ) from error


def rows(
    folder: Path, table: str, columns: list[str] | None = None, where: pc.Expression | None = None
) -> pa.Table:
    """The rows of `table` for which `where` holds, only `columns`, in the order of the file."""
    import pyarrow as pa

    source = dataset(folder, table)
    try:
        return source.to_table(columns=columns, filter=where)
    except (OSError, pa.ArrowException) as error:
        raise StudyError(
            f"The table {table} of {folder} cannot be read: {str(error).splitlines()[0]}.",
            hint="The study may be damaged or another version's; run `overt detect` again.",
        ) from error


def is_in(column: str, values: Iterable[str | None]) -> pc.Expression:
    """The filter `column` is one of `values`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    known = pa.array(sorted({value for value in values if value is not None}), pa.string())
    return pc.field(column).isin(known)


def equals(column: str, value: str) -> pc.Expression:
    """The filter `column` equals `value`."""
    import pyarrow.compute as pc

    return pc.field(column) == value


def reject_reasons(folder: Path) -> list[tuple[str, int]]:
    """Kinds of reasons for rejection and how many of each, most first; reads at most 200,000 rejects."""
    seen: Counter[str] = Counter()
    try:
        with (folder / "rejects.ndjson").open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(file):
                if number >= _MAX_REJECTS:
                    break
                seen[_reason(line)] += 1
    except OSError:
        return []  # nothing was rejected, or the file was thrown away: the count in the manifest stands
    return sorted(seen.items(), key=lambda item: (-item[1], item[0]))


def _reason(line: str) -> str:
    try:
        reason = json.loads(line).get("reason")
    except (ValueError, AttributeError):
        reason = None
    return str(reason or "no reason given").split(":", 1)[0][:300]  # "kind: detail of the row"
