"""Where rows are worked on in tasks: the verbs that the detector knows, whatever engine runs them.

in: Parquet files and functions on Arrow tables; out: Arrow tables; why: nothing above knows an engine by
name. A function runs in a task, perhaps in another process or on another machine: it is a pure function of
its tables, and it is run again when a machine is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

import pyarrow as pa

__all__ = ["READ_ROWS", "Engine", "Rows"]

READ_ROWS = 1 << 19
"""Rows of a table that `Engine.read` gives, at most."""

Task = TypeVar("Task")


class Rows(Protocol):
    """Rows in parts; a part is some tables, and one task works on it."""

    def map(self, work: Callable[[int, Iterator[pa.Table]], Iterable[pa.Table]]) -> Rows:
        """work(number of the part, its tables) of every part."""

    def send(self, sort: Callable[[pa.Table], Iterable[tuple[int, pa.Table]]], n_parts: int) -> Rows:
        """New parts, 0 to n_parts - 1: sort(table) says which rows go where; rows may go to several, or none.

        In which order the tables of a part come is not known.
        """

    def union(self, other: Rows) -> Rows:
        """The parts of both, these first. Their tables may have other columns."""

    def kept(self) -> Rows:
        """The same rows, which are worked out once even where they are used twice."""

    def tables(self) -> Iterator[pa.Table]:
        """Bring the tables here, part by part, in order."""


class Engine(Protocol):
    """Runs functions in tasks."""

    @property
    def n_tasks(self) -> int:
        """How many tasks run at the same time."""

    def read(self, paths: Sequence[Path], columns: Sequence[str]) -> Rows:
        """Columns of Parquet files; a row group is a part. Every task must see the files there."""

    def each(self, tasks: Sequence[Task], work: Callable[[Task], pa.Table]) -> Iterator[pa.Table]:
        """work(task) of every task, in order of tasks."""
