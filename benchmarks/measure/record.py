"""How a measurement is run and kept: over processes, with what is needed to repeat it.

in: a function of one task and the tasks, results; out: the answers in order; a JSON file with command,
date, versions and a digest of the code; why: a figure without these cannot be checked.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import platform
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import overt

__all__ = ["PACKAGES", "code_digest", "every", "keep", "provenance", "table", "write"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")

PACKAGES = ("numpy", "numba", "networkit", "pyarrow", "scipy")


def every(work: Callable[[Task], Answer], tasks: Sequence[Task], processes: int) -> list[Answer]:
    """work(task) of every task, in order; progress on stderr when it is a terminal."""
    if processes < 2:
        return list(_watched(map(work, tasks), len(tasks)))
    with ProcessPoolExecutor(processes, multiprocessing.get_context("spawn")) as pool:
        return list(_watched(pool.map(work, tasks, chunksize=4), len(tasks)))


def _watched(answers: Iterable[Answer], n: int) -> Iterable[Answer]:
    started = time.perf_counter()
    for number, answer in enumerate(answers, 1):
        if sys.stderr.isatty() or number % 200 == 0:
            sys.stderr.write(f"\r{number} of {n}, {time.perf_counter() - started:.0f} s")
        yield answer
    sys.stderr.write("\n")


def code_digest() -> str:
    """SHA-256 over the Python files of the package, in order of path; the first 12 digits."""
    root = Path(overt.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def provenance(name: str, arguments: Sequence[str], started: float) -> dict[str, Any]:
    """What someone needs to measure the same again; `started` is of time.perf_counter."""
    return {
        "command": " ".join(["python -m benchmarks", name, *_public(arguments)]),
        "date": datetime.now(UTC).date().isoformat(),
        "seconds": round(time.perf_counter() - started),
        "overt": overt.__version__,
        "code": code_digest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "packages": {package: version(package) for package in PACKAGES},
    }


def _public(arguments: Sequence[str]) -> list[str]:
    """Arguments without the folders of one machine: of a path its last part."""
    return [Path(word).name if "/" in word else word for word in arguments]


def keep(result: dict[str, Any], out: Path | None) -> str:
    """The JSON, kept in `out`."""
    whole = json.dumps(result, indent=1) + "\n"
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(whole)
    return whole


def write(result: dict[str, Any], text: str, *, as_json: bool, out: Path | None) -> None:
    """Print the table, or the JSON; keep the JSON in `out`."""
    whole = keep(result, out)
    sys.stdout.write(whole if as_json else text)


def table(rows: Sequence[Sequence[object]], head: Sequence[str]) -> str:
    """Columns for a terminal: the first to the left, the others to the right."""
    lines = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        + "\n"
        for line in lines
    )
