"""Rows that were set aside: where, why, and how they began.

in: a line number, a reason and the row; out: `rejects.ndjson` and counts by reason; why: nothing is
dropped silently, and a file that is mostly refused stops the run with the commonest reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import orjson

from overt.errors import InputError, TooManyRejects

__all__ = ["ROW_CHARS", "Rejected", "Rejects", "shown"]

ROW_CHARS = 500
"""Characters of a rejected row that are kept."""

_MANY_KINDS = 1_000


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row set aside; `reason` is "kind: detail", and reasons are counted by kind."""

    line: int
    reason: str
    row: Any

    @property
    def kind(self) -> str:
        """The reason without what differs from row to row."""
        return self.reason.split(":", 1)[0]


def shown(row: Any) -> str:
    """The first characters of a row as text that any JSON reader takes."""
    if isinstance(row, bytes):
        return row[: 4 * ROW_CHARS].decode("utf-8", "backslashreplace")[:ROW_CHARS]
    if not isinstance(row, str):
        try:
            row = orjson.dumps(row, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
        except (TypeError, ValueError, RecursionError):
            row = repr(row)
    return str(row)[:ROW_CHARS].encode("utf-8", "replace").decode()


class Rejects:
    """Writes rejected rows as they come; keeps the counts per file, not the rows.

    Parameters
    ----------
    path: the NDJSON file to write, or None to count only.
    """

    def __init__(self, path: Path | None) -> None:
        self._out: IO[bytes] | None = path.open("wb") if path else None
        self._file = ""
        self._kinds: dict[str, list[int | str]] = {}
        self.n = 0
        self.n_all = 0

    def __enter__(self) -> Rejects:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, e: BaseException | None, t: TracebackType | None
    ) -> None:
        if self._out:
            self._out.close()

    def start(self, file: str) -> None:
        """Count from zero for the next file."""
        self._file, self._kinds, self.n = file, {}, 0

    def add(self, rejected: Iterable[Rejected]) -> None:
        """Take the rows that one block of the file lost."""
        for one in sorted(rejected, key=lambda row: row.line):
            self.n += 1
            self.n_all += 1
            self._count(one)
            if self._out:
                entry = {"file": self._file, "line": one.line, "reason": one.reason, "row": shown(one.row)}
                self._out.write(orjson.dumps(_safe(entry)) + b"\n")

    def _count(self, one: Rejected) -> None:
        kind = one.kind if one.kind in self._kinds or len(self._kinds) < _MANY_KINDS else "other reasons"
        seen = self._kinds.setdefault(kind, [0, one.line, one.reason])
        seen[0] = int(seen[0]) + 1

    def commonest(self) -> list[str]:
        """The three commonest reasons of this file, with count and first line."""
        most = sorted(self._kinds.values(), key=lambda seen: (-int(seen[0]), int(seen[1])))[:3]
        return [f"{count:,} x {reason} (first in line {line:,})" for count, line, reason in most]

    def judge(self, n_posts: int, n_skipped: int, expected: str) -> None:
        """Raise when the file of these counts is no usable source.

        Raises
        ------
        TooManyRejects: more than half of its posts were rejected.
        InputError: it holds no post at all.
        """
        n = n_posts + self.n
        if self.n * 2 > n:
            reasons = "\n".join(f"  {line}" for line in self.commonest())
            raise TooManyRejects(
                f"{self._file}: {self.n:,} of {n:,} rows were rejected, so nothing was written. "
                f"Expected {expected}. Found:\n{reasons}",
                hint="Mend it, or say how to read it: --source NAME, or --map account=COLUMN,time=COLUMN. "
                "`overt ingest --dry-run` shows how each file is understood.",
            )
        if n_posts == 0:
            what = (
                f"none of its {n_skipped:,} records is a post"
                if n_skipped
                else "it holds no row after the header"
            )
            raise InputError(
                f"{self._file}: no usable row: {what}. Expected {expected}.",
                hint="Check that the export holds posts, and not only profiles, likes or service messages.",
            )


def _safe(entry: dict[str, Any]) -> dict[str, Any]:
    return {k: v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for k, v in entry.items()}
