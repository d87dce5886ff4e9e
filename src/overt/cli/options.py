"""The options that several verbs share.

in: what was typed; out: typed values; why: an option means the same and reads the same everywhere.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from overt.errors import SettingError

__all__ = [
    "AsJson",
    "Columns",
    "Engine",
    "Fdr",
    "Files",
    "Master",
    "MidP",
    "OutFolder",
    "Platform",
    "Seed",
    "Source",
    "Strict",
    "StudyFolder",
    "Traces",
    "column_map",
    "study_beside",
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Files = Annotated[
    list[str],
    typer.Argument(metavar="FILES", help="Exports: paths, quoted globs, or - for stdin.", show_default=False),
]
StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="A study folder.", show_default=False)]
Source = Annotated[
    str | None,
    typer.Option("--source", metavar="NAME", help="The format, when it is not recognised: see `formats`."),
]
Columns = Annotated[
    str | None,
    typer.Option("--map", metavar="OURS=THEIRS,...", help="Columns: account=user_id,time=created_at."),
]
Platform = Annotated[
    str | None, typer.Option("--platform", metavar="NAME", help="The platform, when the file does not say.")
]
Fdr = Annotated[float, typer.Option("--fdr", help="The share of false findings that you accept.")]
Traces = Annotated[
    list[str] | None,
    typer.Option("--trace", metavar="NAME", help="Use this trace only; may be repeated.", show_default=False),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Only what stands if shared hours and any dependence are granted."),
]
MidP = Annotated[bool, typer.Option("--mid-p", help="More power with few shared objects, less certainty.")]
Engine = Annotated[
    str,
    typer.Option("--engine", metavar="NAME", help="duckdb: this process; spark: traces are found in tasks."),
]
Master = Annotated[
    str | None,
    typer.Option("--master", metavar="URL", help="Spark's master, spark://host:7077.  [default: local[2]]"),
]
Seed = Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.")]

OutFolder = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="The study folder.  [default: FILE.overt beside FILE]"),
]

_PACKED = {".gz", ".zst", ".zstd"}


def column_map(text: str | None) -> dict[str, str] | None:
    """`account=user_id,time=created_at` as a dict; SettingError when it does not read so."""
    if text is None:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    columns = {ours.strip(): theirs.strip() for ours, _, theirs in pairs}
    if not all(ours and theirs for ours, theirs in columns.items()) or len(columns) < len(pairs):
        raise SettingError(
            f"--map expects OURS=THEIRS pairs with commas between them, each name once; found {text!r}",
            hint="For example: --map account=user_id,time=created_at,link=url",
        )
    return columns


def study_beside(files: Sequence[str]) -> Path:
    """The study folder for a file when none is named: `dump/export.ndjson.gz` gives `dump/export.overt`.

    SettingError for stdin, a glob or several files: no one file is there to name it after.
    """
    if len(files) != 1 or files[0] == "-" or (glob.has_magic(files[0]) and not Path(files[0]).exists()):
        raise SettingError(
            "the study needs a name when it is not made from one file",
            hint="Add --out DIR, for example: --out study.overt",
        )
    path = Path(files[0]).resolve() if Path(files[0]).name in ("", "..") else Path(files[0])
    if path.is_dir():
        return path.with_name(f"{path.name}.overt")
    if path.suffix.lower() in _PACKED:
        path = path.with_suffix("")
    return path.with_suffix(".overt")
