"""The findings as files for other programs.

in: a study folder on which `detect` was run; out: GEXF, GraphML or CSV files; why: nothing is locked in,
and what people wrote must not attack the program that opens it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from overt.errors import SettingError

__all__ = ["KINDS", "write"]

KINDS = ("gexf", "graphml", "csv")


def write(folder: Path, to: str, out: Path | None = None) -> list[Path]:
    """Export the study at `folder`; returns the files written, each whole or not at all.

    Parameters
    ----------
    to: one of `KINDS`.
    out: for gexf and graphml a file (or a folder, in which `network.gexf` is written); for csv a folder.
        Without it the files are written into `folder`/exports.

    Raises `SettingError` for an unknown kind, `StudyError` for a folder without findings, `StorageError`.
    """
    if to == "csv":
        from overt.publish.exports.tables import write_tables

        return write_tables(folder, out or folder / "exports")
    if to not in KINDS:
        raise SettingError(f"Unknown kind of export: {to!r}.", hint=f"Expected one of {', '.join(KINDS)}.")
    path = out or folder / "exports"
    if path.is_dir() or not path.suffix:
        path = path / f"network.{to}"
    _writer(to)(folder, path)
    return [path]


def _writer(to: str) -> Callable[[Path, Path], None]:
    if to == "gexf":
        from overt.publish.exports.gexf import write_gexf

        return write_gexf
    from overt.publish.exports.graphml import write_graphml

    return write_graphml
