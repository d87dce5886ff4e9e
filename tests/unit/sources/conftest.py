"""Reads a file the whole way into tables, in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from overt.detect.sources import Ingested, ReadOptions, ingest, inputs


@dataclass(frozen=True)
class Outcome:
    """What an ingest gave."""

    summary: Ingested
    folder: Path

    @property
    def posts(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.folder / "posts.parquet").to_pylist()
        return rows

    @property
    def accounts(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = pq.read_table(self.folder / "accounts.parquet").to_pylist()
        return rows

    @property
    def rejects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / "rejects.ndjson").read_text().splitlines()]

    @property
    def post(self) -> dict[str, Any]:
        (only,) = self.posts
        return only


Read = Callable[..., Outcome]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """read(paths, existing=None, **options) -> Outcome."""
    count = iter(range(100))

    def run(paths: Any, existing: Path | None = None, **options: Any) -> Outcome:
        staging = tmp_path / f"out [{next(count)}]*"
        staging.mkdir()
        with inputs(paths) as files:
            summary = ingest(files, staging=staging, existing=existing, options=ReadOptions(**options))
        return Outcome(summary, staging)

    return run


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """csv_file(*lines, name="a.csv") -> a file with the usual header and these lines."""

    def write(*lines: str, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(["id,user,created_at,text", *lines]) + "\n", encoding="utf-8")
        return path

    return write
