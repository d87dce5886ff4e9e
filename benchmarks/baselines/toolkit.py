"""T-pairs by coordination-network-toolkit, from the package index, in an environment of its own.

in: posts, a folder; out: the posts as the CSV that it reads, its commands, the pairs it found; why: a tool
that others use, run as its manual says, is the fairest thing to stand beside. It is GPL, so it is started as
a program and never imported.

Its answer is read from its database: `--output_format csv` of 1.5.2 ends in a TypeError. The times are those
of `preprocess` and `compute co_link`.
"""

from __future__ import annotations

import sqlite3
import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

__all__ = ["NAME", "VERSION", "commands", "exact", "install", "pairs", "write_csv"]

NAME, VERSION = "coordination-network-toolkit", "1.5.2"
COLUMNS = ("message_id", "user_id", "username", "repost_id", "reply_id", "message", "timestamp", "urls")
WINDOW_S = 60
LEAST = 2


def install(folder: Path) -> Path | str:
    """Its Python, installed unless it is there; or a sentence on why it could not be."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    asked = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*asked, f"{NAME}=={VERSION}"], capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        return f"{NAME} {VERSION} could not be installed, so nothing is compared (no network?): {last}"
    return python


def write_csv(posts: Path, out: Path) -> None:
    """The posts as it wants them: its columns in its order, what is not known empty."""
    table = pq.read_table(posts)
    n = table.num_rows
    empty = pa.repeat(pa.scalar(""), n)
    known = {
        "message_id": pa.array(range(n)).cast(pa.string()),
        "user_id": table["account_id"],
        "timestamp": table["posted_at"],
        "urls": table["object_id"],
    }
    pa_csv.write_csv(pa.table({name: known.get(name, empty) for name in COLUMNS}), out)


def commands(python: Path, csv: Path, database: Path) -> list[list[str]]:
    """Reading and joining, one after the other."""
    start = [str(python), "-m", "coordination_network_toolkit", str(database)]
    limits = ["--time_window", str(WINDOW_S), "--min_edge_weight", str(LEAST)]
    return [[*start, "preprocess", str(csv)], [*start, "compute", "co_link", *limits]]


def pairs(database: Path) -> set[tuple[str, str]]:
    """The pairs that it found, in byte order; without an account and itself. It weighs a pair from either
    side, by the posts of the one, so that a pair may stand there once only."""
    connection = sqlite3.connect(database)
    try:
        rows = connection.execute("SELECT user_1, user_2 FROM co_link_network WHERE user_1 <> user_2")
        return {(min(pair), max(pair)) for pair in rows}
    finally:
        connection.close()


def exact(posts: Path, candidates: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the pairs that share so many *different* objects within the window, counted in SQL."""
    asked = (Path(__file__).parent / "exact_counts.sql").read_text("utf-8")
    given = pa.table({"a": [a for a, _ in candidates], "b": [b for _, b in candidates]})
    with duckdb.connect() as connection:
        connection.register("candidates", given)
        found = connection.execute(asked, {"posts": str(posts), "window": WINDOW_S, "least": LEAST})
        return set(found.fetchall())
