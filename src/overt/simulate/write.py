"""The simulated platform as files: an export as a person would hand it over, and the truth beside it.

in: a `Simulation` and a folder; out: `posts.ndjson` (or `.gz`), `truth.csv`, `world.json`; why: the
detector must be given what a platform's export holds and nothing more.

posts.ndjson has one post a line with the account's profile in it, ids without prefix, times in ISO 8601
UTC (`created_at` of the post, `account_created_at` of the account). truth.csv has the ids of a study
(`simvideo:...`), as `accounts.parquet` has them.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from overt.errors import StorageError
from overt.simulate.profiles import PLATFORM
from overt.simulate.simulation import Simulation

__all__ = ["Written", "ndjson_lines", "write"]

PREFIX = len(PLATFORM) + 1

_POST = (
    "text",
    "language",
    "region",
    "hashtags",
    "links",
    "mentions",
    "sound_id",
    "n_likes",
    "n_comments",
    "n_shares",
    "n_views",
)
_ACCOUNT = ("handle", "display_name", "bio", "followers", "following", "verified", "verified_kind", "country")


@dataclass(frozen=True, slots=True)
class Written:
    """Where the files are."""

    posts: Path
    truth: Path
    world: Path


def write(simulation: Simulation, folder: str | Path, *, compress: bool = False) -> Written:
    """Write the three files into `folder`, which is made if need be; files of these names are replaced.

    Raises
    ------
    StorageError: the disk refuses.
    """
    folder = Path(folder)
    posts = folder / ("posts.ndjson.gz" if compress else "posts.ndjson")
    written = Written(posts, folder / "truth.csv", folder / "world.json")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(written.posts, ndjson_lines(simulation), compress=compress)
        _replace(written.truth, [_truth_csv(simulation.truth)])
        _replace(written.world, [json.dumps(asdict(simulation.world), indent=2), "\n"])
    except OSError as error:
        raise StorageError(
            f"Cannot write the simulated platform into {folder}: {error.strerror or error}.",
            hint="Choose another folder, or free some space.",
        ) from error
    return written


def ndjson_lines(simulation: Simulation) -> Iterator[str]:
    """One post a line, with its line end; every line has every key, and what is absent is null."""
    accounts = {row["account_id"]: _profile(row) for row in simulation.accounts.to_pylist()}
    posts = simulation.posts
    stamps = _iso(posts["posted_at"], simulation.world.resolution_s)
    origin = _iso(posts["repost_of_at"], simulation.world.resolution_s)
    columns = {
        name: posts[name].to_pylist() for name in (*_POST, "post_id", "account_id", "repost_of", "reply_to")
    }
    for i, account_id in enumerate(columns["account_id"]):
        row = {"post_id": columns["post_id"][i][PREFIX:], "account_id": account_id[PREFIX:]}
        row |= accounts[account_id]
        row |= {"platform": PLATFORM, "created_at": stamps[i]}
        row |= {name: columns[name][i] for name in _POST}
        repost_of, reply_to = columns["repost_of"][i], columns["reply_to"][i]
        row["repost_of"] = repost_of and repost_of[PREFIX:]
        row["repost_of_at"] = repost_of and origin[i]
        row["reply_to"] = reply_to and reply_to[PREFIX:]
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _profile(row: dict[str, Any]) -> dict[str, Any]:
    """What the export says of the account in each of its posts."""
    shown = {name: row[name] for name in _ACCOUNT}
    made = np.datetime64(row["created_at"], "ms")
    return shown | {"account_created_at": f"{np.datetime_as_string(made, unit='s')}Z"}


def _iso(column: pa.ChunkedArray, resolution_s: float) -> list[str]:
    """ISO 8601 with seconds, with milliseconds where the source's clock has them; nulls are 1970."""
    at = column.fill_null(0).to_numpy().astype("datetime64[ms]")
    unit: Any = "s" if resolution_s % 1 == 0 else "ms"
    return [f"{text}Z" for text in np.datetime_as_string(at, unit=unit).tolist()]


def _truth_csv(truth: pa.Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(truth.column_names)
    writer.writerows(["" if cell is None else cell for cell in row.values()] for row in truth.to_pylist())
    return out.getvalue()


def _replace(path: Path, lines: Iterable[str], *, compress: bool = False) -> None:
    """Whole or not at all: a reader never sees half a file."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as plain:
            if compress:  # no name and no time in the header: the same world gives the same bytes
                with gzip.GzipFile("", "wb", compresslevel=6, fileobj=plain, mtime=0) as packed:
                    packed.writelines(line.encode() for line in lines)
            else:
                plain.writelines(line.encode() for line in lines)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
