"""Files of the true shape of every format, opened as the frame opens them.

The files in `data` are made up: real keys, invented people. Their name begins with the format's name.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from overt.detect.sources.format import Format, Reject, Row, Sample
from overt.detect.sources.registry import formats

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[5] / "shared" / "data"


def sample_of(path: Path) -> tuple[Sample, list[Any]]:
    """The sample and all records of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        reader = csv.DictReader(text.splitlines(keepends=True))
        records: list[Any] = list(reader)
        return Sample("csv", tuple(reader.fieldnames or ()), tuple(records[:50])), records
    if path.suffix == ".ndjson":
        records = [json.loads(line) for line in text.splitlines()]
        return Sample("ndjson", (), tuple(records[:50])), records
    document = json.loads(text)
    return Sample("json", (), (document,)), document if isinstance(document, list) else [document]


def read_all(format: Format, records: list[Any]) -> Iterator[Row | Reject]:
    """Every row and reject, also of a record that is broken as a whole."""
    for record in records:
        try:
            yield from format.posts(record)
        except Reject as reject:
            yield reject


@pytest.fixture
def sample() -> Callable[[Path], Sample]:
    """The sample of a file."""
    return lambda path: sample_of(path)[0]


@pytest.fixture
def read() -> Callable[[str], tuple[list[Row], list[str]]]:
    """Rows and reasons of a file in `data`, read by the format that its name begins with."""

    def rows(name: str) -> tuple[list[Row], list[str]]:
        return _read(DATA / name, name.split(".")[0])

    return rows


@pytest.fixture
def read_shared() -> Callable[[str, str], tuple[list[Row], list[str]]]:
    """Rows and reasons of a real sample; skips where it is absent."""

    def rows(format: str, name: str) -> tuple[list[Row], list[str]]:
        path = SHARED / name
        if not path.exists():
            pytest.skip(f"the shared sample {name} does not lie beside this checkout")
        return _read(path, format)

    return rows


def _read(path: Path, name: str) -> tuple[list[Row], list[str]]:
    format = next(format for format in formats().values() if format.name == name)
    found = list(read_all(format, sample_of(path)[1]))
    return [row for row in found if isinstance(row, dict)], [
        str(row) for row in found if isinstance(row, Reject)
    ]
